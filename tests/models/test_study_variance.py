"""How studies differ, against the formulas written out, and the map in which they do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg

from srna_tools.models.interface import TrainingSamples
from srna_tools.models.study_variance import StudyMeans, StudyVariance, deviations


def of_studies(seed=0, features=6, studies=4, classes=3):
    """Samples of several classes and studies of unequal size; some studies lack a class."""
    generator = np.random.default_rng(seed)
    codes, datasets = [], []
    for study in range(studies):
        for code in range(classes):
            number = int(generator.integers(1, 5)) * ((study + code) % 4 != 1)
            codes += [code] * number
            datasets += [f"study {study}"] * number
    values = generator.normal(size=(len(codes), features)) + generator.normal(size=(classes, features))[codes]
    return TrainingSamples(values.astype(np.float32), np.array(codes), classes, np.array(datasets))


def written_out(samples):
    """The covariance of the docstring, sum by sum."""
    values, features = samples.values.astype(np.float64), samples.values.shape[1]
    between, within, freedom, cells = np.zeros((features, features)), np.zeros((features, features)), 0, 0
    for code in range(samples.classes):
        means = []
        for study in np.unique(samples.datasets[samples.codes == code]):
            rows = values[(samples.codes == code) & (samples.datasets == study)]
            means.append(rows.mean(axis=0))
            if len(rows) > 1:
                cells += 1
                within += sum(np.outer(row - means[-1], row - means[-1]) for row in rows) / len(rows)
        if len(means) > 1:
            centre = np.mean(means, axis=0)
            between += sum(np.outer(m - centre, m - centre) for m in means) * len(means) / (len(means) - 1)
            freedom += len(means) - 1
    return between / freedom + within / cells


@pytest.mark.parametrize("seed", range(4))
def test_deviations_add_up_to_the_covariance_of_the_formula(seed):
    samples = of_studies(seed)
    rows = deviations(samples, StudyMeans.of(samples))
    np.testing.assert_allclose(rows.T @ rows, written_out(samples), rtol=1e-6, atol=1e-9)


def test_means_of_classes_are_means_of_studies_by_hand():
    values = np.array([[0.0], [2.0], [10.0], [5.0]], dtype=np.float32)
    samples = TrainingSamples(values, np.array([0, 0, 0, 1]), 2, np.array(["a", "a", "b", "a"]))
    np.testing.assert_allclose(StudyMeans.of(samples).by_class(2), [[5.5], [5.0]])


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_the_map_is_the_inverse_root_of_the_shrunk_covariance(seed, shrinkage):
    samples = of_studies(seed % 7)
    covariance = written_out(samples)
    variance = np.diag(covariance) + 1e-3 * np.diag(covariance).mean()
    correlation = covariance / np.sqrt(np.outer(variance, variance))
    new = np.random.default_rng(seed).normal(size=(5, 6))
    whitening = StudyVariance.of(samples).whitening(shrinkage)
    root = linalg.inv(linalg.sqrtm((1 - shrinkage) * correlation + shrinkage * np.eye(6)).real)
    expected = (new - whitening.mean) / np.sqrt(variance) @ root
    np.testing.assert_allclose(whitening.apply(new), expected, rtol=1e-4, atol=1e-6)


def test_more_features_than_samples_need_no_matrix_of_features_by_features():
    samples = of_studies(features=2_000)
    whitening = StudyVariance.of(samples).whitening(0.3)
    assert whitening.directions.shape[1] < 2 * len(samples.codes)
    rows = deviations(samples, StudyMeans.of(samples))
    # Off all deviations, the correlations are what the shrinkage puts there.
    scaled = rows / whitening.deviation
    off = np.random.default_rng(1).normal(size=2_000)
    off -= np.linalg.pinv(scaled) @ (scaled @ off)
    found = whitening.apply((off * whitening.deviation + whitening.mean)[None])[0]
    np.testing.assert_allclose(found, off / np.sqrt(0.3), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_units_of_features_play_no_role(factor):
    samples = of_studies(features=8)
    units = np.geomspace(1, factor, 8).astype(np.float32)
    other = TrainingSamples(samples.values * units, samples.codes, 3, samples.datasets)
    first, second = (StudyVariance.of(one).whitening(0.3).apply(one.values) for one in (samples, other))
    # All but for the least variance that each feature is given.
    np.testing.assert_allclose(first, second, rtol=0.1, atol=0.1)


def test_folded_weights_do_with_inputs_what_the_weights_do_with_whitened_ones():
    samples = of_studies()
    whitening = StudyVariance.of(samples).whitening(0.2)
    generator = np.random.default_rng(3)
    kernel, bias = generator.normal(size=(6, 4)), generator.normal(size=4)
    folded_kernel, folded_bias = whitening.folded(kernel, bias)
    np.testing.assert_allclose(
        samples.values @ folded_kernel + folded_bias, whitening.apply(samples.values) @ kernel + bias, atol=1e-6
    )


def test_a_study_of_many_samples_counts_no_more():
    samples = of_studies(2)
    first = samples.datasets == "study 0"
    rows = np.concatenate([np.arange(len(first)), *[np.flatnonzero(first)] * 4])
    larger = TrainingSamples(samples.values[rows], samples.codes[rows], 3, samples.datasets[rows])
    once, often = (deviations(one, StudyMeans.of(one)) for one in (samples, larger))
    several = np.bincount(StudyMeans.of(samples).cell_of) > 1
    if several.all():
        np.testing.assert_allclose(once.T @ once, often.T @ often, rtol=1e-6)
    np.testing.assert_allclose(StudyMeans.of(samples).by_class(3), StudyMeans.of(larger).by_class(3), rtol=1e-5)


def test_one_study_a_class_is_said_and_leaves_the_variance_within_studies(caplog):
    samples = of_studies()
    alone = TrainingSamples(samples.values, samples.codes, 3, samples.codes.astype(str))
    rows = deviations(alone, StudyMeans.of(alone))
    assert "no class comes from two datasets" in caplog.text
    assert rows.shape == samples.values.shape


def test_samples_without_any_deviation_are_only_centred():
    samples = TrainingSamples(np.eye(2, dtype=np.float32)[[0, 0, 1]], np.array([0, 0, 1]), 2, np.array(list("aaa")))
    np.testing.assert_allclose(
        StudyVariance.of(samples).whitening(0.3).apply(samples.values)[:, 0] * np.sqrt(0.3), [0.5, 0.5, -0.5]
    )
