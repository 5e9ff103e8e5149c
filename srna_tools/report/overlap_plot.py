"""Picture of how many top features classes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.clustering import Tree
from srna_tools.report.figure import DIVERGING, MISSING, add_caption, caption_height, new_figure, short

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CELL, _CHARACTER, _BAR = 0.42, 0.085, 1.1
_NARROWEST, _TALLEST_BAR = 6.0, 3.0
_DARK = 0.6


def overlap_plot(overlap: pd.DataFrame, classes: list[str], *, caption: str = "") -> Figure:
    """Draw the number of shared features of every two classes, compared with chance.

    Parameters
    ----------
    overlap
        Of `srna_tools.attribute.overlap.top_overlap`.
    classes
        Those with samples.
    caption
        Which scores.
    """
    shared = _matrix(overlap, classes, "shared")
    order = Tree(_matrix(overlap, classes, "jaccard", own=1.0)).order
    names = [short(classes[position]) for position in order]
    if len(overlap):
        top, expected = int(overlap["top"].max()), float(overlap["expected"].mean())
        text = (
            f"Numbers: features that are among the top {top} of both classes. By chance two classes would share "
            f"{expected:.3g} (white); red: they share more, blue: fewer. Similar classes stand together. {caption}"
        )
    else:
        top, expected, text = 0, 0.0, f"Only one class has samples: it shares its features with no other. {caption}"
    longest, grid = _CHARACTER * max(map(len, names)), _CELL * len(names)
    width = max(_NARROWEST, longest + grid + _BAR + 0.4)
    figure = new_figure(width, grid + longest + 0.9 + caption_height(text, width))
    axes = figure.subplots()
    _draw(figure, axes, shared[np.ix_(order, order)], names, expected, top)
    add_caption(figure, text)
    figure.suptitle("Top features that classes share", fontsize=11)
    return figure


def _matrix(overlap: pd.DataFrame, classes: list[str], column: str, own: float = np.nan) -> np.ndarray:
    place = {name: position for position, name in enumerate(classes)}
    one, other = (overlap[side].map(place).to_numpy(np.int64) for side in ("class", "other"))
    matrix = np.full((len(classes), len(classes)), own)
    matrix[one, other] = matrix[other, one] = overlap[column]
    return matrix


def _draw(figure: Figure, axes: Axes, shared: np.ndarray, names: list[str], expected: float, top: int) -> None:
    from matplotlib import colormaps

    # The same distance from chance has the same strength of colour on both sides.
    farthest = float(np.nanmax(np.abs(shared - expected), initial=0.0)) or 1.0
    image = axes.imshow(
        shared, cmap=colormaps[DIVERGING].with_extremes(bad=MISSING), vmin=expected - farthest,
        vmax=expected + farthest, aspect="auto", interpolation="nearest",
    )  # fmt: skip
    axes.set_xticks(range(len(names)), names, fontsize=8, rotation=90)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.tick_params(length=0)
    for row, column in np.argwhere(~np.isnan(shared)):
        strong = abs(shared[row, column] - expected) > _DARK * farthest
        axes.text(
            column, row, f"{shared[row, column]:.0f}", ha="center", va="center", fontsize=8,
            color="white" if strong else "black",
        )  # fmt: skip
    if top:
        share = min(1.0, _TALLEST_BAR / figure.get_figheight())
        bar = figure.colorbar(image, ax=axes, fraction=0.05, aspect=25, shrink=share)
        bar.ax.set_ylim(max(0.0, expected - farthest), min(float(top), expected + farthest))
        bar.set_label("shared features", fontsize=8)
        bar.ax.tick_params(labelsize=7)
