"""Splits of families into training and test sequences: at random, or so that near-copies never face each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from srna_tools.sequences.families import Families

#: Test and training candidates of one family, as places; the second in random order.
_Divide = Callable[[np.ndarray, int, np.random.Generator], tuple[np.ndarray, np.ndarray]]


class Split(NamedTuple):
    """Places of sequences in `Families.sequences`, int64, ascending; no place is in both."""

    training: np.ndarray
    test: np.ndarray


def random_split(families: Families, test: int | float, seed: int, training: int | None = None) -> Split:
    """Divide each family at random.

    Parameters
    ----------
    test
        Test sequences of each family: a number (int), or a share of the family (float below 1), rounded up or down at
        random, so that of many small families together the share is tested. A family always keeps at least one
        sequence for training, so that the smallest have fewer test sequences, or none.
    training
        At most so many training sequences of each family; all the rest unless given.
    """
    return _split(families, test, seed, training, _at_random)


def cluster_split(
    families: Families, clusters: np.ndarray, test: int | float, seed: int, training: int | None = None
) -> Split:
    """Divide each family so that all sequences of a cluster are on one side.

    Clusters go to the test side in random order until they hold the wanted number of sequences. One that would leave
    less than half of the family for training stays in training; so families of a single cluster are not tested
    (`untested` names them). If the test clusters hold more than is wanted, so many are drawn, and the others are
    used nowhere, being near-copies of those tested.

    Parameters
    ----------
    clusters
        Cluster number of each sequence (`srna_tools.sequences.identity.identity_clusters`).
    test, training
        As for `random_split`.
    """

    def by_cluster(places: np.ndarray, wanted: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        numbers, sizes = np.unique(clusters[places], return_counts=True)
        chosen, held = [], 0
        for cluster in generator.permutation(len(numbers)):
            if held < wanted and 2 * (held + sizes[cluster]) <= len(places):
                chosen.append(numbers[cluster])
                held += sizes[cluster]
        is_test = np.isin(clusters[places], chosen)
        drawn = generator.permutation(places)
        is_test = np.isin(drawn, places[is_test])
        return drawn[is_test][:wanted], drawn[~is_test]

    return _split(families, test, seed, training, by_cluster)


def untested(families: Families, split: Split) -> tuple[str, ...]:
    """Names of the families of which a split has no test sequence."""
    tested = np.bincount(families.members[split.test], minlength=len(families.names))
    return tuple(families.names[family] for family in np.flatnonzero((tested == 0) & (families.sizes > 0)))


def _at_random(places: np.ndarray, wanted: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    drawn = generator.permutation(places)
    return drawn[:wanted], drawn[wanted:]


def _split(families: Families, test: int | float, seed: int, training: int | None, divide: _Divide) -> Split:
    sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for family, size in enumerate(families.sizes):
        # A generator of its own: what is drawn of one family does not depend on the others.
        generator = np.random.default_rng([seed, family])
        wanted = int(test * size + generator.random()) if isinstance(test, float) else test
        tested, rest = divide(np.flatnonzero(families.members == family), max(min(wanted, size - 1), 0), generator)
        sides[0].append(rest[:training])
        sides[1].append(tested)
    return Split(*(np.sort(np.concatenate(side)).astype(np.int64) for side in sides))
