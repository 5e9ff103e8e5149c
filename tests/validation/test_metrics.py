"""The metrics table against scikit-learn on the same rows, and its intervals against drawing the rows themselves."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from srna_tools.errors import SampleError
from srna_tools.io.output import write_table
from srna_tools.validation.bootstrap import dataset_draws
from srna_tools.validation.metrics import METRIC_COLUMNS, measure
from srna_tools.validation.out_of_fold import classes_of, probabilities_of, read_out_of_fold

INTERVALS = ["low", "high"]


def figure(measured, metric, scope="overall", name="", model="mlp"):
    chosen = measured.set_index(["model", "scope", "name", "metric"]).loc[(model, scope, name, metric)]
    return chosen["value"], chosen["low"], chosen["high"]


def figures_of_scikit_learn(table):
    """All metrics of the rows of one model and repeat that scikit-learn has, by scope, name and metric."""
    classes, true, predicted = classes_of(table), table["true"], table["predicted"]
    probabilities = probabilities_of(table)
    present = [name for name in classes if (true == name).any()]
    common = {"labels": present, "zero_division": 0}
    of_class = {
        "precision": oracle.precision_score(true, predicted, average=None, **common),
        "recall": oracle.recall_score(true, predicted, average=None, **common),
        "f1": oracle.f1_score(true, predicted, average=None, **common),
        "auroc": [_area(oracle.roc_auc_score, true == name, table[f"p:{name}"]) for name in present],
        "auprc": [oracle.average_precision_score(true == name, table[f"p:{name}"]) for name in present],
    }
    found = {
        ("class", name, metric): value
        for metric, values in of_class.items()
        for name, value in zip(present, values, strict=True)
    }
    scaled = probabilities / probabilities.sum(axis=1, keepdims=True)
    overall = {name: np.nanmean(values) for name, values in of_class.items() if not np.isnan(values).all()}
    overall["mca"] = overall.pop("recall")
    overall |= {
        "msa": oracle.accuracy_score(true, predicted),
        "log_loss": oracle.log_loss(true, scaled, labels=classes),
    }
    if len(present) > 1:
        overall["brier"] = oracle.brier_score_loss(true, scaled, labels=classes, scale_by_half=False)
    return found | {("overall", "", name): value for name, value in overall.items()}


def _area(score, member, values):
    return np.nan if member.all() else score(member, values)


def test_values_are_the_mean_over_repeats_of_those_of_scikit_learn(random_predictions):
    table = random_predictions(models=("logistic", "mlp"), repeats=3)
    measured = measure(table, "group-kfold", bootstraps=0)
    assert tuple(measured.columns) == METRIC_COLUMNS
    assert measured["model"].drop_duplicates().tolist() == ["logistic", "mlp"]
    assert (measured["scheme"] == "group-kfold").all()
    assert measured[INTERVALS].isna().all(axis=None)
    for model, part in table.groupby("model"):
        repeats = [figures_of_scikit_learn(repeat) for _, repeat in part.groupby("repeat")]
        assert len(repeats) == 3
        for scope, name, metric in repeats[0]:
            expected = np.mean([repeat[scope, name, metric] for repeat in repeats])
            assert figure(measured, metric, scope, name, model)[0] == pytest.approx(expected, abs=1e-5), metric


def test_counts_datasets_and_their_mean_by_hand(predictions_of):
    # Accuracies by dataset: a 1/2, b 1, c 2/3.
    table = predictions_of(
        ["blood", "blood", "brain", "brain", "brain", "blood"],
        ["blood", "brain", "brain", "brain", "liver", "blood"],
        [0.4, 0.5, 0.6, 0.8, 1.0, 0.8],
        ["a", "a", "b", "c", "c", "c"],
    )
    measured = measure(table, "dataset-out")
    for metric, value in {
        "samples": 6, "datasets": 3, "classes": 2, "msa": 4 / 6, "mca": (2 / 3 + 2 / 3) / 2,
        "mean_dataset_accuracy": (1 / 2 + 1 + 2 / 3) / 3, "precision": (1 + 2 / 3) / 2,
        # Bins of 1/15 hold one sample each, but the two of 0.8.
        "ece": (0.6 + 0.5 + 0.4 + abs(2 - 1.6) + 1.0) / 6,
    }.items():  # fmt: skip
        assert figure(measured, metric)[0] == pytest.approx(value), metric
    by_dataset = measured[measured["scope"] == "dataset"].pivot_table(index="name", columns="metric", values="value")
    np.testing.assert_allclose(by_dataset[["samples", "msa"]], [[2, 1 / 2], [1, 1], [3, 2 / 3]])
    assert figure(measured, "datasets", "class", "brain")[0] == 2
    assert measured[measured["scope"] == "dataset"][INTERVALS].isna().all(axis=None)
    assert measured[measured["metric"].isin(["samples", "datasets", "classes"])][INTERVALS].isna().all(axis=None)


def test_a_class_without_samples_has_precision_only(predictions_of):
    table = predictions_of(["blood", "brain", "brain"], ["blood", "brain", "liver"], datasets=["a", "b", "c"])
    measured = measure(table, "kfold")
    assert figure(measured, "samples", "class", "liver")[0] == 0
    assert figure(measured, "precision", "class", "liver")[0] == 0
    for metric in ("recall", "f1", "auroc", "auprc"):
        assert np.isnan(figure(measured, metric, "class", "liver")).all(), metric
    assert figure(measured, "precision")[0] == 1
    assert figure(measured, "mca")[0] == pytest.approx(3 / 4)


@pytest.mark.parametrize("repeats", [1, 2])
def test_intervals_are_those_of_drawing_the_rows_of_whole_datasets(random_predictions, repeats):
    table = random_predictions(repeats=repeats, samples=40, datasets=4)
    measured = measure(table, "kfold", bootstraps=30, seed=5)
    datasets = sorted(table["dataset"].unique())
    drawn = [_drawn(table, datasets, draw) for draw in dataset_draws(4, 30, seed=5)]
    for scope, name, metric in figures_of_scikit_learn(table[table["repeat"] == 1]):
        theirs = [draw[scope, name, metric] for draw in drawn if (scope, name, metric) in draw]
        expected = np.nanpercentile(theirs, [2.5, 97.5])
        np.testing.assert_allclose(figure(measured, metric, scope, name)[1:], expected, atol=2e-5, err_msg=metric)


def _drawn(table, datasets, draw):
    rows = [
        table[table["dataset"] == name] for name, times in zip(datasets, draw, strict=True) for _ in range(int(times))
    ]
    repeats = pd.concat(rows, ignore_index=True).groupby("repeat")
    figures = pd.DataFrame([figures_of_scikit_learn(repeat) for _, repeat in repeats])
    return figures.mean().to_dict()


def test_the_interval_does_not_depend_on_how_many_draws_are_handled_at_once(random_predictions):
    table = random_predictions(samples=5000, classes=("a", "b"), datasets=6)
    low, high = figure(measure(table, "kfold", bootstraps=1000), "msa")[1:]
    right = (table["true"] == table["predicted"]).groupby(table["dataset"]).agg(["sum", "size"])
    draws = dataset_draws(6, 1000, seed=0)
    theirs = (draws @ right["sum"].to_numpy()) / (draws @ right["size"].to_numpy())
    np.testing.assert_allclose([low, high], np.percentile(theirs, [2.5, 97.5]))


def test_models_are_measured_on_the_same_draws(random_predictions):
    table = random_predictions()
    other = pd.concat([random_predictions(models=("logistic",), seed=9), table.assign(model="again"), table])
    measured = measure(other, "kfold", bootstraps=50).drop(columns="scheme")
    alone = measure(table, "kfold", bootstraps=50).drop(columns=["scheme", "model"])
    for model in ("again", "mlp"):
        same = measured[measured["model"] == model].drop(columns="model").reset_index(drop=True)
        pd.testing.assert_frame_equal(same, alone, check_exact=True)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_one_dataset_has_no_interval(random_predictions, seed):
    measured = measure(random_predictions(samples=20, datasets=1, seed=seed), "kfold", bootstraps=20)
    assert measured[INTERVALS].isna().all(axis=None)
    assert measured.loc[measured["scope"] == "overall", "value"].notna().all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_a_class_of_one_dataset_has_no_interval(random_predictions, seed):
    table = random_predictions(samples=40, datasets=3, seed=seed)
    table.loc[table["true"] == "blood", "dataset"] = "study 0"
    measured = measure(table, "kfold", bootstraps=20)
    blood = (measured["scope"] == "class") & (measured["name"] == "blood")
    assert measured.loc[blood, INTERVALS].isna().all(axis=None)
    assert np.isfinite(figure(measured, "recall", "class", "liver")).all()


def test_a_dataset_drawn_once_each_gives_the_value(random_predictions):
    """Equal datasets: whichever are drawn, every draw gives the value itself."""
    table = random_predictions(samples=30, datasets=1)
    copies = pd.concat([table.assign(dataset=name, sample=table["sample"] + name) for name in "abc"], ignore_index=True)
    measured = measure(copies, "kfold", bootstraps=20)
    intervals = measured[measured["low"].notna()]
    assert len(intervals) == 10 + 3 * 5
    np.testing.assert_allclose(intervals["low"], intervals["value"], rtol=1e-12)
    np.testing.assert_allclose(intervals["high"], intervals["value"], rtol=1e-12)


def test_the_written_table_has_the_same_metrics(tmp_path, random_predictions):
    table = random_predictions(models=("mlp", "logistic"))
    write_table(table, tmp_path / "predictions.tsv")
    read = read_out_of_fold(tmp_path / "predictions.tsv")
    pd.testing.assert_frame_equal(measure(read, "kfold"), measure(table, "kfold"), check_exact=True)


def test_one_class_only_is_measured_without_warnings(predictions_of):
    table = predictions_of(["blood", "blood"], ["blood", "brain"], datasets=["a", "b"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = measure(table, "split", bootstraps=20)
    assert figure(measured, "msa")[0] == 0.5
    assert np.isnan(figure(measured, "auroc")).all()


def test_nothing_tested_is_refused(random_predictions):
    with pytest.raises(SampleError, match="no sample was tested"):
        measure(random_predictions().iloc[:0], "split")


def test_draws_without_a_class_say_nothing_about_its_precision(predictions_of):
    # Each of two datasets holds two right ones of blood, each of the others a wrong one: 1 in 16 draws has no blood.
    table = predictions_of(["blood"] * 4 + ["brain", "brain"], ["blood"] * 6, datasets=["a", "a", "b", "b", "c", "d"])
    value, low, _ = figure(measure(table, "kfold"), "precision", "class", "blood")
    assert value == pytest.approx(4 / 6)
    # At worst one of the four draws is a or b: 2 right of 5.
    assert low == pytest.approx(2 / 5)
