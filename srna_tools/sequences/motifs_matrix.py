"""Aligned windows of a motif as a matrix: how often each base stands where, and how much that tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.sequences.letters import LETTERS, UNKNOWN, codes, packed

#: Added to the counts of each position, spread over the letters as the background has them.
PSEUDOCOUNT = 1.0
# Cavener 1987, Nucleic Acids Research 15:1353: one letter where it is more than half and twice the next, else two.
_ONE, _TIMES_NEXT, _TWO = 0.5, 2.0, 0.75
_PAIRS = {"AC": "M", "AG": "R", "AU": "W", "CG": "S", "CU": "Y", "GU": "K"}


def base_counts(windows: Sequence[str]) -> np.ndarray:
    """Count the letters at each position of windows of one width.

    Returns
    -------
    Array of shape (width, 4), int64, in the order of `LETTERS`; unknown bases are not counted.
    """
    aligned = np.stack([codes(window) for window in windows])
    return np.stack([(aligned == code).sum(axis=0) for code in range(len(LETTERS))], axis=1)


def background_of(sequences: Sequence[str]) -> np.ndarray:
    """Share of each letter in whole sequences, shape (4,), none of them zero: one of each is added."""
    counts = np.bincount(packed(sequences)[0], minlength=len(LETTERS) + 1)[: len(LETTERS)] + 1
    return np.asarray(counts / counts.sum())


def position_probabilities(counts: np.ndarray, background: np.ndarray, pseudocount: float = PSEUDOCOUNT) -> np.ndarray:
    r"""Probability of each letter at each position of a motif.

    .. math:: p_{ib} = (c_{ib} + \lambda q_b) / (\sum_b c_{ib} + \lambda)

    Parameters
    ----------
    counts
        c, shape (width, 4).
    background
        q, shape (4,), adding up to one.
    pseudocount
        :math:`\lambda`.

    Returns
    -------
    Array of shape (width, 4) whose rows add up to one.
    """
    return np.asarray((counts + pseudocount * background) / (counts.sum(axis=1, keepdims=True) + pseudocount))


def position_weights(probabilities: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Position weight matrix: log2 of each probability over the background's, bits, shape (width, 4)."""
    return np.asarray(np.log2(probabilities / background))


def information(probabilities: np.ndarray) -> np.ndarray:
    """Information of each position in bits, 0 to 2: by how much it falls short of the entropy of four equal letters.

    As in sequence logos (Schneider & Stephens 1990), with pseudocounts in place of their correction for few sequences.
    """
    positive = np.where(probabilities > 0, probabilities, 1.0)
    return np.asarray(2 + (positive * np.log2(positive)).sum(axis=1))


def consensus(probabilities: np.ndarray) -> str:
    """Spell a motif: the letter of each position, the IUPAC letter of two that share it, or N (Cavener 1987)."""
    return "".join(_letter(row) for row in probabilities)


def _letter(shares: np.ndarray) -> str:
    first, second = np.argsort(-shares, kind="stable")[:2]
    if shares[first] > _ONE and shares[first] > _TIMES_NEXT * shares[second]:
        return LETTERS[first]
    if shares[first] + shares[second] > _TWO:
        return _PAIRS["".join(LETTERS[place] for place in sorted((first, second)))]
    return UNKNOWN
