"""From families to a bundle: judged on what is left out, then trained on everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from srna_tools.errors import SampleError
from srna_tools.sequences.calibration import Judgement, judge
from srna_tools.sequences.families import Families
from srna_tools.sequences.family_bundle import MAX_LENGTH, FamilyBundle
from srna_tools.sequences.held_out import HeldOut, hold_out
from srna_tools.sequences.interface import TrainedFamilyModel
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.selection import at_most

_FEWEST = 2
# Of a family, for judging: more make the figures hardly better, and three trainings and the clusters much slower.
_MOST_JUDGED = 200


def left_out(families: Families, others: Mapping[str, Sequence[str]], seed: int) -> HeldOut:
    """Draw what is left out to judge models, with clusters of sequences that are at least 80 % identical.

    Of a family of more than 200 sequences, as many are drawn at random before.

    Raises
    ------
    SampleError
        There are fewer than two families.
    """
    from srna_tools.sequences.identity import identity_clusters

    if len(families.names) < _FEWEST:
        raise SampleError(f"a model needs at least {_FEWEST} families, but there are {len(families.names)}")
    drawn = at_most(families, _MOST_JUDGED, seed)
    return hold_out(drawn, identity_clusters(drawn), others, seed)


def train_families(
    families: Families,
    kind: str,
    settings: Any,
    *,
    seed: int = 0,
    threads: int = 1,
    others: Mapping[str, Sequence[str]] | None = None,
    judgement: Judgement | None = None,
    max_length: int = MAX_LENGTH,
    licence: str = "",
) -> tuple[FamilyBundle, TrainedFamilyModel]:
    """Judge a kind of model on sequences left out, then train it on all of them.

    Parameters
    ----------
    families
        Each with at least one sequence.
    others
        Sequences of no family (other kinds of RNA, say), by the name of their group: they, and families left out, are
        what the open set is chosen on.
    judgement
        What is known already of this kind on these families; `Judgement()` to train without judging it, so that the
        bundle accepts everything and its probabilities are as they come.
    max_length
        Longest sequence that the bundle takes.

    Returns
    -------
    The bundle, and the model as it came from training on all families.

    Raises
    ------
    SampleError
        There are fewer than two families.
    MissingExtraError
        The kind needs a library that is not installed.
    """
    if judgement is None:
        judgement = judge(kind, settings, left_out(families, others or {}, seed), seed=seed, threads=threads)
    if len(families.names) < _FEWEST:
        raise SampleError(f"a model needs at least {_FEWEST} families, but there are {len(families.names)}")
    trained = FAMILY_MODELS[kind].train(families, settings, seed, threads)
    bundle = FamilyBundle(
        kind=kind,
        families=families.names,
        model=trained.model,
        open_set=judgement.open_set,
        temperature=judgement.temperature,
        max_length=max_length,
        training={
            "sequences": len(families.sequences),
            "sequences_per_family": dict(zip(families.names, families.sizes.tolist(), strict=True)),
            "settings": asdict(settings),
            "seed": seed,
            **trained.facts,
        },
        evaluation=judgement.figures,
        licence=licence,
    )
    return bundle, trained
