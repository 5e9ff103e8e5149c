"""Picture of how many features have to be removed until a predicted class changes, or becomes another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools.report.figure import MISSING, in_natural_order, short
from srna_tools.report.panel import Panel, figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure, FigureBase

_TITLES = ("Stability:\nsteps until any other class", "Similarity:\nsteps until the column's class")
_LARGEST_CELL, _SMALLEST_CELL, _GRID = 0.62, 0.32, 6.4
_CHARACTER, _LONGEST_CLASS = 0.08, 28
_BAR, _BETWEEN, _TITLE_WIDTH = 0.9, 0.3, 2.3
_BESIDE_EACH_OTHER = 8
_LARGEST_TEXT, _SMALLEST_TEXT, _LETTER, _FILLED = 8.0, 5.5, 0.62 / 72, 0.92
_CORNER, _MARK = 0.55, "#555555"
_ROUNDED_FROM, _THOUSAND, _DARK = 9.95, 1000, 0.45
_COLOURS = "YlOrRd_r"
_NEVER = "never"
_EMPTY = "#F4F4F4"
_NOTHING = (6.0, 0.3)
_NONE_FOLLOWED = "No sample is predicted as its class, so there is none whose features could be removed."


def stability_plot(stability: pd.DataFrame, similarity: pd.DataFrame, how: str) -> Figure:
    """Draw both matrices of steps, from the class of the row in favour of that of the column.

    Parameters
    ----------
    stability, similarity
        Columns ``from to mean_steps samples censored``, one row a pair of classes.
    how
        How the scores came about, for the caption: rule and reference.

    Returns
    -------
    Figure of two heat maps with one scale: side by side for few classes, else one above the other. Few steps are dark.
    A dark corner grows with the share of samples that never changed; a cell is grey where none did.
    """
    if stability.empty:
        return figure_of(Panel("Stability and similarity of classes", *_NOTHING, _NONE_FOLLOWED, lambda part: None))
    tables = (stability, similarity)
    rows = sorted(set(stability["from"]), key=in_natural_order)
    columns = sorted(set(stability["from"]) | set(stability["to"]), key=in_natural_order)
    cell = min(_LARGEST_CELL, max(_SMALLEST_CELL, _GRID / len(columns)))
    cell = max(cell, _TITLE_WIDTH / len(columns))
    names = _CHARACTER * max(len(short(name, _LONGEST_CLASS)) for name in columns) + 0.55
    beside = len(columns) <= _BESIDE_EACH_OTHER
    width = cell * len(columns) + _BETWEEN
    height = cell * len(rows) + names + 0.8

    def draw(part: FigureBase) -> None:
        axes = part.subplots(1, 2, squeeze=False) if beside else part.subplots(2, 1, squeeze=False)
        norm = _scale(tables)
        for one, table, title in zip(axes.flat, tables, _TITLES, strict=True):
            _draw_matrix(one, table, (rows, columns), cell, norm)
            one.set_title(title, fontsize=9, loc="left")
        if beside:
            axes.flat[1].tick_params(axis="y", labelleft=False)
            axes.flat[1].set_ylabel("")
        _add_bar(part, axes, norm, height * (1 if beside else 2))

    size = (2 * width + names + _BAR, height) if beside else (width + names + _BAR, 2 * height)
    return figure_of(Panel("Stability and similarity of classes", *size, _caption(how), draw, stretches=False))


def _scale(tables: tuple[pd.DataFrame, ...]) -> LogNorm:
    """Colours by the logarithm of the steps, the same for both matrices."""
    from matplotlib.colors import LogNorm

    means = pd.concat([table["mean_steps"] for table in tables]).dropna()
    low, high = (means.min(), means.max()) if len(means) else (1.0, 1.0)
    return LogNorm(low, max(high, 2 * low))


def _draw_matrix(
    axes: Axes, table: pd.DataFrame, names: tuple[list[str], list[str]], cell: float, norm: LogNorm
) -> None:
    from matplotlib import colormaps

    rows, columns = names
    table = table.assign(share=table["censored"] / table["samples"])
    means, shares = (
        table.pivot_table(index="from", columns="to", values=column, aggfunc="mean", dropna=False)
        .reindex(index=rows, columns=columns)
        .to_numpy(np.float64)
        for column in ("mean_steps", "share")
    )
    colours = np.asarray(colormaps[_COLOURS](norm(np.nan_to_num(means, nan=1.0))))
    colours[np.isnan(means)] = _rgba(_EMPTY)
    colours[shares == 1] = _rgba(MISSING)
    axes.imshow(colours, aspect="equal", interpolation="nearest")
    axes.set_anchor("SW")
    axes.set_yticks(range(len(rows)), [short(name, _LONGEST_CLASS) for name in rows], fontsize=8)
    axes.set_xticks(range(len(columns)), [short(name, _LONGEST_CLASS) for name in columns], fontsize=8, rotation=90)
    axes.set_xlabel("to", fontsize=8)
    axes.set_ylabel("from", fontsize=8)
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", linewidth=0.8)
    axes.tick_params(length=0, which="both")
    _mark_censored(axes, shares)
    _write_numbers(axes, means, shares, colours, cell)


def _mark_censored(axes: Axes, shares: np.ndarray) -> None:
    """Fill a corner of each cell, the larger the more samples never changed."""
    from matplotlib.patches import Polygon

    for row, column in np.argwhere((shares > 0) & (shares < 1)):
        leg, right, top = _CORNER * shares[row, column] ** 0.5, column + 0.5, row - 0.5
        axes.add_patch(Polygon([(right - leg, top), (right, top), (right, top + leg)], color=_MARK, linewidth=0))


def _write_numbers(axes: Axes, means: np.ndarray, shares: np.ndarray, colours: np.ndarray, cell: float) -> None:
    words = {tuple(place): _number(means[tuple(place)]) for place in np.argwhere(~np.isnan(means))}
    words |= {tuple(place): _NEVER for place in np.argwhere(shares == 1)}
    longest = max(map(len, words.values()), default=1)
    size = max(_SMALLEST_TEXT, min(_LARGEST_TEXT, cell * _FILLED / (longest * _LETTER)))
    for (row, column), word in words.items():
        dark = float(colours[row, column, :3] @ (0.299, 0.587, 0.114)) < _DARK
        axes.text(
            column,
            row,
            word,
            ha="center",
            va="center",
            fontsize=size,
            color="white" if dark else "black",
        )


def _number(steps: float) -> str:
    """Whole numbers from ten on, thousands with k: what fits a cell."""
    if steps >= _THOUSAND:
        return f"{steps / _THOUSAND:.1f}k"
    return f"{steps:.0f}" if steps >= _ROUNDED_FROM else f"{steps:.1f}"


def _add_bar(part: FigureBase, axes: np.ndarray, norm: LogNorm, height: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullLocator

    bar = part.colorbar(
        ScalarMappable(norm, _COLOURS), ax=axes, fraction=0.05, aspect=25, shrink=min(1.0, 2.6 / height), pad=0.02
    )
    bar.set_label("mean steps", fontsize=8)
    bar.ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    bar.ax.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.tick_params(labelsize=7)


def _rgba(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


def _caption(how: str) -> str:
    return (
        f"{how}. A step sets one feature of a sample to the reference, those first that speak most for the class of "
        "the row (from) and against that of the column (to). Numbers: mean over the correctly predicted samples in "
        "which it happened; the larger the dark corner, the more in which it never did; grey: it happened in none."
    )
