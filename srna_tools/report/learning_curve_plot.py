"""Picture of how accuracy grows with the number of training samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from srna_tools.report.figure import short
from srna_tools.report.model_looks import looks_of
from srna_tools.report.panel import Panel, figure_of, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT = 9.0, 3.8
_LEGEND_ROW, _LEGEND_COLUMNS = 0.2, 3
_TITLES = {"msa": "mean sample accuracy (msa)", "mca": "mean class accuracy (mca)"}
_CAPTION = (
    "Accuracy on the tested samples after training on a part of the training samples. Lines: mean over folds and "
    "repeats; bands: one standard deviation around it. A line that still rises at its end calls for more samples."
)


def learning_curve_plot(curve: pd.DataFrame) -> Figure:
    """Draw mean sample accuracy (left) and mean class accuracy (right) against the number of training samples.

    Parameters
    ----------
    curve
        Columns ``model fraction samples repeat fold msa mca``, one row a fit; ``samples`` is the number of training
        samples, averaged over the fits of a fraction.
    """
    looks = looks_of(list(curve["model"].unique()))

    def draw(part: FigureBase) -> None:
        sides = part.subplots(1, 2, sharey=True, sharex=True)
        for axes, (metric, title) in zip(sides, _TITLES.items(), strict=True):
            for model, look in looks.items():
                _draw_model(axes, curve[curve["model"] == model], metric, look.colour, look.line)
            axes.set_title(title, fontsize=9)
            axes.set_xlabel("training samples", fontsize=9)
            tidy(axes, grid="both")
        sides[0].set_ylabel("accuracy", fontsize=9)
        sides[0].set_ylim(top=1.01)
        sides[0].set_xlim(left=0)
        part.legend(
            sides[0].get_lines(), [short(model) for model in looks], loc="outside upper center", frameon=False,
            fontsize=8, ncols=min(_LEGEND_COLUMNS, len(looks)),
        )  # fmt: skip

    height = _HEIGHT + _LEGEND_ROW * -(-len(looks) // _LEGEND_COLUMNS)
    return figure_of(Panel("Learning curve", _WIDTH, height, _CAPTION, draw))


def _draw_model(axes: Axes, rows: pd.DataFrame, metric: str, colour: str, line: str) -> None:
    by_fraction = rows.groupby("fraction", sort=True)
    samples = by_fraction["samples"].mean().to_numpy()
    mean = by_fraction[metric].mean().to_numpy()
    deviation = by_fraction[metric].std(ddof=1).fillna(0).to_numpy()
    axes.plot(samples, mean, color=colour, linestyle=line, marker="o", markersize=4, linewidth=1.6)
    axes.fill_between(
        samples, (mean - deviation).clip(0, 1), (mean + deviation).clip(0, 1), color=colour, alpha=0.15, linewidth=0
    )
