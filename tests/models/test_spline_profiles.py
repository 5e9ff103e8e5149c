"""A number read off profiles: against a plain search, and what stored states may not hold."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import BundleError
from srna_tools.models.spline_profiles import SplineProfiles


@pytest.fixture
def model():
    generator = np.random.default_rng(0)
    grid, selected = np.linspace(10, 30, 41), np.array([1, 2, 5, 8, 9], np.int32)
    profiles = np.sin(grid[:, None] / 10 + generator.random(5) * 3) * 4
    return SplineProfiles(selected, grid, profiles, generator.random(5) + 0.2, 10)


def test_the_nearest_profile_counts_weighted_by_the_variance(model):
    samples = np.random.default_rng(1).normal(0, 3, (50, 10)).astype(np.float32)
    distances = [
        [sum((sample[f] - profile[k]) ** 2 / model.variance[k] for k, f in enumerate(model.selected))
         for profile in model.profiles]
        for sample in samples.astype(float)
    ]  # fmt: skip
    np.testing.assert_array_equal(model.numbers(samples), model.grid[np.argmin(distances, axis=1)])
    np.testing.assert_array_equal(
        model.numbers(samples), np.concatenate([model.numbers(sample[None]) for sample in samples])
    )
    assert model.probabilities(samples).shape == (50, 0)
    assert model.numbers(samples[:0]).shape == (0,)


def test_a_sample_on_a_profile_has_its_number(model):
    samples = np.zeros((41, 10), np.float32)
    samples[:, model.selected] = model.profiles
    np.testing.assert_array_equal(model.numbers(samples), model.grid)


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("selected", lambda array: array + np.int32(3), "point outside of the 10 model features"),
        ("grid", lambda array: array[::-1].copy(), "does not ascend"),
        ("grid", lambda array: array[:-1], "'profiles' of the model are missing"),
        ("grid", lambda array: array[:0], "'grid' of the model are missing"),
        ("grid", lambda array: array.astype(np.float32), "'grid' of the model are missing, or not"),
        ("profiles", lambda array: array.T, "'profiles' of the model are missing"),
        ("profiles", lambda array: array + np.inf, "'profiles' of the model are not finite"),
        ("variance", lambda array: array[:-1], "'variance' of the model are missing"),
        ("variance", lambda array: -array, "a variance is not above 0"),
        ("variance", lambda array: array * 0, "a variance is not above 0"),
    ],
)
def test_states_that_do_not_fit_are_refused(model, name, change, sentence):
    arrays, description = model.to_state()
    assert SplineProfiles.from_state(arrays, description).grid is model.grid
    with pytest.raises(BundleError, match=sentence):
        SplineProfiles.from_state(arrays | {name: change(arrays[name])}, description)
