"""Picture of how well each class is recognised: precision and recall of every model, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.report.figure import in_natural_order, short
from srna_tools.report.model_looks import BASELINE_COLOUR, looks_of, without_baseline
from srna_tools.report.panel import Panel, figure_of, tidy
from srna_tools.validation.metrics import CLASS, OVERALL
from srna_tools.validation.out_of_fold import BASELINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_SIDES = (("precision", "precision: of what is called so"), ("recall", "recall: of the samples of the class"))
_BARS_TOGETHER = 0.8
_THICKEST, _ALL_BARS, _LOWEST_ROW = 0.15, 12.0, 0.24
_SIDE, _CHARACTER, _AROUND = 3.4, 0.075, 1.0
_LONGEST_CLASS, _LONGEST_MODEL = 30, 40
_LEGEND_ROW, _LEGEND_WIDTH = 0.2, 0.085
# From so many inches on, the axis at the bottom is out of sight from the top.
_TALL = 8.0
_WHISKER = "#222222"


@dataclass(frozen=True)
class _Drawn:
    """Table of one row a model, class and metric, with the names to draw and their labels."""

    table: pd.DataFrame
    models: list[str]
    classes: list[str]
    labels: list[str]
    legend: dict[str, str]


def class_plot(metrics: pd.DataFrame) -> Figure:
    """Draw precision (left) and recall (right) of every class and model, as figures 2-5 of Fiosina et al. 2019.

    Parameters
    ----------
    metrics
        Table of one scheme with the columns ``model scheme scope name metric value low high``; the scopes ``class``
        and ``overall`` are read. Recall is what the paper calls the accuracy of a class.

    Returns
    -------
    Figure with a row a class in natural order, a bar a model, whiskers from ``low`` to ``high`` and a grey line at the
    baseline's value. Where there is no value, ``n/a`` stands.
    """
    return figure_of(class_panel(metrics))


def class_panel(metrics: pd.DataFrame) -> Panel:
    """Give the picture of `class_plot` as a part of a larger one."""
    drawn = _drawn(metrics)
    width = 2 * _SIDE + 0.4 + _CHARACTER * max(map(len, drawn.labels))
    legend = _LEGEND_ROW * -(-len(drawn.legend) // _legend_columns(drawn, width))

    def draw(part: FigureBase) -> None:
        _draw(part, drawn, _legend_columns(drawn, width))

    height = _row_height(drawn) * max(len(drawn.classes), 2) + _AROUND + legend
    return Panel("Classes", width, height, _caption(drawn), draw)


def _drawn(metrics: pd.DataFrame) -> _Drawn:
    of_classes = metrics[metrics["scope"] == CLASS]
    table = of_classes.set_index(["model", "name", "metric"])[["value", "low", "high"]].astype(np.float64)
    classes = sorted(of_classes["name"].unique(), key=in_natural_order)
    models = list(of_classes["model"].unique())
    return _Drawn(
        table=table,
        models=models,
        classes=classes,
        labels=[_label(table, models[0], name) for name in classes],
        legend={name: _with_accuracy(metrics, name) for name in looks_of(models)},
    )


def _label(table: pd.DataFrame, model: str, name: str) -> str:
    """Class with its numbers of samples and datasets, which are the same for every model."""
    samples, datasets = (table["value"].get((model, name, metric), np.nan) for metric in ("samples", "datasets"))
    if np.isnan(samples) or np.isnan(datasets):
        return short(name, _LONGEST_CLASS)
    return f"{short(name, _LONGEST_CLASS)} ({samples:,.0f} in {counted(int(datasets), 'dataset')})"


def _with_accuracy(metrics: pd.DataFrame, model: str) -> str:
    overall = metrics[(metrics["scope"] == OVERALL) & (metrics["model"] == model)].set_index("metric")["value"]
    parts = [f"{name} {overall[name]:.2f}" for name in ("msa", "mca") if name in overall]
    return f"{short(model, _LONGEST_MODEL)} ({', '.join(parts)})" if parts else short(model, _LONGEST_MODEL)


def _row_height(drawn: _Drawn) -> float:
    bars = max(len(without_baseline(drawn.models)), 1)
    thickness = min(_THICKEST, _ALL_BARS / (bars * len(drawn.classes)))
    return max(thickness * bars / _BARS_TOGETHER, _LOWEST_ROW)


def _legend_columns(drawn: _Drawn, width: float) -> int:
    longest = 0.5 + _LEGEND_WIDTH * max(map(len, drawn.legend.values()))
    return max(1, min(len(drawn.legend), int(width / longest)))


def _draw(part: FigureBase, drawn: _Drawn, legend_columns: int) -> None:
    sides = part.subplots(1, 2, sharey=True)
    for axes, (metric, title) in zip(sides, _SIDES, strict=True):
        _draw_side(axes, drawn, metric)
        axes.set_title(title, fontsize=9)
        axes.set_xlim(0, 1.01)
        tidy(axes, grid="x")
        axes.tick_params(axis="y", length=0)
        if _row_height(drawn) * len(drawn.classes) > _TALL:
            axes.tick_params(axis="x", top=True, labeltop=True)
    sides[0].set_yticks(range(len(drawn.classes)), drawn.labels, fontsize=8)
    sides[0].set_ylim(len(drawn.classes) - 0.45, -0.55)
    handles, models = sides[0].get_legend_handles_labels()
    by_model = dict(zip(models, handles, strict=True))
    part.legend(
        [by_model[model] for model in drawn.legend], list(drawn.legend.values()), loc="outside upper center",
        ncols=legend_columns, frameon=False, fontsize=8,
    )  # fmt: skip


def _draw_side(axes: Axes, drawn: _Drawn, metric: str) -> None:
    looks = looks_of(drawn.models)
    bars = without_baseline(drawn.models)
    thickness = _BARS_TOGETHER / max(len(bars), 1)
    rows = np.arange(len(drawn.classes))
    for number, model in enumerate(bars):
        values = _values(drawn, model, metric)
        place = rows + (number - (len(bars) - 1) / 2) * thickness
        axes.barh(
            place, np.nan_to_num(values["value"]), height=thickness * 0.92, color=looks[model].colour,
            hatch=looks[model].hatch, edgecolor="white", linewidth=0, label=model,
        )  # fmt: skip
        axes.hlines(place, values["low"], values["high"], color=_WHISKER, linewidth=0.9)
        for missing in place[values["value"].isna()]:
            axes.text(0.005, missing, "n/a", fontsize=6, va="center_baseline", color=looks[model].colour)
    if BASELINE in looks:
        values = _values(drawn, BASELINE, metric)
        axes.vlines(values["value"], rows - 0.45, rows + 0.45, color=BASELINE_COLOUR, linewidth=1.6, label=BASELINE)


def _values(drawn: _Drawn, model: str, metric: str) -> pd.DataFrame:
    return drawn.table.reindex(pd.MultiIndex.from_product([[model], drawn.classes, [metric]]))


def _caption(drawn: _Drawn) -> str:
    has_interval = bool(drawn.table[["low", "high"]].notna().all(axis=1).any())
    parts = [
        "Precision: share of the samples predicted as the class that belong to it. Recall (accuracy within the class): "
        "share of the samples of the class that are recognised.",
        "Black lines: 95 % interval over datasets." if has_interval else "",
        "Grey line: always giving the commonest class of the training set." if BASELINE in drawn.models else "",
        "In brackets behind a class: samples and datasets." if drawn.labels != drawn.classes else "",
        "Behind a model: msa, the share of all samples that are right, and mca, the mean recall of the classes.",
    ]
    return " ".join(part for part in parts if part)
