"""Ages as classes: right-closed intervals, named as in the paper."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from srna_tools.errors import SampleError, SrnaToolsError
from srna_tools.ontology.placement import Placement

# Fiosina, Fiosins & Bonn 2019, Table 3: age intervals used in prediction, in years.
FIOSINA2019_INTERVALS: Mapping[str, tuple[float, ...]] = {
    "fiosina2019-2": (0, 65, 110),
    "fiosina2019-3": (0, 45, 70, 110),
    "fiosina2019-4": (0, 30, 60, 80, 110),
}

INTERVAL = "interval"
NOT_A_NUMBER = "not a number"
OUT_OF_RANGE = "out of range"
_FEWEST_EDGES = 2


def parse_edges(text: str) -> tuple[float, ...]:
    """Read the bounds of intervals: ``0,65,110`` or the name of a set of Table 3.

    Raises
    ------
    SrnaToolsError
        A bound is not a number, there are fewer than two, or they do not increase.
    """
    if text in FIOSINA2019_INTERVALS:
        return FIOSINA2019_INTERVALS[text]
    expected = f"expected increasing numbers such as 0,65,110, or one of {', '.join(FIOSINA2019_INTERVALS)}"
    numbers = [_number(bound) for bound in text.split(",")]
    edges = tuple(number for number in numbers if number is not None)
    if len(edges) < max(len(numbers), _FEWEST_EDGES):
        raise SrnaToolsError(f"the bins '{text}' are not a list of two or more numbers; {expected}")
    if any(lower >= upper for lower, upper in pairwise(edges)):
        raise SrnaToolsError(f"the bins '{text}' do not increase; {expected}")
    return edges


def interval_names(edges: Sequence[float]) -> list[str]:
    """Names of the intervals between bounds, as in Table 3: ``[0;65]``, ``(65;110]``."""
    return [
        f"{'(' if position else '['}{lower:.12g};{upper:.12g}]"
        for position, (lower, upper) in enumerate(pairwise(edges))
    ]


def interval_of(value: float, edges: Sequence[float]) -> str:
    """Name of the interval that holds a value, bounds belonging to the lower interval; empty outside all."""
    if value == edges[0]:
        return interval_names(edges)[0]
    for name, (lower, upper) in zip(interval_names(edges), pairwise(edges), strict=True):
        if lower < value <= upper:
            return name
    return ""


def place_in_intervals(labels: Sequence[str], edges: Sequence[float]) -> list[Placement]:
    """Place the values of a numeric column into intervals.

    Returns
    -------
    One placement a value; values that are not numbers or out of range are dropped, with the reason.

    Raises
    ------
    SampleError
        None of the values is a number.
    """
    if labels and all(_number(label) is None for label in labels):
        raise SampleError(f"none of the {len(labels)} different values is a number (the first is '{labels[0]}'); "
                          "intervals need a numeric column such as age")  # fmt: skip
    return [_placed(label, edges) for label in labels]


def _placed(label: str, edges: Sequence[float]) -> Placement:
    value = _number(label)
    if value is None:
        return Placement(label, label, matched_by=NOT_A_NUMBER).dropped("not a number")
    name = interval_of(value, edges)
    if not name:
        return Placement(label, label, matched_by=OUT_OF_RANGE).dropped(f"outside {edges[0]:.12g} to {edges[-1]:.12g}")
    return Placement(label, label, matched_by=INTERVAL, group=name)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value
