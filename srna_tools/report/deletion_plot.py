"""Picture of deletion curves: the probability of a class against the number of features removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srna_tools.report.figure import short
from srna_tools.report.model_looks import looks_of
from srna_tools.report.panel import Panel, figure_of, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT = 6.5, 3.6
_LEGEND_ROW, _LEGEND_COLUMNS = 0.22, 2
_TEXT = (
    "Mean probability of the samples' class after setting so many features to the reference, in the given order. The "
    "sooner a curve falls below that of a random order, the more the model relies on what ranks first; all end at the "
    "probability of the reference itself."
)


def deletion_plot(table: pd.DataFrame, *, caption: str = "") -> Figure:
    """Draw one curve an order.

    Parameters
    ----------
    table
        Columns ``order removed probability samples``.
    caption
        Which reference and rule the scores were computed with.
    """
    orders = list(table["order"].unique())

    def draw(part: FigureBase) -> None:
        axes = part.subplots()
        draw_curves(axes, table)
        axes.set_ylabel("probability of the class", fontsize=9)
        part.legend(
            axes.get_lines(), [short(order, 45) for order in orders], loc="outside upper center", frameon=False,
            fontsize=8, ncols=_LEGEND_COLUMNS,
        )  # fmt: skip

    height = _HEIGHT + _LEGEND_ROW * -(-len(orders) // _LEGEND_COLUMNS)
    samples = int(table["samples"].max())
    text = f"{_TEXT} {samples:,} samples. {caption}"
    return figure_of(Panel("Deletion curves", _WIDTH, height, text, draw))


def draw_curves(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the curves of a table; from none to one feature the axis is straight, beyond it logarithmic."""
    from matplotlib.ticker import StrMethodFormatter

    orders = list(table["order"].unique())
    for order, look in looks_of(orders).items():
        rows = table[table["order"] == order]
        axes.plot(rows["removed"], rows["probability"], color=look.colour, marker="o", markersize=3.5, linewidth=1.6)
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    removed = int(table["removed"].max())
    tens = [10**power for power in range(len(str(removed)))]
    axes.set_xticks([0, *tens] if len(tens) > 1 else table["removed"].unique())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.minorticks_off()
    axes.set_xlim(-0.05, removed * 1.15)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("features removed", fontsize=9)
    tidy(axes, grid="both")
