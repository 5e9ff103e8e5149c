"""Variance between groups, by hand and by chance."""

from __future__ import annotations

import numpy as np
import pytest
from laboratory.bridge_measures import nearest_of_another, pairwise_shares, share_between, share_by_chance, silhouette
from scipy.stats import f_oneway


def test_the_share_by_hand():
    values = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0], [6.0, 1.0]])
    # Around the mean 3: total 9 + 1 + 1 + 9; the groups' means are 1 and 5, so between 2 * 4 + 2 * 4.
    assert share_between(values, np.array(["a", "a", "b", "b"])) == pytest.approx(16 / 20)


def test_the_share_of_one_feature_is_that_of_the_analysis_of_variance():
    generator = np.random.default_rng(0)
    groups = np.repeat(["a", "b", "c"], [5, 9, 4])
    values = generator.normal(size=(18, 1)) + (groups == "b")[:, None]
    f = f_oneway(*(values[groups == name, 0] for name in "abc")).statistic
    assert share_between(values, groups) == pytest.approx(2 * f / (2 * f + 15))


def test_groups_dealt_out_by_chance_have_the_expected_share():
    generator = np.random.default_rng(1)
    values, groups = generator.normal(size=(12, 3)), np.repeat(["a", "b", "c"], 4)
    dealt = [share_between(values, generator.permutation(groups)) for _ in range(4000)]
    assert np.mean(dealt) == pytest.approx(share_by_chance(12, 3), abs=0.005)


def test_a_bridge_is_closer_to_both_sides_than_they_to_each_other():
    generator = np.random.default_rng(2)
    groups = np.repeat(["bridge", "left", "right"], 20)
    place = np.repeat([0.0, -5.0, 5.0], 20)
    values = generator.normal(size=(60, 4)) + place[:, None]
    shares = pairwise_shares(values, groups)
    assert shares["left", "right"] > max(shares["bridge", "left"], shares["bridge", "right"])


def test_values_that_are_all_the_same_have_no_share():
    assert np.isnan(share_between(np.ones((4, 2)), np.array(["a", "a", "b", "b"])))


def test_silhouette_is_one_apart_and_none_mixed():
    groups = np.array(["a", "b"] * 10)
    assert silhouette(np.where(groups == "a", 0.0, 9.0)[:, None] + np.arange(20)[:, None] * 1e-3, groups) > 0.99
    assert abs(silhouette(np.random.default_rng(3).normal(size=(20, 5)), groups)) < 0.1


def test_nearest_neighbours_by_hand():
    values = np.array([[0.0], [1.0], [1.5], [9.0], [9.4]])
    assert nearest_of_another(values, np.array(["a", "a", "b", "b", "b"])) == pytest.approx(2 / 5)
    assert nearest_of_another(values, np.array(["a", "a", "a", "b", "b"])) == 0
