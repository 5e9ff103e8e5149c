"""Heatmaps of scores: which features vote for and against which class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.report.figure import AGAINST, DIVERGING, FOR, add_caption, caption_height, new_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _COLUMN = 0.2, 0.3
_MOST_ROWS = 200
_BARS = 1.7
_NARROWEST, _GRID_WIDTH = 6.5, 4.0
_CHARACTER = 0.085
_TALL, _LONGEST_BAR = 60, 7.0
_PALE = 0.35
_VOTES = "Red: the feature votes for the class; blue: it votes against it; white: it does not matter."


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
        score for the predicted class; all others are in the bars, as the pale part.

    Returns
    -------
    Figure with bars above (the votes of all features for and against each class, summed) and the heatmap below.
    """
    scores = np.asarray(contributions, dtype=np.float64)
    _check_shape(scores, features, classes)
    shown = np.argsort(-np.abs(scores).max(axis=0), kind="stable")[:top]
    column = list(classes).index(predicted) if predicted in classes else None
    leading = scores[column] if column is not None else scores.max(axis=0)
    shown = shown[np.argsort(-leading[shown], kind="stable")]
    rest = scores.shape[1] - len(shown)
    text = (
        f"{_VOTES} Named are the {len(shown)} features of {scores.shape[1]:,} with the largest scores. The bars sum "
        f"the votes for (up) and against (down) each class over all features"
        f"{f', the pale part over the {rest:,} features that are not named' if rest else ''}; the dot is the "
        f"difference, by which the sample moves the class from where the scores start. {caption}"
    )
    figure, (bars, grid) = _framed(len(shown), features, classes, text, bars=True)
    _draw_votes(bars, scores, shown)
    _draw_scores(figure, grid, scores[:, shown].T, [features[index] for index in shown], classes, [bars, grid])
    _mark(grid, column, len(shown))
    figure.suptitle(f"{short(sample, 50)}\n{_verdict(predicted, probability)}", fontsize=11)
    return figure


def class_heatmap(scores: np.ndarray, features: Sequence[str], classes: Sequence[str], *, caption: str = "") -> Figure:
    """Draw the mean scores of the top features of every class.

    Parameters
    ----------
    scores
        Classes x features, already reduced to the features to show. Beyond 200 features those with the largest
        absolute score are drawn, and the caption says so.
    features, classes
        Their names. The features are grouped by the class that they speak for most.
    """
    scores = np.asarray(scores, dtype=np.float64)
    _check_shape(scores, features, classes)
    shown = np.argsort(-np.abs(scores).max(axis=0), kind="stable")[:_MOST_ROWS]
    best = scores[:, shown].argmax(axis=0)
    shown = shown[np.lexsort((-scores[best, shown], best))]
    left_out = scores.shape[1] - len(shown)
    text = f"{_VOTES} {f'{left_out:,} features with smaller scores are not drawn. ' if left_out else ''}{caption}"
    figure, (grid,) = _framed(len(shown), features, classes, text, bars=False)
    _draw_scores(figure, grid, scores[:, shown].T, [features[index] for index in shown], classes, [grid])
    figure.suptitle("Features that speak for and against each class", fontsize=11)
    return figure


def _check_shape(scores: np.ndarray, features: Sequence[str], classes: Sequence[str]) -> None:
    if scores.shape != (len(classes), len(features)) or not scores.size:
        raise ValueError(f"scores of shape {scores.shape} do not fit {len(classes)} classes x {len(features)} features")


def _framed(rows: int, features: Sequence[str], classes: Sequence[str], caption: str, bars: bool) -> tuple[Figure, Any]:
    """Make a figure in which every row and column has the room that its name needs."""
    longest_feature = max(len(short(name)) for name in features)
    longest_class = max(len(short(name)) for name in classes)
    width = max(_NARROWEST, _CHARACTER * longest_feature + _COLUMN * len(classes) + 1.9)
    grid = _ROW * rows
    height = grid + _CHARACTER * longest_class * (2 if rows > _TALL else 1) + 1.0 + caption_height(caption, width)
    figure = new_figure(width, max(height, 3.0) + (_BARS if bars else 0))
    ratios = [_BARS - 0.3, max(grid, 0.5)] if bars else [1]
    axes = figure.subplots(len(ratios), 1, height_ratios=ratios, squeeze=False, sharex=True)[:, 0]
    add_caption(figure, caption)
    return figure, axes


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


def _draw_scores(
    figure: Figure, axes: Axes, scores: np.ndarray, features: Sequence[str], classes: Sequence[str], beside: list[Axes]
) -> None:
    largest = float(np.abs(scores).max()) or 1.0
    image = axes.imshow(
        scores, cmap=DIVERGING, vmin=-largest, vmax=largest, aspect="auto", interpolation="nearest"
    )  # fmt: skip
    axes.set_yticks(range(len(features)), [short(name) for name in features], fontsize=8)
    names = [short(name) for name in classes]
    lying = max(map(len, names)) * _CHARACTER < 0.9 * _GRID_WIDTH / len(classes)
    axes.set_xticks(range(len(classes)), names, fontsize=8, rotation=0 if lying else 90)
    tall = len(features) > _TALL
    axes.tick_params(axis="x", labeltop=tall)
    axes.set_xticks(np.arange(-0.5, len(classes)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(features)), minor=True)
    axes.grid(which="minor", color="#DDDDDD", linewidth=0.5)
    axes.tick_params(length=0, which="both")
    length = min(0.8, _LONGEST_BAR / figure.get_figheight())
    bar = figure.colorbar(
        image, ax=beside, fraction=0.05, aspect=30, shrink=length, anchor=(0, 1 if tall else 0.5), pad=0.02
    )
    bar.set_label("score (blue: against the class, red: for it)", fontsize=8)
    bar.ax.tick_params(labelsize=7)


def _mark(axes: Axes, column: int | None, rows: int) -> None:
    """Frame the column of the predicted class and write its name in bold."""
    if column is None:
        return
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((column - 0.5, -0.5), 1, rows, fill=False, edgecolor="black", linewidth=1.5, clip_on=False, zorder=5)
    )
    axes.get_xticklabels()[column].set_fontweight("bold")


def _verdict(predicted: str, probability: float) -> str:
    if not predicted:
        return "no prediction"
    sure = f" (probability {probability:.2f})" if np.isfinite(probability) else ""
    return f"predicted: {short(predicted)}{sure}"
