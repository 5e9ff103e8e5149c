"""Motifs of a family: the filters of the one-hot network that its sequences activate most, and the bases they see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from srna_tools.attribute.deeplift import contributions
from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.letters import UNKNOWN
from srna_tools.sequences.motifs_matrix import base_counts

#: Filters of fewer bases see too little to be called a motif.
LEAST_WIDTH = 6
MOST_MOTIFS = 5
#: Motifs are of conserved positions: with a single sequence every position is.
LEAST_SEQUENCES = 2
# Windows that share more than this part of their bases, in more than this part of their sequences, show one motif.
_SAME = 0.5


class FilterNetwork(Protocol):
    """What motifs need of the one-hot network (`srna_tools.sequences.one_hot_network.OneHotNetwork`)."""

    @property
    def filters(self) -> Sequence[np.ndarray]:
        """Kernels of each width, shape (width, 4, filters of that width)."""

    @property
    def dense(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Weights and biases from the pooled values to the logits, ReLU in between."""

    def pooled(self, sequences: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Largest value of every filter in every sequence, after its ReLU, and the base where that window begins."""


@dataclass(frozen=True)
class Motif:
    """What a filter sees in the sequences of a family.

    Attributes
    ----------
    filter
        Its number among all filters of the network, from 0.
    width
        Bases it sees.
    activated
        Share of the sequences that activate it: the window it sees most lies inside of the sequence and raises it above
        what no bases at all give.
    contribution
        Mean of what it adds to the lead of the family's logit over the mean of all logits (DeepLIFT).
    alike
        Filters that show the same motif, itself included.
    sequences
        Places of the sequences that activate it.
    starts
        First base of the window in each of these, counted from 0.
    counts
        Letters at each position of the windows, shape (width, 4).
    """

    filter: int
    width: int
    activated: float
    contribution: float
    alike: int
    sequences: np.ndarray
    starts: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class _Activations:
    """Every filter in every sequence: whether it is activated within, from which base, and what it contributes."""

    widths: np.ndarray
    within: np.ndarray
    starts: np.ndarray
    share: np.ndarray
    contribution: np.ndarray


def find_motifs(
    network: FilterNetwork,
    sequences: Sequence[str],
    family: int,
    *,
    most: int = MOST_MOTIFS,
    least_width: int = LEAST_WIDTH,
) -> tuple[Motif, ...]:
    """Find what the most frequently activated filters see in the sequences of a family.

    Filters are ranked by the share of the sequences that activate them. Many are activated by all; of these those lead
    that contribute most to the family's logit. Filters that contribute nothing or speak against the family are passed
    over, and so are those whose windows lie where a filter before them has its own: they are counted as alike.

    Parameters
    ----------
    network
        The trained one-hot network.
    sequences
        Clean sequences of the family, at least `LEAST_SEQUENCES`.
    family
        Number of the family.
    most
        Motifs wanted.
    least_width
        Of the filters.

    Returns
    -------
    Motifs, the first by rank first; fewer than `most` where filters of so many motifs are not activated.

    Raises
    ------
    SrnaToolsError
        Too few sequences.

    References
    ----------
    Tang & Sun 2019, "Frequently activated filters represent part of mature miRNAs" and figure 9.
    """
    if len(sequences) < LEAST_SEQUENCES:
        raise SrnaToolsError(f"motifs need at least {LEAST_SEQUENCES} sequences of a family; there is {len(sequences)}")
    activations = _activations(network, sequences, family)
    wanted = (activations.widths >= least_width) & (activations.contribution > 0) & activations.within.any(axis=0)
    # The last key of lexsort is the first to sort by.
    ranked = np.lexsort((-activations.contribution, -activations.share))
    groups: list[list[int]] = []
    for number in ranked[wanted[ranked]]:
        group = next((group for group in groups if _same_motif(activations, group[0], number)), None)
        if group is not None:
            group.append(int(number))
        elif len(groups) < most:
            groups.append([int(number)])
    return tuple(_motif(activations, sequences, group) for group in groups)


def filter_contributions(network: FilterNetwork, values: np.ndarray, families: np.ndarray) -> np.ndarray:
    """What each pooled value adds to the lead of a family's logit over the mean of all logits (DeepLIFT, Rescale).

    Parameters
    ----------
    values
        Pooled values of the sequences, shape (sequences, filters).
    families
        Number of each sequence's family.

    Returns
    -------
    float64, shape (sequences, filters). Reference are the pooled values of no bases at all, so that the sum over the
    filters is by how much the lead is larger than it would be there.
    """
    *hidden, (weights, biases) = ((np.asarray(w, np.float64), np.asarray(b, np.float64)) for w, b in network.dense)
    distinct, which = np.unique(families, return_inverse=True)
    # Leads are linear in the logits: they take the place of the last layer.
    leads = (weights - weights.mean(axis=1, keepdims=True))[:, distinct], (biases - biases.mean())[distinct]
    of_each = contributions([*hidden, leads], values, without_bases(network), dtype=np.float64)
    return np.asarray(of_each[np.arange(len(values)), which])


def without_bases(network: FilterNetwork) -> np.ndarray:
    """Pooled values where no base is known, shape (filters,): the biases alone."""
    longest = max(len(kernel) for kernel in network.filters)
    return np.asarray(network.pooled([UNKNOWN * longest])[0][0], dtype=np.float64)


def filter_widths(network: FilterNetwork) -> np.ndarray:
    """Width of each filter in the order of the pooled values, int64."""
    return np.concatenate([np.full(kernel.shape[2], len(kernel), dtype=np.int64) for kernel in network.filters])


def _activations(network: FilterNetwork, sequences: Sequence[str], family: int) -> _Activations:
    values, starts = network.pooled(sequences)
    widths, starts = filter_widths(network), np.asarray(starts, dtype=np.int64)
    lengths = np.array([len(sequence) for sequence in sequences])
    activated = values > without_bases(network)
    # A window may reach into the padding behind a sequence: it says where that ends, and has no letters to count.
    inside = starts + widths <= lengths[:, np.newaxis]
    contribution = filter_contributions(network, values, np.full(len(values), family)).mean(axis=0)
    within = activated & inside
    return _Activations(widths, within, starts, within.mean(axis=0), contribution)


def _same_motif(activations: _Activations, one: int, other: int) -> bool:
    """Whether two filters see mostly the same bases."""
    both = np.flatnonzero(activations.within[:, one] & activations.within[:, other])
    if not both.size:
        return False
    first, second = activations.starts[both, one], activations.starts[both, other]
    widths = activations.widths[one], activations.widths[other]
    shared = np.minimum(first + widths[0], second + widths[1]) - np.maximum(first, second)
    return bool((shared > _SAME * min(widths)).mean() > _SAME)


def _motif(activations: _Activations, sequences: Sequence[str], group: list[int]) -> Motif:
    number, width = group[0], int(activations.widths[group[0]])
    places = np.flatnonzero(activations.within[:, number])
    starts = activations.starts[places, number]
    windows = list(_windows(sequences, places, starts, width))
    return Motif(
        number, width, float(activations.share[number]), float(activations.contribution[number]), len(group), places,
        starts, base_counts(windows),
    )  # fmt: skip


def _windows(sequences: Sequence[str], places: np.ndarray, starts: np.ndarray, width: int) -> Iterator[str]:
    for place, start in zip(places, starts, strict=True):
        yield sequences[place][start : start + width]
