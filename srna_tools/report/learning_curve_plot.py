"""Picture of how accuracy grows with the number of training samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srna_tools.report.figure import short
from srna_tools.report.model_looks import looks_of
from srna_tools.report.panel import Panel, figure_of, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT = 9.0, 3.8
_LEGEND_ROW, _LEGEND_COLUMNS = 0.2, 3
_TITLES = {"msa": "mean sample accuracy (msa)", "mca": "mean class accuracy (mca)"}
_CAPTION = (
    "Accuracy on the tested samples after training on a part of the training samples of every class; bands: 95 % "
    "interval over datasets. A line that still rises at its end calls for more samples."
)


def learning_curve_plot(curve: pd.DataFrame) -> Figure:
    """Draw mean sample accuracy (left) and mean class accuracy (right) against the number of training samples.

    Parameters
    ----------
    curve
        Columns ``model fraction samples metric value low high``, ``metric`` msa or mca; ``samples`` is the mean
        number of training samples, ``low`` and ``high`` may be missing.
    """
    looks = looks_of(list(curve["model"].unique()))

    def draw(part: FigureBase) -> None:
        sides = part.subplots(1, 2, sharey=True, sharex=True)
        for axes, (metric, title) in zip(sides, _TITLES.items(), strict=True):
            for model, look in looks.items():
                rows = curve[(curve["model"] == model) & (curve["metric"] == metric)].sort_values("samples")
                _draw_model(axes, rows, look.colour, look.line)
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


def _draw_model(axes: Axes, rows: pd.DataFrame, colour: str, line: str) -> None:
    samples, value = rows["samples"].to_numpy(), rows["value"].to_numpy()
    axes.plot(samples, value, color=colour, linestyle=line, marker="o", markersize=4, linewidth=1.6)
    low, high = (rows[side].fillna(rows["value"]).to_numpy() for side in ("low", "high"))
    axes.fill_between(samples, low, high, color=colour, alpha=0.15, linewidth=0)
