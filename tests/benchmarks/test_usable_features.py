"""Features that may be used, beside a library that stays whole."""

from __future__ import annotations

import numpy as np
import pytest
from laboratory.usable_features import dispersed_features, use_only

from srna_tools import schema
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform

LOG_RPM = TransformSpecification(normalisation="log-rpm", max_zero_fraction=1.0, scaling="none")


def gini(values):
    """Mean absolute difference of all pairs over twice the mean."""
    return np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())


def test_dispersed_features_are_those_by_the_definition_of_gini(simulated_studies):
    few = simulated_studies[:12].copy()
    counts = schema.counts_of(few).toarray()
    rpm = np.log2(1 + 1e6 * counts / counts.sum(axis=1, keepdims=True))
    by_definition = {
        name for name, values in zip(few.var_names, rpm.T, strict=True) if values.any() and 0.3 <= gini(values) <= 0.8
    }
    assert 5 < len(by_definition) < few.n_vars
    assert dispersed_features(few, 0.3, 0.8) == by_definition


def test_models_use_only_these_of_a_library_that_stays_whole(simulated_studies):
    samples = simulated_studies.copy()
    whole = Transform.fit(samples, LOG_RPM)
    names = list(whole.features[:7])
    use_only(samples, names)
    chosen = Transform.fit(samples, LOG_RPM)
    assert list(chosen.features) == names
    np.testing.assert_array_equal(chosen.apply(samples).values, whole.apply(simulated_studies).values[:, :7])
    shrunken = simulated_studies[:, names].copy()
    assert not np.allclose(Transform.fit(shrunken, LOG_RPM).apply(shrunken).values, chosen.apply(samples).values)


def test_what_was_not_measured_stays_unusable(simulated_studies):
    samples = simulated_studies.copy()
    use_only(samples, samples.var_names[:3])
    use_only(samples, samples.var_names[2:9])
    assert schema.measured_of(samples).sum().tolist() == pytest.approx([1.0])
