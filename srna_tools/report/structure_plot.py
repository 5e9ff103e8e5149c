"""Picture of a matrix of base pairs, with the key to its colours and the best structure below it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.report.figure import COLOURS, new_figure, short
from srna_tools.sequences.structure_folding import Fold
from srna_tools.sequences.structure_matrices import Encoding, cells_of, matrix_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _YELLOW, _GREEN, _RED, _SKY = COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[4], COLOURS[5]
#: Pairs in the order of their numbers, and their colours: one hue for the two orders of a pair, which ends light.
ORDERED = {"AU": _RED, "UA": _YELLOW, "CG": _BLUE, "GC": _SKY, "GU": _GREEN, "UG": "#80D4B8"}
UNORDERED = {"AU or UA": _RED, "CG or GC": _BLUE, "GU or UG": _GREEN}
_WIDTH, _MATRIX = 8.0, 6.2
_LINE, _LINE_HEIGHT, _MOST_LINES = 100, 0.115, 30
_LONGEST_WITH_LETTERS = 80
_LETTER_SHARE, _LARGEST_LETTER = 0.72, 8.0  # of the points of a cell, so that letters do not touch
_ABOVE_LETTERS = 14
_PROBABILITIES = (0.001, 0.01, 0.1, 0.25, 0.5, 1.0)
# The paper's colours on black: blue for the pair, which is seen even where it is hardly probable, green on top of it.
_FAINTEST = 0.35
_KEY_STEPS = 50
_SMALL, _MOST_TICKS = 8, 12


def structure_plot(name: str, sequence: str, found: Fold, encoding: Encoding) -> Figure:
    """Draw the matrix of one sequence as in Tang & Sun 2019, figure 2.

    Parameters
    ----------
    name
        What the sequence is called.
    found
        Its pairs, best structure and energy.
    encoding
        Kind of matrix; ``mixed`` has the paper's colours, green for the probability and blue for the pair.
    """
    lines = _structure_lines(sequence, found.structure)
    figure = new_figure(_WIDTH, _MATRIX + 1.0 + _LINE_HEIGHT * (1 + sum(map(len, lines)) + len(lines)))
    axes = figure.subplots()
    size = max(1, len(sequence))
    matrix = matrix_of(cells_of(sequence, found.pairs, encoding), size)
    {"probability": _draw_probability, "pair": _draw_pairs, "mixed": _draw_mixed}[encoding.matrix](
        figure, axes, matrix, encoding
    )
    _name_places(axes, sequence)
    axes.set_title(
        f"{short(name, 60)}\n{_kind(encoding)}, T = {encoding.threshold:g}; {len(sequence)} nt, "
        f"minimum free energy {found.energy:.2f} kcal/mol",
        fontsize=9,
        pad=_ABOVE_LETTERS if len(sequence) <= _LONGEST_WITH_LETTERS else None,
    )
    text = "\n\n".join("\n".join(part) for part in lines)
    figure.supxlabel(text, x=0.02, ha="left", fontsize=6.5, family="monospace", color="#333333")
    return figure


def _kind(encoding: Encoding) -> str:
    if encoding.matrix == "probability":
        return "probability matrix"
    return f"{encoding.matrix} matrix, {'ordered' if encoding.ordered else 'unordered'} pairs"


def _draw_probability(figure: Figure, axes: Axes, matrix: np.ndarray, encoding: Encoding) -> None:
    del encoding
    from matplotlib.colors import PowerNorm

    # The square root keeps rare pairs in sight.
    image = axes.imshow(
        np.ma.masked_equal(matrix[..., 0], 0), cmap="Blues", norm=PowerNorm(0.5, 0, 1), interpolation="nearest"
    )
    bar = figure.colorbar(image, ax=axes, shrink=0.6, ticks=_PROBABILITIES)
    bar.set_label("probability of the pair", fontsize=_SMALL)
    bar.ax.tick_params(labelsize=7)
    bar.ax.minorticks_off()
    bar.ax.set_yticks(_PROBABILITIES, [f"{one:g}" for one in _PROBABILITIES])


def _draw_pairs(figure: Figure, axes: Axes, matrix: np.ndarray, encoding: Encoding) -> None:
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    colours = _pair_colours(encoding)
    numbers = np.rint(matrix[..., 0] * len(colours))
    palette = ListedColormap(["white", *colours.values()])
    axes.imshow(numbers, cmap=palette, vmin=-0.5, vmax=len(colours) + 0.5, interpolation="nearest")
    title = "row and column" if encoding.ordered else "pair"
    handles = [
        Patch(color=colour, label=f"{pair} ({place}/{len(colours)})")
        for place, (pair, colour) in enumerate(colours.items(), start=1)
    ]
    figure.legend(handles=handles, title=title, loc="outside right center", fontsize=_SMALL, title_fontsize=_SMALL,
                  frameon=False)  # fmt: skip


def _draw_mixed(figure: Figure, axes: Axes, matrix: np.ndarray, encoding: Encoding) -> None:
    axes.imshow(_mixed_colours(matrix[..., 0], matrix[..., 1]), interpolation="nearest")
    names = list(_pair_colours(encoding))
    key = axes.inset_axes((1.09, 0.25, 0.075 * len(names) / 2, 0.5))
    values = (np.arange(len(names)) + 1) / len(names)
    probability = np.linspace(1, 0, _KEY_STEPS)[:, np.newaxis]
    key.imshow(_mixed_colours(*np.broadcast_arrays(probability, values)), aspect="auto", interpolation="nearest",
               extent=(-0.5, len(names) - 0.5, 0, 1))  # fmt: skip
    key.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    key.set_yticks((0, 0.25, 0.5, 0.75, 1))
    key.tick_params(labelsize=7, length=2)
    key.yaxis.set_label_position("right")
    key.set_ylabel("probability of the pair", fontsize=_SMALL)
    key.set_title("green: probability\nblue: pair", fontsize=7)


def _mixed_colours(probability: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """Give the two layers as colours, shape (rows, columns, 3)."""
    blue = np.where(pair > 0, _FAINTEST + (1 - _FAINTEST) * pair, 0)
    return np.stack([np.zeros_like(blue), np.clip(probability, 0, 1), blue], axis=-1)


def _pair_colours(encoding: Encoding) -> dict[str, str]:
    return ORDERED if encoding.ordered else UNORDERED


def _name_places(axes: Axes, sequence: str) -> None:
    """Count bases from 1, and write their letters where these can be read."""
    size = max(1, len(sequence))
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if size / step <= _MOST_TICKS), 1000)
    ticks = np.arange(step, size + 1, step)
    axes.set_xticks(ticks - 1, ticks)
    axes.set_yticks(ticks - 1, ticks)
    axes.tick_params(labelsize=7)
    axes.set_xlabel("base paired with", fontsize=_SMALL)
    axes.set_ylabel("base (counted from the 5' end)", fontsize=_SMALL)
    axes.plot([-0.5, size - 0.5], [-0.5, size - 0.5], color="#999999", linewidth=0.5)
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    if len(sequence) <= _LONGEST_WITH_LETTERS:
        points = min(_LARGEST_LETTER, _LETTER_SHARE * 72 * _MATRIX / size)
        style: dict[str, Any] = {"textcoords": "offset points", "fontsize": points, "family": "monospace"}
        for place, letter in enumerate(sequence):
            axes.annotate(letter, (place, -0.5), (0, 2), ha="center", va="bottom", **style)
            axes.annotate(letter, (size - 0.5, place), (3, 0), ha="left", va="center", **style)


def _structure_lines(sequence: str, structure: str) -> list[tuple[str, ...]]:
    """Sequence above dots and brackets, in lines that fit; not of sequences that would fill pages."""
    if not sequence or len(sequence) > _LINE * _MOST_LINES:
        return []
    rows = (textwrap.wrap(text, _LINE) for text in (sequence, structure))
    return list(zip(*rows, strict=True))
