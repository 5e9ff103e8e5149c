"""The shrinkage and the temperature that training studies ask for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from srna_tools.models.dense_network import softmax
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.shrinkage import SHRINKAGES, discriminant_weights, tune
from srna_tools.models.study_variance import StudyMeans, StudyVariance


def correlated_studies(strength, seed=0, studies=12, classes=2, each=4, features=12):
    """Studies move half of the features together, by `strength`; classes differ in which of these stand out."""
    generator = np.random.default_rng(seed)
    codes = np.tile(np.repeat(np.arange(classes), each), studies)
    study = np.repeat(np.arange(studies), classes * each)
    values = generator.normal(size=(len(codes), features))
    values[:, : features // 2] += 1.5 * codes[:, None] * (-1) ** np.arange(features // 2)
    values[:, : features // 2] += strength * generator.normal(size=(studies, classes))[study, codes][:, None]
    return TrainingSamples(values.astype(np.float32), codes, classes, np.char.add("study ", study.astype(str)))


def test_studies_that_move_features_together_ask_for_less_shrinkage():
    none, strong = (tune(correlated_studies(strength), SHRINKAGES, 0).shrinkage for strength in (0.0, 20.0))
    assert none == max(SHRINKAGES)
    assert strong < none


def test_the_temperature_is_the_slope_of_a_logistic_curve_through_left_out_samples():
    """Two classes: dividing the logit by a temperature is logistic regression on it without intercept or penalty."""
    samples = correlated_studies(1.0, studies=2)
    true, logits = [], []
    for out in np.unique(samples.datasets):
        rows = samples.datasets != out
        known = TrainingSamples(samples.values[rows], samples.codes[rows], 2, samples.datasets[rows])
        means = StudyMeans.of(known).by_class(2)
        kernel, bias = discriminant_weights(StudyVariance.of(known), means, 0.3)
        scores = samples.values[~rows] @ kernel + bias
        true.append(samples.codes[~rows])
        logits.append(scores[:, 1] - scores[:, 0])
    slope = LogisticRegression(C=1e9, fit_intercept=False, tol=1e-9).fit(
        np.concatenate(logits)[:, None], np.concatenate(true)
    )
    assert tune(samples, (0.3,), 0).temperature == pytest.approx(1 / slope.coef_[0, 0], rel=1e-3)


def test_weights_are_distances_to_the_means_of_classes():
    samples = correlated_studies(1.0)
    variance, means = StudyVariance.of(samples), StudyMeans.of(samples).by_class(2)
    kernel, bias = discriminant_weights(variance, means, 0.2)
    whitening = variance.whitening(0.2)
    distances = ((whitening.apply(samples.values)[:, None] - whitening.apply(means)[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(softmax(samples.values @ kernel + bias), softmax(-distances / 2), atol=1e-8)


def test_classes_that_only_one_study_has_leave_a_choice_in_the_middle():
    samples = correlated_studies(1.0)
    alone = TrainingSamples(samples.values, samples.codes, 2, samples.codes.astype(str))
    assert tune(alone, (0.1, 0.3, 0.6), 0).shrinkage == 0.3
