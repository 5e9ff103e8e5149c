"""What all plots share: figures without global state, colours that colour-blind readers tell apart, short names."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.writable_caches import use_writable_caches

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe & Ito 2008, Color universal design; without black, and with a darker yellow that shows on white.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7A5195", "#B8A800")
MISSING = "#BBBBBB"
FOR, AGAINST = "#B2182B", "#2166AC"
#: Red for votes for a class, blue for votes against it, white in between.
DIVERGING = "RdBu_r"

_SMALL = 8
_CHARACTERS_PER_INCH = 15.5
_LONGEST_NAME = 32


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure of a size in inches, whose parts arrange themselves."""
    use_writable_caches()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)  # type: ignore[union-attr, call-arg]
    return figure


def add_caption(figure: Figure, text: str) -> None:
    """Write a wrapped, left-aligned caption below the plot."""
    figure.supxlabel(wrapped(text, figure.get_figwidth()), x=0.02, ha="left", fontsize=_SMALL, color="#333333")


def wrapped(text: str, width: float) -> str:
    """Break lines of small text so that they fit in a width in inches."""
    return textwrap.fill(" ".join(text.split()), int(width * 0.96 * _CHARACTERS_PER_INCH))


def caption_height(text: str, width: float) -> float:
    """Inches that a caption takes."""
    return 0.15 * (wrapped(text, width).count("\n") + 1) + 0.1


def short(name: str, longest: int = _LONGEST_NAME) -> str:
    """Cut the middle out of a name that is too long to print; it must not be read as mathematics either."""
    name = " ".join(str(name).split())
    if len(name) > longest:
        kept = longest - 1
        name = f"{name[: kept - kept // 2]}…{name[len(name) - kept // 2 :]}"
    return name.replace("$", r"\$")


def in_natural_order(name: str) -> list[tuple[bool, int, str]]:
    """Key that sorts names with numbers as people do: ``study 2`` before ``study 10``."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", name)]


def spread(number: int) -> np.ndarray:
    """Spread marks that would cover each other over the height of their row, -1 to 1: evenly, without chance."""
    golden = (5**0.5 - 1) / 2
    return 2 * ((0.5 + np.arange(number) * golden) % 1) - 1
