"""Panels: parts of a picture that stand alone or one above the other, each with the size that it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import caption_height, new_figure, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_TITLE = 0.55
_HEADING = 0.35
_LEFT = 0.15


@dataclass(frozen=True)
class Panel:
    """A part of a picture.

    Attributes
    ----------
    heading
        What it shows.
    width, height
        Inches that it needs, without its heading and caption.
    caption
        How to read it.
    draw
        Draws it into a figure or a part of one.
    stretches
        Whether it may be wider than it needs.
    """

    heading: str
    width: float
    height: float
    caption: str
    draw: Callable[[FigureBase], None]
    stretches: bool = True

    def height_within(self, width: float) -> float:
        """Inches that it takes in a picture of a width, heading and caption included."""
        return self.height + _HEADING + caption_height(self.caption, width)


def figure_of(panel: Panel) -> Figure:
    """Draw one panel alone."""
    figure = _empty(panel.width, panel.height_within(panel.width))
    _fill(figure, panel, panel.width)
    return figure


def stacked(panels: Sequence[Panel], title: str) -> Figure:
    """Draw panels one above the other under a title, all as wide as the widest."""
    width = max(panel.width for panel in panels)
    heights = [panel.height_within(width) for panel in panels]
    figure = _empty(width, sum(heights) + _TITLE)
    parts = np.ravel(np.asarray(figure.subfigures(len(panels), 1, height_ratios=heights)))
    for part, panel in zip(parts, panels, strict=True):
        _fill(part, panel, width)
    figure.suptitle(title, fontsize=12)
    return figure


def tidy(axes: Axes, *, grid: str) -> None:
    """Small numbers, a faint grid behind the marks, and no box around them."""
    axes.tick_params(labelsize=8)
    axes.set_axisbelow(True)
    axes.grid(axis=grid, color="#DDDDDD")  # type: ignore[arg-type]
    axes.spines[["top", "right"]].set_visible(False)


def _empty(width: float, height: float) -> Figure:
    """Make a figure whose parts stand close together, however tall it is."""
    figure = new_figure(width, height)
    figure.get_layout_engine().set(hspace=0, wspace=0)  # type: ignore[union-attr, call-arg]
    return figure


def _fill(part: FigureBase, panel: Panel, width: float) -> None:
    """Draw heading, panel and caption; the heading has a part of its own, where no legend can cover it."""
    height = panel.height_within(width) - _HEADING
    head, body = np.asarray(part.subfigures(2, 1, height_ratios=[_HEADING, height]))
    head.text(_LEFT / width, 0.3, panel.heading, ha="left", va="center", fontsize=10, fontweight="bold")
    body.supxlabel(wrapped(panel.caption, width), x=_LEFT / width, ha="left", fontsize=8, color="#333333")
    rest = width - panel.width
    if panel.stretches or rest <= 0:
        panel.draw(body)
    else:
        left, _ = np.asarray(body.subfigures(1, 2, width_ratios=[panel.width, rest]))
        panel.draw(left)
