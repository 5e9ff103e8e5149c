"""Columns of every kind that an h5ad or a library user may give."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import ColumnError
from srna_tools.preprocess.sample_column import sample_column


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["a", " b ", None, ""], "text", ["a", "b", None, None]),
        (pd.Categorical(["a", "b", None, "a"]), "text", ["a", "b", None, "a"]),
        (pd.array(["a", "b", None, "a"], dtype="string"), "text", ["a", "b", None, "a"]),
        ([1, 2, 3, 2**53 + 1], "numbers", [1, 2, 3, 2**53 + 1]),
        ([1.5, 2, None, 4], "numbers", [1.5, 2, None, 4]),
        (pd.array([1, 2, None, 4], dtype="Int64"), "numbers", [1, 2, None, 4]),
        (pd.array([1, 2, 3, 2**53 + 1], dtype="Int64"), "numbers", [1, 2, 3, 2**53 + 1]),
        (np.array([1, 2, 3, 4], dtype=np.uint8), "numbers", [1, 2, 3, 4]),
        (pd.Categorical([1, 2, None, 4]), "numbers", [1, 2, None, 4]),
        (pd.Categorical([1, 2, 2, 4]), "numbers", [1, 2, 2, 4]),
        ([math.nan] * 4, "no value", [None] * 4),
        ([True, False, True, True], "true or false", [True, False, True, True]),
        (pd.array([True, None, False, True], dtype="boolean"), "true or false", [True, None, False, True]),
        (pd.Categorical([True, False, True, True]), "true or false", [True, False, True, True]),
        ([True, None, False, True], "text", ["True", None, "False", "True"]),
        ([None] * 4, "no value", [None] * 4),
    ],
)
def test_kind_values_and_gaps(make_samples, values, kind, expected):
    column = sample_column(make_samples([[1]] * 4, c=values), "c")
    assert column.kind == kind
    assert column.missing.tolist() == [value is None for value in expected]
    present = [value for value in expected if value is not None]
    assert column.values[~column.missing].tolist() == present


def test_a_column_that_does_not_exist(make_samples):
    with pytest.raises(ColumnError, match="no sample column 'c'; the columns are: dataset, quality_flag"):
        sample_column(make_samples([[1]]), "c")
