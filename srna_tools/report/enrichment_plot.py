"""Picture of enrichment: a dot for each set and class, one panel a method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.attribute.enrichment import GSEA, OVER_REPRESENTATION, SIGNIFICANT
from srna_tools.report.figure import DIVERGING, short
from srna_tools.report.panel import Panel, figure_of, stacked

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_FEWEST_ROWS, _MOST_ROWS, _MOST_SETS_A_CLASS = 6, 40, 5
_ROW, _COLUMN, _SIDE = 0.23, 0.3, 1.8
_CHARACTER, _LONGEST_SET, _LONGEST_SOURCE, _LONGEST_CLASS = 0.075, 36, 20, 30
_LARGEST_DOT, _SMALLEST_DOT = 150.0, 10.0
_NARROWEST = 6.8
_GREATEST_SCORE = 10.0
_LEGEND_DOTS = 3
# Inches of the colour bar: from the plot, wide, high.
_BAR = (0.15, 0.12, 1.6)
_KEY = 0.85
_READING = (
    "Dot: the set and the class; a larger one: more members {of}. A black ring: q <= {limit:g}. Drawn are the sets "
    "with the smallest p of each class, at most {number}; sets left out: {left_out:,}. "
)


def enrichment_plot(table: pd.DataFrame) -> Figure:
    """Draw which sets each class is enriched in.

    Parameters
    ----------
    table
        As `srna_tools.attribute.enrichment.enrichment` gives it.

    Returns
    -------
    Figure with a panel a method: sets in rows, classes in columns. Colour is -log10 of q for over-representation, the
    normalised enrichment score for GSEA.
    """
    panels = [_panel(table[table["method"] == method], method) for method in dict.fromkeys(table["method"])]
    return figure_of(panels[0]) if len(panels) == 1 else stacked(panels, "Sets that classes are enriched in")


def _panel(table: pd.DataFrame, method: str) -> Panel:
    classes = list(dict.fromkeys(table["class"]))
    number = max(1, min(_MOST_SETS_A_CLASS, _MOST_ROWS // len(classes)))
    shown, names = _best_sets(table, number)
    label = _CHARACTER * max(len(name) for name in names) + 0.3
    below = _CHARACTER * max(len(short(name, _LONGEST_CLASS)) for name in classes) + 0.2
    all_sets = len(table[["source", "set"]].drop_duplicates())
    caption = _READING.format(
        of="among the best of the class" if method == OVER_REPRESENTATION else "in the leading edge",
        limit=SIGNIFICANT, number=number, left_out=all_sets - len(names),
    )  # fmt: skip
    caption += (
        "Red: the set lies high in the ranking of the class, its members vote for it; blue: low."
        if method == GSEA
        else f"Colour: -log10 of q, {_GREATEST_SCORE:g} and more alike. Sets without member among the best have no dot."
    )

    def draw(part: FigureBase) -> None:
        axes = part.subplots()
        _draw_dots(part, axes, shown, names, classes, method)

    return Panel(
        f"{'Rank-based' if method == GSEA else 'Over-representation'}",
        max(_NARROWEST, label + _COLUMN * len(classes) + _SIDE),
        _ROW * max(_FEWEST_ROWS, len(names)) + below,
        caption,
        draw,
        stretches=False,
    )


def _best_sets(table: pd.DataFrame, number: int) -> tuple[pd.DataFrame, list[str]]:
    """Rows of the sets with the smallest p of any class, with their place; and the sets' names in that order.

    Sets are grouped by the class in which they first come up. Those that nothing was found of are not among them.
    """
    found = table[table["overlap"] > 0]
    found = found if len(found) else table
    best = found.groupby("class", sort=False).head(number)[["source", "set"]].drop_duplicates(ignore_index=True)
    best["row"] = np.arange(len(best))
    sources = len(set(table["source"])) > 1
    names = [
        f"{short(name, _LONGEST_SET)} ({short(source, _LONGEST_SOURCE)})" if sources else short(name, _LONGEST_SET)
        for name, source in zip(best["set"], best["source"], strict=True)
    ]
    return table.merge(best, on=["source", "set"], how="inner"), names


def _draw_dots(
    figure: FigureBase, axes: Axes, shown: pd.DataFrame, names: Sequence[str], classes: Sequence[str], method: str
) -> None:
    drawn = shown[shown["overlap"] > 0]
    largest = max(1, int(shown["overlap"].max()))
    if method == GSEA:
        limit = max(1.0, float(drawn["score"].abs().max())) if len(drawn) else 1.0
        colours, palette, low, high = drawn["score"], DIVERGING, -limit, limit
        label = "normalised enrichment score"
    else:
        colours = np.minimum(-np.log10(drawn["q"].clip(lower=1e-300)), _GREATEST_SCORE)
        palette, low, high = "Reds", 0.0, max(2.0, float(colours.max()) if len(drawn) else 0.0)
        label = "-log10 of q"
    place = {name: number for number, name in enumerate(classes)}
    found = (drawn["q"] <= SIGNIFICANT).tolist()
    dots = axes.scatter(
        drawn["class"].map(place), drawn["row"], s=_area(drawn["overlap"], largest), c=colours,
        edgecolors=["black" if one else "#BBBBBB" for one in found],
        linewidths=[1.3 if one else 0.5 for one in found], zorder=3, cmap=palette, vmin=low, vmax=high,
    )  # fmt: skip
    axes.set_xlim(-0.7, len(classes) - 0.3)
    rows = max(len(names), _FEWEST_ROWS)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_xticks(range(len(classes)), [short(name, _LONGEST_CLASS) for name in classes], fontsize=8, rotation=90)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.grid(color="#E5E5E5", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.set_aspect(_ROW / _COLUMN)
    axes.set_anchor("NW")
    size = (_COLUMN * (len(classes) + 0.4), _ROW * (rows + 0.2))
    _draw_keys(figure, axes, dots, largest, label, size)


def _draw_keys(
    figure: FigureBase, axes: Axes, dots: Any, largest: int, label: str, inches: tuple[float, float]
) -> None:
    """Colour bar and sizes of dots beside a plot of that size, alike however large it is."""
    from matplotlib.lines import Line2D

    width, height = inches
    sizes = sorted({1, -(-largest // 2), largest})[-_LEGEND_DOTS:]
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=float(_area(size, largest)) ** 0.5, color="#999999",
               label=str(size))
        for size in sizes
    ]  # fmt: skip
    axes.legend(
        handles=handles, title="members", fontsize=8, title_fontsize=8, loc="upper left",
        bbox_to_anchor=(1 + _KEY / width, 1),
        frameon=False, borderaxespad=0, labelspacing=0.9,
    )  # fmt: skip
    share = min(1.0, _BAR[2] / height)
    beside = axes.inset_axes((1 + _BAR[0] / width, 1 - share, _BAR[1] / width, share))
    bar = figure.colorbar(dots, cax=beside)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7)


def _area(overlap: Any, largest: int) -> Any:
    return _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * np.asarray(overlap, dtype=np.float64) / largest
