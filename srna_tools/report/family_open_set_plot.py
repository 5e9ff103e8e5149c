"""Picture of how sequences of no known family are told from members: ROC curve, and scores with the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import COLOURS, short
from srna_tools.report.panel import Panel, figure_of, tidy
from srna_tools.sequences.open_set import PROBABILITY, OpenSet, area_under_roc, roc_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT, _ROW, _LEGEND_ROW, _LEGEND_COLUMNS = 9.0, 3.6, 0.5, 0.2, 4
_MEMBER_COLOUR, _LINE_COLOUR = "#0072B2", "#333333"
_MEMBERS, _ALL = "members", "other sequences"
_PROBABILITIES = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)
_BINS = 60
# Outside of these shares of all scores single sequences would set the scale.
_SCALE = (0.2, 99.8)
# Where even at so few accepted others most members are kept, the axis up begins shortly below.
_STRICT = 0.001
_CAPTION = (
    "Left: share of members of known families that is kept, against the share of other sequences that is accepted, as "
    "the threshold falls; the mark is the chosen threshold. The number is the area under the curve: 1 is perfect, 0.5 "
    "is chance. The axis across is stretched near 0, where a good threshold lies. Right: how the scores are spread; "
    "what lies left of the dashed line is rejected."
)


def open_set_plot(known: np.ndarray, others: np.ndarray | Mapping[str, np.ndarray], open_set: OpenSet) -> Figure:
    """Draw the ROC curve with the chosen threshold (left), and the scores of members and others (right).

    Parameters
    ----------
    known
        Chosen score of sequences of known families.
    others
        Chosen score of other sequences, or of each group of them.
    open_set
        Score and threshold.

    References
    ----------
    Tang & Sun 2019, figures 7 and 8.
    """
    groups = dict(others) if isinstance(others, Mapping) else {_ALL: others}
    groups = {name: np.asarray(values, dtype=np.float64) for name, values in groups.items() if len(values)}
    colours = {name: _colour(place) for place, name in enumerate(groups)}

    def draw(part: FigureBase) -> None:
        left, right = np.asarray(part.subfigures(1, 2, width_ratios=[4, 5]))
        curves = left.subplots()
        _draw_curves(curves, known, groups, open_set.threshold, colours)
        rows = right.subplots(1 + len(groups), 1, sharex=True, squeeze=False)[:, 0]
        _draw_scores(rows, {_MEMBERS: known} | groups, open_set, {_MEMBERS: _MEMBER_COLOUR} | colours)

    height = max(_HEIGHT, _ROW * (1 + len(groups)) + 0.6)
    return figure_of(Panel("Known families and others", _WIDTH, height, _CAPTION, draw))


def _colour(place: int) -> str:
    further = [colour for colour in COLOURS if colour != _MEMBER_COLOUR]
    return further[place % len(further)]


def _draw_curves(
    axes: Axes, known: np.ndarray, groups: Mapping[str, np.ndarray], threshold: float, colours: Mapping[str, str]
) -> None:
    kept = float((known >= threshold).mean())
    lowest = 1.0
    for place, (name, values) in enumerate(groups.items()):
        _, of_known, of_others = roc_curve(known, values)
        label = f"{short(name, 22)} {area_under_roc(known, values):.3f}"
        line = ("-", "--", ":")[place // (len(COLOURS) - 1) % 3]
        axes.plot(
            np.concatenate([[0.0], of_others]), np.concatenate([[0.0], of_known]), color=colours[name], lw=1.5,
            label=label, linestyle=line, drawstyle="steps-post",
        )  # fmt: skip
        lowest = min(lowest, float(of_known[of_others <= _STRICT].max(initial=0.0)))
        axes.plot((values >= threshold).mean(), kept, "o", color=colours[name], markersize=5, markeredgecolor="white")
    axes.set_xscale("symlog", linthresh=0.01, linscale=0.6)
    axes.set_xlim(-0.0006, 1)
    axes.set_xticks([0, 0.01, 0.05, 0.2, 1], ["0", "0.01", "0.05", "0.2", "1"])
    axes.minorticks_off()
    bottom = min(max(np.floor(10 * lowest - 1) / 10, 0.0), 0.8)
    axes.set_ylim(bottom, 1 + 0.02 * (1 - bottom))
    axes.set_xlabel("share of others accepted", fontsize=9)
    axes.set_ylabel("share of members kept", fontsize=9)
    tidy(axes, grid="both")
    axes.legend(loc="lower right", fontsize=7, frameon=True, framealpha=0.9, edgecolor="none", title_fontsize=7,
                title="area under the curve" if len(groups) > 1 else None)  # fmt: skip


def _draw_scores(
    rows: np.ndarray, scores: Mapping[str, np.ndarray], open_set: OpenSet, colours: Mapping[str, str]
) -> None:
    of_probability = open_set.score == PROBABILITY
    placed = {name: _log_odds(values) if of_probability else values for name, values in scores.items()}
    threshold = float(_log_odds(np.array([open_set.threshold]))[0]) if of_probability else open_set.threshold
    edges = _edges(list(placed.values()), threshold)
    for axes, (name, values) in zip(rows, placed.items(), strict=True):
        inside = np.clip(values, edges[0], edges[-1])
        axes.hist(inside, edges, weights=np.full(len(values), 1 / max(len(values), 1)), color=colours[name], lw=0)
        axes.axvline(threshold, color=_LINE_COLOUR, linestyle="--", lw=1)
        accepted = float((scores[name] >= open_set.threshold).mean()) if len(values) else 0.0
        text = f"{short(name, 24)}: {accepted:.1%} {'kept' if name == _MEMBERS else 'accepted'}"
        axes.set_title(text, fontsize=8, loc="left", pad=2)
        axes.set_yticks([])
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    words = f"score: {short(open_set.score)}"
    if of_probability:
        words = "largest probability of a family, stretched near 0 and 1"
        shown = [tick for tick in _PROBABILITIES if edges[0] <= _log_odds(np.array([tick]))[0] <= edges[-1]]
        rows[-1].set_xticks(_log_odds(np.array(shown)), [f"{tick:g}" for tick in shown])
    rows[-1].set_xlabel(words, fontsize=9)


def _log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Where probabilities stand on an axis on which 0.99 and 0.999 are as far apart as 0.9 and 0.99."""
    inside = np.clip(probabilities, _PROBABILITIES[0] / 10, 1 - (1 - _PROBABILITIES[-1]) / 10)
    return np.asarray(np.log(inside / (1 - inside)))


def _edges(scores: list[np.ndarray], threshold: float) -> np.ndarray:
    """Edges of the bars; the outermost scores join the last bars."""
    ends = [np.percentile(values, _SCALE) for values in scores if len(values)]
    low, high = min(threshold, *(end[0] for end in ends)), max(threshold, *(end[1] for end in ends))
    return np.linspace(low, high if high > low else low + 1, _BINS + 1)
