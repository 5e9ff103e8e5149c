"""The out-of-fold table: how it is made, that it survives the disk, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import InputError, SampleError
from srna_tools.io.output import write_table
from srna_tools.validation import out_of_fold


@pytest.fixture
def written(tmp_path, predictions_of):
    """Write a table of two rows after a change of its cells."""

    def write(change=lambda table: table):
        table = predictions_of(["blood", "liver"], ["blood", "brain"]).astype(object)
        write_table(change(table), tmp_path / "predictions.tsv")
        return tmp_path / "predictions.tsv"

    return write


def test_classes_are_sorted_and_the_first_of_equal_ones_is_predicted():
    table = out_of_fold.make_table(
        samples=["a", "b"], datasets=["x", "y"], model="mlp", repeat=2, fold=3, seed=4, true=["liver", "brain"],
        classes=["liver", "brain", "colon"], probabilities=np.array([[0.2, 0.4, 0.4], [0.5000001, 0.5, 0]]),
    )  # fmt: skip
    expected = pd.DataFrame(
        {
            "sample": ["a", "b"], "dataset": ["x", "y"], "model": "mlp", "repeat": 2, "fold": 3, "seed": 4,
            "true": ["liver", "brain"], "predicted": ["brain", "brain"], "probability": [0.4, 0.5],
            "p:brain": [0.4, 0.5], "p:colon": [0.4, 0.0], "p:liver": [0.2, 0.5],
        }
    )  # fmt: skip
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    assert out_of_fold.classes_of(table) == ("brain", "colon", "liver")
    np.testing.assert_array_equal(out_of_fold.probabilities_of(table), [[0.4, 0.4, 0.2], [0.5, 0, 0.5]])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_rounding_keeps_six_digits_and_is_done_once(values):
    once = out_of_fold.rounded(np.array([values]))
    np.testing.assert_array_equal(out_of_fold.rounded(once), once)
    np.testing.assert_allclose(once[0], values, rtol=5.01e-6, atol=1e-320)


def test_a_table_that_is_written_and_read_is_the_same(tmp_path, random_predictions):
    table = random_predictions(models=("mlp", "logistic"), repeats=2, classes=("001", 'a "b"', "c d"))
    table["sample"] = table["sample"].str.replace("s", "0")
    table.loc[table["sample"] == "01", "sample"] = "1e5"
    table["dataset"] = table["dataset"].replace({"study 0": "NA", "study 1": "7.0"})
    write_table(table, tmp_path / "predictions.tsv")
    pd.testing.assert_frame_equal(
        out_of_fold.read_out_of_fold(tmp_path / "predictions.tsv"), table, check_exact=True, check_dtype=True
    )


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("probability", "half", r"column probability, line 3: 'half' is not a probability between 0 and 1"),
        ("p:liver", "1.5", r"column p:liver, line 3: '1\.5' is not a probability"),
        ("p:liver", -0.1, r"column p:liver, line 3: '-0\.1' is not a probability"),
        ("p:brain", "nan", r"column p:brain, line 3: 'nan' is not a probability"),
        ("p:brain", None, r"column p:brain, line 3: '' is not a probability"),
        ("repeat", "1.5", r"column repeat, line 3: '1\.5' is not a whole number"),
        ("fold", "inf", r"column fold, line 3: 'inf' is not a whole number"),
        ("seed", None, r"column seed, line 3: '' is not a whole number"),
        ("dataset", None, r"column dataset, line 3: '' is empty"),
        ("true", "skin", r"column true, line 3: the class 'skin' has no column 'p:skin'"),
        ("predicted", "skin", r"column predicted, line 3: the class 'skin' has no column 'p:skin'"),
        ("sample", "s0", r"line 3: has two rows of the sample 's0' in repeat 1 of the model 'mlp'"),
    ],
)
def test_a_wrong_cell_is_named(written, column, cell, sentence):
    def change(table):
        table.loc[1, column] = cell
        return table

    with pytest.raises(InputError, match=sentence):
        out_of_fold.read_out_of_fold(written(change))


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["fold", "model"], r"lacks the column model, fold;"),
        (["p:blood", "p:brain", "p:liver"], r"lacks the column p:<class>;"),
    ],
)
def test_a_missing_column_is_named(written, columns, sentence):
    with pytest.raises(InputError, match=sentence):
        out_of_fold.read_out_of_fold(written(lambda table: table.drop(columns=columns)))


def test_one_sample_may_stand_in_several_repeats_and_models(written):
    def twice(table):
        other = [table.assign(repeat=2), table.assign(model="logistic")]
        return pd.concat([table, *other], ignore_index=True)

    read = out_of_fold.read_out_of_fold(written(twice))
    assert [(model, len(out_of_fold.repeats_of(part))) for model, part in out_of_fold.by_model(read)] == [
        ("mlp", 2),
        ("logistic", 1),
    ]


def test_a_label_without_probabilities_is_named():
    assert out_of_fold.codes_of(pd.Series(["b", "a"]), ["a", "b"]).tolist() == [1, 0]
    with pytest.raises(SampleError, match="the class c;"):
        out_of_fold.codes_of(pd.Series(["b", "c"]), ["a", "b"])
