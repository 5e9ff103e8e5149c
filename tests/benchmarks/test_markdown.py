"""Tables and numbers in Markdown."""

from __future__ import annotations

import math

from laboratory.markdown import interval, number, spread, table_of


def test_a_table_has_the_columns_of_its_first_row():
    assert table_of([{"a": 1, "b": "x|y"}, {"a": 2}]) == "| a | b |\n|---|---|\n| 1 | x\\|y |\n| 2 | - |\n"
    assert table_of([]) == ""


def test_numbers_have_three_digits_and_gaps_a_dash():
    assert number(0.83149) == "0.831"
    assert number(math.nan) == "-"
    assert interval(0.5, 0.25, 0.75) == "0.500 (0.250 to 0.750)"
    assert interval(0.5, math.nan, math.nan) == "0.500"
    assert spread(0.5, 0.01) == "0.500 ± 0.010"
    assert spread(0.5, math.nan) == "0.500"
