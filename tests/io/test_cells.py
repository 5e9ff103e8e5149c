"""One rule for what a cell means, whatever the input: no value, the name of a study, no count."""

import numpy as np
import pandas as pd
import pytest

from srna_tools.io.cells import is_missing, missing_words, study_name, why_no_count, without_missing

MISSING = [
    None,
    np.nan,
    pd.NA,
    pd.NaT,
    "",
    " ",
    "NA",
    "n/a",
    "NaN",
    "null",
    "Not available",
    "not applicable",
    "Unknown",
]


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_a_cell_without_value_is_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "none", "None", "0", "Na+", "unknown primary"], ids=repr)
def test_a_cell_with_a_value_is_not(value):
    assert not is_missing(value)


@pytest.mark.parametrize("dtype", [object, "category", "string"])
def test_words_for_missing_values_leave_text_however_it_is_stored(dtype):
    annotation = pd.DataFrame({"tissue": pd.Series(["NA", "liver", None, "none"], index=list("abcd"), dtype=dtype)})
    assert without_missing(annotation)["tissue"].tolist() == [None, "liver", None, "none"]
    assert missing_words(annotation)["tissue"].to_dict() == {"a": "NA", "c": ""}


def test_columns_without_such_words_keep_their_kind():
    annotation = pd.DataFrame({"age": [1.5, np.nan], "n": [1, 2], "ok": [True, False]})
    pd.testing.assert_frame_equal(without_missing(annotation), annotation)
    assert list(missing_words(annotation)) == ["age"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (19.0, "19"),
        (19, "19"),
        (np.nan, None),
        (None, None),
        (pd.NA, None),
        ("unknown", None),
        (" a ", "a"),
        (True, "True"),
    ],
)
def test_names_of_studies_are_text(value, name):
    assert study_name(value) == name


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("NA", "is missing; write 0"),
        (None, "is missing; write 0"),
        ("x", "is 'x', which is not a number, hint"),
        ("-2", "is negative (-2)"),
        ("inf", "is infinite"),
    ],
)
def test_what_is_no_count_is_said_in_one_way(cell, problem):
    assert why_no_count(cell, ", hint").startswith(problem)


@pytest.mark.parametrize("cell", ["0", "1.5", "1e3"])
def test_a_number_of_0_or_more_may_be_a_count(cell):
    assert why_no_count(cell) is None
