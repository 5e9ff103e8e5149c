"""Numbers of k-mers in sequences: what linear models of them, and quick looks for similar ones, start from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from srna_tools.sequences.letters import UNKNOWN_CODE, packed

#: The most letters of a word whose counts are worth their columns, 4 to that power.
MOST_LETTERS = 8


def kmer_counts(sequences: Sequence[str], k: int) -> sparse.csr_array:
    """Count the overlapping k-mers of each clean sequence; those with an unknown letter do not count.

    Returns
    -------
    float32, shape (sequences, 4^k); the column of a k-mer is its letters' codes read as a number to base 4.
    """
    return word_counts(sequences, k * "1")


def word_counts(sequences: Sequence[str], pattern: str) -> sparse.csr_array:
    """Count the words that a pattern reads at each place of each clean sequence, as `kmer_counts` does k-mers.

    Parameters
    ----------
    pattern
        ``1`` where a base is read, ``0`` where any may stand: ``1101`` reads three bases of four.
    """
    codes, starts = packed(sequences)
    numbers = np.zeros(max(len(codes) - len(pattern) + 1, 0), dtype=np.int64)
    unknown = np.zeros(len(numbers), dtype=bool)
    for place in (place for place, read in enumerate(pattern) if read == "1"):
        letter = codes[place : place + len(numbers)]
        numbers = 4 * numbers + letter
        unknown |= letter == UNKNOWN_CODE
    rows = np.repeat(np.arange(len(sequences)), np.diff(starts))[: len(numbers)]
    whole = ~unknown & (np.arange(len(numbers)) + len(pattern) <= starts[rows + 1])
    entries = (np.ones(int(whole.sum()), dtype=np.float32), (rows[whole], numbers[whole]))
    return sparse.csr_array(sparse.coo_array(entries, shape=(len(sequences), 4 ** pattern.count("1"))))


def word_features(sequences: Sequence[str], patterns: Sequence[str]) -> sparse.csr_array:
    """Square roots of word counts, each pattern's scaled to length 1, side by side; float32.

    The root keeps repeats from speaking louder than everything else; the scaling makes sequences of any length, and
    patterns of any number of letters, comparable.
    """
    parts = []
    for pattern in patterns:
        roots = word_counts(sequences, pattern)
        length = np.sqrt(np.asarray(roots.sum(axis=1)).ravel())
        roots.data = np.sqrt(roots.data)
        parts.append(sparse.diags_array((1 / np.where(length > 0, length, 1)).astype(np.float32)) @ roots)
    features = sparse.csr_array(sparse.hstack(parts, format="csr"))
    # scikit-learn takes no wider ones.
    features.indices, features.indptr = features.indices.astype(np.int32), features.indptr.astype(np.int32)
    return features
