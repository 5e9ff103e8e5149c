"""The linear model: against a slow literal version, and how its number of features is chosen."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import nnls

from srna_tools.models.linear import (
    CANDIDATES,
    PUBLISHED,
    LinearSettings,
    class_means,
    inner_folds,
    linear_seconds,
    ranked_features,
    train_linear,
    tuned_features_per_class,
)
from srna_tools.models.moderated_t import variance_prior


def literal(values, codes, new, number):
    """Predicted class of each new sample, one feature, class and sample after the other."""
    classes, samples = sorted(set(codes)), len(codes)
    chosen = set()
    for code in classes:
        parts = [values[codes == code], values[codes != code]]
        variances = [
            sum(((part[:, f] - part[:, f].mean()) ** 2).sum() for part in parts) / (samples - 2)
            for f in range(values.shape[1])
        ]
        prior = variance_prior(np.array(variances), samples - 2)
        statistics = []
        for f, variance in enumerate(variances):
            d0, s0 = prior.degrees_of_freedom, prior.variance
            shrunk = s0 if np.isinf(d0) else (d0 * s0 + (samples - 2) * variance) / (d0 + samples - 2)
            statistics.append(abs(parts[0][:, f].mean() - parts[1][:, f].mean()) / np.sqrt(shrunk))
        chosen |= set(np.argsort(statistics)[::-1][:number].tolist())
    features = sorted(chosen)
    means = np.array([[values[codes == code][:, f].mean() for code in classes] for f in features])
    return features, [int(np.argmax(nnls(means, sample[features])[0])) for sample in new]


@pytest.mark.parametrize("number", [1, 3, 8])
def test_it_is_the_literal_version(problem, training_samples, number):
    values, codes, new = problem(classes=4, samples=50, features=30, seed=number)
    values, new = values + 6, new + 6
    trained = train_linear(training_samples(values, codes, 4), LinearSettings(number), 0, 1)
    features, expected = literal(values.astype(float), codes, new.astype(float), number)
    assert trained.classifier.selected.tolist() == features
    assert trained.classifier.probabilities(new).argmax(axis=1).tolist() == expected
    assert trained.chosen == {}


def test_more_features_than_there_are_means_all(problem, training_samples):
    values, codes, _ = problem(features=12)
    trained = train_linear(training_samples(values, codes, 3), LinearSettings(500), 0, 1)
    assert trained.classifier.selected.tolist() == list(range(12))


def noisy(informative, features=400, samples=120, seed=0):
    """Three classes that differ in the first features; the others are noise, larger in some samples than in others."""
    generator = np.random.default_rng(seed)
    codes = np.arange(samples) % 3
    values = 8 + generator.normal(size=(samples, features))
    values[:, :informative] += generator.normal(0, 0.3, (3, informative))[codes]
    return values.astype(np.float32), codes


def test_the_number_of_features_is_the_one_with_the_best_mean_class_accuracy(training_samples):
    values, codes = noisy(60)
    samples = training_samples(values, codes, 3)
    accuracies = []
    for candidate in CANDIDATES:
        right = np.zeros(len(codes))
        for fold in inner_folds(samples, 4):
            inside = training_samples(values[fold.train], codes[fold.train], 3)
            model = class_means(inside, ranked_features(inside), candidate)
            right[fold.test] = model.probabilities(values[fold.test]).argmax(axis=1) == codes[fold.test]
        accuracies.append(np.mean([right[codes == code].mean() for code in range(3)]))
    assert len({round(one, 6) for one in accuracies}) > 3
    best = CANDIDATES[int(np.argmax(np.round(accuracies, 9)))]
    assert tuned_features_per_class(samples, 4) == best
    trained = train_linear(samples, LinearSettings(), 4, 1)
    assert trained.chosen == {"features_per_class": best}
    given = train_linear(samples, LinearSettings(best), 0, 1)
    np.testing.assert_array_equal(trained.classifier.means, given.classifier.means)


def test_of_equally_good_numbers_the_smallest_is_chosen(problem, training_samples):
    values, codes, _ = problem(classes=3, features=150, distance=6)
    assert tuned_features_per_class(training_samples(values + 20, codes, 3), 0) == CANDIDATES[0]


def test_inner_folds_leave_datasets_whole_where_they_can(problem, training_samples):
    values, codes, _ = problem(classes=3, samples=90)
    datasets = np.array([f"d{number % 4}" for number in range(90)])
    folds = inner_folds(training_samples(values, codes, 3, datasets), 1)
    assert len(folds) == 4
    for fold in folds:
        assert not set(datasets[fold.train]) & set(datasets[fold.test])
    # Each class has a dataset of its own: left out, it cannot be tested.
    alone = inner_folds(training_samples(values, codes, 3, codes.astype(str)), 1)
    assert len(alone) == 5
    assert all(len(set(codes[fold.train])) == 3 for fold in alone)
    one_study = inner_folds(training_samples(values, codes, 3), 1)
    assert sorted(np.concatenate([fold.test for fold in one_study])) == list(range(90))


def test_samples_too_few_to_split_get_the_published_number(problem, training_samples):
    values, codes, _ = problem(classes=3, samples=3)
    trained = train_linear(training_samples(values, codes, 3), LinearSettings(), 0, 1)
    assert trained.chosen == {"features_per_class": PUBLISHED}


def test_a_fold_of_two_samples_can_be_trained(training_samples):
    values = np.array([[1, 8, 3], [8, 1, 3]], np.float32)
    trained = train_linear(training_samples(values, np.array([0, 1]), 2), LinearSettings(2), 0, 1)
    np.testing.assert_allclose(trained.classifier.probabilities(values), np.eye(2), atol=1e-6)


def test_the_estimated_time_grows_with_the_work():
    sizes = np.full(20, 50)
    times = [
        linear_seconds(sizes[:5], 100, LinearSettings(50)), linear_seconds(sizes, 100, LinearSettings(50)),
        linear_seconds(sizes, 900, LinearSettings(50)), linear_seconds(sizes, 900, LinearSettings()),
    ]  # fmt: skip
    assert all(0 < shorter < longer < 60 for shorter, longer in pairwise(times))
