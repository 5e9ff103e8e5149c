"""Comparisons of models against the tests of scipy, and what they must not claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as oracle
from statsmodels.stats.multitest import multipletests

from srna_tools.validation.bootstrap import dataset_draws
from srna_tools.validation.compare import COMPARISON_COLUMNS, compare_models, holm

MODELS = ("mlp", "logistic", "forest")
FIGURES = ["p", "p_corrected", "low", "high"]


def rows(table, scope, scheme="dataset-out", **keywords):
    compared = compare_models(table, scheme, **keywords)
    assert tuple(compared.columns) == COMPARISON_COLUMNS
    return compared[compared["scope"] == scope].set_index(["metric", "model_a", "model_b"]).sort_index()


def dataset_accuracies(table):
    right = (table["true"] == table["predicted"]).astype(float)
    by_repeat = right.groupby([table["model"], table["repeat"], table["dataset"]]).mean()
    return {model: by_repeat[model].groupby("dataset").mean().sort_index() for model in table["model"].unique()}


@pytest.fixture(scope="module")
def three_models(random_predictions):
    return random_predictions(models=MODELS, repeats=4, samples=120, datasets=9)


@pytest.fixture(scope="module")
def with_baseline(three_models):
    one = three_models[three_models["model"] == "mlp"]
    baseline = one.assign(model="majority-class", predicted="liver")
    return pd.concat([three_models, baseline], ignore_index=True)


def test_pairs_over_datasets_are_those_of_scipy(three_models):
    compared = rows(three_models, "datasets", bootstraps=200, seed=4)
    accuracies = dataset_accuracies(three_models)
    draws = dataset_draws(9, 200, seed=4)
    found = []
    for a, b in (("mlp", "logistic"), ("mlp", "forest"), ("logistic", "forest")):
        row = compared.loc[("mean_dataset_accuracy", a, b)]
        differences = (accuracies[a] - accuracies[b]).round(12)
        assert (row["test"], row["unit"], row["n"], row["note"]) == ("Wilcoxon signed-rank", "datasets", 9, "")
        assert row["p"] == pytest.approx(stats.wilcoxon(differences, zero_method="pratt").pvalue)
        assert row["difference"] == pytest.approx(accuracies[a].mean() - accuracies[b].mean())
        expected = np.percentile(draws @ differences.to_numpy() / 9, [2.5, 97.5])
        np.testing.assert_allclose([row["low"], row["high"]], expected)
        found.append((row["p"], row["p_corrected"]))
    # Holm: the smallest p times three, the next times two, the largest itself, and never less than the one before.
    smallest, middle, largest = sorted(found)
    by_hand = np.minimum(np.maximum.accumulate([3 * smallest[0], 2 * middle[0], largest[0]]), 1)
    np.testing.assert_allclose([smallest[1], middle[1], largest[1]], by_hand)
    assert smallest[0] < smallest[1]


def test_all_models_over_datasets_are_those_of_scipy(three_models):
    row = rows(three_models, "datasets").loc[("mean_dataset_accuracy", "all", "")]
    theirs = stats.friedmanchisquare(
        *(accuracies.round(12) for accuracies in dataset_accuracies(three_models).values())
    )
    assert row["test"] == "Friedman"
    assert row["p"] == pytest.approx(theirs.pvalue)
    assert np.isnan(row[["difference", "low", "high", "p_corrected"]].astype(float)).all()


def test_repeats_are_compared_as_published(three_models):
    compared = rows(three_models, "seeds")
    groups = three_models.groupby(["model", "repeat"])[["true", "predicted"]]
    for metric, score in (("msa", oracle.accuracy_score), ("mca", oracle.balanced_accuracy_score)):
        values = groups.apply(lambda part, score=score: score(part["true"], part["predicted"]))
        theirs = stats.ttest_ind(values["mlp"], values["forest"])
        row = compared.loc[(metric, "mlp", "forest")]
        assert (row["test"], row["unit"], row["n"]) == ("t-test", "repeats", 4)
        assert row["p"] == pytest.approx(theirs.pvalue)
        assert row["difference"] == pytest.approx(values["mlp"].mean() - values["forest"].mean())
        np.testing.assert_allclose([row["low"], row["high"]], theirs.confidence_interval(0.95))
        every = compared.loc[(metric, "all", "")]
        assert every["test"] == "ANOVA"
        assert every["p"] == pytest.approx(stats.f_oneway(*(values[model] for model in MODELS)).pvalue)
    assert compared["note"].str.contains("says nothing about new studies").all()


def test_random_folds_are_said_to_have_seen_the_datasets(three_models):
    assert (
        rows(three_models, "datasets", "kfold")["note"] == "random folds: the datasets were also in the training"
    ).all()
    assert (rows(three_models, "datasets", "group-kfold")["note"] == "").all()


def test_two_models_and_one_repeat_make_one_row(random_predictions):
    compared = compare_models(random_predictions(models=MODELS[:2], datasets=8), "dataset-out")
    assert compared[["scope", "model_a", "model_b"]].to_numpy().tolist() == [["datasets", "mlp", "logistic"]]
    assert compared.loc[0, "p"] == compared.loc[0, "p_corrected"]


def test_one_model_is_compared_with_nothing(random_predictions):
    compared = compare_models(random_predictions(repeats=2), "dataset-out")
    assert compared.empty
    assert tuple(compared.columns) == COMPARISON_COLUMNS


def test_five_datasets_cannot_show_a_difference(random_predictions):
    compared = rows(random_predictions(models=MODELS, datasets=5), "datasets", "kfold")
    assert compared[["p", "p_corrected"]].isna().all(axis=None)
    assert compared["note"].str.endswith("; fewer than 6 datasets cannot show a difference").all()
    pairs = compared.loc["mean_dataset_accuracy"].drop(index="all")
    assert (pairs["low"] < pairs["high"]).all()


def test_only_datasets_of_both_models_are_compared(three_models):
    lacks = (three_models["model"] == "forest") & three_models["dataset"].isin(["study 0", "study 3"])
    compared = rows(three_models[~lacks], "datasets").loc["mean_dataset_accuracy"]
    assert compared["n"].to_dict() == {
        ("mlp", "logistic"): 9, ("mlp", "forest"): 7, ("logistic", "forest"): 7, ("all", ""): 7,
    }  # fmt: skip


def test_equal_models_do_not_differ(random_predictions):
    table = random_predictions(datasets=7)
    equal = pd.concat([table.assign(model=model) for model in MODELS], ignore_index=True)
    compared = rows(equal, "datasets")
    assert (compared["p"] == 1).all()
    pairs = compared.loc["mean_dataset_accuracy"].drop(index="all")
    assert (pairs[["difference", "low", "high"]] == 0).all(axis=None)
    assert (pairs["p_corrected"] == 1).all()


def test_a_model_without_spread_over_repeats_has_no_p(random_predictions):
    table = random_predictions(models=("logistic",), datasets=6)
    constant = pd.concat([table, table.assign(repeat=2)], ignore_index=True)
    varying = random_predictions(models=("mlp", "forest"), repeats=2, datasets=6)
    compared = rows(pd.concat([constant, varying], ignore_index=True), "seeds")
    for metric in ("msa", "mca"):
        without = compared.loc[metric].drop(index=("mlp", "forest"))
        assert len(without) == 3
        assert without[FIGURES].isna().all(axis=None)
        assert without["note"].str.contains("no spread to compare with").all()
        assert np.isfinite(compared.loc[(metric, "mlp", "forest"), "p"])


def test_the_baseline_is_no_candidate(three_models, with_baseline):
    """It is compared with each model, but changes nothing of how the models compare with each other."""
    alone, beside = compare_models(three_models, "kfold"), compare_models(with_baseline, "kfold")
    to_baseline = beside["model_b"] == "majority-class"
    assert to_baseline.sum() == 3 * 3
    pd.testing.assert_frame_equal(beside[~to_baseline].reset_index(drop=True), alone, check_exact=True)
    over_datasets = beside[to_baseline & (beside["scope"] == "datasets")]
    smallest = over_datasets.sort_values("p").iloc[0]
    assert smallest["p_corrected"] == pytest.approx(3 * smallest["p"])
    assert (over_datasets["difference"] > 0).all()


@pytest.mark.parametrize("p", [[0.03], [0.01, 0.01, 0.04], [0.9, 0.8, 0.02, 0.5, 0.001], [0.2] * 4])
def test_p_of_several_tests_are_corrected_as_by_statsmodels(p):
    np.testing.assert_array_equal(holm(np.array(p)), multipletests(p, method="holm")[1])
