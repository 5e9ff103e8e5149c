"""The discriminant against scikit-learn's with the same covariance, and on studies it has not seen."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from srna_tools.errors import SampleError
from srna_tools.models.discriminant import DiscriminantSettings, discriminant_seconds, train_discriminant
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.study_variance import StudyMeans, deviations
from srna_tools.validation.probability_error import log_loss
from srna_tools.validation.temperature import with_temperature


def biased_studies(studies, seed, *, features=30, each=6, classes=3, bias=2.0):
    """Studies that differ along a few directions much more than classes do."""
    truth = np.random.default_rng(99)
    centres, directions = truth.normal(size=(classes, features)), truth.normal(size=(4, features))
    generator = np.random.default_rng(seed)
    codes = np.tile(np.repeat(np.arange(classes), each), studies)
    study = np.repeat(np.arange(studies), classes * each)
    shift = generator.normal(0, bias, size=(studies, classes, 4)) @ directions
    noise = generator.normal(size=(len(codes), features))
    values = (centres[codes] + shift[study, codes] + noise).astype(np.float32)
    return TrainingSamples(values, codes, classes, np.char.add("study ", study.astype(str)))


class _Given(BaseEstimator):
    """A covariance estimator that has made up its mind."""

    def __init__(self, covariance=None):
        self.covariance = covariance

    def fit(self, values):
        self.covariance_ = self.covariance
        return self


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_it_is_scikit_learns_discriminant_with_the_covariance_of_new_studies(classes):
    samples = biased_studies(4, 0, classes=classes)
    rows = deviations(samples, StudyMeans.of(samples))
    variance = (rows**2).sum(axis=0)
    covariance = 0.7 * rows.T @ rows + 0.3 * np.diag(variance + 1e-3 * variance.mean())
    priors = np.full(classes, 1 / classes)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=_Given(covariance), priors=priors)
    theirs.fit(samples.values.astype(np.float64), samples.codes)
    new = np.random.default_rng(1).normal(0, 3, size=(50, 30)).astype(np.float32)
    ours = train_discriminant(samples, DiscriminantSettings(0.3), 0, 1).classifier
    logits, expected = ours.logits(new), theirs.decision_function(new)
    if classes == 2:
        expected = np.column_stack([-expected / 2, expected / 2])
    spread = [(one - one.mean(axis=1, keepdims=True)) for one in (logits, expected)]
    # The temperature is the only difference: one factor for all logits.
    factor = (spread[0] * spread[1]).sum() / (spread[1] ** 2).sum()
    np.testing.assert_allclose(spread[0], factor * spread[1], rtol=1e-3, atol=1e-3 * np.abs(spread[0]).max())
    assert (ours.probabilities(new).argmax(axis=1) == theirs.predict(new)).all()


@pytest.mark.parametrize("bias", [1.0, 3.0, 6.0])
def test_new_studies_are_recognised_however_much_studies_differ(bias):
    training, new = biased_studies(8, 1, bias=bias), biased_studies(20, 2, bias=bias)
    ours = train_discriminant(training, DiscriminantSettings(), 0, 1).classifier
    blind = LinearDiscriminantAnalysis().fit(training.values, training.codes)
    right = [
        (predicted == new.codes).mean()
        for predicted in (ours.probabilities(new.values).argmax(axis=1), blind.predict(new.values))
    ]
    assert right[0] > 0.9
    assert right[0] >= right[1] - 0.05


def test_its_probabilities_are_about_as_sure_as_they_are_right():
    training, new = biased_studies(8, 1), biased_studies(20, 2)
    probabilities = train_discriminant(training, DiscriminantSettings(), 0, 1).classifier.probabilities(new.values)
    weights = np.ones((1, len(new.codes)))
    losses = [log_loss(new.codes, with_temperature(probabilities, t), weights)[0] for t in (1 / 3, 1.0, 3.0)]
    assert losses[1] < min(losses[0], losses[2])


@pytest.mark.parametrize("datasets", ["one study", "two studies", "a study a class"])
def test_it_can_be_trained_whatever_the_studies(problem, datasets):
    values, codes, new = problem(3, samples=12)
    names = {"one study": ["a"] * 12, "two studies": list("ab" * 6), "a study a class": list("aaaabbbbcccc")}[datasets]
    model = train_discriminant(TrainingSamples(values, codes, 3, np.array(names)), DiscriminantSettings(), 0, 1)
    assert np.isfinite(model.classifier.probabilities(new)).all()


def test_a_large_class_is_no_likelier():
    samples = biased_studies(4, 3, classes=2, bias=0.0)
    often = np.concatenate([np.arange(len(samples.codes)), *[np.flatnonzero(samples.codes == 0)] * 9])
    larger = TrainingSamples(samples.values[often], samples.codes[often], 2, samples.datasets[often])
    new = biased_studies(4, 4, classes=2, bias=0.0).values
    first, second = (train_discriminant(one, DiscriminantSettings(), 0, 1).classifier for one in (samples, larger))
    assert (first.logits(new).argmax(axis=1) == second.logits(new).argmax(axis=1)).mean() > 0.97


def test_a_shrinkage_that_was_chosen_is_told():
    samples = biased_studies(4, 0)
    free, given = (train_discriminant(samples, DiscriminantSettings(one), 0, 1) for one in (0.0, 0.3))
    assert given.chosen == {}
    again = train_discriminant(samples, DiscriminantSettings(free.chosen["shrinkage"]), 0, 1)
    new = biased_studies(2, 7).values
    np.testing.assert_array_equal(again.classifier.logits(new), free.classifier.logits(new))


@pytest.mark.parametrize("shrinkage", [-0.1, 1.1, float("nan")])
def test_a_shrinkage_that_is_no_share_is_refused(shrinkage):
    with pytest.raises(SampleError, match="shrinkage must be from 0 \\(chosen\\) to 1"):
        DiscriminantSettings(shrinkage)


def test_more_of_anything_takes_longer():
    few, many, settings = np.array([10, 10]), np.array([100, 100]), DiscriminantSettings()
    seconds = [
        discriminant_seconds(sizes, features, settings) for sizes, features in ((few, 50), (many, 50), (many, 500))
    ]
    assert seconds == sorted(set(seconds))
