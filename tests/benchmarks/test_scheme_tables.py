"""Tables of compared models, on evaluations written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from laboratory.compared import Compared, SchemeParameters
from laboratory.evaluation import Evaluation
from laboratory.scheme_details import mean_of_frequent
from laboratory.scheme_tables import figures_of, tables_of
from laboratory.surroundings import Prepared

OBS = pd.DataFrame({"label": ["a", "a", "a", "b", "b"], "dataset": ["x", "y", "z", "x", "y"]})
METRICS = [
    ("m", "overall", "", "msa", 0.6, 0.5, 0.7),
    ("m", "overall", "", "mca", 0.7, None, None),
    ("m", "overall", "", "mean_dataset_accuracy", 0.65, 0.4, 0.9),
    ("m", "class", "a", "recall", 0.5, None, None),
    ("m", "class", "b", "recall", 0.9, None, None),
    ("majority-class", "overall", "", "msa", 0.4, 0.3, 0.5),
    ("", "untested", "z: c", "samples", 4, None, None),
    ("", "untested", "x: d", "samples", 2, None, None),
]
PREDICTIONS = pd.DataFrame(
    {
        "sample": ["1", "2", "3", "4", "5"] * 2,
        "dataset": [*OBS["dataset"]] * 2,
        "model": "m",
        "repeat": [1] * 5 + [2] * 5,
        "true": [*OBS["label"]] * 2,
        "predicted": ["a", "a", "b", "b", "b", "a", "b", "b", "b", "b"],
        "p:a": 0.5,
        "p:b": 0.5,
    }
)


def compared(*schemes):
    columns = ["model", "scope", "name", "metric", "value", "low", "high"]
    metrics = pd.DataFrame(METRICS, columns=columns).astype({"low": float, "high": float})
    evaluation = Evaluation(metrics, PREDICTIONS, "")
    return Compared("set", Prepared(Path("x"), "label", OBS), dict.fromkeys(schemes, evaluation))


def text_of(one, **parameters):
    return "\n".join(tables_of(one, SchemeParameters(**parameters), headed=True))


def test_schemes_stand_side_by_side_and_the_baseline_last():
    lines = text_of(compared("kfold", "dataset-out")).splitlines()
    assert lines[0] == "### set"
    header = next(line for line in lines if line.startswith("| model"))
    assert header == (
        "| model | random folds: accuracy | random folds: mean of classes | one dataset left out: accuracy | "
        "one dataset left out: mean of classes | one dataset left out: mean of datasets |"
    )
    rows = [line for line in lines if line.startswith(("| m ", "| majority"))]
    assert rows[0] == (
        "| m | 0.600 (0.500 to 0.700) | 0.700 | 0.600 (0.500 to 0.700) | 0.700 | 0.650 (0.400 to 0.900) |"
    )
    assert rows[1].startswith("| majority-class | 0.400 (0.300 to 0.500) | - | ")


def test_what_was_not_tested_is_named():
    assert "5 samples of 3 datasets could be tested. Not tested: 6 samples (z: c (4), x: d (2))." in text_of(
        compared("dataset-out")
    )


def test_a_split_tells_how_many_it_tests():
    one = compared("split")
    all_tested = one.by_scheme["split"].metrics[lambda table: table["scope"] != "untested"]
    one = replace(one, by_scheme={"split": replace(one.by_scheme["split"], metrics=all_tested)})
    assert "With train / test, 5 samples of 3 datasets could be tested.\n" in text_of(one)


def test_a_model_is_compared_with_the_others_from_its_own_side():
    one = compared("kfold", "dataset-out")
    rows = [
        ("datasets", "m", "n", "dataset", 9, 0.25, 0.125, 0.5, 0.012),
        ("datasets", "k", "m", "dataset", 9, 0.5, 0.25, 0.75, 0.5),
        ("datasets", "k", "n", "dataset", 9, 0.1, 0.0, 0.2, 0.9),
        ("datasets", "all", "", "dataset", 9, None, None, None, 0.1),
        ("seeds", "m", "n", "repeat", 3, 0.3, 0.2, 0.4, 0.001),
    ]
    columns = ["scope", "model_a", "model_b", "unit", "n", "difference", "low", "high", "p_corrected"]
    tested = replace(one.by_scheme["kfold"], comparison=pd.DataFrame(rows, columns=columns).astype({"low": float}))
    text = text_of(replace(one, by_scheme=dict.fromkeys(one.by_scheme, tested)), compared_with="m")
    compared_rows = text[text.index("Paired over datasets") :].split("\n\n")[1].splitlines()
    assert compared_rows == [
        "| one dataset left out: m against | difference of accuracy, mean of 9 datasets | p, corrected for all pairs |",
        "|---|---|---|",
        "| n | 0.250 (0.125 to 0.500) | 0.012 |",
        "| k | -0.500 (-0.750 to -0.250) | 0.5 |",
    ]
    assert text.count("Paired over datasets") == 1


def test_repeats_show_what_chance_does():
    text = text_of(compared("kfold"), repeats=2)
    assert "Means of 2 repeats; lowest and highest accuracy, random folds: m 0.600 to 0.800." in text
    assert "Means of" not in text_of(compared("kfold"))


def test_classes_of_several_datasets_have_a_mean_of_their_own():
    one = compared("dataset-out")
    assert mean_of_frequent(one, one.by_scheme["dataset-out"]) == {"m": pytest.approx(0.5)}
    text = text_of(one, by_class=True)
    assert "| b | 2 | 0.900 |" in text
    assert "Mean of the classes of at least 3 datasets, which are left with two or more: m 0.500." in text


def test_few_samples_are_told_what_chance_reaches():
    text = text_of(compared("kfold"), over_samples=True)
    # Three of five are of class a; five right of five are rarer than 1 in 12, so nothing is rare enough.
    assert "The commonest class has a share of 0.600; with 5 samples no accuracy can be told" in text


def test_figures_have_names():
    figures = figures_of(compared("kfold"), SchemeParameters(within_datasets=1))
    assert figures["set/kfold/m/msa"] == "0.600"
    assert figures["set/kfold/majority-class/msa"] == "0.400"
    assert figures["set/samples"] == "5"
    # Of x and y, with both classes: a right, b right in x; a half right over repeats and b right in y.
    assert figures["set/kfold/m/within balanced accuracy"] == "0.875"
