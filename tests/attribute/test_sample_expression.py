"""Expression of a sample beside that of its class and of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.attribute.sample_expression import SampleExpression, reads_per_million
from srna_tools.preprocess import Transform, TransformSpecification


def test_a_sample_is_compared_with_all_others_but_not_with_itself():
    rpm = np.array([[1.0, 10.0], [3.0, 20.0], [5.0, 60.0], [100.0, 0.0], [300.0, 0.0], [7777.0, 7777.0]])
    expression = SampleExpression(rpm, np.array([0, 0, 0, 1, 2, -1]))

    beside = expression.beside(1, 0, np.array([1, 0]))

    assert beside.sample.tolist() == [20, 3]
    assert beside.of_class.tolist() == [35, 3]
    assert beside.of_others.tolist() == [0, 200]
    assert (beside.class_samples, beside.other_samples) == (2, 2)


def test_a_sample_of_another_class_is_none_of_the_others_either():
    expression = SampleExpression(np.array([[1.0], [2.0], [4.0], [8.0]]), np.array([0, 0, 1, 1]))

    beside = expression.beside(2, 0, np.array([0]))

    assert (beside.of_class.tolist(), beside.of_others.tolist()) == ([1.5], [8])


def test_means_run_over_what_was_measured_and_nothing_is_no_number():
    expression = SampleExpression(np.array([[np.nan, 1.0], [np.nan, np.nan], [4.0, np.nan]]), np.array([0, 0, 0]))

    beside = expression.beside(0, 0, np.array([0, 1]))

    np.testing.assert_array_equal(beside.sample, [np.nan, 1])
    np.testing.assert_array_equal(beside.of_class, [4, np.nan])
    np.testing.assert_array_equal(beside.of_others, [np.nan, np.nan])
    assert (beside.class_samples, beside.other_samples) == (2, 0)


def test_reads_per_million_are_those_of_the_library_and_unmeasured_ones_are_none(make_samples):
    samples = make_samples([[90, 10, 100], [80, 20, 0]])
    samples.obs["resource"] = ["x", "y"]
    samples.varm["measured"] = pd.DataFrame({"x": True, "y": [True, True, False]}, index=samples.var_names)
    transform = Transform.fit(samples, TransformSpecification(measured="any", max_zero_fraction=1.0))

    rpm = reads_per_million(samples, transform)

    np.testing.assert_allclose(rpm, [[450_000, 50_000, 500_000], [800_000, 200_000, np.nan]])
