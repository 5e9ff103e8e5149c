"""One-hot matrices of sequences, as the network of Tang & Sun 2019 takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.sequences.letters import LETTERS, codes

_ROWS = np.vstack([np.eye(len(LETTERS), dtype=np.float32), np.zeros((1, len(LETTERS)), dtype=np.float32)])


def one_hot(sequences: Sequence[str], length: int) -> np.ndarray:
    """Encode clean sequences; unknown letters are rows of zeros, as is what follows the end of a sequence.

    Parameters
    ----------
    length
        Rows of each matrix; of longer sequences the first `length` bases are taken.

    Returns
    -------
    Shape (sequences, length, 4), in the order of `LETTERS`, float32.

    References
    ----------
    Tang & Sun 2019, "Encoding the sequence using one-hot matrix" and "Experimental data and pre-processing".
    """
    matrices = np.zeros((len(sequences), length, len(LETTERS)), dtype=np.float32)
    for matrix, sequence in zip(matrices, sequences, strict=True):
        rows = _ROWS[codes(sequence[:length])]
        matrix[: len(rows)] = rows
    return matrices
