"""Logistic regression: numpy inference against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from srna_tools.models.logistic import LogisticSettings, train_logistic


@pytest.mark.parametrize("classes", [2, 3, 7])
@pytest.mark.parametrize("balanced", [False, True])
def test_probabilities_are_those_of_scikit_learn(problem, classes, balanced, training_samples):
    values, codes, new = problem(classes)
    rare = np.flatnonzero((codes > 0) | (np.arange(len(codes)) < 8))
    ours = train_logistic(
        training_samples(values[rare], codes[rare], classes), LogisticSettings(C=0.3, balanced=balanced), 0, 1
    )
    weight = "balanced" if balanced else None
    theirs = LogisticRegression(C=0.3, class_weight=weight, max_iter=5000).fit(values[rare].astype(float), codes[rare])
    np.testing.assert_allclose(ours.classifier.probabilities(new), theirs.predict_proba(new), atol=1e-5)
    assert ours.keras is None
    assert ours.curve.empty


def test_a_weaker_penalty_fits_closer(problem, training_samples):
    values, codes, _ = problem(2, distance=0.3)
    models = [
        train_logistic(training_samples(values, codes, 2), LogisticSettings(C=C), 0, 1).classifier
        for C in (0.01, 1.0, 100.0)
    ]
    sure = [model.probabilities(values).max(axis=1).mean() for model in models]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1] - 0.1


def test_seed_and_threads_play_no_role(problem, training_samples):
    values, codes, new = problem()
    first, second = (
        train_logistic(training_samples(values, codes, 3), LogisticSettings(), seed, threads).classifier.probabilities(
            new
        )
        for seed, threads in ((0, 1), (5, 2))
    )
    np.testing.assert_array_equal(first, second)
