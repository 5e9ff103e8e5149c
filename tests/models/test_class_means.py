"""Samples as mixtures of class means: against scipy's solvers, and what stored states may not hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import lsq_linear, nnls

from srna_tools.errors import BundleError
from srna_tools.models.class_means import ClassMeans


def means_of(classes, features=40, used=25, seed=0, shift=0.0):
    generator = np.random.default_rng(seed)
    selected = np.sort(generator.choice(features, used, replace=False)).astype(np.int32)
    means = generator.gamma(2, 2, (used, classes)) + shift
    return ClassMeans(selected, means, features), generator.gamma(2, 2, (60, features)).astype(np.float32)


@pytest.mark.parametrize("classes", [3, 8, 31])
@pytest.mark.parametrize("shift", [0.0, 30.0, -4.0])
def test_weights_of_many_classes_are_those_of_nnls_on_all_features(classes, shift):
    model, samples = means_of(classes, shift=shift)
    weights = model.weights(samples)
    for sample, ours in zip(samples[:, model.selected].astype(float), weights, strict=True):
        theirs, residual = nnls(model.means, sample)
        assert np.linalg.norm(model.means @ ours - sample) == pytest.approx(residual, rel=1e-9)
        if classes < model.means.shape[0]:
            np.testing.assert_allclose(ours, theirs, atol=1e-8)
    total = weights.sum(axis=1, keepdims=True)
    known = total[:, 0] > 0
    np.testing.assert_allclose(model.probabilities(samples)[known], (weights / np.where(total, total, 1))[known])


def test_weights_of_two_classes_are_those_of_least_squares_without_the_negative_ones():
    model, samples = means_of(2)
    samples[:20, model.selected] = 5 * model.means[:, 0] - model.means[:, 1]
    solved = [lsq_linear(model.means, sample).x for sample in samples[:, model.selected].astype(float)]
    np.testing.assert_allclose(model.weights(samples), np.maximum(solved, 0), atol=1e-6)
    np.testing.assert_allclose(model.probabilities(samples[:20]), [[1, 0]] * 20)


def test_a_mixture_has_the_shares_of_its_parts():
    model, _ = means_of(4)
    mixture = np.zeros((1, model.features), np.float32)
    mixture[0, model.selected] = 1.5 * model.means[:, 1] + 0.5 * model.means[:, 3]
    np.testing.assert_allclose(model.probabilities(mixture), [[0, 0.75, 0, 0.25]], atol=1e-6)
    assert not model.resembles_none(mixture)[0]


@pytest.mark.parametrize("classes", [2, 5])
def test_a_sample_that_points_away_from_every_class_resembles_none(classes):
    model, samples = means_of(classes)
    samples[1], samples[2] = 0, -samples[2]
    assert model.resembles_none(samples[:4]).tolist() == [False, True, True, False]
    np.testing.assert_allclose(model.probabilities(samples[1:3]), 1 / classes)


def test_a_sample_orthogonal_to_all_class_means_has_no_weight_from_rounding():
    means = np.vstack([np.random.default_rng(1).random((6, 3)), np.zeros((2, 3))])
    model = ClassMeans(np.arange(8, dtype=np.int32), means, 8)
    assert model.resembles_none(np.array([[0, 0, 0, 0, 0, 0, 1e3, 3]], np.float32)).tolist() == [True]


@pytest.mark.parametrize("classes", [2, 9])
def test_a_sample_has_the_same_result_alone_and_in_any_company(classes):
    model, samples = means_of(classes)
    together = model.probabilities(samples)
    alone = np.concatenate([model.probabilities(sample[None]) for sample in samples])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together[::-1], model.probabilities(samples[::-1]))


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("selected", lambda array: array.astype(np.int64), "not a list of positions in int32"),
        ("selected", lambda array: array[::-1].copy(), "do not ascend"),
        ("selected", lambda array: array + np.int32(40), "point outside of the 40 model features"),
        ("selected", lambda array: array[:0], "not a list of positions"),
        ("selected", lambda array: array - np.int32(40), "point outside"),
        ("means", lambda array: array[:-1], "not 25 rows of numbers in float64"),
        ("means", lambda array: array.astype(np.float32), "not 25 rows of numbers in float64"),
        ("means", lambda array: array[:, 0], "not 25 rows"),
        ("means", lambda array: array * np.nan, "not finite, or absurd"),
        ("means", lambda array: array * 1e200, "not finite, or absurd"),
    ],
)
def test_states_that_do_not_fit_are_refused(name, change, sentence):
    arrays, description = means_of(3)[0].to_state()
    with pytest.raises(BundleError, match=sentence):
        ClassMeans.from_state(arrays | {name: change(arrays[name])}, description)
