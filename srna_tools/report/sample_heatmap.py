"""Heatmap of one sample: which features vote for and against which class, and how all of them vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.attribute.votes import strongest
from srna_tools.report.feature_strip import draw_strip, strip_caption, strip_height
from srna_tools.report.figure import AGAINST, FOR, add_caption, caption_height, new_figure, short
from srna_tools.report.heatmap import (
    ROW,
    TALL,
    VOTES,
    add_colour_bar,
    beyond_colours,
    check_shape,
    colour_limit,
    draw_scores,
    height_of_names,
    width_for,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BARS, _LEAST_GRID, _BETWEEN = 1.4, 0.5, 1.6
_PALE = 0.35


def sample_heatmap(
    contributions: np.ndarray,
    features: Sequence[str],
    classes: Sequence[str],
    *,
    sample: str,
    predicted: str,
    probability: float,
    caption: str = "",
    top: int = 30,
) -> Figure:
    """Draw why one sample was given its label (as figures 8-10 of Fiosina, Fiosins & Bonn 2019).

    Parameters
    ----------
    contributions
        Scores of the sample, classes x features.
    features, classes
        Their names.
    sample, predicted, probability
        What the title says; the column of the predicted class is framed.
    caption
        Which reference and rule the scores were computed with.
    top
        How many features to name: those with the largest absolute score for any class. They are ordered by their
        score for the predicted class.

    Returns
    -------
    Figure with bars above (the votes of all features for and against each class, summed; the pale part those of the
    features that are not named), the heatmap of the named features, and a strip of all features below.
    """
    scores = np.asarray(contributions, dtype=np.float64)
    check_shape(scores, features, classes)
    shown = strongest(np.abs(scores).max(axis=0), top)
    column = list(classes).index(predicted) if predicted in classes else None
    leading = scores[column] if column is not None else scores.max(axis=0)
    shown = shown[np.argsort(-leading[shown], kind="stable")]
    limit = colour_limit(scores[:, shown])
    text = _caption(scores, shown, limit, caption)
    width = width_for([features[index] for index in shown], classes)
    heights = [_BARS, max(_LEAST_GRID, ROW * len(shown)), strip_height(len(classes))]
    around = height_of_names(classes, len(shown)) + _BETWEEN + caption_height(text, width)
    figure = new_figure(width, sum(heights) + around)
    bars, grid, strip = figure.subplots(3, 1, height_ratios=heights)
    add_caption(figure, text)
    grid.sharex(bars)
    _draw_votes(bars, scores, shown)
    draw_scores(grid, scores[:, shown].T, [features[index] for index in shown], classes, limit)
    _mark(grid, column, len(shown))
    draw_strip(strip, scores, classes, shown, limit)
    if column is not None:
        strip.get_yticklabels()[column].set_fontweight("bold")
    add_colour_bar(figure, grid, [bars, grid, strip], tall=len(shown) > TALL)
    figure.suptitle(f"{short(sample, 50)}\n{verdict(predicted, probability)}", fontsize=11)
    return figure


def verdict(predicted: str, probability: float) -> str:
    """Say what was predicted, for titles."""
    if not predicted:
        return "no prediction"
    sure = f" (probability {probability:.2f})" if np.isfinite(probability) else ""
    return f"predicted: {short(predicted)}{sure}"


def _caption(scores: np.ndarray, shown: np.ndarray, limit: float, caption: str) -> str:
    rest = scores.shape[1] - len(shown)
    return (
        f"{VOTES} Named are the {len(shown)} features of {scores.shape[1]:,} with the largest scores. The bars sum "
        f"the votes for (up) and against (down) each class over all features"
        f"{f', the pale part over the {rest:,} features that are not named' if rest else ''}; the dot is the "
        f"difference, by which the sample moves the class from where the scores start. "
        f"{strip_caption(scores, len(shown))} {beyond_colours(scores[:, shown], limit)}{caption}"
    )


def _draw_votes(axes: Axes, scores: np.ndarray, shown: np.ndarray) -> None:
    place = np.arange(len(scores))
    named = np.zeros(scores.shape[1], dtype=bool)
    named[shown] = True
    for colour, votes in ((FOR, np.maximum(scores, 0)), (AGAINST, np.minimum(scores, 0))):
        from_named, from_all = votes[:, named].sum(axis=1), votes.sum(axis=1)
        axes.bar(place, from_named, color=colour, width=0.7)
        axes.bar(place, from_all - from_named, bottom=from_named, color=colour, width=0.7, alpha=_PALE)
    axes.use_sticky_edges = False
    axes.plot(place, scores.sum(axis=1), "o", color="black", markeredgecolor="white", markersize=5)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_ylabel("votes of all\nfeatures", fontsize=8)
    axes.tick_params(axis="y", labelsize=7)
    axes.tick_params(axis="x", which="both", length=0, labelbottom=False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _mark(axes: Axes, column: int | None, rows: int) -> None:
    """Frame the column of the predicted class and write its name in bold."""
    if column is None:
        return
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((column - 0.5, -0.5), 1, rows, fill=False, edgecolor="black", linewidth=1.5, clip_on=False, zorder=5)
    )
    axes.get_xticklabels()[column].set_fontweight("bold")
