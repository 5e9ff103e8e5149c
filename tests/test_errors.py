"""Errors are sentences: where, what, and what to do."""

import pytest

from srna_tools.errors import ColumnError, InputError, MissingExtraError, SrnaToolsError, counted, listed


def test_an_input_error_names_the_file_and_the_place():
    assert str(InputError("a.tsv", "is empty")) == "a.tsv: is empty"
    assert str(InputError("a.tsv", "is empty", "row 3")) == "a.tsv, row 3: is empty"


def test_a_column_error_lists_the_columns_there_are():
    assert str(ColumnError("sex", ["a", "b"])) == "there is no sample column 'sex'; the columns are: a, b"
    assert str(ColumnError("sex", [])) == "there is no sample column 'sex'; the columns are: none"
    assert str(ColumnError("sex", map(str, range(40)))).endswith("29 and 10 more")


def test_a_missing_library_comes_with_the_command_that_installs_it():
    error = MissingExtraError("TensorFlow", "train")
    assert str(error) == "this step needs TensorFlow; install it with: pip install 'srna-tools[train]'"
    assert isinstance(error, SrnaToolsError)
    assert str(MissingExtraError("shap", "explain", "--engine shap")).startswith("--engine shap needs shap; install")


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), ([1], "1"), (["a", "b"], "a, b"), ("abcde", "a, b, c, d, e"), ("abcdefg", "a, b, c, d, e and 2 more")],
)
def test_long_lists_are_cut(names, text):
    assert listed(names) == text


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("sample",), "0 samples"),
        (1, ("sample",), "1 sample"),
        (1234, ("sample",), "1,234 samples"),
        (2, ("study", "studies"), "2 studies"),
        (1, ("study", "studies"), "1 study"),
    ],
)
def test_nouns_agree_with_their_numbers(number, words, text):
    assert counted(number, *words) == text
