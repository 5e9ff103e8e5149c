"""Forward log-odds of many profiles against many sequences, compiled by numba.

Profiles of similar length lie side by side in lanes, nodes after one another, so that one instruction works on several
profiles. A row (the states after one base) is kept in single precision and scaled every few bases. Each statement
that goes over a row stands in a loop of its own with few arrays: compilers turn those into vector instructions.
Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numba
import numpy as np

#: Profiles side by side.
LANES = 32
_SCALED_EVERY = 8
# Odds of entering never fall below this share of the row: numbers too small for normal floats are slow to work with.
_LEAST_ENTRY = np.float32(1e-27)
_LEAST = 1e-300

_compiled: Any = numba.njit(nogil=True, cache=True, fastmath={"contract", "reassoc", "nsz"}, error_model="numpy")


def log_odds(
    parameters: np.ndarray, starts: np.ndarray, flank: tuple[float, float], codes: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """Natural logarithm of the odds of each sequence under each profile, against a background of equal bases.

    Parameters
    ----------
    parameters
        `ROWS` of all nodes of all groups, float32, shape (14, nodes, `LANES`); zero where a profile has no node.
    starts
        First node of each group; the last number is the number of nodes, int64.
    flank
        Probabilities that there is a base before (or after) the profile, and that another follows.
    codes, places
        Of `srna_tools.sequences.letters.packed`.

    Returns
    -------
    Float64, shape (sequences, groups x lanes); finite.

    References
    ----------
    Durbin, Eddy, Krogh & Mitchison, Biological sequence analysis (1998), section 5.4.
    """
    result = np.empty((len(places) - 1, (len(starts) - 1) * LANES), dtype=np.float64)
    begin, stay = (np.float32(share) for share in flank)
    for group, (first, last) in enumerate(pairwise(starts)):
        own = np.ascontiguousarray(parameters[:, first:last]).reshape(len(parameters), -1)
        _forward_group(own, begin, stay, codes, places, result[:, group * LANES : (group + 1) * LANES])
    return result


@_compiled
def _forward_group(own, begin, stay, codes, places, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Forward of all sequences through the profiles of one group."""
    rows = np.empty((6, own.shape[1]), dtype=np.float32)
    for sequence in range(len(places) - 1):
        _forward_one(own, begin, stay, codes[places[sequence] : places[sequence + 1]], rows, result[sequence])


@_compiled
def _forward_one(own, begin, stay, codes, rows, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    match, other, insert, delete, left, entry = rows[0], rows[1], rows[2], rows[3], rows[4], rows[5]
    match[:] = 0
    insert[:] = 0
    delete[:] = 0
    left[:] = 0
    entry[:] = own[12]
    logs = np.zeros(LANES, dtype=np.float64)
    scale = np.ones(LANES, dtype=np.float32)
    before = np.float32(1) - begin
    for place in range(len(codes)):
        _matches(own[codes[place]], own[5], own[6], own[7], match, insert, delete, entry, before, other)
        _inserts(own[8], own[9], match, insert)
        _deletes(own[10], own[11], other, delete)
        _leave(other, stay, left)
        match, other = other, match
        before = begin * (np.float32(1) - stay) if place == 0 else before * stay
        if place % _SCALED_EVERY == _SCALED_EVERY - 1:
            _scales(match, insert, left, scale)
            for lane in range(LANES):
                logs[lane] -= np.log(np.float64(scale[lane]))
            for row in (match, insert, delete, left, entry):
                _scaled(row, scale)
            for at in range(len(entry)):
                entry[at] = max(entry[at], _LEAST_ENTRY)
    _finish(own[13], begin, stay, match, left, logs, result)


@_compiled
def _matches(odds, from_match, from_insert, from_delete, match, insert, delete, entry, before, new):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for at in range(LANES):
        new[at] = odds[at] * before * entry[at]
    for was in range(len(new) - LANES):
        at = was + LANES
        new[at] = odds[at] * (
            match[was] * from_match[at] + insert[was] * from_insert[at] + delete[was] * from_delete[at]
            + before * entry[at]
        )  # fmt: skip


@_compiled
def _inserts(opened, extended, match, insert):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for at in range(len(insert)):
        insert[at] = match[at] * opened[at] + insert[at] * extended[at]


@_compiled
def _deletes(opened, extended, match, delete):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for was in range(len(delete) - LANES):
        at = was + LANES
        delete[at] = match[was] * opened[at] + delete[was] * extended[at]


@_compiled
def _leave(match, stay, left):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for at in range(len(left)):
        left[at] = left[at] * stay + match[at]


@_compiled
def _scales(match, insert, left, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    scale[:] = 0
    for node in range(len(match) // LANES):
        for lane in range(LANES):
            at = node * LANES + lane
            scale[lane] += match[at] + insert[at] + left[at]
    for lane in range(LANES):
        scale[lane] = 1 / scale[lane] if scale[lane] > 0 else np.float32(1)


@_compiled
def _scaled(row, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for node in range(len(row) // LANES):
        for lane in range(LANES):
            row[node * LANES + lane] *= scale[lane]


@_compiled
def _finish(leaving, begin, stay, match, left, logs, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for lane in range(LANES):
        odds = 0.0
        for node in range(len(match) // LANES):
            at = node * LANES + lane
            # All that left at this base or before; of the former, only some have a flank.
            earlier = np.float64(left[at] - match[at]) / stay * begin * (1 - stay)
            odds += leaving[at] * (np.float64(match[at]) * (1 - begin) + earlier)
        result[lane] = logs[lane] + np.log(odds + _LEAST)
