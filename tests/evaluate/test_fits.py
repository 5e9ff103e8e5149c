"""One fit: nothing of the test samples reaches it, and the same check catches a leak that is planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.feature_selection import f_classif

from srna_tools import training
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.fits import Fit, Material, predict_unseen, predictions_of
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.preprocess.transform import Transform
from srna_tools.validation.out_of_fold import probabilities_of

TRANSFORMS = {
    "zeros and minmax": {"normalisation": "rpm", "max_zero_fraction": 0.1, "scaling": "minmax"},
    "rpm and zscore": {"normalisation": "log-rpm", "min_rpm": 20.0, "min_rpm_fraction": 0.4, "scaling": "zscore"},
    "gini": {"normalisation": "clr", "gini": (0.05, 0.2), "scaling": "none"},
    "all": {
        "normalisation": "log-rpm", "max_zero_fraction": 0.2, "min_rpm": 5.0, "min_rpm_fraction": 0.5,
        "gini": (0.02, 0.25), "scaling": "minmax",
    },
}  # fmt: skip


def fitted(contender, material, rows):
    """All arrays and names of a Transform and a model, as bytes."""
    classes, codes = np.unique(material.codes[rows], return_inverse=True)
    transform, trained = training.fit(
        material.samples[rows], codes, len(classes), contender.kind, contender.transform, contender.settings,
        seed=3, threads=1,
    )  # fmt: skip
    return bytes_of(transform.to_state()) | bytes_of(trained.classifier.to_state())


def bytes_of(state):
    arrays, description = state
    return {name: array.tobytes() for name, array in arrays.items()} | {"features": description.get("features")}


def changed_counts(samples, rows, seed=0):
    """Counts of some samples, larger and between other features."""
    generator = np.random.default_rng(seed)
    counts = samples.layers["counts"].toarray()
    for row in rows:
        counts[row] = generator.permutation(counts[row]) * 3 + generator.integers(0, 50, counts.shape[1])
    return counts


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("kind", ["logistic", "random-forest", "mlp", "domain-adaptation"])
def test_other_counts_in_the_test_samples_change_nothing_that_is_fitted(
    studies, evaluation_of, with_counts, kind, transform
):
    evaluation = evaluation_of(studies, kind)
    (fold, *_), material = evaluation.plan.folds, evaluation.material
    contender = with_changes(evaluation.models[0], TRANSFORMS[transform])
    other = Material(with_counts(material.samples, changed_counts(material.samples, fold.test)), material.labels)
    assert fitted(contender, material, fold.train) == fitted(contender, other, fold.train)
    everything = np.union1d(fold.train, fold.test)
    assert fitted(contender, material, everything) != fitted(contender, other, everything)  # a leaky fit is caught


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_transform_that_saw_the_test_samples_is_caught(studies, evaluation_of, with_counts, transform):
    """The model may be fitted on the training samples alone: features and scale are enough to show the leak."""
    evaluation = evaluation_of(studies, "logistic")
    (fold, *_), material = evaluation.plan.folds, evaluation.material
    specification = with_changes(evaluation.models[0], TRANSFORMS[transform]).transform
    other = with_counts(material.samples, changed_counts(material.samples, fold.test))

    def states(rows):
        return [bytes_of(Transform.fit(samples[rows], specification).to_state()) for samples in (studies, other)]

    honest, changed = states(fold.train)
    assert honest == changed
    leaky, changed = states(np.union1d(fold.train, fold.test))
    assert leaky != changed


@pytest.mark.parametrize("kind", ["logistic", "random-forest", "mlp", "domain-adaptation"])
def test_predictions_are_those_of_a_bundle_trained_on_the_training_samples(studies, evaluation_of, kind):
    evaluation = evaluation_of(studies, kind)
    fold, contender, material = evaluation.plan.folds[1], evaluation.models[0], evaluation.material
    bundle, _ = training.train_bundle(studies[fold.train], "tissue", kind, contender.settings, seed=5)
    expected = bundle.model.probabilities(bundle.transform.apply(studies[fold.test]).values)
    found = predict_unseen(Fit(contender, fold, 5), material)
    np.testing.assert_array_equal(found, expected)
    table = predictions_of(Fit(contender, fold, 5), found, material)
    assert table["sample"].tolist() == studies.obs_names[fold.test].tolist()
    assert table["true"].tolist() == studies.obs["tissue"].iloc[fold.test].tolist()
    assert table["dataset"].tolist() == studies.obs["dataset"].iloc[fold.test].tolist()
    assert table["predicted"].tolist() == [bundle.classes[code] for code in expected.argmax(axis=1)]
    np.testing.assert_allclose(probabilities_of(table), expected, rtol=1e-5)


def test_classes_that_the_training_lacks_have_probability_0(studies, evaluation_of):
    """Skin comes from one study, which this training set is without."""
    samples = studies[~((studies.obs["tissue"] == "skin") & (studies.obs["dataset"] != "study03"))].copy()
    evaluation = evaluation_of(samples, "logistic", scheme="dataset-out")
    fold, material = evaluation.plan.folds[0], evaluation.material
    assert "skin" not in material.labels[fold.train][material.datasets[fold.train] != "study03"]
    without = replace(fold, train=fold.train[material.datasets[fold.train] != "study03"])
    probabilities = predict_unseen(Fit(evaluation.models[0], without, 0), material)
    assert evaluation.material.classes == ("blood", "brain", "liver", "skin")
    assert (probabilities[:, 3] == 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


SAMPLES, FEATURES = 90, 1500


@pytest.fixture(scope="module")
def random_labels(noise):
    """Labels drawn at random on counts of noise: chance is 1 in 3."""
    labels = np.random.default_rng(11).permutation(np.repeat(["a", "b", "c"], SAMPLES // 3))
    return noise(SAMPLES, FEATURES, tissue=labels)


@pytest.mark.parametrize("search", [False, True])
def test_random_labels_are_predicted_at_chance(random_labels, evaluation_of, search):
    """Within the bounds that a binomial distribution leaves in one of a thousand evaluations on either side."""
    evaluation = evaluation_of(random_labels, "logistic", folds=5)
    grids = {"logistic": {"normalisation": ["rank", "clr"], "C": [0.001, 1.0]}} if search else {}
    fits = evaluation.fits(evaluation.plan.folds, grids, 2)
    assert all((fit.search is not None) == search for fit in fits)
    results = carry_out_all(fits, evaluation.material)
    right = sum(
        int((result.probabilities.argmax(axis=1) == evaluation.material.codes[fit.fold.test]).sum())
        for fit, result in zip(fits, results, strict=True)
    )
    low, high = binom.ppf([0.001, 0.999], SAMPLES, 1 / 3)
    assert low <= right <= high


def test_features_chosen_with_the_labels_of_all_samples_are_seen(random_labels, evaluation_of):
    """The same evaluation on the 30 features that differ most between the classes of all samples: a planted leak."""
    differs = f_classif(np.log1p(random_labels.layers["counts"].toarray()), random_labels.obs["tissue"])[0]
    leaky = random_labels[:, np.argsort(-differs)[:30]].copy()
    evaluation = evaluation_of(leaky, "logistic", folds=5)
    fits = evaluation.fits(evaluation.plan.folds, {}, 2)
    results = carry_out_all(fits, evaluation.material)
    right = sum(
        int((result.probabilities.argmax(axis=1) == evaluation.material.codes[fit.fold.test]).sum())
        for fit, result in zip(fits, results, strict=True)
    )
    assert right > binom.ppf(1 - 1e-9, SAMPLES, 1 / 3)


def test_other_counts_in_the_test_samples_do_not_change_what_the_search_chooses(studies, evaluation_of, with_counts):
    evaluation = evaluation_of(studies, "logistic")
    grids = {"logistic": {"normalisation": ["rank", "clr"], "C": [0.001, 1.0]}}
    fits = evaluation.fits(evaluation.plan.folds[:1], grids, 2)
    test = fits[0].fold.test
    other = Material(with_counts(studies, changed_counts(studies, test)), evaluation.material.labels)
    (first,), (second,) = carry_out_all(fits, evaluation.material), carry_out_all(fits, other)
    assert first.scores == second.scores
    assert not np.array_equal(first.probabilities, second.probabilities)
