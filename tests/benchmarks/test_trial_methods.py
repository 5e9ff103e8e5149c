"""What was tried against the bias of studies: each method does what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from laboratory import trial_methods as methods
from laboratory.trial_methods import Task
from sklearn.linear_model import LogisticRegression

from srna_tools.models.interface import TrainingSamples
from srna_tools.models.study_variance import StudyMeans


@pytest.fixture
def task():
    generator = np.random.default_rng(0)
    codes, study = np.tile(np.repeat([0, 1, 2], 4), 5), np.repeat(np.arange(5), 12)
    centres, directions = generator.normal(size=(3, 10)), generator.normal(size=(2, 10))
    shift = 2 * generator.normal(size=(6, 3, 2)) @ directions
    values = centres[codes] + shift[study, codes] + 0.5 * generator.normal(size=(60, 10))
    new_codes = np.repeat([0, 1, 2], 6)
    new = centres[new_codes] + shift[5, new_codes] + 0.5 * generator.normal(size=(18, 10))
    train = TrainingSamples(values.astype(np.float32), codes, 3, np.char.add("study ", study.astype(str)))
    resources = np.where(study < 3, "one", "two")
    return Task(train, resources, new.astype(np.float32), np.full(18, "new"))


def seen_by(method_of, task):
    """The task that reaches the model at the end of a method."""
    reached = []

    def model(changed):
        reached.append(changed)
        return np.full((len(changed.values), 3), 1 / 3)

    method_of(model)(task)
    return reached[0]


@pytest.mark.parametrize("method", [
    methods.plain, methods.whitened, methods.discriminant, methods.study_weights, methods.projected(2),
    methods.identity_whitened, methods.recoloured(methods.plain), methods.consistent_features(methods.plain, 0.5),
    methods.centred(methods.plain), methods.mixed_studies(methods.plain), methods.unequal_means,
])  # fmt: skip
def test_every_method_gives_probabilities_of_the_new_samples(task, method):
    probabilities = method(task)
    assert probabilities.shape == (18, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_studies_that_weigh_the_same_are_those_of_equal_size(task):
    """Each sample of a study twice is the study as it was, to a model of weighted studies."""
    often = np.concatenate([np.arange(60), np.flatnonzero(task.train.datasets == "study 1")])
    larger = replace(task.train, values=task.train.values[often], codes=task.train.codes[often],
                     datasets=task.train.datasets[often])  # fmt: skip
    weights = np.where(larger.datasets == "study 1", 0.5, 1.0) * 72 / 60
    expected = LogisticRegression(max_iter=1000).fit(larger.values, larger.codes, sample_weight=weights)
    found = methods.study_weights(replace(task, train=larger, resources=task.resources[often]))
    np.testing.assert_allclose(found, expected.predict_proba(task.values), atol=1e-3)


def test_directions_of_studies_are_gone(task):
    cells = StudyMeans.of(task.train)
    shifts = cells.means - cells.by_class(3)[cells.classes]
    first = np.linalg.svd(shifts, full_matrices=False)[2][0]
    moved = replace(task, values=task.values + 5 * first.astype(np.float32))
    np.testing.assert_allclose(methods.projected(2)(moved), methods.projected(2)(task), atol=1e-4)
    assert np.abs(methods.plain(moved) - methods.plain(task)).max() > 0.05


def test_centred_datasets_have_no_mean(task):
    changed = seen_by(methods.centred, task)
    np.testing.assert_allclose(changed.values.mean(axis=0), 0, atol=1e-5)
    for name in np.unique(task.train.datasets):
        np.testing.assert_allclose(changed.train.values[task.train.datasets == name].mean(axis=0), 0, atol=1e-5)


def test_recoloured_resources_have_covariances_alike_and_their_own_means(task):
    changed = seen_by(methods.recoloured, task)

    def difference(values):
        return np.abs(np.cov(values[task.resources == "one"].T) - np.cov(values[task.resources == "two"].T)).sum()

    assert difference(changed.train.values) < 0.8 * difference(task.train.values)
    for name in ("one", "two"):
        rows = task.resources == name
        np.testing.assert_allclose(changed.train.values[rows].mean(0), task.train.values[rows].mean(0), atol=1e-4)


def test_consistent_features_are_those_in_which_classes_differ_more_than_studies(task):
    values = task.train.values.copy()
    values[:, 3] = task.train.codes
    changed = seen_by(
        lambda of: methods.consistent_features(of, 0.2), replace(task, train=replace(task.train, values=values))
    )
    assert changed.train.values.shape[1] == changed.values.shape[1] == 2
    assert (changed.train.values == values[:, [3]]).all(axis=0).any()


def test_mixtures_lie_between_two_studies_of_one_class(task):
    changed = seen_by(methods.mixed_studies, task).train
    assert len(changed.codes) == 120
    np.testing.assert_array_equal(changed.codes[60:], task.train.codes)
    for place in range(60):
        other = 2 * changed.values[60 + place] - task.train.values[place]
        (found,) = np.flatnonzero(np.abs(task.train.values - other).max(axis=1) < 1e-4)
        assert task.train.codes[found] == task.train.codes[place]
        assert task.train.datasets[found] != task.train.datasets[place]
