"""Convolutions of one-hot matrices with their global maxima, by looking up sums of three bases at a time.

A window of a one-hot matrix times a filter is a sum of one weight a base. Those of three bases are summed once for
all 5^3 triplets of letters, so that a window of 16 bases takes six additions instead of 64 multiplications. The
maximum over windows is taken before the bias and ReLU, which do not change the order.

Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from srna_tools.compiled import numba
from srna_tools.sequences.letters import LETTERS, UNKNOWN, packed

_LETTERS = len(LETTERS) + 1
_TRIPLETS = _LETTERS**3
#: Filters whose tables are used together: those of a width of 16 take 192 KB, which second-level caches hold.
_BLOCK = 64


class TripletSequences(NamedTuple):
    """Sequences as overlapping triplets of letters, ready for `highest_scores`.

    Attributes
    ----------
    triplets
        Number of the triplet that begins at each base, 0 to 124, uint8; the sequences stand one after another, each
        followed by enough unknown letters for all windows that begin in it.
    starts, lengths
        Where each sequence begins, and its number of bases, int64.
    """

    triplets: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray


def triplet_sequences(sequences: Sequence[str], max_length: int, widest: int) -> TripletSequences:
    """Number the triplets of clean sequences, of which the first `max_length` bases count."""
    cut = [sequence[:max_length] for sequence in sequences]
    after = UNKNOWN * (3 * _lookups(widest) + 2)
    letters, starts = packed([sequence + after for sequence in cut])
    letters = np.append(letters, np.zeros(2, dtype=np.uint8))
    triplets = (letters[:-2] * _LETTERS + letters[1:-1]) * _LETTERS + letters[2:]
    return TripletSequences(triplets, starts[:-1], np.array([len(sequence) for sequence in cut], dtype=np.int64))


def triplet_tables(kernel: np.ndarray) -> np.ndarray:
    """Sum the weights of every triplet of letters at every third base of the filters of one width.

    Parameters
    ----------
    kernel
        Shape (width, 4, filters).

    Returns
    -------
    Shape (blocks of filters, lookups * 125 * filters of a block), float32; beyond the last filter and base, zeros.
    """
    width, _, filters = kernel.shape
    blocks, lookups = -(-filters // _BLOCK), _lookups(width)
    weights = np.zeros((3 * lookups, _LETTERS, blocks * _BLOCK), dtype=np.float32)
    weights[:width, : len(LETTERS), :filters] = kernel
    first, second, third = weights[0::3], weights[1::3], weights[2::3]
    sums = first[:, :, None, None] + second[:, None, :, None] + third[:, None, None, :]
    by_block = sums.reshape(lookups, _TRIPLETS, blocks, _BLOCK).transpose(2, 0, 1, 3)
    return np.ascontiguousarray(by_block).reshape(blocks, -1)


def highest_scores(
    sequences: TripletSequences, tables: np.ndarray, width: int, max_length: int, out: np.ndarray
) -> None:
    """Fill `out`, shape (sequences, filters), float32, with the highest score of each filter over all windows.

    Windows that begin after the end of a sequence hold zeros alone; there are such unless the sequence is so long that
    all windows of the matrix of `max_length` rows begin in it.
    """
    _highest_compiled(*sequences, tables, width, max_length, (0,) * _lookups(width), out)


def highest_scores_and_places(
    sequences: TripletSequences, tables: np.ndarray, width: int, max_length: int, out: np.ndarray, places: np.ndarray
) -> None:
    """Do as `highest_scores`, and fill `places`, int32, with the base where the first highest window begins.

    The place of a window after the end of a sequence is the sequence's length.
    """
    _highest_and_places_compiled(*sequences, tables, width, max_length, (0,) * _lookups(width), out, places)


def _lookups(width: int) -> int:
    """Triplets of a window, rounded up to an even number: every number is compiled on its own."""
    return 2 * -(-width // 6)


def _offsets(triplets: Any, place: Any, lookup: Any, like: Any) -> Any:
    """Where in the tables the triplets of a window stand, as a tuple as long as `like`."""
    raise NotImplementedError  # compiled code alone calls it


def _score(table: Any, offsets: Any, unit: Any) -> Any:
    """Sum of the table's values at all `offsets` for one filter."""
    raise NotImplementedError  # compiled code alone calls it


def _offsets_of_any_number(triplets: Any, place: Any, lookup: Any, like: Any) -> Any:
    if like.count == 1:
        return lambda triplets, place, lookup, like: ((lookup * _TRIPLETS + np.intp(triplets[place])) * _BLOCK,)
    return lambda triplets, place, lookup, like: (
        (lookup * _TRIPLETS + np.intp(triplets[place])) * _BLOCK,
        *_offsets(triplets, place + 3, lookup + 1, like[1:]),
    )


def _score_of_any_number(table: Any, offsets: Any, unit: Any) -> Any:
    if offsets.count == 1:
        return lambda table, offsets, unit: table[offsets[0] + unit]
    return lambda table, offsets, unit: table[offsets[0] + unit] + _score(table, offsets[1:], unit)


def _highest(
    triplets: Any, starts: Any, lengths: Any, tables: Any, width: int, max_length: int, like: Any, out: Any
) -> None:
    """Four windows at a time: fewer passes over the maxima. The last window may come twice, which changes no maximum.

    Conditional expressions, not statements, so that the compiler makes vector instructions of them.
    """
    best = np.empty(_BLOCK, dtype=np.float32)
    for block in range(len(tables)):
        table, first = tables[block], block * _BLOCK
        for number in range(len(lengths)):
            length = lengths[number]
            best[:] = np.float32(0) if length <= max_length - width else np.float32(-np.inf)
            last = starts[number] + min(length, max_length - width + 1) - 1
            for place in range(starts[number], last + 1, 4):
                a = _offsets(triplets, place, 0, like)
                b = _offsets(triplets, min(place + 1, last), 0, like)
                c = _offsets(triplets, min(place + 2, last), 0, like)
                d = _offsets(triplets, min(place + 3, last), 0, like)
                for unit in range(_BLOCK):
                    highest = best[unit]
                    score = _score(table, a, unit)
                    highest = score if score > highest else highest
                    score = _score(table, b, unit)
                    highest = score if score > highest else highest
                    score = _score(table, c, unit)
                    highest = score if score > highest else highest
                    score = _score(table, d, unit)
                    best[unit] = score if score > highest else highest
            for unit in range(min(_BLOCK, out.shape[1] - first)):
                out[number, first + unit] = best[unit]


def _highest_and_places(
    triplets: Any, starts: Any, lengths: Any, tables: Any, width: int, max_length: int, like: Any, out: Any, places: Any
) -> None:
    best = np.empty(_BLOCK, dtype=np.float32)
    where = np.empty(_BLOCK, dtype=np.int32)
    for block in range(len(tables)):
        table, first = tables[block], block * _BLOCK
        for number in range(len(lengths)):
            length, start = lengths[number], starts[number]
            best[:] = np.float32(-np.inf)
            where[:] = 0
            windows = min(length, max_length - width + 1)
            for place in range(0, windows, 2):
                next_place = min(place + 1, windows - 1)
                here = _offsets(triplets, start + place, 0, like)
                after = _offsets(triplets, start + next_place, 0, like)
                for unit in range(_BLOCK):
                    highest, at = best[unit], where[unit]
                    score = _score(table, here, unit)
                    at = np.int32(place) if score > highest else at
                    highest = score if score > highest else highest
                    score = _score(table, after, unit)
                    where[unit] = np.int32(next_place) if score > highest else at
                    best[unit] = score if score > highest else highest
            padded = length <= max_length - width
            for unit in range(min(_BLOCK, out.shape[1] - first)):
                beyond = padded and best[unit] < 0
                out[number, first + unit] = np.float32(0) if beyond else best[unit]
                places[number, first + unit] = np.int32(length) if beyond else where[unit]


numba.extending.overload(_offsets, strict=False)(_offsets_of_any_number)
numba.extending.overload(_score, strict=False)(_score_of_any_number)
_compiled: Any = numba.njit(nogil=True, cache=True)
_highest_compiled = _compiled(_highest)
_highest_and_places_compiled = _compiled(_highest_and_places)
