"""Pictures of how sure the predictions are, and how many are to be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srna_tools.predict.status import AMBIGUOUS, LOW_QUALITY, OK, STATUS_ORDER, UNKNOWN
from srna_tools.report.figure import in_natural_order, new_figure, short, spread

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STATUS_WORDS = {OK: "ok", AMBIGUOUS: "ambiguous", UNKNOWN: "unknown", LOW_QUALITY: "low quality"}
#: Colours that colour-blind readers can tell apart, and markers for print without colour.
_COLOURS = {OK: "#009E73", AMBIGUOUS: "#E69F00", UNKNOWN: "#CC79A7", LOW_QUALITY: "#777777"}
_MARKERS = {OK: "o", AMBIGUOUS: "^", UNKNOWN: "X", LOW_QUALITY: "s"}

_WIDTH, _ROW = 8.0, 0.32
_SPREAD = 0.3
_MANY, _LARGE, _SMALL = 500, 36.0, 10.0


def probability_plot(predictions: pd.DataFrame) -> Figure:
    """Draw the probability of every sample in the row of its predicted class, coloured by status.

    Parameters
    ----------
    predictions
        Columns ``label``, ``probability`` and ``status``; samples without a label or a probability are not drawn.
    """
    drawn = predictions[predictions["probability"].notna() & (predictions["label"] != "")]
    classes = sorted(drawn["label"].unique(), key=in_natural_order)
    figure = new_figure(_WIDTH, 1.3 + _ROW * max(len(classes), 2))
    axes = figure.subplots()
    place = drawn["label"].map({name: row for row, name in enumerate(classes)}).to_numpy(np.float64)
    height = place + spread(len(drawn)) * _SPREAD
    size = _LARGE if len(drawn) < _MANY else _SMALL
    for status in STATUS_ORDER:
        mask = (drawn["status"] == status).to_numpy()
        if mask.any():
            axes.scatter(
                drawn["probability"].to_numpy()[mask], height[mask], s=size, alpha=0.75,
                c=_COLOURS[status], marker=_MARKERS[status], linewidths=0,
                label=f"{STATUS_WORDS[status]} ({mask.sum():,})",
            )  # fmt: skip
    counts = drawn["label"].value_counts()
    axes.set_yticks(range(len(classes)), [f"{short(name)} ({counts[name]})" for name in classes], fontsize=8)
    axes.set_ylim(max(len(classes), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("probability of the predicted class (one mark a sample)", fontsize=9)
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color="#DDDDDD")
    axes.spines[["top", "right", "left"]].set_visible(False)
    _legend(figure, axes, (_LARGE / size) ** 0.5)
    return figure


def status_bar(statuses: pd.DataFrame) -> Figure:
    """Draw how many samples have which status.

    Parameters
    ----------
    statuses
        Counts; one row a set of predictions, one column a status.
    """
    figure = new_figure(_WIDTH, 0.9 + 0.4 * len(statuses))
    axes = figure.subplots()
    start = np.zeros(len(statuses))
    rows = np.arange(len(statuses))
    for status in STATUS_ORDER:
        numbers = statuses[status].to_numpy(np.float64) if status in statuses else np.zeros(len(statuses))
        if not numbers.any():
            continue
        bars = axes.barh(rows, numbers, left=start, color=_COLOURS[status], label=STATUS_WORDS[status], height=0.7)
        axes.bar_label(
            bars, [f"{number:,.0f}" if number else "" for number in numbers], label_type="center", fontsize=8,
            fontweight="bold",
        )  # fmt: skip
        start += numbers
    axes.set_yticks(rows, [short(str(name)) for name in statuses.index], fontsize=9)
    axes.set_ylim(len(statuses) - 0.5, -0.5)
    axes.set_xlim(0, max(1.0, float(start.max())))
    axes.set_xlabel("samples", fontsize=9)
    axes.locator_params(axis="x", integer=True)
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    _legend(figure, axes)
    return figure


def _legend(figure: Figure, axes: Axes, scale: float = 1) -> None:
    if axes.get_legend_handles_labels()[0]:
        figure.legend(loc="outside upper center", ncols=len(STATUS_ORDER), frameon=False, fontsize=8, markerscale=scale)
