"""The choice of a model: the rule and its standard error by hand, and that nothing but training samples decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score

from srna_tools.errors import SampleError
from srna_tools.evaluate.choose import Candidate, Choice, Tryout
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Material, predict_unseen
from srna_tools.evaluate.views import RESOURCES, STUDIES
from srna_tools.models.discriminant import DiscriminantSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.preprocess.specification import EXPRESSED, RANKED
from srna_tools.validation.bootstrap import dataset_draws

DISCRIMINANT = Contender("discriminant", "discriminant", DiscriminantSettings(0.3), EXPRESSED)
LOGISTIC = Contender("logistic", "logistic", LogisticSettings(), RANKED)


def three(*behind_and_error):
    """Make a choice of candidates that are so far behind the best, with these errors."""
    return Choice(
        tuple(
            Candidate(replace(LOGISTIC, name=name), 0.9 - behind, behind, error, {})
            for name, (behind, error) in zip("abc", behind_and_error, strict=False)
        ),
        (),
    )


@pytest.mark.parametrize(
    ("behind_and_error", "chosen"),
    [
        ([(0.02, 0.03), (0.01, 0.02), (0, 0)], "a"),
        ([(0.02, 0.01), (0.01, 0.02), (0, 0)], "b"),
        ([(0.02, 0.02), (0.01, 0.02), (0, 0)], "a"),
        ([(0.02, 0.01), (0.02, 0.01), (0, 0)], "c"),
        ([(0, 0), (0, 0), (0.01, 0.5)], "a"),
        ([(0.2, 0.1), (0, 0), (0.01, 0.5)], "b"),
        ([(0.03, 0.1), (0.02, 0.1), (0, 0)], "b"),
        ([(0, 0)], "a"),
    ],
)
def test_the_first_within_one_standard_error_of_the_best_is_chosen(behind_and_error, chosen):
    assert three(*behind_and_error).chosen.contender.name == chosen


def test_the_reason_names_what_is_better_and_by_how_much():
    assert three((0.2, 0.1), (0, 0)).reason() == ("b: mean class accuracy 0.900 on  left out, the best of 2 models")
    assert three((0.02, 0.03), (0, 0)).reason() == (
        "a: mean class accuracy 0.880 on  left out; b is 0.02 better, but the standard error of that difference is "
        "0.03: of models that cannot be told apart the first in the list is taken"
    )


@pytest.fixture(scope="module")
def samples(biased_studies):
    return biased_studies(resources=("x", "y", "x"))


@pytest.fixture(scope="module")
def material(samples):
    return Material(samples, samples.obs["tissue"].to_numpy(str))


@pytest.fixture(scope="module")
def drawn(material):
    """Three candidates that guess, the later the better, on studies and on resources; probabilities are drawn."""
    generator = np.random.default_rng(1)
    candidates = [replace(LOGISTIC, name=name) for name in ("poor", "fair", "good")]
    tryout = Tryout.of(candidates, np.arange(len(material.labels)), material, 5)
    skill = {"poor": 0.0, "fair": 0.35, "good": 0.45}
    results = []
    for fit in tryout.fits:
        guesses = generator.random((len(fit.fold.test), 3))
        guesses[np.arange(len(guesses)), material.codes[fit.fold.test]] += skill[fit.contender.name]
        results.append(guesses / guesses.sum(axis=1, keepdims=True))
    return tryout, results, tryout.judge(results)


def predicted(tryout, results, material):
    """True and predicted class numbers and datasets, by candidate and view."""
    found = {}
    for fit, result in zip(tryout.fits, results, strict=True):
        (view,) = [one.name for one in tryout.views if any(fold is fit.fold for fold in one.plan.folds)]
        rows = pd.DataFrame({
            "true": material.codes[fit.fold.test], "predicted": result.argmax(axis=1),
            "dataset": material.datasets[fit.fold.test],
        })  # fmt: skip
        found.setdefault((fit.contender.name, view), []).append(rows)
    return {key: pd.concat(parts, ignore_index=True) for key, parts in found.items()}


def test_scores_are_means_over_views_of_scikit_learns_balanced_accuracy(drawn, material):
    tryout, results, choice = drawn
    tables = predicted(tryout, results, material)
    table = choice.table().set_index("model")
    for name in ("poor", "fair", "good"):
        of_views = []
        for view in (STUDIES, RESOURCES):
            seen = tables[name, view]
            of_views.append(balanced_accuracy_score(seen["true"], seen["predicted"]))
            assert table.loc[name, f"{view}_mca"] == pytest.approx(of_views[-1])
            assert table.loc[name, f"{view}_msa"] == pytest.approx((seen["true"] == seen["predicted"]).mean())
        assert table.loc[name, "score"] == pytest.approx(np.mean(of_views))
    best = table["score"].max()
    np.testing.assert_allclose(table["behind"], best - table["score"], atol=1e-12)


def test_errors_are_those_of_differences_over_draws_of_datasets(drawn, material):
    """One draw after the other: recall of a class is the weighted mean over its samples."""
    tryout, results, choice = drawn
    datasets = np.unique(material.datasets)
    scores = {name: [] for name in ("poor", "fair", "good")}
    tables = predicted(tryout, results, material)
    for draw in dataset_draws(len(datasets), 200, 5):
        for name, drawn_scores in scores.items():
            of_views = []
            for view in (STUDIES, RESOURCES):
                seen = tables[name, view]
                weight = draw[np.searchsorted(datasets, seen["dataset"])]
                right = (seen["true"] == seen["predicted"]).to_numpy()
                of_class = [(seen["true"] == code).to_numpy() & (weight > 0) for code in range(3)]
                of_views.append(np.mean([np.average(right[rows], weights=weight[rows]) for rows in of_class]))
            drawn_scores.append(np.mean(of_views))
    best = choice.best.contender.name
    expected = [np.std(np.array(scores[best]) - np.array(scores[name])) for name in scores]
    errors = choice.table()["error"]
    np.testing.assert_allclose(errors, expected, atol=1e-9)
    assert errors[0] > 0
    assert choice.candidates[0].behind > errors[0]
    assert choice.chosen.contender.name != "poor"


def test_the_table_has_a_row_a_candidate_in_their_order(drawn):
    table = drawn[2].table()
    assert table.columns.tolist() == [
        "model", "studies_msa", "studies_mca", "resources_msa", "resources_mca", "score", "behind", "error", "chosen",
    ]  # fmt: skip
    assert table["model"].tolist() == ["poor", "fair", "good"]
    assert table["chosen"].tolist() == [
        "yes" if name == drawn[2].chosen.contender.name else "" for name in table["model"]
    ]
    assert " on studies and resources left out" in drawn[2].reason()


@pytest.mark.parametrize("failing", [0, -1])
def test_a_candidate_that_cannot_be_fitted_once_is_left_out_and_said_so(drawn, warnings_logged, failing):
    """In its first fold of studies, or in its last of resources."""
    tryout, results, whole = drawn
    each = len(results) // 3
    broken = list(results)
    broken[each + (failing % each)] = SampleError("no feature passes the filters")
    choice = tryout.judge(broken)
    assert [one.contender.name for one in choice.candidates] == ["poor", "good"]
    assert choice.left_out == {"fair": "no feature passes the filters"}
    assert warnings_logged.messages == ["fair is left out of the choice: no feature passes the filters"]
    for one in choice.candidates:
        (same,) = [other for other in whole.candidates if other.contender.name == one.contender.name]
        assert one.score == same.score


def test_if_no_candidate_can_be_fitted_the_first_reason_is_told(drawn):
    tryout, results, _ = drawn
    with pytest.raises(SampleError, match=r"none of the models can be fitted: reason 0$"):
        tryout.judge([SampleError(f"reason {place}") for place in range(len(results))])


def chosen_on(material, train):
    tryout = Tryout.of([LOGISTIC, DISCRIMINANT], train, material, 0)
    return tryout.judge([predict_unseen(fit, material) for fit in tryout.fits])


def other_labels(samples, others):
    samples.obs.loc[others, "tissue"] = samples.obs.loc[others, "tissue"].to_numpy()[::-1]


def other_studies(samples, others):
    samples.obs.loc[others, "dataset"] = "study 0"
    samples.obs.loc[others, "resource"] = "y"


def other_counts(samples, others):
    rows = samples.obs_names.get_indexer(others)
    counts = samples.layers["counts"].tolil()
    counts[rows] = counts[rows][:, ::-1] * 9
    samples.layers["counts"] = counts.tocsr()


@pytest.mark.parametrize("change", [other_labels, other_studies, other_counts])
def test_only_training_samples_decide(samples, material, change):
    train = np.flatnonzero(material.datasets != "study 3")
    changed = samples.copy()
    change(changed, samples.obs_names[material.datasets == "study 3"])
    again = Material(changed, changed.obs["tissue"].to_numpy(str))
    first, second = (chosen_on(one, train).table() for one in (material, again))
    pd.testing.assert_frame_equal(first, second)
    everything = np.arange(len(material.labels))
    assert not chosen_on(again, everything).table().equals(chosen_on(material, everything).table())
