"""The linear model explained: shares that sum to its weights, and what it cannot explain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from srna_tools.attribute.explain import prepare
from srna_tools.attribute.projection_engine import ProjectionEngine
from srna_tools.errors import SampleError
from srna_tools.models.class_means import ClassMeans
from srna_tools.models.linear import LinearSettings
from srna_tools.training import train_bundle

FEATURES = 12


def model_of(rng, classes):
    selected = np.sort(rng.choice(FEATURES, 9, replace=False)).astype(np.int32)
    return ClassMeans(selected, rng.random((9, classes)) * 3, FEATURES)


def drawn(seed, classes):
    """Make a model, mixtures of its classes with noise, some of negative shares, and a reference like them."""
    rng = np.random.default_rng(seed)
    model = model_of(rng, classes)
    values = rng.normal(size=(9, FEATURES))
    values[:, model.selected] += (rng.normal(size=(9, classes)) + 0.5) @ model.means.T
    return model, values[1:].astype(np.float32), values[0]


@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 7), reference=st.sampled_from(["zero", "mean"]))
def test_scores_sum_to_the_change_of_the_weights(seed, classes, reference):
    model, values, mean = drawn(seed, classes)
    start = np.zeros(FEATURES) if reference == "zero" else mean
    engine = ProjectionEngine(model, start, reference)

    scores = engine.scores(values)

    change = model.weights(values) - model.weights(start[None, :])
    tolerance = 1e-6 * (1 + np.abs(scores).sum(axis=2).max())
    np.testing.assert_allclose(scores.sum(axis=2, dtype=np.float64), change, atol=tolerance)
    np.testing.assert_array_equal(engine.outputs(values) - engine.start(), change)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_scores_are_gradients_summed_in_small_steps(classes, reference):
    """A walk along the path: the model's own weights, changed in one feature after the other."""
    model, values, mean = drawn(3, classes)
    start = np.zeros(FEATURES) if reference == "zero" else mean.astype(np.float32).astype(np.float64)
    end, steps, width = values[2].astype(np.float64), 400, 1e-3
    expected = np.zeros((classes, FEATURES))
    for step in range(steps):
        point = start + (step + 0.5) / steps * (end - start)
        moved = np.concatenate([point + width * np.eye(FEATURES), point - width * np.eye(FEATURES)])
        up, down = np.split(model.weights(moved), 2)
        expected += ((up - down) / (2 * width) / steps).T * (end - start)

    scores = ProjectionEngine(model, start, reference).scores(values[[2]])[0]

    assert np.abs(expected).max() > 0.5
    np.testing.assert_allclose(scores, expected, atol=0.02 * np.abs(expected).max())


@pytest.mark.parametrize("classes", [2, 5])
def test_from_zero_the_scores_are_what_each_feature_gives_the_projection(classes):
    model, values, _ = drawn(4, classes)
    scores = ProjectionEngine(model, np.zeros(FEATURES), "zero").scores(values)
    for row, weights in enumerate(model.weights(values)):
        # Of two classes, plain least squares give both their projection, and only the signs are looked at after it.
        present = weights > 0 if classes > 2 else np.array([True, True])
        projection = np.zeros((classes, len(model.selected)))
        projection[present] = np.linalg.pinv(model.means[:, present])
        expected = np.where((weights > 0)[:, None], projection * values[row, model.selected], 0)
        np.testing.assert_allclose(scores[row][:, model.selected], expected, atol=1e-5)


def test_features_that_the_model_does_not_use_score_nothing():
    model, values, mean = drawn(5, 4)
    scores = ProjectionEngine(model, mean, "mean").scores(values)
    unused = np.setdiff1d(np.arange(FEATURES), model.selected)
    assert not scores[:, :, unused].any()
    assert scores[:, :, model.selected].any()
    assert scores.dtype == np.float32


@pytest.mark.parametrize("classes", [2, 4])
def test_a_sample_that_is_the_reference_scores_nothing(classes):
    model, values, _ = drawn(6, classes)
    assert not ProjectionEngine(model, values[3].astype(np.float64), "mean").scores(values[[3]]).any()


def test_a_sample_has_bitwise_the_same_scores_alone_and_in_a_batch_and_with_any_threads():
    model, values, mean = drawn(7, 6)
    engine = ProjectionEngine(model, mean, "mean")
    together = engine.scores(values)
    for threads in (1, 2):
        with threadpool_limits(threads):
            np.testing.assert_array_equal(engine.scores(values[[5]])[0], together[5])
    assert engine.scores(values[:0]).shape == (0, 6, FEATURES)


def test_a_trained_linear_model_is_explained_from_samples_to_ranking(simulated):
    bundle, *_ = train_bundle(simulated, "tissue", "linear", LinearSettings(features_per_class=10))
    for reference in ("zero", "mean"):
        explainer = prepare(simulated, bundle, rule="rescale", reference=reference)
        table, _ = explainer.rank_classes(top=5)
        scores = explainer.scores(np.arange(len(explainer.inputs)))
        change = explainer.engine.outputs(explainer.inputs) - explainer.engine.start()
        np.testing.assert_allclose(scores.sum(axis=2, dtype=np.float64), change, atol=1e-5 * np.abs(scores).max())
        assert any("miR-122" in name for name in table.loc[table["class"] == "liver", "feature"])


def test_classes_that_are_mixtures_of_others_are_refused():
    rng = np.random.default_rng(0)
    means = rng.random((9, 4))
    means[:, 3] = means[:, 0] + means[:, 1]
    with pytest.raises(SampleError, match="mixture of those of other classes"):
        ProjectionEngine(ClassMeans(np.arange(9, dtype=np.int32), means, 9), np.zeros(9), "zero")


def test_the_description_says_that_no_rule_applies_and_names_the_reference():
    engine = ProjectionEngine(drawn(1, 3)[0], np.zeros(FEATURES), "mean")
    assert "no rule applies" in engine.describe()
    assert "compared with the average training sample (reference: mean)" in engine.describe()
    assert engine.facts()["reference"] == "mean"
