"""Models of families judged on the same splits: on members they did not see, and on what belongs to no family."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.errors import SrnaToolsError, listed
from srna_tools.sequences.evaluation_design import TEST, FamilyDesign, Others, Round
from srna_tools.sequences.evaluation_fit import FamilyContender, predictions_of
from srna_tools.sequences.evaluation_plan import NothingToTestError, rounds
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity_clusters, nearest_identity
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.selection import places_of_at_most

_logger = logging.getLogger(__name__)
# All pairs of a family are compared: of larger ones so many sequences are drawn for the scheme ``cluster``.
_MOST_CLUSTERED = 400
#: From what a table depends on, and the function that makes it, to the table: made, or kept from an earlier run.
Keep = Callable[[str, Callable[[], pd.DataFrame]], pd.DataFrame]


def evaluate_families(
    families: Families, ids: Sequence[str], others: Others, contenders: Sequence[FamilyContender],
    design: FamilyDesign, *, threads: int = 1, keep: Keep | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Train every model on every training set of a design, and ask all that the design asks.

    Parameters
    ----------
    families, ids
        Sequences with the id of each.
    others
        Sequences of no family. Members of families that are too small, or left out, are asked as well.
    keep
        Where tables of an earlier run are taken from.

    Returns
    -------
    The tables of `predictions_of`, and ``identity`` of the test sequences to their most similar training sequence.

    Raises
    ------
    SampleError
        Too few families, or nothing to be tested.
    """
    keep = keep or (lambda _, make: make())
    clusters = _clusters(families, design, keep) if "cluster" in design.schemes else None
    planned = _planned(families, ids, others, design, clusters)
    tables = []
    for one in tqdm(planned, desc="rounds", unit="round", disable=None):
        sequences = _checksum(one)
        identity = keep(f"identity {sequences}", lambda one=one: _identities(one))["identity"]  # type: ignore[misc]
        for contender in contenders:
            depends_on = f"{sequences} {one.seed} {one.scheme} {one.repeat} {_description(contender)}"
            table = keep(depends_on, lambda one=one, of=contender: predictions_of(of, one, threads))  # type: ignore[misc]
            values = np.full(len(table), np.nan)
            values[(table["asked"] == TEST).to_numpy(dtype=bool)] = identity
            tables.append(table.assign(identity=values))
    return pd.concat(tables, ignore_index=True)


def _planned(
    families: Families, ids: Sequence[str], others: Others, design: FamilyDesign, clusters: np.ndarray | None
) -> list[Round]:
    """Rounds of all schemes; one that can test nothing is left out and said, unless it is the only one."""
    planned: list[Round] = []
    for scheme in design.schemes:
        try:
            planned += list(rounds(families, ids, others, dataclasses.replace(design, schemes=(scheme,)), clusters))
        except NothingToTestError as error:
            if len(design.schemes) == 1:
                raise
            _logger.warning("%s", error)
    if not planned:
        raise NothingToTestError(" and ".join(design.schemes))
    return planned


def contenders_of(kinds: Sequence[str], given: Callable[[str], object]) -> list[FamilyContender]:
    """Look up kinds of models.

    Parameters
    ----------
    given
        From a kind to its settings.

    Raises
    ------
    SrnaToolsError
        There is no such kind, or it is named twice.
    """
    unknown = [kind for kind in kinds if kind not in FAMILY_MODELS]
    if unknown:
        raise SrnaToolsError(
            f"there is no kind of family model called '{unknown[0]}'; choose from {listed(FAMILY_MODELS, 20)}"
        )
    twice = [kind for kind in kinds if kinds.count(kind) > 1]
    if twice:
        raise SrnaToolsError(f"the model '{twice[0]}' is named twice; name every model once")
    return [FamilyContender(kind, kind, given(kind)) for kind in kinds]


def _clusters(families: Families, design: FamilyDesign, keep: Keep) -> np.ndarray:
    """Find clusters, -1 for what they leave out: families too small to train on, and most of very large ones."""
    drawn = places_of_at_most(families, _MOST_CLUSTERED, design.seed)
    large = drawn[families.sizes[families.members[drawn]] >= design.least]
    chosen = families.at(large).without_empty()
    checksum = hashlib.sha256(json.dumps([chosen.members.tolist(), chosen.sequences]).encode()).hexdigest()
    found = keep(
        f"clusters {design.identity} {checksum}",
        lambda: pd.DataFrame({"cluster": identity_clusters(chosen, design.identity)}),
    )
    clusters = np.full(len(families.sequences), -1, dtype=np.int64)
    clusters[large] = found["cluster"].to_numpy(dtype=np.int64)
    return clusters


def _identities(one: Round) -> pd.DataFrame:
    return pd.DataFrame({"identity": nearest_identity(one.asked[0].sequences, one.training.sequences)})


def _checksum(one: Round) -> str:
    """Checksum of all sequences of a round, with their families and their part."""
    checksum = hashlib.sha256(json.dumps([one.training.names, one.training.members.tolist(), one.size]).encode())
    checksum.update("\n".join(one.training.sequences).encode())
    for asked in one.asked:
        rows = [asked.what, asked.ids, asked.sequences, asked.true, asked.groups, asked.choosing.tolist()]
        checksum.update(json.dumps(rows).encode())
    return checksum.hexdigest()[:24]


def _description(contender: FamilyContender) -> str:
    return json.dumps([contender.name, contender.kind, dataclasses.asdict(contender.settings)], sort_keys=True)
