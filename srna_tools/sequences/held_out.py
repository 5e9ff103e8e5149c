"""What is left out of training to judge models of families: members, whole clusters, and whole families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from srna_tools.sequences.families import Families
from srna_tools.sequences.splits import cluster_split, random_split, untested

#: Of the members of a family, and of the families, that are left out.
SHARE = 0.15
UNSEEN = "families left out"
SHUFFLED = "shuffled sequences"
# Below this there is none to spare: two families must stay for training.
_FEWEST_FAMILIES = 4
# Small sets are drawn from several times, for figures that are not one sequence's luck.
_WANTED, _MOST_DRAWS = 200, 5
_MOST_OTHERS = 2000


@dataclass(frozen=True)
class Draw:
    """One division.

    Attributes
    ----------
    training, known
        What a model is trained on, and left out members; the same families, none of them without training sequences.
    unseen
        Members of families that are left out wholly.
    """

    training: Families
    known: Families
    unseen: Families


@dataclass(frozen=True)
class HeldOut:
    """Divisions that every kind of model is judged on alike.

    Attributes
    ----------
    at_random
        Members drawn at random, and families left out wholly.
    by_cluster
        Whole clusters of similar sequences, so that no near-copy of a tested sequence is trained on.
    others
        Sequences that belong to no family, by the name of their group.
    single_cluster
        Number of families whose sequences are all alike, so that `by_cluster` does not test them.
    """

    at_random: tuple[Draw, ...]
    by_cluster: tuple[Draw, ...]
    others: dict[str, tuple[str, ...]]
    single_cluster: int


def hold_out(families: Families, clusters: np.ndarray, others: Mapping[str, Sequence[str]], seed: int) -> HeldOut:
    """Draw what is left out: 15 % of the members of each family, and 15 % of the families wholly.

    Parameters
    ----------
    clusters
        Cluster number of each sequence.
    others
        Sequences of no family, by the name of their group; of each at most 2,000 are drawn. Without any, and with
        fewer than four families, shuffled members stand for what is no family.
    """
    draws = int(np.clip(-(-_WANTED // (SHARE * len(families.sequences))), 1, _MOST_DRAWS))
    groups = {name: _some(sequences, seed) for name, sequences in others.items() if len(sequences)}
    if not groups and len(families.names) < _FEWEST_FAMILIES:
        groups = {SHUFFLED: shuffled(_some(families.sequences, seed), seed)}
    at_random = tuple(_at_random(families, seed + draw) for draw in range(draws))
    splits = [cluster_split(families, clusters, SHARE, seed + draw) for draw in range(draws)]
    nothing = families.at([])
    by_cluster = tuple(Draw(families.at(split.training), families.at(split.test), nothing) for split in splits)
    # Half of each family is as much as a cluster split can ask for: what it does not test then, it never does.
    never = untested(families, cluster_split(families, clusters, 1, seed))
    return HeldOut(at_random, by_cluster, groups, len(never))


def shuffled(sequences: Sequence[str], seed: int) -> tuple[str, ...]:
    """Shuffle the bases of each sequence: as long and of the same bases, but of no family."""
    generator = np.random.default_rng(seed)
    return tuple("".join(generator.permutation(list(sequence))) for sequence in sequences)


def _at_random(families: Families, seed: int) -> Draw:
    number = len(families.names)
    left_out = max(1, round(SHARE * number)) if number >= _FEWEST_FAMILIES else 0
    is_unseen = np.isin(families.members, np.random.default_rng(seed).permutation(number)[:left_out])
    seen = families.at(np.flatnonzero(~is_unseen)).without_empty()
    split = random_split(seen, SHARE, seed)
    return Draw(seen.at(split.training), seen.at(split.test), families.at(np.flatnonzero(is_unseen)))


def _some(sequences: Sequence[str], seed: int) -> tuple[str, ...]:
    if len(sequences) <= _MOST_OTHERS:
        return tuple(sequences)
    places = np.random.default_rng(seed).choice(len(sequences), _MOST_OTHERS, replace=False)
    return tuple(sequences[place] for place in np.sort(places))
