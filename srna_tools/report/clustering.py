"""Order by similarity for heatmaps, and the tree beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE = "#555555"
# The coordinates of scipy's trees: leaves stand at 5, 15, 25, ...
_LEAF_FIRST, _LEAF_STEP = 5.0, 10.0


class Tree:
    """Average-linkage clustering of rows by Euclidean distance.

    Parameters
    ----------
    rows
        Shape (things, values); a missing value is taken as the mean of its row.

    Attributes
    ----------
    order
        Positions of the rows as the tree has them.
    """

    def __init__(self, rows: np.ndarray) -> None:
        from scipy.cluster.hierarchy import leaves_list, linkage

        missing = np.isnan(rows)
        known = np.maximum((~missing).sum(axis=1), 1)
        filled = np.where(missing, (np.where(missing, 0.0, rows).sum(axis=1) / known)[:, None], rows)
        self.joins = linkage(filled, "average", optimal_ordering=True) if len(rows) > 1 else None
        self.order = leaves_list(self.joins) if self.joins is not None else np.arange(len(rows))

    def draw(self, axes: Axes, side: Literal["left", "top"]) -> None:
        """Draw the tree left of a heatmap, its first row at the top, or above it; nothing for a single row."""
        axes.set_axis_off()
        if self.joins is None:
            return
        from scipy.cluster.hierarchy import dendrogram

        tree = dendrogram(self.joins, no_plot=True)
        for places, heights in zip(tree["icoord"], tree["dcoord"], strict=True):
            along = (np.asarray(places) - _LEAF_FIRST) / _LEAF_STEP
            axes.plot(*((heights, along) if side == "left" else (along, heights)), color=_LINE, linewidth=0.7)
        ends = (-0.5, len(self.order) - 0.5)
        highest = (float(self.joins[:, 2].max()) or 1.0) * 1.02
        if side == "left":
            axes.set(xlim=(highest, 0), ylim=ends[::-1])
        else:
            axes.set(xlim=ends, ylim=(0, highest))
