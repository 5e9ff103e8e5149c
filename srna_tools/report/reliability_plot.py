"""Picture of how far probabilities can be believed: reliability, and what refusing doubtful samples gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import short
from srna_tools.report.model_looks import Look, looks_of, without_baseline
from srna_tools.report.panel import Panel, figure_of, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT = 9.0, 3.9
_LEGEND_ROW, _LEGEND_COLUMNS = 0.2, 3
_LARGEST_MARK, _SMALLEST_MARK = 130.0, 8.0
# Among very few samples a single mistake is a large share, which must not set the scale.
_STEADY_FROM, _LOWEST_TOP = 0.05, 0.02
_CAPTION = (
    "Left: samples grouped by the probability of their predicted class; on the dashed line, of the samples predicted "
    "with probability 0.8 as many as 80 % are right. Below it the model is surer than it should be. The larger a mark, "
    "the more samples. Right: share of wrong predictions among the surest samples, from few to all of them; the "
    "lower and the later it rises, the better doubtful samples can be told from safe ones."
)


def reliability_plot(
    reliability_by_model: Mapping[str, pd.DataFrame], risk_by_model: Mapping[str, pd.DataFrame]
) -> Figure:
    """Draw reliability curves (left) and risk-coverage curves (right).

    Parameters
    ----------
    reliability_by_model
        For each model columns ``low high samples mean_probability accuracy``, one row a bin; empty bins are not drawn.
    risk_by_model
        For the same models columns ``coverage risk threshold``: the error rate among the samples accepted. The
        baseline is drawn only if it is alone.

    References
    ----------
    Guo et al. 2017, On calibration of modern neural networks (reliability diagrams); El-Yaniv & Wiener 2010, On the
    foundations of noise-free selective classification (risk-coverage curves).
    """
    return figure_of(reliability_panel(reliability_by_model, risk_by_model))


def reliability_panel(
    reliability_by_model: Mapping[str, pd.DataFrame], risk_by_model: Mapping[str, pd.DataFrame]
) -> Panel:
    """Give the picture of `reliability_plot` as a part of a larger one."""
    models = list(reliability_by_model)
    looks = looks_of(without_baseline(models) or models)

    def draw(part: FigureBase) -> None:
        left, right = part.subplots(1, 2)
        _draw_reliability(left, reliability_by_model, looks)
        _draw_risk(right, risk_by_model, looks)
        part.legend(
            right.get_lines()[: len(looks)], [short(name) for name in looks], loc="outside upper center",
            frameon=False, fontsize=8, ncols=min(_LEGEND_COLUMNS, len(looks)),
        )  # fmt: skip

    height = _HEIGHT + _LEGEND_ROW * -(-len(looks) // _LEGEND_COLUMNS)
    return Panel("How far probabilities can be believed", _WIDTH, height, _CAPTION, draw)


def _draw_reliability(axes: Axes, tables: Mapping[str, pd.DataFrame], looks: Mapping[str, Look]) -> None:
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    most = max(float(tables[name]["samples"].max()) for name in looks)
    for name, look in looks.items():
        seen = tables[name][tables[name]["samples"] > 0]
        across, up = seen["mean_probability"], seen["accuracy"]
        size = np.maximum(_LARGEST_MARK * seen["samples"] / most, _SMALLEST_MARK)
        axes.plot(across, up, color=look.colour, linestyle=look.line, linewidth=1.3)
        axes.scatter(across, up, s=size, color=look.colour, alpha=0.7, linewidths=0.5, edgecolors="white", zorder=3)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("mean probability of the predicted class", fontsize=9)
    axes.set_ylabel("share that is right", fontsize=9)
    axes.set_title("reliability", fontsize=9)
    tidy(axes, grid="both")


def _draw_risk(axes: Axes, tables: Mapping[str, pd.DataFrame], looks: Mapping[str, Look]) -> None:
    highest = 0.0
    for name, look in looks.items():
        ordered = tables[name].sort_values("coverage", kind="stable")
        axes.plot(ordered["coverage"], ordered["risk"], color=look.colour, linestyle=look.line, linewidth=1.5)
        highest = max(highest, float(ordered.loc[ordered["coverage"] >= _STEADY_FROM, "risk"].max()))
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, min(1.02, max(1.15 * highest, _LOWEST_TOP)))
    axes.set_xlabel("share of the samples accepted, surest first", fontsize=9)
    axes.set_ylabel("share of these that is wrong", fontsize=9)
    axes.set_title("risk and coverage", fontsize=9)
    tidy(axes, grid="both")
