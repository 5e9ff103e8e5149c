"""What few samples can show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laboratory.few_samples import accuracy_over_samples, least_above_chance
from scipy.stats import binomtest


@given(st.integers(2, 200), st.floats(0.3, 0.8))
def test_the_least_accuracy_is_the_first_that_a_binomial_test_rejects(samples, share):
    least = least_above_chance(samples, share)
    if np.isnan(least):
        assert binomtest(samples, samples, share, alternative="greater").pvalue > 0.05
        return
    right = round(least * samples)
    assert binomtest(right, samples, share, alternative="greater").pvalue <= 0.05
    assert binomtest(right - 1, samples, share, alternative="greater").pvalue > 0.05


def test_accuracy_is_over_samples_with_their_repeats():
    predictions = pd.DataFrame({"sample": ["a", "a", "b", "b"], "true": "x", "predicted": ["x", "x", "x", "y"]})
    value, low, high = accuracy_over_samples(predictions)
    assert value == 0.75
    # Two samples, right always and half of the time: the mean of a draw is one of 0.5, 0.75 and 1.
    assert (low, high) == (0.5, 1.0)


def test_four_times_the_samples_halve_the_interval():
    def width(samples):
        right = ["x", "y"] * (samples // 2)
        names = [str(place) for place in range(samples)]
        _, low, high = accuracy_over_samples(pd.DataFrame({"sample": names, "true": "x", "predicted": right}))
        return high - low

    assert width(100) / width(400) == pytest.approx(2, rel=0.15)
