"""Pictures of RNA letters: logos of motifs, and sequences whose letters are as tall as their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools.extras import import_from_extra
from srna_tools.report.figure import short
from srna_tools.report.panel import Panel, figure_of, stacked, tidy
from srna_tools.sequences.letters import LETTERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

# Of the palette that colour-blind readers tell apart; U is darker than its yellow, which is faint in thin letters.
LETTER_COLOURS = {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "U": "#D55E00"}
_FONT, _LETTER_WIDTH = "DejaVu Sans", 0.95
_MATURE = "#E8E8E8"
_LOGO_WIDTH, _LOGO_HEIGHT, _MOST_BITS = 6.8, 1.25, 2.0
_BASES_IN_ROW, _FEWEST_IN_ROW, _PER_BASE, _ROW_HEIGHT = 70, 40, 0.13, 1.3


@dataclass(frozen=True)
class DrawnMotif:
    """A motif as its logo shows it.

    Attributes
    ----------
    title
        What stands above it.
    probabilities
        Shape (width, 4).
    bits
        Information of each position, shape (width,).
    """

    title: str
    probabilities: np.ndarray
    bits: np.ndarray


@dataclass(frozen=True)
class DrawnSequence:
    """A sequence whose bases have scores.

    Attributes
    ----------
    title
        What stands above it.
    sequence
        Its letters.
    scores
        Of its bases, shape (length,).
    mature
        Name, first base and end of its mature miRNAs, counted from 0, the end not included.
    """

    title: str
    sequence: str
    scores: np.ndarray
    mature: tuple[tuple[str, int, int], ...] = ()


def motif_logos(motifs: Sequence[DrawnMotif], title: str, caption: str) -> Figure:
    """Draw logos one above the other, on one scale, all letters of one width.

    Parameters
    ----------
    motifs
        At least one.
    title
        Above them all.
    caption
        Where they come from.

    Raises
    ------
    MissingExtraError
        logomaker is not installed.
    """
    logomaker = import_from_extra("logomaker")
    widest = max(len(motif.bits) for motif in motifs)

    def draw(part: FigureBase) -> None:
        rows = np.ravel(np.asarray(part.subplots(len(motifs), 1, squeeze=False)))
        for axes, motif in zip(rows, motifs, strict=True):
            _logo(logomaker, motif.probabilities * motif.bits[:, np.newaxis], axes)
            axes.set_xlim(-0.5, widest - 0.5)
            axes.set_ylim(0, _MOST_BITS)
            axes.set_yticks([0, 1, 2])
            axes.set_xticks(range(len(motif.bits)), [str(place) for place in range(1, len(motif.bits) + 1)])
            axes.set_ylabel("bits", fontsize=8)
            axes.set_title(short(motif.title, 90), fontsize=8, loc="left")
            tidy(axes, grid="y")
            axes.spines["bottom"].set_bounds(-0.5, len(motif.bits) - 0.5)

    return figure_of(Panel(title, _LOGO_WIDTH, (_LOGO_HEIGHT + 0.3) * len(motifs), caption, draw))


def sequence_logos(sequences: Sequence[DrawnSequence], title: str, caption: str) -> Figure:
    """Draw sequences whose letters are as tall as their scores; what is below zero speaks against the family.

    Parameters
    ----------
    sequences
        At least one.
    title, caption
        As for `motif_logos`.

    Raises
    ------
    MissingExtraError
        logomaker is not installed.
    """
    logomaker = import_from_extra("logomaker")
    panels = [_sequence_panel(logomaker, one) for one in sequences]
    last = panels[-1]
    panels[-1] = Panel(last.heading, last.width, last.height, caption, last.draw)
    return stacked(panels, title)


def _sequence_panel(logomaker: Any, one: DrawnSequence) -> Panel:
    rows = max(1, -(-len(one.sequence) // _BASES_IN_ROW))
    in_row = max(_FEWEST_IN_ROW, -(-len(one.sequence) // rows))

    def draw(part: FigureBase) -> None:
        low, high = float(one.scores.min(initial=0.0)), float(one.scores.max(initial=0.0))
        room = 0.06 * (high - low or 1.0)
        for row, axes in enumerate(np.ravel(np.asarray(part.subplots(rows, 1, squeeze=False)))):
            start = row * in_row
            _draw_row(logomaker, axes, one, start, min(start + in_row, len(one.sequence)))
            axes.set_xlim(start + 0.5, start + in_row + 0.5)
            axes.set_ylim(low - room, high + room)

    return Panel(short(one.title, 100), 0.9 + _PER_BASE * _BASES_IN_ROW, _ROW_HEIGHT * rows, "", draw)


def _draw_row(logomaker: Any, axes: Axes, one: DrawnSequence, start: int, end: int) -> None:
    for name, first, last in one.mature:
        if first < end and last > start:
            left, right = max(first, start), min(last, end)
            axes.axvspan(left + 0.5, right + 0.5, color=_MATURE, zorder=-2, linewidth=0)
            if first >= start:
                axes.text(
                    left + 0.6, 1.02, short(name, 24), transform=axes.get_xaxis_transform(), fontsize=6, va="bottom"
                )
    # Letter by letter: a whole logo would also draw the three letters without height at each base, which takes long.
    for place in range(start, end):
        letter, score = one.sequence[place], float(one.scores[place])
        if letter in LETTER_COLOURS and score:
            logomaker.Glyph(
                place + 1, letter, ax=axes, floor=min(score, 0.0), ceiling=max(score, 0.0), flip=score < 0,
                color=LETTER_COLOURS[letter], font_name=_FONT, vpad=0, width=_LETTER_WIDTH, zorder=2,
            )  # fmt: skip
    axes.axhline(0, color="#555555", linewidth=0.6)
    axes.xaxis.remove_overlapping_locs = False
    # The letters once more below: those with a score near zero could not be read.
    axes.set_xticks(range(start + 1, end + 1), list(one.sequence[start:end]), minor=True, fontsize=6)
    axes.tick_params(axis="x", which="minor", length=0, pad=1, labelcolor="#555555")
    axes.set_xticks(range(start + 10 - start % 10, end + 1, 10))
    axes.locator_params(axis="y", nbins=4)
    axes.set_ylabel("score", fontsize=8)
    tidy(axes, grid="y")
    axes.tick_params(axis="x", which="major", pad=10, length=0, labelsize=7)


def _logo(logomaker: Any, heights: np.ndarray, axes: Axes) -> None:
    table = pd.DataFrame(heights, columns=list(LETTERS))
    logomaker.Logo(table, ax=axes, color_scheme=LETTER_COLOURS, font_name=_FONT, width=_LETTER_WIDTH, zorder=2)
