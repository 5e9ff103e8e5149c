"""Waterfall of one sample: how its features take the model from nothing to its answer, and how they are expressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.attribute.sample_expression import Beside
from srna_tools.errors import counted
from srna_tools.report.figure import AGAINST, FOR, add_caption, caption_height, new_figure, short
from srna_tools.report.panel import tidy
from srna_tools.report.sample_heatmap import verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTHS = (4.0, 2.6, 2.6)
_NAME, _ROW, _AROUND = 0.08, 0.27, 1.9
_SAMPLE, _CLASS, _OTHERS = "#111111", "#009E73", "#999999"
_END = "#555555"
_ROOM_FOR_NUMBERS = 0.2


@dataclass(frozen=True)
class WaterfallRows:
    """What the rows of a waterfall show: the top votes in their order, then all others together.

    Attributes
    ----------
    names
        Features, and ``N other features`` where there are any.
    votes, runner_up_votes
        Scores for the predicted class and for the runner-up; of the others their sum.
    starts, ends
        Outputs for the predicted class and the runner-up where the scores start, and in the sample.
    beside
        Expression of the top features.
    """

    names: list[str]
    votes: np.ndarray
    runner_up_votes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    beside: Beside


def waterfall_rows(
    scores: np.ndarray, shown: np.ndarray, names: Sequence[str], starts: np.ndarray, ends: np.ndarray, beside: Beside
) -> WaterfallRows:
    """Take the shown features out of the scores for the predicted class and the runner-up, and sum all others.

    Parameters
    ----------
    scores
        Of the predicted class and of the runner-up, shape (2, features).
    shown
        Features to name, in their order.
    names
        Of all features.
    """
    scores = np.asarray(scores, dtype=np.float64)
    named = [names[index] for index in shown]
    votes = scores[:, shown]
    rest = len(names) - len(shown)
    if rest:
        named.append(counted(rest, "other feature"))
        votes = np.column_stack([votes, scores.sum(axis=1) - votes.sum(axis=1)])
    return WaterfallRows(named, votes[0], votes[1], starts, ends, beside)


def sample_waterfall(
    rows: WaterfallRows, *, sample: str, predicted: str, runner_up: str, probability: float, caption: str = ""
) -> Figure:
    """Draw the votes of a sample one after another, from the output where the scores start to that of the sample.

    Parameters
    ----------
    rows
        What to draw.
    sample, predicted, runner_up, probability
        For titles.
    caption
        Which method, rule and reference the scores were computed with.

    Returns
    -------
    Figure with the waterfall, the lead of the predicted class over the runner-up that each row gives, and reads per
    million of the named features in the sample, in its class and in the other classes.
    """
    labels = ["start", *map(short, rows.names), "this sample"]
    text = _caption(rows, predicted, caption)
    width = _NAME * max(map(len, labels)) + sum(_WIDTHS)
    figure = new_figure(width, _ROW * len(labels) + _AROUND + caption_height(text, width))
    votes, lead, expression = figure.subplots(1, 3, sharey=True, width_ratios=_WIDTHS)
    add_caption(figure, text)
    _draw_steps(votes, rows)
    votes.set_yticks(range(len(labels)), labels, fontsize=8)
    votes.set_ylim(len(labels) - 0.4, -0.6)
    votes.set_title(f"votes for\n{short(predicted)}", fontsize=9)
    _draw_lead(lead, rows)
    lead.set_title(f"lead over the runner-up\n{short(runner_up)}", fontsize=9)
    _draw_expression(expression, rows.beside)
    expression.set_title("expression", fontsize=9)
    for axes in (votes, lead, expression):
        tidy(axes, grid="x")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("reads per million" if axes is expression else "output of the model", fontsize=8)
    figure.suptitle(f"{short(sample, 50)}\n{verdict(predicted, probability)}", fontsize=11)
    return figure


def _caption(rows: WaterfallRows, predicted: str, caption: str) -> str:
    missing = " No dot: not measured." if np.isnan(rows.beside.sample).any() else ""
    return (
        f"The bars lead from the model's output for {predicted} where the scores start to that for this sample; red "
        "raises it, blue lowers it. Named are the features with the largest votes. The middle shows each vote less that"
        " for the runner-up: what decided between the two. On the right, reads per million in this sample (dot)"
        f"{_compared(rows.beside, predicted)}.{missing} {caption}"
    )


def _compared(beside: Beside, predicted: str) -> str:
    groups = []
    if beside.class_samples:
        groups.append(f"{counted(beside.class_samples, 'other sample')} of {predicted} (triangle)")
    if beside.other_samples:
        groups.append(f"{counted(beside.other_samples, 'sample')} of other classes (square)")
    if not groups:
        return "; this run has no other samples of a class to compare them with"
    return f", and the mean of {' and of '.join(groups)} of this run"


def _draw_steps(axes: Axes, rows: WaterfallRows) -> None:
    """Draw the waterfall itself: each bar begins where the one above ended."""
    reached = rows.starts[0] + np.concatenate([[0.0], np.cumsum(rows.votes)])
    place = np.arange(1, len(rows.votes) + 1)
    axes.barh(place, rows.votes, left=reached[:-1], color=np.where(rows.votes < 0, AGAINST, FOR), height=0.7)
    for row, output in enumerate(reached):
        axes.plot([output, output], [row - 0.35, row + 1.35], color=_END, linewidth=0.8)
    ends = np.array([rows.starts[0], rows.ends[0]])
    axes.plot(ends, [0, len(place) + 1], linestyle="", marker="D", markersize=5, color=_END, clip_on=False)
    edges = np.maximum(reached[:-1], reached[1:])
    first, last = _in_digits(ends, "-")
    _write(axes, np.array([ends[0], *edges, ends[1]]), [first, *_in_digits(rows.votes), last])
    low, high = min(reached.min(), ends.min()), max(reached.max(), ends.max())
    axes.set_xlim(low - 0.04 * (high - low or 1), high + _ROOM_FOR_NUMBERS * (high - low or 1))
    axes.locator_params(axis="x", nbins=6)


def _draw_lead(axes: Axes, rows: WaterfallRows) -> None:
    """Draw what each row adds to the lead over the runner-up, and the lead itself at both ends."""
    steps = rows.votes - rows.runner_up_votes
    leads = np.array([rows.starts[0] - rows.starts[1], *steps, rows.ends[0] - rows.ends[1]])
    colours = [_END, *np.where(steps < 0, AGAINST, FOR), _END]
    axes.barh(range(len(leads)), leads, color=colours, height=0.7)
    axes.axvline(0, color="black", linewidth=0.8)
    _write(axes, np.maximum(leads, 0), _in_digits(leads))
    low, high = min(leads.min(), 0.0), max(leads.max(), 0.0)
    axes.set_xlim(low - 0.04 * (high - low or 1), high + 1.6 * _ROOM_FOR_NUMBERS * (high - low or 1))
    axes.locator_params(axis="x", nbins=5)


def _draw_expression(axes: Axes, beside: Beside) -> None:
    """Draw reads per million on a logarithmic scale that has a place for zero."""
    place = np.arange(1, len(beside.sample) + 1)
    for row in place:
        axes.axhline(float(row), color="#EEEEEE", linewidth=0.8, zorder=0)
    for values, marker, colour, size, label in (
        (beside.of_others, "s", _OTHERS, 5.5, "other classes"),
        (beside.of_class, "^", _CLASS, 8.0, "predicted class"),
        (beside.sample, "o", _SAMPLE, 5.0, "this sample"),
    ):
        if not np.isnan(values).all():
            axes.plot(values, place, linestyle="", marker=marker, color=colour, markersize=size, label=label)
    axes.set_xscale("symlog", linthresh=1)
    largest = np.nanmax([10.0, *beside.sample, *beside.of_class, *beside.of_others])
    axes.set_xlim(-0.3, 3 * largest)
    decades = 10.0 ** np.arange(0, np.ceil(np.log10(largest)) + 1, 1 if largest < 1e4 else 2)  # noqa: PLR2004 - room
    axes.set_xticks([0, *decades], ["0", *(f"{decade:,.0f}" for decade in decades)])
    axes.minorticks_off()
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 0), fontsize=7, frameon=False, ncols=1)


def _write(axes: Axes, edges: np.ndarray, numbers: Sequence[str]) -> None:
    """Write numbers to the right of bars."""
    for row, (edge, number) in enumerate(zip(edges, numbers, strict=True)):
        axes.annotate(number, (edge, row), (6, 0), textcoords="offset points", va="center", fontsize=7)


def _in_digits(values: np.ndarray, sign: str = "+") -> list[str]:
    """Numbers with the decimals that the largest of them needs to show three digits, at least two."""
    largest = float(np.abs(values).max())
    decimals = max(2, 2 - int(np.floor(np.log10(largest)))) if largest > 0 else 2
    return [f"{value:{sign}.{decimals}f}" for value in values]
