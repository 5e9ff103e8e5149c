"""Average gradients of least-squares weights: small cases by hand, and a walk along the path in a thousand steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from srna_tools.attribute.projection_path import clipped_gradients, nonnegative_gradients


def test_weights_of_classes_without_common_features_follow_the_positive_inputs():
    """Each weight is its input or 0: from -1 to 3 it counts on three quarters of the path, from -1 to -2 nowhere."""
    gradients = nonnegative_gradients(np.eye(3), np.array([-1.0, -1.0, 2.0]), np.array([3.0, -2.0, 1.0]))
    np.testing.assert_allclose(gradients, np.diag([0.75, 0.0, 1.0]), atol=1e-8)


def test_a_class_that_resembles_another_takes_over_along_the_path():
    """By hand, of the means (1, 0) and (1, 1): from (1, 0) to (0, 1) both have weight until x = y, then the second.

    With both, w = (x - y, y); alone the second has (x + y)/2.
    """
    means = np.array([[1.0, 1.0], [0.0, 1.0]])
    gradients = nonnegative_gradients(means, np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(gradients, [[0.5, -0.5], [0.25, 0.75]], atol=1e-8)


def test_two_classes_are_clipped_after_plain_least_squares():
    """The same means and path: plain weights (x - y, y) go from (1, 0) to (-1, 1), so that the first counts by half."""
    means = np.array([[1.0, 1.0], [0.0, 1.0]])
    gradients = clipped_gradients(means, np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(gradients, [[0.5, -0.5], [0.0, 1.0]], atol=1e-12)


@pytest.mark.parametrize("weight", [2.0, -2.0])
def test_a_point_that_is_the_start_has_the_gradient_there(weight):
    point = weight * np.array([1.0, 0.0])
    gradients = clipped_gradients(np.eye(2), point, point)
    np.testing.assert_allclose(gradients, [[float(weight > 0), 0], [0, 0]])


def drawn(seed, classes):
    """Means, turned into the space that they span, and two mixtures of them in which some shares are negative."""
    rng = np.random.default_rng(seed)
    means = np.linalg.qr(rng.random((classes + rng.integers(0, 9), classes)))[1]
    return means, *(means @ (rng.normal(size=(classes, 2)) + 0.4)).T


@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(3, 8))
def test_gradients_give_the_change_of_the_weights(seed, classes):
    means, start, end = drawn(seed, classes)

    gradients = nonnegative_gradients(means, start, end)

    before, after = nnls(means, start)[0], nnls(means, end)[0]
    tolerance = 1e-7 * np.linalg.cond(means) * (1 + np.abs(after).max() + np.abs(before).max())
    np.testing.assert_allclose(gradients @ (end - start), after - before, atol=tolerance)


@pytest.mark.parametrize("seed", range(6))
def test_gradients_are_those_of_a_walk_in_small_steps(seed):
    means, start, end = drawn(seed, 5)
    steps, pieces = 2000, set()
    walked = np.zeros((5, 5))
    for step in range(steps):
        present = nnls(means, start + (step + 0.5) / steps * (end - start))[0] > 0
        pieces.add(tuple(present))
        walked[present] += np.linalg.pinv(means[:, present]) / steps

    gradients = nonnegative_gradients(means, start, end)

    assert len(pieces) > 1
    np.testing.assert_allclose(gradients, walked, atol=len(pieces) / steps * np.abs(np.linalg.pinv(means)).max())


@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(3, 8))
def test_from_zero_the_classes_with_weight_stay_the_same(seed, classes):
    means, _, end = drawn(seed, classes)
    present = nnls(means, end)[0] > 0
    expected = np.zeros((classes, classes))
    expected[present] = np.linalg.pinv(means[:, present])

    gradients = nonnegative_gradients(means, np.zeros(classes), end)

    np.testing.assert_allclose(gradients, expected, atol=1e-7 * np.linalg.cond(means) ** 2)


@pytest.mark.parametrize("classes", [3, 6])
def test_a_point_on_the_mean_of_a_class_is_that_class_alone(classes):
    """All other weights are rounding; which side of zero they fall on must not matter."""
    means = np.linalg.qr(np.random.default_rng(1).random((20, classes)))[1]
    expected = np.zeros((classes, classes))
    expected[1] = means[:, 1] / (means[:, 1] @ means[:, 1])

    gradients = nonnegative_gradients(means, np.zeros(classes), 7 * means[:, 1])

    np.testing.assert_allclose(gradients, expected, atol=1e-7)


def test_a_path_of_no_length_ends():
    assert np.isfinite(nonnegative_gradients(np.eye(3), np.zeros(3), np.zeros(3))).all()
