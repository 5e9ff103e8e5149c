"""Picture of how much each class expresses the features that decide, as figure 11 of Fiosina, Fiosins & Bonn 2019."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.report.clustering import Tree
from srna_tools.report.figure import COLOURS, MISSING, add_caption, caption_height, new_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: More names would not be legible.
MOST_FEATURES = 60
_ROW, _COLUMN, _CHARACTER = 0.175, 0.3, 0.085
_TREE, _STRIP, _BAR = 0.7, 0.16, 0.9
_NARROWEST, _NARROWEST_GRID, _LOWEST_GRID = 6.5, 2.2, 0.5
_TALLEST_BAR, _AROUND = 3.0, 0.08
_GOLDEN = (5**0.5 - 1) / 2


def expression_plot(
    rpm: np.ndarray, features: Sequence[str], classes: Sequence[str], top_for: np.ndarray, *, caption: str = ""
) -> Figure:
    """Draw the mean expression of features in classes, both ordered by similarity.

    Parameters
    ----------
    rpm
        Mean reads per million, shape (classes, features), NaN where a feature was not measured.
    features, classes
        Their names; at most `MOST_FEATURES` features can be read.
    top_for
        For which classes a feature is among the top ones, as its rank there, NaN elsewhere, shape (classes, features).
    caption
        How the features were chosen.
    """
    if rpm.shape != (len(classes), len(features)) or not rpm.size or top_for.shape != rpm.shape:
        raise ValueError(f"rpm of shape {rpm.shape} does not fit {len(classes)} classes x {len(features)} features")
    values = np.log2(1 + rpm).T
    rows, columns = Tree(values), Tree(values.T)
    values, marks = values[np.ix_(rows.order, columns.order)], top_for.T[np.ix_(rows.order, columns.order)]
    grey = "Grey: not measured. " if np.isnan(values).any() else ""
    text = (
        "Mean expression of each class; features and classes with similar expression stand together (average "
        "linkage). A dot: the feature is among those that speak most for the class; the strip on the left has the "
        f"colour of the class that ranks it highest. {grey}{caption}"
    )
    feature_names = [short(features[row]) for row in rows.order.tolist()]
    class_names = [short(classes[column]) for column in columns.order.tolist()]
    figure, (over, above, left, beside, grid) = _framed(feature_names, class_names, text)
    columns.draw(over, "top")
    rows.draw(left, "left")
    colours = _colours(len(classes))
    _strip(above, colours[None])
    best = np.where(np.isnan(marks), np.inf, marks).argmin(axis=1)
    _strip(beside, colours[best][:, None])
    _draw_values(figure, grid, values, feature_names, class_names)
    down, across = np.nonzero(~np.isnan(marks))
    grid.scatter(across, down, s=14, c="white", edgecolors="black", linewidths=0.6)
    add_caption(figure, text)
    figure.suptitle("Expression of the features that speak for each class", fontsize=11)
    return figure


def _framed(features: Sequence[str], classes: Sequence[str], caption: str) -> tuple[Figure, list[Axes]]:
    """Make a figure in which every name has the room that it needs."""
    high = max(_LOWEST_GRID, _ROW * len(features))
    wide = max(_NARROWEST_GRID, _COLUMN * len(classes))
    width = max(_NARROWEST, _TREE + _STRIP + wide + _CHARACTER * max(map(len, features)) + _BAR + 0.4)
    height = _TREE + _STRIP + high + _CHARACTER * max(map(len, classes)) + 0.7 + caption_height(caption, width)
    figure = new_figure(width, height)
    # Trees and strips touch the grid; the room that the parts lack between them stands around all of them.
    around = (_AROUND / width, _AROUND / height, 1 - 2 * _AROUND / width, 1 - 2 * _AROUND / height)
    figure.get_layout_engine().set(  # type: ignore[union-attr]
        hspace=0,
        wspace=0,
        w_pad=0.02,
        h_pad=0.02,
        rect=around,  # type: ignore[call-arg]
    )
    cells = figure.add_gridspec(3, 3, width_ratios=[_TREE, _STRIP, wide], height_ratios=[_TREE, _STRIP, high])
    places = (cells[0, 2], cells[1, 2], cells[2, 0], cells[2, 1], cells[2, 2])
    return figure, [figure.add_subplot(place) for place in places]


def _draw_values(
    figure: Figure, axes: Axes, values: np.ndarray, features: Sequence[str], classes: Sequence[str]
) -> None:
    from matplotlib import colormaps

    image = axes.imshow(
        values, cmap=colormaps["viridis"].with_extremes(bad=MISSING), vmin=0, aspect="auto", interpolation="nearest"
    )
    axes.set_yticks(range(len(features)), features, fontsize=8)
    axes.yaxis.tick_right()
    axes.set_xticks(range(len(classes)), classes, fontsize=8, rotation=90)
    axes.tick_params(length=0)
    share = min(1.0, _TALLEST_BAR / figure.get_figheight())
    bar = figure.colorbar(image, ax=figure.axes, fraction=0.05, aspect=25, shrink=share, pad=0.02)
    bar.set_label("log2(1 + mean reads per million)", fontsize=8)
    bar.ax.tick_params(labelsize=7)


def _strip(axes: Axes, colours: np.ndarray) -> None:
    axes.imshow(colours, aspect="auto", interpolation="nearest")
    axes.set_axis_off()


def _colours(number: int) -> np.ndarray:
    """Colour of each class, neighbours far apart, shape (number, 3)."""
    from matplotlib import colormaps
    from matplotlib.colors import to_rgb

    if number <= len(COLOURS):
        return np.array([to_rgb(colour) for colour in COLOURS[:number]])
    rainbow: Any = colormaps["turbo"]
    return np.asarray(rainbow((0.5 + np.arange(number) * _GOLDEN) % 1)[:, :3])
