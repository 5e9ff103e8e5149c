"""Picture of what is taken for what: one heat map a model, true classes against predicted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import in_natural_order, short
from srna_tools.report.model_looks import without_baseline
from srna_tools.report.panel import Panel, figure_of
from srna_tools.validation.out_of_fold import BASELINE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_MOST_COLUMNS, _WIDEST = 3, 20.0
_LARGEST_CELL, _SMALLEST_CELL, _GRID = 0.5, 0.2, 4.6
_CHARACTER, _LONGEST_CLASS = 0.08, 28
_BAR, _LONGEST_BAR, _BETWEEN = 0.9, 2.6, 0.45
_SHORTEST_TITLE = 14
_NARROWEST = 5.5
_LARGEST_TEXT, _SMALLEST_TEXT = 8.0, 5.0
_LETTER = 0.62 / 72
_POINT_SHARE = 0.92
_DARK = 0.55
_ROUNDED_FROM = 9.95


def confusion_plot(confusion: pd.DataFrame) -> Figure:
    """Draw how many samples of each class are predicted as which.

    Parameters
    ----------
    confusion
        Columns ``model true predicted samples share``, one row a pair of classes; ``share`` is that of the true
        class, ``samples`` may have fractions (means over repeats).

    Returns
    -------
    Figure with a heat map a model, at most three beside each other. The baseline is drawn only if it is alone: it has
    one column with samples, or few.
    """
    return figure_of(confusion_panel(confusion))


def confusion_panel(confusion: pd.DataFrame) -> Panel:
    """Give the picture of `confusion_plot` as a part of a larger one."""
    models = without_baseline(confusion["model"].tolist()) or [BASELINE]
    classes = sorted(set(confusion["true"]) | set(confusion["predicted"]), key=in_natural_order)
    cell = min(_LARGEST_CELL, max(_SMALLEST_CELL, _GRID / len(classes)))
    name = _CHARACTER * max(len(short(name, _LONGEST_CLASS)) for name in classes) + 0.2
    grid = cell * len(classes)
    columns = int((_WIDEST - name - _BAR) / (grid + _BETWEEN))
    columns = max(1, min(_MOST_COLUMNS, len(models), columns))
    rows = -(-len(models) // columns)
    height = rows * (grid + name + 0.7) + 0.25

    def draw(part: FigureBase) -> None:
        panels = part.subplots(rows, columns, squeeze=False, sharey=True)
        for axes, model in zip(panels.flat, models, strict=False):
            _draw_model(axes, confusion[confusion["model"] == model], classes, cell)
            axes.set_title(short(model, max(_SHORTEST_TITLE, int(grid / _CHARACTER))), fontsize=9)
        for axes in panels.flat[len(models) :]:
            axes.set_visible(False)
        for axes in panels[:, 0]:
            axes.set_ylabel("true class", fontsize=8)
            axes.tick_params(axis="y", which="major", labelleft=True)
        bar = part.colorbar(
            panels[0, 0].images[0],
            ax=panels,
            fraction=0.05,
            aspect=25,
            shrink=min(1.0, _LONGEST_BAR / height),
            pad=0.02,
        )
        bar.set_label("share of the true class", fontsize=8)
        bar.ax.tick_params(labelsize=7)

    width = max(_NARROWEST, name + 0.3 + columns * (grid + _BETWEEN) + _BAR)
    caption = (
        "Rows: what the samples are; columns: what they were predicted to be. Colour: share of the row; numbers: "
        "samples. Off the diagonal are the mistakes."
    )
    return Panel("What is taken for what", width, height, caption, draw, stretches=False)


def _draw_model(axes: Axes, rows: pd.DataFrame, classes: list[str], cell: float) -> None:
    samples, shares = (
        rows.pivot_table(index="true", columns="predicted", values=column, aggfunc="sum")
        .reindex(index=classes, columns=classes)
        .to_numpy(np.float64)
        for column in ("samples", "share")
    )
    axes.imshow(np.nan_to_num(shares), cmap="Blues", vmin=0, vmax=1, aspect="equal", interpolation="nearest")
    # The room for labels is right only on the sides where square cells leave none over.
    axes.set_anchor("SW")
    names = [short(name, _LONGEST_CLASS) for name in classes]
    axes.set_xticks(range(len(classes)), names, fontsize=8, rotation=90)
    axes.set_yticks(range(len(classes)), names, fontsize=8)
    axes.set_xlabel("predicted class", fontsize=8)
    axes.set_xticks(np.arange(-0.5, len(classes)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(classes)), minor=True)
    axes.grid(which="minor", color="#E5E5E5", linewidth=0.5)
    axes.tick_params(length=0, which="both", labelleft=False)
    _write_numbers(axes, samples, shares, cell)


def _write_numbers(axes: Axes, samples: np.ndarray, shares: np.ndarray, cell: float) -> None:
    """Write the numbers of samples where they can be read; none for 0."""
    pairs = np.argwhere(np.nan_to_num(samples) > 0)
    words = {(row, column): _number(samples[row, column]) for row, column in pairs}
    longest = max(map(len, words.values()), default=1)
    size = min(_LARGEST_TEXT, cell * _POINT_SHARE / (longest * _LETTER))
    if size < _SMALLEST_TEXT:
        return
    for (row, column), word in words.items():
        colour = "white" if shares[row, column] > _DARK else "black"
        axes.text(column, row, word, ha="center", va="center", fontsize=size, color=colour)


def _number(samples: float) -> str:
    """Whole number; one decimal for few samples on average over repeats."""
    return f"{samples:.0f}" if samples >= _ROUNDED_FROM or samples == round(samples) else f"{samples:.1f}"
