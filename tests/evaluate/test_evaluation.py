"""Whole evaluations: sentences before the fits, the order of the tables, resuming, and the table of the search."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.evaluate.design import Design
from srna_tools.evaluate.evaluation import Evaluation, Run
from srna_tools.preprocess.catch_all import ClassChoice
from srna_tools.validation.out_of_fold import COLUMNS


def run_of(evaluation, grids=None, **keywords):
    return Run.of(evaluation, evaluation.fits(evaluation.plan.folds, grids or {}, 2), **keywords)


def test_the_predictions_have_a_row_a_model_repeat_and_sample(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=2, repeats=2, seed=9)
    table = run_of(evaluation).carry_out(0).predictions
    assert table.columns.tolist() == [*COLUMNS, "p:blood", "p:brain", "p:liver", "p:skin"]
    assert len(table) == 2 * 2 * 48
    assert not table.duplicated(["model", "repeat", "sample"]).any()
    assert table.drop_duplicates(["model", "repeat", "fold", "seed"])[
        ["model", "repeat", "fold", "seed"]
    ].to_numpy().tolist() == [
        [model, repeat, fold, 8 + repeat]
        for model in ("logistic", "random-forest") for repeat in (1, 2) for fold in (1, 2)
    ]  # fmt: skip
    for _, rows in table.groupby(["repeat", "fold"]):
        first, second = (part["sample"].tolist() for _, part in rows.groupby("model"))
        assert first == second
    truth = studies.obs["tissue"].astype(str)
    assert table["true"].tolist() == truth[table["sample"]].tolist()
    assert (table["true"] == table["predicted"]).mean() > 0.6


def test_the_sentences_say_what_is_tested_and_what_cannot_be(studies, evaluation_of):
    samples = studies.copy()
    samples.obs["tissue"] = samples.obs["tissue"].astype(str)
    samples.obs.loc[samples.obs_names[:2], "tissue"] = "kidney"
    first, second = evaluation_of(samples, scheme="dataset-out").sentences()
    assert first == "dataset-out: 2 folds test 32 of 48 samples, 5 classes, 3 datasets"
    assert second.startswith("16 samples cannot be tested: study01: blood (the dataset cannot be left out: no other ")
    assert "study01: kidney (no other dataset holds 'kidney')" in second


@pytest.mark.parametrize(("scheme", "random"), [("kfold", True), ("group-kfold", False), ("dataset-out", False)])
def test_only_random_folds_come_with_a_warning(studies, evaluation_of, scheme, random):
    sentences = evaluation_of(studies, scheme=scheme).sentences()
    assert any("not how a model does on a new study: run --scheme dataset-out" in one for one in sentences) == random
    assert len(sentences) == 1 + random


def test_the_table_of_the_search_has_one_choice_a_fit(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=3)
    searched = run_of(evaluation, {"logistic": {"C": [0.1, 1.0]}}).carry_out(0).searched
    assert searched.columns.tolist() == ["model", "repeat", "fold", "setting", "mca", "chosen"]
    assert searched["model"].tolist() == ["logistic"] * 6
    assert searched["setting"].tolist() == ["C=0.1", "C=1.0"] * 3
    assert (searched["chosen"] == "yes").groupby(searched["fold"]).sum().tolist() == [1, 1, 1]
    assert searched["mca"].between(0, 1).all()
    assert len(run_of(evaluation).carry_out(0).searched) == 0


def test_a_resumed_run_does_what_is_missing_and_gives_the_same(tmp_path, studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=3)
    grids, keywords = {"logistic": {"C": [0.1, 1.0]}}, {"fractions": (0.5, 1.0), "resume": tmp_path / "done"}
    expected = run_of(evaluation, grids, fractions=(0.5, 1.0)).carry_out(10)
    assert "finished" not in run_of(evaluation, grids, **keywords).describe()
    run_of(evaluation, grids, **keywords).carry_out(10)
    files = sorted((tmp_path / "done").iterdir())
    assert len(files) == 2 * 3 * 2  # the whole training set is fitted once, for the curve and the table
    for path in files[:5]:
        path.unlink()
    kept = {path: path.stat().st_mtime_ns for path in files[5:]}
    again = run_of(evaluation, grids, **keywords)
    assert " of them finished by an earlier run" in again.describe()
    outcome = again.carry_out(10)
    for name in ("predictions", "searched", "curve"):
        pd.testing.assert_frame_equal(getattr(outcome, name), getattr(expected, name))
    assert sorted((tmp_path / "done").iterdir()) == files
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_models_that_learn_the_same_from_other_orders_of_samples(studies, evaluation_of):
    """Which samples are tested together is drawn by position; the metrics of dataset-out do not depend on it."""
    evaluation = evaluation_of(studies, scheme="dataset-out")
    turned = evaluation_of(studies[::-1].copy(), scheme="dataset-out")
    first, second = (run_of(one).carry_out(0).predictions.set_index("sample") for one in (evaluation, turned))
    columns = ["p:blood", "p:brain", "p:liver", "p:skin"]
    np.testing.assert_allclose(first[columns], second.loc[first.index, columns], atol=1e-3)


def test_a_catch_all_class_is_a_class_like_any(studies, quick):
    """Every model of the evaluation is judged on it, and what went into it is said."""
    models = quick(studies, "logistic", "random-forest")
    choice = ClassChoice(("blood", "skin"), "other")
    evaluation = Evaluation.of(studies, "tissue", models, Design("dataset-out"), choice)
    assert evaluation.sentences()[:4] == [
        "dataset-out: 3 folds test 48 of 48 samples, 3 classes, 3 datasets",
        "catch-all class 'other': 24 samples in 3 datasets, 2 labels",
        "  brain: 12 samples in 3 datasets",
        "  liver: 12 samples in 3 datasets",
    ]
    table = run_of(evaluation).carry_out(0).predictions
    truth = studies.obs["tissue"].astype(str).replace({"brain": "other", "liver": "other"})
    assert table["true"].tolist() == truth[table["sample"]].tolist()
    assert {"p:blood", "p:skin", "p:other"} < set(table.columns)
    assert set(table["predicted"]) == {"blood", "skin", "other"}
