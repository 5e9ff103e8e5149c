"""Picture of the quality of samples: reads, share of miRNAs, features and kinds of RNA, one row a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.features import CONTAMINANT, FEATURE_TYPES
from srna_tools.preprocess.quality import FRACTION
from srna_tools.report.figure import (
    COLOURS,
    add_caption,
    caption_height,
    in_natural_order,
    new_figure,
    short,
    spread,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

READS, MIRNA, FEATURES = "reads", "mirna_fraction", "features"
OTHERS = "other datasets"

_TITLES = {READS: "reads", MIRNA: "share of reads on miRNAs", FEATURES: "features with reads"}
_KEPT, _LEFT_OUT, _THRESHOLD = COLOURS[0], COLOURS[4], "#222222"
#: Contaminants are no part of the reads; the two rarest kinds are grey.
_KINDS = dict(zip((k for k in FEATURE_TYPES if k != CONTAMINANT), (*COLOURS, "#555555"), strict=True))
_MOST_ROWS = 120
_LONGEST_NAME = 28
_PANEL, _ROW, _LEAST_ROWS, _AROUND = 2.6, 0.2, 6, 1.4
_SPREAD = 0.32
_VISIBLE = 0.002
# From so many rows on, the axis at the bottom is out of sight from the top.
_TALL = 40
_MANY, _LARGE, _SMALL = 500, 22.0, 7.0


def quality_plot(quality: pd.DataFrame, thresholds: Mapping[str, float] | None = None) -> Figure:
    """Draw each sample's reads, share of miRNA reads and features, and each dataset's mean composition of reads.

    Parameters
    ----------
    quality
        What `quality_filter.filter_samples` says of each sample.
    thresholds
        Least `READS`, `MIRNA` or `FEATURES` that was asked for, drawn as a line.
    """
    rows = rows_of(quality["dataset"])
    names = rows.cat.categories.tolist()
    sizes = rows.value_counts()
    labels = [f"{short(name, _LONGEST_NAME)} ({sizes[name]:,})" for name in names]
    width = 4 * _PANEL + 0.6 + 0.075 * max(map(len, labels))
    text = _caption(quality)
    height = _ROW * max(len(names), _LEAST_ROWS) + _AROUND
    figure = new_figure(width, height + caption_height(text, width))
    panels = figure.subplots(1, 4, sharey=True)
    for axes, column in zip(panels, _TITLES, strict=False):
        _draw_samples(axes, quality, column, rows.cat.codes.to_numpy(np.float64))
        if thresholds and column in thresholds:
            axes.axvline(thresholds[column], color=_THRESHOLD, linestyle="--", linewidth=1.2, label="threshold")
        axes.set_title(_TITLES[column], fontsize=9)
    _scale(panels, quality[READS].to_numpy(np.float64))
    _draw_composition(panels[3], composition(quality, rows))
    panels[0].set_yticks(range(len(names)), labels)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    for axes in panels:
        _tidy(axes, len(names))
    _legends(figure, panels, len(quality))
    add_caption(figure, text)
    return figure


def rows_of(datasets: pd.Series) -> pd.Series:
    """Row of each sample: its dataset, in natural order; the smallest of very many datasets share the last row."""
    sizes = datasets.value_counts()
    own = set(sizes.index if len(sizes) <= _MOST_ROWS else sizes.index[: _MOST_ROWS - 1])
    names = sorted(own, key=in_natural_order)
    pooled = datasets.where(datasets.isin(own), OTHERS)
    return pooled.astype(pd.CategoricalDtype([*names, OTHERS] if (pooled == OTHERS).any() else names))


def composition(quality: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Mean share of the reads on each feature type over the samples with reads; rows x feature types."""
    kinds = [kind for kind in _KINDS if f"{kind}{FRACTION}" in quality]
    shares = quality[[f"{kind}{FRACTION}" for kind in kinds]].set_axis(kinds, axis=1)
    return shares.groupby(rows, observed=False).mean().fillna(0.0)


def _draw_samples(axes: Axes, quality: pd.DataFrame, column: str, place: np.ndarray) -> None:
    values = quality[column].to_numpy(np.float64)
    height = place + _SPREAD * spread(len(place))
    kept = (quality["kept"] == "yes").to_numpy()
    for mask, colour, marker, name in ((kept, _KEPT, "o", "kept"), (~kept, _LEFT_OUT, "X", "left out")):
        if mask.any():
            axes.scatter(
                values[mask], height[mask], s=_size(len(place)), c=colour, marker=marker, alpha=0.75, linewidths=0,
                label=f"{name} ({mask.sum():,})",
            )  # fmt: skip


def _scale(panels: np.ndarray, reads: np.ndarray) -> None:
    """Logarithmic reads in whole decades, on an axis that has a place for samples without any."""
    panels[0].set_xscale("symlog", linthresh=1)
    decades = np.log10(np.maximum(reads, 1))
    lowest = 10.0 ** np.floor(decades.min()) / 1.3 if reads.min() >= 1 else -0.15
    panels[0].set_xlim(lowest, 10.0 ** max(np.ceil(decades.max()), 1) * 1.3)
    panels[1].set_xlim(-0.03, 1.03)
    panels[2].set_xlim(left=-0.02 * panels[2].get_xlim()[1])


def _draw_composition(axes: Axes, shares: pd.DataFrame) -> None:
    start = np.zeros(len(shares))
    for kind in shares:
        width = shares[kind].to_numpy()
        name = str(kind) if width.max() >= _VISIBLE else None
        axes.barh(range(len(shares)), width, left=start, height=0.8, color=_KINDS[str(kind)], label=name, linewidth=0)
        start += width
    axes.set_xlim(0, 1)
    axes.set_title("mean composition of the reads", fontsize=9)


def _tidy(axes: Axes, rows: int) -> None:
    axes.tick_params(labelsize=8)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color="#DDDDDD")
    axes.grid(axis="y", color="#F2F2F2")
    if rows > _TALL:
        axes.tick_params(axis="x", top=True, labeltop=True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _legends(figure: Figure, panels: np.ndarray, samples: int) -> None:
    """Samples on the left, kinds of RNA on the right, above the panels that they belong to."""
    entries: dict[str, Any] = {}
    for axes in panels[:3]:
        handles, names = axes.get_legend_handles_labels()
        entries |= dict(zip(names, handles, strict=True))
    scale = (_LARGE / _size(samples)) ** 0.5
    for place, handles, names, columns in (
        ("outside upper left", list(entries.values()), list(entries), 3),
        ("outside upper right", *panels[3].get_legend_handles_labels(), 5),
    ):
        figure.legend(handles, names, loc=place, ncols=columns, frameon=False, fontsize=8, markerscale=scale)


def _size(samples: int) -> float:
    return _LARGE if samples < _MANY else _SMALL


def _caption(quality: pd.DataFrame) -> str:
    text = "One mark a sample, one row a dataset (number of samples in brackets)."
    empty = int((quality[READS] == 0).sum())
    return f"{text} {counted(empty, 'sample')} without reads." if empty else text
