"""DeepLIFT of the one-hot network: contributions of the pooled filters, carried on to the bases of their windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from srna_tools.sequences.base_attribution import BaseScores, leads_of
from srna_tools.sequences.interface import FamilyModel
from srna_tools.sequences.letters import UNKNOWN_CODE, codes
from srna_tools.sequences.motifs import FilterNetwork, filter_contributions

# A window whose letters together change a filter by less than this changes nothing.
_NO_CHANGE = 1e-6


class ExplainableNetwork(FilterNetwork, FamilyModel, Protocol):
    """The one-hot network: filters to look into, and scores."""


def by_deeplift(network: ExplainableNetwork, sequences: Sequence[str], family: int | None = None) -> list[BaseScores]:
    r"""Score the bases of sequences by DeepLIFT's Rescale rule.

    A pooled filter sees one window of a sequence, with bases :math:`x_i` and kernel :math:`w`. Of its contribution
    :math:`C_f` to the lead, each base has the share that it has in the change before the ReLU:

    .. math:: s_i = \sum_f C_f \, \frac{w_{f, i - p_f, x_i}}{\sum_j w_{f, j, x_{p_f + j}}}

    Reference is a sequence without known bases. Its windows all have the same value, the bias, so that it does not
    matter which of them the maximum came from, and the scores add up to the change of the lead.

    Parameters
    ----------
    family
        To explain; without it the predicted one of each sequence.
    """
    logits = network.scores(sequences).logits
    families = logits.argmax(axis=1) if family is None else np.full(len(sequences), family)
    values, starts = network.pooled(sequences)
    per_filter = filter_contributions(network, values, families)
    return [
        BaseScores(
            int(families[row]),
            float(leads_of(logits[row : row + 1], int(families[row]))[0]),
            _on_bases(network.filters, sequence, starts[row], per_filter[row]),
        )
        for row, sequence in enumerate(sequences)
    ]


def _on_bases(kernels: Sequence[np.ndarray], sequence: str, starts: np.ndarray, per_filter: np.ndarray) -> np.ndarray:
    """Share out what each filter contributes over the bases of its window, shape (length,)."""
    widest = max(len(kernel) for kernel in kernels)
    # Windows may begin or end in the padding, whose letters are unknown too.
    end = max(len(sequence), int(starts.max())) + widest
    letters = np.full(end, UNKNOWN_CODE, dtype=np.int64)
    letters[: len(sequence)] = codes(sequence)
    scores = np.zeros(end)
    first = 0
    for kernel in kernels:
        width, _, number = kernel.shape
        places = starts[first : first + number, np.newaxis].astype(np.int64) + np.arange(width)
        with_unknown = np.concatenate([kernel, np.zeros((width, 1, number), kernel.dtype)], axis=1).astype(np.float64)
        parts = with_unknown[np.arange(width), letters[places], np.arange(number)[:, np.newaxis]]
        change = parts.sum(axis=1)
        changes = np.abs(change) > _NO_CHANGE
        rate = np.divide(per_filter[first : first + number], change, out=np.zeros(number), where=changes)
        scores += np.bincount(places.ravel(), weights=(rate[:, np.newaxis] * parts).ravel(), minlength=end)
        first += number
    return scores[: len(sequence)]
