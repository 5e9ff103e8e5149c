"""Samples with files of their own, put side by side."""

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.one_sample import LibraryCounts, table_of_samples
from srna_tools.io.table import LeftOut


def library(**counts):
    return LibraryCounts(np.array(list(counts.values())), pd.DataFrame({"kind": [*counts]}, index=[*counts]))


def test_what_a_sample_does_not_name_is_zero(frame):
    table = table_of_samples({"s1": library(a=1, b=2), "s2": library(b=3, c=4)}, "folder", "study")
    assert frame(table).to_dict("index") == {"s1": {"a": 1, "b": 2, "c": 0}, "s2": {"a": 0, "b": 3, "c": 4}}
    assert table.var["kind"].to_dict() == {"a": "a", "b": "b", "c": "c"}
    assert table.absent_is_zero


def test_fractions_of_one_sample_leave_the_others_whole(frame):
    table = table_of_samples({"s1": library(a=0.5), "s2": library(a=3)}, "folder", "study")
    assert frame(table)["a"].tolist() == [0.5, 3.0]


def test_what_readers_left_out_and_noted_is_kept():
    left = LeftOut(1, "row", "of totals", 5)
    part = LibraryCounts(np.array([1]), pd.DataFrame(index=["a"]), (left,))
    table = table_of_samples([("s1", part), ("s2", part)], "folder", "study", ("a note",))
    assert table.left_out == (left, left)
    assert table.notes == ("a note",)


def test_samples_without_a_read_are_refused():
    with pytest.raises(InputError, match="none of the 1 sample has a read"):
        table_of_samples({"s1": library(a=0)}, "folder", "study")
