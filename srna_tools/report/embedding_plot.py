"""Pictures of an embedding: one panel a sample column, with its legend beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools.report.figure import COLOURS, MISSING, add_caption, caption_height, in_natural_order, new_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = ("o", "^", "s", "D", "v", "P", "X")
_MOST_CLASSES = len(COLOURS) * len(_MARKERS)
_PANEL, _LEGEND_ROWS = 4.6, 20
_MOST_POINTS_AS_LARGE, _LARGE, _SMALL = 300, 28.0, 9.0
_LEGEND_MARKER = 32.0
_NAMES = {"pca": "principal component", "tsne": "t-SNE", "umap": "UMAP"}
_READING = {
    "pca": "Samples that lie close together have similar expression profiles along these components.",
    "tsne": "Samples that lie close together have similar expression profiles; distances between groups mean nothing.",
    "umap": "Samples that lie close together have similar expression profiles; distances between groups mean little.",
}


def embedding_plot(
    coordinates: pd.DataFrame,
    columns: pd.DataFrame,
    *,
    method: str,
    explained: Sequence[float] = (),
    caption: str = "",
) -> Figure:
    """Draw the first two dimensions, once for every column.

    Parameters
    ----------
    coordinates
        Samples x at least one dimension.
    columns
        The sample columns that give the colours: numbers get a colour bar, all else classes with a legend. Missing
        values are grey.
    method
        ``pca``, ``tsne`` or ``umap``.
    explained
        Share of the variance along each dimension.
    caption
        What the coordinates were made from.
    """
    keys = {name: _classes(columns[name]) for name in columns if not _is_number(columns[name])}
    width = _PANEL + max([1.0, *(_legend_width(classes) for classes in keys.values())])
    text = f"{_READING[method]} {caption}"
    figure = new_figure(width, _PANEL * columns.shape[1] + caption_height(text, width))
    panels = figure.subplots(columns.shape[1], 1, squeeze=False)[:, 0]
    across = coordinates.iloc[:, 0].to_numpy()
    up = coordinates.iloc[:, 1].to_numpy() if coordinates.shape[1] > 1 else np.zeros(len(across))
    size = _LARGE if len(across) <= _MOST_POINTS_AS_LARGE else _SMALL
    for axes, name in zip(panels, columns, strict=True):
        if name in keys:
            _draw_classes(axes, across, up, columns[name], keys[name], size)
        else:
            _draw_numbers(figure, axes, across, up, columns[name], size)
        axes.set_title(short(str(name)), fontsize=11)
        _label_axes(axes, method, explained, coordinates.shape[1])
    add_caption(figure, text)
    return figure


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _text(column: pd.Series) -> pd.Series:
    text = column.astype(object).where(column.notna(), None)
    return text.map(lambda value: (str(value).strip() or None) if value is not None else None)


def _classes(column: pd.Series) -> list[str]:
    """Names of the classes that get an own colour and marker, in the order of the legend."""
    sizes = _text(column).value_counts()
    return sorted(sizes.index[:_MOST_CLASSES].tolist(), key=in_natural_order)


def _legend_width(classes: Sequence[str]) -> float:
    longest = max([0, *(len(short(name)) for name in classes)])
    return (0.5 + 0.085 * max(longest, 12)) * -(-(len(classes) + 2) // _LEGEND_ROWS)


def _draw_classes(
    axes: Axes, across: np.ndarray, up: np.ndarray, column: pd.Series, classes: Sequence[str], size: float
) -> None:
    text = _text(column)
    missing, others = text.isna().to_numpy(), (text.notna() & ~text.isin(classes)).to_numpy()
    for mask, name in ((missing, f"missing ({missing.sum():,})"), (others, f"other classes ({others.sum():,})")):
        if mask.any():
            axes.scatter(across[mask], up[mask], s=size, c=MISSING, linewidths=0, label=name)
    for number, name in enumerate(classes):
        mask = (text == name).to_numpy()
        marker = _MARKERS[number // len(COLOURS)]
        axes.scatter(
            across[mask], up[mask], s=size, c=COLOURS[number % len(COLOURS)], marker=marker, alpha=0.85,
            linewidths=0.3, edgecolors="white", label=short(name),
        )  # fmt: skip
    handles, labels = axes.get_legend_handles_labels()
    last = len(handles) - len(classes)
    axes.legend(
        handles[last:] + handles[:last], labels[last:] + labels[:last], loc="upper left", bbox_to_anchor=(1.01, 1),
        frameon=False, fontsize=8, ncols=-(-len(handles) // _LEGEND_ROWS), borderaxespad=0, handletextpad=0.3,
        markerscale=(_LEGEND_MARKER / size) ** 0.5,
    )  # fmt: skip


def _draw_numbers(
    figure: Figure, axes: Axes, across: np.ndarray, up: np.ndarray, column: pd.Series, size: float
) -> None:
    numbers = column.to_numpy(np.float64, na_value=np.nan)
    missing = ~np.isfinite(numbers)
    if missing.any():
        name = f"missing ({missing.sum():,})"
        axes.scatter(across[missing], up[missing], s=size, c=MISSING, linewidths=0, label=name)
        axes.legend(loc="upper left", frameon=False, fontsize=8)
    if not missing.all():
        points = axes.scatter(
            across[~missing], up[~missing], s=size, c=numbers[~missing], cmap="viridis", linewidths=0.3,
            edgecolors="white",
        )  # fmt: skip
        beside = axes.inset_axes((1.03, 0, 0.04, 1))
        figure.colorbar(points, cax=beside).ax.tick_params(labelsize=8)


def _label_axes(axes: Axes, method: str, explained: Sequence[float], dimensions: int) -> None:
    names = [f"{_NAMES[method]} {number}" for number in (1, 2)]
    for number, share in enumerate(explained[:2]):
        names[number] += f" ({100 * share:.0f} % of the variance)"
    axes.set_xlabel(names[0], fontsize=9)
    axes.set_ylabel(names[1] if dimensions > 1 else "", fontsize=9)
    axes.tick_params(labelsize=7)
    if method != "pca":
        axes.set_xticks([])
        axes.set_yticks([])
    elif dimensions == 1:
        axes.set_yticks([])
