"""Strip of all features of a sample: a line a class, as in figures 8-10 of Fiosina, Fiosins & Bonn 2019."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import DIVERGING, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Narrower stripes than these would fall between the dots of the picture.
_MOST_STRIPES = 400
_LINE, _LEAST_LINES = 0.155, 0.5
_MARK_COLOUR = "#222222"


def strip_height(classes: int) -> float:
    """Inches that the lines of a strip take."""
    return max(_LEAST_LINES, _LINE * classes)


def in_blocks(scores: np.ndarray) -> np.ndarray:
    """Order features so that those that vote alike stand together; those without a vote for any class are left out.

    Each belongs to the class for which its score differs most from its mean over the classes. Blocks stand in the
    order of the classes; in each the features that vote for it come first, the strongest at the outside, and those
    that vote against it last.

    Parameters
    ----------
    scores
        Shape (classes, features).
    """
    voting = np.flatnonzero(scores.any(axis=0))
    centred = scores[:, voting] - scores[:, voting].mean(axis=0)
    block = np.abs(centred).argmax(axis=0)
    return voting[np.lexsort((-centred[block, np.arange(len(voting))], block))]


def in_stripes(scores: np.ndarray, most: int = _MOST_STRIPES) -> tuple[np.ndarray, np.ndarray]:
    """Put neighbouring features into at most so many stripes, each as the strongest score in it.

    Returns
    -------
    Scores of shape (classes, stripes), and the first feature of each stripe.
    """
    features = scores.shape[1]
    starts = np.unique(np.arange(min(most, features)) * features // min(most, features))
    low, high = (np.asarray(f.reduceat(scores, starts, axis=1)) for f in (np.minimum, np.maximum))
    return np.where(-low > high, low, high), starts


def draw_strip(axes: Axes, scores: np.ndarray, classes: Sequence[str], named: np.ndarray, limit: float) -> None:
    """Draw the scores of all features that vote, classes x features, and mark the named ones above."""
    order = in_blocks(scores)
    order = order if len(order) else np.arange(scores.shape[1])
    stripes, starts = in_stripes(scores[:, order])
    axes.imshow(stripes, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    if len(named) < len(order):
        marked = np.searchsorted(starts, np.flatnonzero(np.isin(order, named)), side="right") - 1
        top = np.full(len(marked), -0.5)
        axes.plot(marked, top, linestyle="", marker=7, markersize=4, color=_MARK_COLOUR, clip_on=False)
    axes.set_yticks(range(len(classes)), [short(name) for name in classes], fontsize=7)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.set_yticks(np.arange(-0.5, len(classes)), minor=True)
    axes.grid(which="minor", axis="y", color="#DDDDDD", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    axes.set_xlabel(f"{_which(scores)}, those that vote alike together", fontsize=8)


def strip_caption(scores: np.ndarray, named: int) -> str:
    """Say how the strip of scores, classes x features, is read."""
    drawn = int(scores.any(axis=0).sum()) or scores.shape[1]
    pooled = "; neighbours share a stripe, which has the strongest score of them" if drawn > _MOST_STRIPES else ""
    marked = ", and marks show where named ones lie" if named < drawn else ""
    return (
        f"The strip below has {_which(scores)}, in a block for each class whose score they raise or lower most "
        f"compared with the other classes{pooled}{marked}."
    )


def _which(scores: np.ndarray) -> str:
    """Name the features that are drawn."""
    features, voting = scores.shape[1], int(scores.any(axis=0).sum())
    return (
        f"all {features:,} features"
        if voting in (0, features)
        else f"the {voting:,} of {features:,} features that vote"
    )
