"""Scaling against scikit-learn, and what happens outside the training range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from srna_tools.preprocess import scale

tables = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 8), st.integers(1, 5)), elements=st.floats(0, 1e6, allow_subnormal=False)
)


@pytest.fixture
def rng_tables():
    generator = np.random.default_rng(3)
    return generator.gamma(1, 100, size=(40, 6)), generator.gamma(1, 200, size=(30, 6))


@pytest.mark.parametrize(("method", "scaler"), [("minmax", MinMaxScaler), ("zscore", StandardScaler)])
def test_scaling_is_that_of_scikit_learn(method, scaler, rng_tables):
    train, new = rng_tables
    fitted = scale.fit(train, method)
    theirs = scaler().fit(train)
    np.testing.assert_allclose(scale.apply(fitted, train)[0], theirs.transform(train), atol=1e-12)
    inside = np.clip(new, train.min(axis=0), train.max(axis=0))
    np.testing.assert_allclose(scale.apply(fitted, new)[0], theirs.transform(inside), atol=1e-12)


@given(tables, tables)
def test_minmax_stays_between_0_and_1(train, new):
    scaled, _ = scale.apply(scale.fit(train, "minmax"), np.resize(new, (3, train.shape[1])))
    assert ((scaled >= 0) & (scaled <= 1)).all()


def test_none_leaves_the_values_but_clips_them():
    fitted = scale.fit(np.array([[1.0, 5.0], [3.0, 5.0]]), "none")
    scaled, clipped = scale.apply(fitted, np.array([[2.0, 5.0], [0.5, 6.0], [9.0, 5.0]]))
    assert scaled.tolist() == [[2, 5], [1, 5], [3, 5]]
    assert clipped.tolist() == [0, 2, 1]


@pytest.mark.parametrize("method", ["minmax", "zscore"])
@pytest.mark.parametrize("constant", [0.0, 0.1, 1 / 3, 5.0, 123456.789])
def test_a_constant_feature_becomes_zero(method, constant):
    """0.1 is a trap: the mean of seven of them is not 0.1, and their standard deviation not 0."""
    fitted = scale.fit(np.full((7, 1), constant), method)
    scaled, clipped = scale.apply(fitted, np.array([[constant], [constant + 1]]))
    assert scaled.tolist() == [[0], [0]]
    assert clipped.tolist() == [0, 1]


def test_rounding_in_the_last_bits_is_not_outside():
    fitted = scale.fit(np.array([[0.1], [0.3]]), "minmax")
    scaled, clipped = scale.apply(fitted, np.array([[0.1 + 0.2], [0.3 * (1 + 1e-6)]]))
    assert scaled.ravel().tolist() == [1, 1]
    assert clipped.tolist() == [0, 1]
