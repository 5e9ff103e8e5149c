"""Sizes of classes against counting by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from srna_tools.preprocess.class_size import Minimum, Use, uses_of


def test_uses_count_samples_and_datasets():
    labels = pd.Series(["a", "b", None, "a", "a"])
    datasets = pd.Series(["x", "x", "x", "y", "y"])
    assert uses_of(labels, datasets) == {"a": Use(3, frozenset("xy")), "b": Use(1, frozenset("x"))}
    assert str(Use(3, frozenset("xy"))) == "3 samples in 2 datasets"


@pytest.mark.parametrize(
    ("samples", "datasets", "is_met"), [(3, 2, True), (4, 1, False), (1, 1, True), (3, 3, False), (1, 3, False)]
)
def test_both_minima_must_be_met(samples, datasets, is_met):
    assert Minimum(samples, datasets).met_by(Use(3, frozenset("xy"))) is is_met
