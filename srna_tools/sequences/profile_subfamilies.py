"""Groups of alike sequences inside a family: the arms of mature miRNAs, say, which have no alignment in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.sequences.letters import UNKNOWN_CODE, codes

_WORD = 4
_BASES = 4
_TOO_FEW = 2


def subfamilies(sequences: Sequence[str], distance: float, least: int) -> list[np.ndarray]:
    """Find groups of a family that deserve a profile of their own.

    Average linkage on the share of 4-base words that two sequences do not have in common, cut at a distance.

    Parameters
    ----------
    sequences
        Of one family.
    distance
        Largest mean distance inside a group, from 0 (all words in common) to 1 (none).
    least
        Smallest group.

    Returns
    -------
    Places of the sequences of each group, int64; empty if all sequences are of one group. Sequences of smaller groups
    are in none.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(sequences) < max(least, _TOO_FEW):
        return []
    tree = linkage(squareform(word_distances(sequences), checks=False), "average")
    groups = fcluster(tree, distance, "distance")
    if groups.max() == 1:
        return []
    of_groups = (np.flatnonzero(groups == group) for group in range(1, groups.max() + 1))
    return [places for places in of_groups if len(places) >= least]


def word_distances(sequences: Sequence[str]) -> np.ndarray:
    """Share of the 4-base words of the poorer of two sequences that the other lacks, float64, symmetric.

    Words with unknown bases do not count; a sequence without words is at distance 1 from all.
    """
    present = np.zeros((len(sequences), _BASES**_WORD), dtype=np.float32)
    for row, sequence in zip(present, sequences, strict=True):
        row[_words(sequence)] = 1
    common = (present @ present.T).astype(np.float64)
    number = np.maximum(present.sum(axis=1), 1)
    distances = 1 - common / np.minimum.outer(number, number)
    np.fill_diagonal(distances, 0)
    return np.asarray(distances)


def _words(sequence: str) -> np.ndarray:
    if len(sequence) < _WORD:
        return np.empty(0, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(codes(sequence).astype(np.int64), _WORD)
    known = windows[(windows != UNKNOWN_CODE).all(axis=1)]
    return np.asarray(known @ _BASES ** np.arange(_WORD))
