"""Numbers of k-mers in sequences: what linear models of them, and quick looks for similar ones, start from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from srna_tools.sequences.letters import UNKNOWN_CODE, packed

#: The longest k-mers whose counts are worth their columns, 4^k.
LONGEST = 8


def kmer_counts(sequences: Sequence[str], k: int) -> sparse.csr_array:
    """Count the overlapping k-mers of each clean sequence; those with an unknown letter do not count.

    Returns
    -------
    float32, shape (sequences, 4^k); the column of a k-mer is its letters' codes read as a number to base 4.
    """
    codes, starts = packed(sequences)
    numbers = np.zeros(max(len(codes) - k + 1, 0), dtype=np.int64)
    unknown = np.zeros(len(numbers), dtype=bool)
    for place in range(k):
        letter = codes[place : place + len(numbers)]
        numbers = 4 * numbers + letter
        unknown |= letter == UNKNOWN_CODE
    rows = np.repeat(np.arange(len(sequences)), np.diff(starts))[: len(numbers)]
    whole = ~unknown & (np.arange(len(numbers)) + k <= starts[rows + 1])
    entries = (np.ones(int(whole.sum()), dtype=np.float32), (rows[whole], numbers[whole]))
    return sparse.csr_array(sparse.coo_array(entries, shape=(len(sequences), 4**k)))
