"""Forward log-odds of many profiles against many sequences, compiled by numba.

Profiles of similar length lie side by side in the lanes of vector registers. The states after one base are kept in
single precision and scaled every few bases. Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from srna_tools.compiled import numba
from srna_tools.sequences.lanes import LANES, all_lanes, plus_product, read, times, write

_SCALED_EVERY = 8
# The chance to begin never falls below this share of a row, nor the odds of a sequence below the least: numbers too
# small for normal floats are slow to work with, and 0 has no logarithm.
_LEAST_BEGIN = np.float32(1e-25)
_LEAST_ODDS = 1e-300
_PARAMETERS = 14
# Where the transitions of a node begin in its parameters: from the first state named into the second.
(
    _MATCH_MATCH, _INSERT_MATCH, _DELETE_MATCH, _MATCH_INSERT, _INSERT_INSERT, _MATCH_DELETE, _DELETE_DELETE,
    _BEGIN, _END,
) = (column * LANES for column in range(5, _PARAMETERS))  # fmt: skip
_STATES = 3

_compiled: Any = numba.njit(nogil=True, cache=True, error_model="numpy")


def log_odds(
    parameters: np.ndarray, starts: np.ndarray, flank: tuple[float, float], codes: np.ndarray, places: np.ndarray
) -> np.ndarray:
    """Natural logarithm of the odds of each sequence under each profile, against a background of equal bases.

    Parameters
    ----------
    parameters
        Of the nodes of all groups of `LANES` profiles one after another, as
        `srna_tools.sequences.profile_building.node_parameters` gives them, float32, shape (nodes, 14, `LANES`); zero
        where a profile has no node.
    starts
        First node of each group; the last number is the number of nodes, int64.
    flank
        Probabilities that there is a base before (or after) the profile, and that another follows.
    codes, places
        Of `srna_tools.sequences.letters.packed`.

    Returns
    -------
    Float64, shape (sequences, groups x lanes); finite.

    Raises
    ------
    ValueError
        The parameters are of another shape, or the groups reach beyond them: nothing is checked further in.

    References
    ----------
    Durbin, Eddy, Krogh & Mitchison, Biological sequence analysis (1998), section 5.4.
    """
    if parameters.shape[1:] != (_PARAMETERS, LANES) or starts[0] < 0 or starts[-1] > len(parameters):
        raise ValueError(f"parameters of the shape {parameters.shape} are not those of {starts[-1]} nodes in lanes")
    begins, goes_on = (np.float32(share) for share in flank)
    result = np.empty((len(starts) - 1, len(places) - 1, LANES), dtype=np.float64)
    for group, (first, last) in enumerate(pairwise(starts)):
        own = np.ascontiguousarray(parameters[first:last], dtype=np.float32).reshape(-1)
        _of_group(own, begins, goes_on, codes, places, result[group])
    return result.transpose(1, 0, 2).reshape(len(places) - 1, -1)


@_compiled
def _of_group(own, begins, goes_on, codes, places, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Forward of all sequences through the profiles of one group."""
    states = np.empty(len(own) // _PARAMETERS * _STATES, dtype=np.float32)
    # Odds of the bases so far and: the profile begins now; ended now; ended before the last base.
    begin = np.empty(LANES, dtype=np.float32)
    now = np.empty(LANES, dtype=np.float32)
    ended = np.empty(LANES, dtype=np.float32)
    logs = np.empty(LANES, dtype=np.float64)
    for sequence in range(len(places) - 1):
        states[:] = 0
        begin[:] = 1 - begins
        now[:] = 0
        ended[:] = 0
        logs[:] = 0
        for place in range(places[sequence], places[sequence + 1]):
            for lane in range(LANES):
                ended[lane] = ended[lane] * goes_on + now[lane] * begins
            _base(own, codes[place], begin, states, now)
            if place == places[sequence]:
                begin[:] = begins * (1 - goes_on)
            else:
                for lane in range(LANES):
                    begin[lane] = max(begin[lane] * goes_on, _LEAST_BEGIN)
            if (place - places[sequence]) % _SCALED_EVERY == _SCALED_EVERY - 1:
                _scale(states, begin, now, ended, logs)
        for lane in range(LANES):
            odds = now[lane] * np.float64(1 - begins) + ended[lane] * np.float64(1 - goes_on)
            result[sequence, lane] = logs[lane] + np.log(odds + _LEAST_ODDS)


@_compiled
def _base(own, code, begin, states, now):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Replace the states before a base by those after it; `now` becomes the odds of having ended with it."""
    zero = all_lanes(np.float32(0))
    beginning = read(begin, 0)
    # Of the node before: match, insert and delete state before the base, match and delete state after it.
    match, insert, delete, new_match, new_delete, ending = zero, zero, zero, zero, zero, zero
    at = 0
    for node in range(0, len(own), _PARAMETERS * LANES):
        into = times(beginning, read(own, node + _BEGIN))
        into = plus_product(into, match, read(own, node + _MATCH_MATCH))
        into = plus_product(into, insert, read(own, node + _INSERT_MATCH))
        into = plus_product(into, delete, read(own, node + _DELETE_MATCH))
        new_delete = times(new_delete, read(own, node + _DELETE_DELETE))
        new_delete = plus_product(new_delete, new_match, read(own, node + _MATCH_DELETE))
        new_match = times(into, read(own, node + code * LANES))
        ending = plus_product(ending, new_match, read(own, node + _END))
        match, insert, delete = read(states, at), read(states, at + LANES), read(states, at + 2 * LANES)
        new_insert = times(match, read(own, node + _MATCH_INSERT))
        new_insert = plus_product(new_insert, insert, read(own, node + _INSERT_INSERT))
        write(states, at, new_match)
        write(states, at + LANES, new_insert)
        write(states, at + 2 * LANES, new_delete)
        at += _STATES * LANES
    write(now, 0, ending)


@_compiled
def _scale(states, begin, now, ended, logs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Divide what each lane holds by its sum, and keep the sum's logarithm."""
    sums = np.empty(LANES, dtype=np.float32)
    one = all_lanes(np.float32(1))
    total = plus_product(read(begin, 0), read(now, 0), one)
    total = plus_product(total, read(ended, 0), one)
    for at in range(0, len(states), LANES):
        total = plus_product(total, read(states, at), one)
    write(sums, 0, total)
    for lane in range(LANES):
        logs[lane] += np.log(np.float64(sums[lane]))
        sums[lane] = 1 / sums[lane]
    share = read(sums, 0)
    for row in (begin, now, ended, states):
        for at in range(0, len(row), LANES):
            write(row, at, times(read(row, at), share))
