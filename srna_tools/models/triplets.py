"""Triplets for metric learning: an anchor, a sample of its class and one of another class that is hard to tell."""

from __future__ import annotations

import numpy as np

# Distances that are held at a time: bounds memory whatever the number of samples.
_DISTANCES = 2**22


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Logistic function of each value, of the type of `values`; never overflows."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), dtype=values.dtype)


def distances(anchors: np.ndarray, sources: np.ndarray) -> np.ndarray:
    r"""Euclidean distance of each anchor from each source, shape (anchors, sources), of their type.

    .. math:: d(a, s)^2 = |a|^2 + |s|^2 - 2 a \cdot s
    """
    # Around the mean of the sources the three terms are small, and so is what rounding leaves of their difference.
    centre = sources.mean(axis=0)
    anchors, sources = anchors - centre, sources - centre
    squares = (-2 * anchors) @ sources.T
    squares += np.einsum("ij,ij->i", anchors, anchors)[:, None]
    squares += np.einsum("ij,ij->i", sources, sources)
    np.maximum(squares, 0, out=squares)
    return np.asarray(np.sqrt(squares, out=squares))


def mine(
    anchors: np.ndarray,
    anchor_codes: np.ndarray,
    sources: np.ndarray,
    source_codes: np.ndarray,
    margin: float,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw a positive and a semi-hard negative for each anchor.

    The positive is any source of the anchor's class. The negative is any source of another class with
    :math:`d(a, p) < d(a, n) < d(a, p) + m`; where there is none, the farthest of another class.

    Parameters
    ----------
    anchors, sources
        Embeddings, shape (samples, dimensions).
    anchor_codes, source_codes
        Class number of each.
    margin
        The :math:`m` of the triplet loss.

    Returns
    -------
    Row among the sources of each anchor's positive and negative.

    Raises
    ------
    ValueError
        A class of the anchors has no source, or all sources are of one class.

    References
    ----------
    Wartmann et al. 2020, "Domain Adaptation Model"; semi-hard negatives: Schroff, Kalenichenko & Philbin 2015.
    """
    if not np.isin(anchor_codes, source_codes).all() or len(np.unique(source_codes)) == 1:
        raise ValueError("each class of the anchors needs a source, and one of another class")
    positives = _of_same_class(anchor_codes, source_codes, generator)
    negatives = np.empty(len(anchors), dtype=np.intp)
    rows = max(1, _DISTANCES // len(sources))
    for start in range(0, len(anchors), rows):
        block = slice(start, start + rows)
        apart = distances(anchors[block], sources)
        others = anchor_codes[block, None] != source_codes
        near = np.take_along_axis(apart, positives[block, None], axis=1)
        semi_hard = others & (apart > near) & (apart < near + apart.dtype.type(margin))
        farthest = np.where(others, apart, -1).argmax(axis=1)
        drawn, found = _one_in_each_row(semi_hard, generator)
        negatives[block] = np.where(found, drawn, farthest)
    return positives, negatives


def _of_same_class(anchor_codes: np.ndarray, source_codes: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Row of a source of each anchor's class, all equally likely."""
    order = np.argsort(source_codes, kind="stable")
    first = np.searchsorted(source_codes[order], anchor_codes, side="left")
    behind = np.searchsorted(source_codes[order], anchor_codes, side="right")
    return np.asarray(order[generator.integers(first, behind)])


def _one_in_each_row(wanted: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Column of a true value of each row, all equally likely, and which rows have one."""
    places = np.flatnonzero(wanted)
    behind = np.searchsorted(places, np.arange(1, len(wanted) + 1) * wanted.shape[1])
    numbers = np.diff(behind, prepend=0)
    found = numbers > 0
    chosen = (behind - numbers)[found] + generator.integers(numbers[found])
    columns = np.zeros(len(wanted), dtype=np.intp)
    columns[found] = places[chosen] % wanted.shape[1]
    return columns, found
