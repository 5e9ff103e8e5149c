"""Judgement: the baseline by hand, what could not be tested, and the lines that users read first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

from srna_tools.evaluate.design import Design, plan_for
from srna_tools.evaluate.evaluation import Run
from srna_tools.evaluate.fits import Material
from srna_tools.evaluate.judge import headlines, judge, majority_class
from srna_tools.validation.out_of_fold import BASELINE, probabilities_of


@pytest.fixture
def unbalanced(make_samples):
    """Datasets x: a a b, y: a b b b, z: a a c; z cannot be left out."""
    labels = list("aab" "abbb" "aac")  # fmt: skip
    samples = make_samples(np.ones((10, 2)), tissue=labels, dataset=list("xxx" "yyyy" "zzz"))  # fmt: skip
    return Material(samples, np.array(labels))


def test_the_baseline_is_that_of_its_training_set(unbalanced):
    """Without x: a 3, b 3, c 1, so that a comes first; without y: a 4, b 1, c 1."""
    plan = plan_for(unbalanced, Design("dataset-out"))
    table = majority_class(plan, unbalanced)
    assert table["dataset"].tolist() == ["x"] * 3 + ["y"] * 4
    assert set(table["predicted"]) == {"a"}
    np.testing.assert_allclose(
        probabilities_of(table)[[0, 3]], [[3 / 7, 3 / 7, 1 / 7], [4 / 6, 1 / 6, 1 / 6]], rtol=1e-5
    )
    assert (table["true"] == table["predicted"]).mean() == pytest.approx(3 / 7)
    assert set(table["model"]) == {BASELINE}


def test_the_baseline_is_that_of_scikit_learn(studies, evaluation_of):
    evaluation = evaluation_of(studies, label="sex", scheme="dataset-out")
    material = evaluation.material
    table = majority_class(evaluation.plan, material)
    for fold in evaluation.plan.folds:
        rows = table[table["fold"] == fold.number]
        dummy = DummyClassifier(strategy="prior").fit(np.zeros((len(fold.train), 1)), material.labels[fold.train])
        nothing = np.zeros((len(fold.test), 1))
        assert rows["predicted"].tolist() == dummy.predict(nothing).tolist()
        np.testing.assert_allclose(probabilities_of(rows), dummy.predict_proba(nothing), rtol=1e-5)


def test_the_table_has_all_models_the_baseline_and_what_could_not_be_tested(unbalanced):
    plan = plan_for(unbalanced, Design("dataset-out"))
    perfect = majority_class(plan, unbalanced).assign(model="perfect")
    perfect["predicted"] = perfect["true"]
    metrics = judge(perfect, plan, unbalanced, draws=0, seed=0)
    overall = metrics[metrics["scope"] == "overall"].set_index(["model", "metric"])["value"]
    assert overall["perfect", "msa"] == 1
    assert overall[BASELINE, "msa"] == pytest.approx(3 / 7)
    assert overall[BASELINE, "mca"] == pytest.approx(1 / 2)
    untested = metrics[metrics["scope"] == "untested"]
    assert untested[["model", "scheme", "name", "metric", "value"]].to_numpy().tolist() == [
        ["", "dataset-out", "z: a", "samples", 2.0],
        ["", "dataset-out", "z: c", "samples", 1.0],
    ]
    assert untested[["low", "high"]].isna().all(axis=None)
    assert metrics["scheme"].unique().tolist() == ["dataset-out"]


def test_everything_tested_adds_no_rows(studies, evaluation_of):
    evaluation = evaluation_of(studies, scheme="dataset-out")
    predictions = majority_class(evaluation.plan, evaluation.material).assign(model="m")
    metrics = judge(predictions, evaluation.plan, evaluation.material, draws=10, seed=0)
    assert set(metrics["scope"]) == {"overall", "class", "dataset"}


def test_the_seed_draws_the_intervals(studies, evaluation_of):
    evaluation = evaluation_of(studies, scheme="dataset-out", label="sex")
    predictions = Run.of(evaluation, evaluation.fits(evaluation.plan.folds, {}, 2)).carry_out(0).predictions
    first, again, other = (
        judge(predictions, evaluation.plan, evaluation.material, draws=20, seed=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_headlines_name_each_model_with_its_intervals():
    metrics = pd.DataFrame(
        [
            (model, "kfold", "overall", "", metric, value, low, high)
            for model, value, low, high in (("mlp", 0.91239, 0.8, 0.95), ("majority-class", 0.25, np.nan, np.nan))
            for metric in ("samples", "msa", "mca", "mean_dataset_accuracy")
        ],
        columns=["model", "scheme", "scope", "name", "metric", "value", "low", "high"],
    )
    interval = "0.912 (0.800 to 0.950)"
    assert headlines(metrics) == [
        f"mlp: accuracy over samples {interval}, mean accuracy of the classes {interval}, of the datasets {interval}",
        "majority-class: accuracy over samples 0.250, mean accuracy of the classes 0.250, of the datasets 0.250",
    ]
