"""Planted wrong labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laboratory.wrong_labels import found_at_top, planted_samples, planted_studies


@given(st.lists(st.sampled_from("abc"), min_size=10, max_size=80), st.integers(0, 50))
def test_the_share_gets_another_label_that_exists(labels, seed):
    labels = pd.Series([*labels, "a", "b"])
    changed = planted_samples(labels, 0.1, seed)
    assert (changed != labels).sum() == np.ceil(0.1 * len(labels))
    assert set(changed) <= set(labels)


def test_the_labels_given_are_not_changed():
    labels = pd.Series(["a", "b"] * 10)
    planted_samples(labels, 0.5, 0)
    planted_studies(labels, labels, 1, 0)
    assert labels.tolist() == ["a", "b"] * 10


@pytest.mark.parametrize("seed", range(10))
def test_whole_studies_are_mislabelled_whose_class_can_still_be_learned(seed):
    studies = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b"}
    datasets = pd.Series([name for name in studies for _ in range(3)] + ["mixed", "mixed"])
    labels = datasets.map(studies).fillna("a")
    labels.iloc[-1] = "b"
    changed = planted_studies(labels, datasets, 3, seed)
    wrong = set(datasets[changed != labels])
    # a is left with two studies of four (a1, a2, a3, mixed), b with its three (b1, b2, mixed) less one.
    assert len(wrong) == 3
    assert wrong <= {"a1", "a2", "a3", "b1", "b2"}
    assert sum(name.startswith("b") for name in wrong) == 1
    assert (changed != labels).groupby(datasets).mean().isin([0, 1]).all()


def test_precision_at_the_top_by_hand():
    suspicion, wrong = np.array([0.1, 0.9, 0.8, 0.7]), np.array([True, True, False, False])
    assert found_at_top(suspicion, wrong, 0.25) == 1.0
    assert found_at_top(suspicion, wrong, 0.5) == 0.5
    assert found_at_top(suspicion, wrong, 0.3) == 0.5  # 1.2 samples are rounded up
