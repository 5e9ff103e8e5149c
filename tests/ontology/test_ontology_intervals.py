"""Ages in right-closed intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import SampleError, SrnaToolsError
from srna_tools.ontology.intervals import interval_names, interval_of, parse_edges, place_in_intervals


@pytest.mark.parametrize(
    ("bins", "names"),
    # Typed from Table 3 of Fiosina, Fiosins & Bonn 2019, with one separator throughout.
    [
        ("fiosina2019-2", ["[0;65]", "(65;110]"]),
        ("fiosina2019-3", ["[0;45]", "(45;70]", "(70;110]"]),
        ("fiosina2019-4", ["[0;30]", "(30;60]", "(60;80]", "(80;110]"]),
        ("0,65,110", ["[0;65]", "(65;110]"]),
        ("-1, 0.5 ,1e3", ["[-1;0.5]", "(0.5;1000]"]),
    ],
)
def test_intervals_are_named_as_in_table_3(bins, names):
    assert interval_names(parse_edges(bins)) == names


@pytest.mark.parametrize("bins", ["0,65,65", "65,0", "0", "", "0,,3", "0,old", "fiosina2019-5", "0,nan"])
def test_bounds_that_do_not_increase_or_are_no_numbers_are_refused(bins):
    with pytest.raises(SrnaToolsError, match="expected increasing numbers"):
        parse_edges(bins)


@given(st.floats(-10, 130), st.lists(st.integers(0, 120), min_size=2, max_size=6, unique=True).map(sorted))
def test_intervals_agree_with_pandas(value, edges):
    names = interval_names(edges)
    expected = pd.cut(np.array([value]), edges, right=True, include_lowest=True, labels=names)[0]
    # pandas widens the first interval by a thousandth to include its lower bound.
    if not edges[0] - 0.001 <= value < edges[0]:
        assert interval_of(value, edges) == (expected if isinstance(expected, str) else "")


def test_values_that_are_no_numbers_or_out_of_range_are_dropped_with_the_reason():
    placed = place_in_intervals(["0", "65.0", "66", "111", "adult", "nan"], (0, 65, 110))
    assert [(p.group, p.kept) for p in placed] == [
        ("[0;65]", True), ("[0;65]", True), ("(65;110]", True), ("", False), ("", False), ("", False),
    ]  # fmt: skip
    assert [p.reason for p in placed[3:]] == ["outside 0 to 110", "not a number", "not a number"]


def test_a_column_without_a_number_is_refused():
    with pytest.raises(SampleError, match="none of the 2 different values is a number"):
        place_in_intervals(["female", "male"], (0, 65, 110))
