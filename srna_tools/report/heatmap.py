"""Heatmap of the classes: which features speak for and against each; and what all heatmaps of scores share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.attribute.votes import strongest
from srna_tools.report.figure import DIVERGING, add_caption, caption_height, new_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VOTES = "Red: the feature votes for the class; blue: it votes against it; white: it does not matter."
ROW, COLUMN, CHARACTER, TALL = 0.2, 0.3, 0.085, 60

_MOST_ROWS = 200
_NARROWEST, _GRID_WIDTH = 6.5, 4.0
_LONGEST_BAR = 7.0
# Colours end at twice the score that nine of ten features do not exceed.
_MOST_FEATURES, _ROOM = 0.9, 2.0


def class_heatmap(scores: np.ndarray, features: Sequence[str], classes: Sequence[str], *, caption: str = "") -> Figure:
    """Draw the mean scores of the top features of every class.

    Parameters
    ----------
    scores
        Classes x features, already reduced to the features to show. Beyond 200 features those with the largest
        absolute score are drawn, and the caption says so.
    features, classes
        Their names. The features are grouped by the class that they speak for most.
    """
    scores = np.asarray(scores, dtype=np.float64)
    check_shape(scores, features, classes)
    shown = strongest(np.abs(scores).max(axis=0), _MOST_ROWS)
    best = scores[:, shown].argmax(axis=0)
    shown = shown[np.lexsort((-scores[best, shown], best))]
    left_out = scores.shape[1] - len(shown)
    limit = colour_limit(scores[:, shown])
    text = (
        f"{VOTES} {f'{left_out:,} features with smaller scores are not drawn. ' if left_out else ''}"
        f"{beyond_colours(scores[:, shown], limit)}{caption}"
    )
    width = width_for(features, classes)
    height = ROW * len(shown) + height_of_names(classes, len(shown)) + 1.0 + caption_height(text, width)
    figure = new_figure(width, max(height, 3.0))
    grid = figure.subplots()
    add_caption(figure, text)
    draw_scores(grid, scores[:, shown].T, [features[index] for index in shown], classes, limit)
    add_colour_bar(figure, grid, [grid], tall=len(shown) > TALL)
    figure.suptitle("Features that speak for and against each class", fontsize=11)
    return figure


def check_shape(scores: np.ndarray, features: Sequence[str], classes: Sequence[str]) -> None:
    """Refuse scores that are none, or not of these classes and features."""
    if scores.shape != (len(classes), len(features)) or not scores.size:
        raise ValueError(f"scores of shape {scores.shape} do not fit {len(classes)} classes x {len(features)} features")


def colour_limit(scores: np.ndarray) -> float:
    """Score, of classes x features, at which the colours end, so that one huge score does not pale all others."""
    largest = np.abs(scores).max(axis=0)
    usual = float(np.quantile(largest, _MOST_FEATURES, method="lower"))
    return min(float(largest.max()), _ROOM * usual) or float(largest.max()) or 1.0


def beyond_colours(scores: np.ndarray, limit: float) -> str:
    """Sentence on the scores that no colour is strong enough for, or nothing."""
    if not (np.abs(scores) > limit).any():
        return ""
    return f"Scores beyond {limit:.2g} have its colour; of named features their number stands in the cell. "


def width_for(features: Sequence[str], classes: Sequence[str]) -> float:
    """Inches in which every column has the room that its name needs."""
    longest = max(len(short(name)) for name in features)
    return max(_NARROWEST, CHARACTER * longest + COLUMN * len(classes) + 1.9)


def height_of_names(classes: Sequence[str], rows: int) -> float:
    """Inches of the names of the classes, which stand above a tall heatmap too."""
    return CHARACTER * max(len(short(name)) for name in classes) * (2 if rows > TALL else 1)


def draw_scores(axes: Axes, scores: np.ndarray, features: Sequence[str], classes: Sequence[str], limit: float) -> None:
    """Draw scores, shape (features, classes), as a grid of coloured cells with all names."""
    axes.imshow(scores, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    for row, column in np.argwhere(np.abs(scores) > limit):
        axes.text(column, row, f"{scores[row, column]:.2g}", color="white", fontsize=6, ha="center", va="center")
    axes.set_yticks(range(len(features)), [short(name) for name in features], fontsize=8)
    names = [short(name) for name in classes]
    lying = max(map(len, names)) * CHARACTER < 0.9 * _GRID_WIDTH / len(classes)
    axes.set_xticks(range(len(classes)), names, fontsize=8, rotation=0 if lying else 90)
    axes.tick_params(axis="x", labeltop=len(features) > TALL)
    axes.set_xticks(np.arange(-0.5, len(classes)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(features)), minor=True)
    axes.grid(which="minor", color="#DDDDDD", linewidth=0.5)
    axes.tick_params(length=0, which="both")


def add_colour_bar(figure: Figure, axes: Axes, beside: list[Axes], *, tall: bool) -> None:
    """Say beside all `beside` what the colours of `axes` mean; at the top of a tall picture."""
    image = axes.images[0]
    values = np.abs(np.asarray(image.get_array()))
    length = min(0.8, _LONGEST_BAR / figure.get_figheight())
    bar = figure.colorbar(
        image, ax=beside, fraction=0.05, aspect=30, shrink=length, anchor=(0, 1 if tall else 0.5), pad=0.02,
        extend="both" if values.max() > image.get_clim()[1] else "neither",
    )  # fmt: skip
    bar.set_label("score (blue: against the class, red: for it)", fontsize=8)
    bar.ax.tick_params(labelsize=7)
