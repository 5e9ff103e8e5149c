"""Picture of how a model was chosen: how each candidate did on studies and on resources that were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srna_tools.evaluate.choose import MOST_BEHIND
from srna_tools.report.figure import COLOURS, short
from srna_tools.report.panel import Panel, figure_of, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

#: Ending of the columns that hold the mean class accuracy of a view.
OF_VIEW = "_mca"
_MARKS = ("o", "s", "^")
_SIDE, _CHARACTER, _ROW, _AROUND = 5.6, 0.08, 0.36, 1.0
_LONGEST = 32
_BAND, _LINE, _SCORE = "#D9D9D9", "#9A9A9A", "#222222"
_CAPTION = (
    "Mean class accuracy on samples that the model did not see: the share of its samples that is recognised, averaged "
    "over the classes. Black bar: the mean of a row, by which the rows are sorted; dashed line: the best mean. Grey "
    "band: one standard error of a row's distance from the best, over draws of datasets, at most 0.02; a model whose "
    "black bar lies in its band counts as good as the best. Of these the first in the list of candidates is chosen."
)


def choice_plot(table: pd.DataFrame) -> Figure:
    """Draw one row a candidate, the best at the top.

    Parameters
    ----------
    table
        Columns ``model``, ``<view>_mca`` for each view, ``score``, ``behind``, ``error`` and ``chosen`` (``yes`` or
        empty), as of srna-train ``--choice-output``.
    """
    ordered = table.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
    chosen = ordered["chosen"] == "yes"
    names = [
        short(name, _LONGEST) + " (chosen)" * is_chosen
        for name, is_chosen in zip(ordered["model"], chosen, strict=True)
    ]

    def draw(part: FigureBase) -> None:
        axes = part.subplots()
        _draw_candidates(axes, ordered)
        axes.set_yticks(range(len(names)), names, fontsize=8)
        for label, is_chosen in zip(axes.get_yticklabels(), chosen, strict=True):
            label.set_fontweight("bold" if is_chosen else "normal")
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlabel("mean class accuracy (mca)", fontsize=9)
        tidy(axes, grid="x")
        axes.tick_params(axis="y", length=0)
        handles, labels = axes.get_legend_handles_labels()
        part.legend(handles, labels, loc="outside upper center", frameon=False, fontsize=8, ncols=len(handles))

    width = _SIDE + _CHARACTER * max(map(len, names))
    return figure_of(Panel("How the model was chosen", width, _ROW * len(names) + _AROUND, _CAPTION, draw))


def _draw_candidates(axes: Axes, ordered: pd.DataFrame) -> None:
    rows = np.arange(len(ordered))
    views = [str(name) for name in ordered.columns if str(name).endswith(OF_VIEW)]
    best = ordered["score"].max()
    band = ordered["error"].clip(upper=MOST_BEHIND)
    axes.barh(rows, band, left=best - band, height=0.62, color=_BAND, label="as good as the best")
    # Bars would end the axis where they end, in the middle of the best mark.
    axes.use_sticky_edges = False
    axes.axvline(best, color=_LINE, linestyle="--", linewidth=1)
    axes.hlines(rows, ordered[views].min(axis=1), ordered[views].max(axis=1), color=_LINE, linewidth=1.2, zorder=2)
    for view, mark, colour in zip(views, _MARKS, COLOURS, strict=False):
        name = f"{view.removesuffix(OF_VIEW)} left out"
        axes.scatter(ordered[view], rows, s=38, marker=mark, color=colour, label=name, zorder=3)
    axes.scatter(ordered["score"], rows, s=110, marker="|", color=_SCORE, linewidths=1.8, label="mean", zorder=4)
