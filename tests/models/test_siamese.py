"""The second training cycle: its loss against numpy, its steps against plain Keras, every bias sample used."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import expit

from srna_tools.models.keras_training import SeededLayers, start_keras
from srna_tools.models.siamese import adapt, embeddings, mapper_layers, triplet_losses
from srna_tools.models.triplets import mine

FEATURES, WIDTH = 6, 4


@pytest.fixture
def make_mapper():
    def make(seed=0, widths=(WIDTH,), dropout=0.3):
        keras = start_keras(seed)
        return keras.Sequential([keras.Input((FEATURES,)), *mapper_layers(SeededLayers(keras, seed), widths, dropout)])

    return make


def problem(seed=0, anchors=22, sources=30):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(anchors, FEATURES)).astype(np.float32)
    embedded = generator.normal(size=(sources, WIDTH)).astype(np.float32)
    return (values, np.sort(np.arange(anchors) % 3)), (embedded, np.arange(sources) % 3)


def run(mapper, anchors, sources, **changes):
    settings = {
        "epochs": 1, "batch_size": 8, "learning_rate": 0.01, "margin": 1.0, "balanced": False, "seed": 5,
    }  # fmt: skip
    return adapt(
        mapper, anchors, sources, lambda embedded: np.zeros(len(embedded), dtype=int), **(settings | changes)
    )  # fmt: skip


def test_losses_are_those_of_numpy():
    generator = np.random.default_rng(0)
    anchors, positives, negatives = generator.random((3, 50, 7)).astype(np.float32)
    near, far = (np.linalg.norm(anchors - others, axis=1) for others in (positives, negatives))
    found = triplet_losses(anchors, positives, negatives, 0.1).numpy()
    np.testing.assert_allclose(found, np.maximum(0, near - far + 0.1), atol=1e-6)
    assert (found == 0).any()
    assert (found > 0).any()


def test_an_anchor_on_its_positive_has_a_slope_that_is_finite():
    tensorflow = pytest.importorskip("tensorflow")
    anchor = tensorflow.Variable([[0.5, 0.5]])
    with tensorflow.GradientTape() as tape:
        loss = triplet_losses(anchor, tensorflow.constant([[0.5, 0.5]]), tensorflow.constant([[0.5, 0.9]]), 1.0)
    assert np.isfinite(tape.gradient(loss, anchor).numpy()).all()


@pytest.mark.parametrize("balanced", [False, True])
def test_an_epoch_is_that_of_plain_keras_on_the_same_triplets(make_mapper, balanced):
    """Weights belong to samples: the published code summed those of a batch. Of 22 samples, the last batch has 6."""
    import keras
    import tensorflow

    anchors, sources = problem()
    anchors = anchors[0], np.repeat([0, 1, 2], [16, 4, 2])
    mapper, plain = make_mapper(), make_mapper()
    curve = run(mapper, anchors, sources, balanced=balanced)

    generator = np.random.default_rng(5)
    places = expit(sources[0])
    start = expit(embeddings(plain, anchors[0]))
    positives, negatives = mine(start, anchors[1], places, sources[1], 1.0, generator)
    order = generator.permutation(22)
    weights = (22 / (3 * np.bincount(anchors[1])))[anchors[1]] if balanced else np.ones(22)
    optimiser, losses = keras.optimizers.Adam(0.01), []
    for batch in (order[:8], order[8:16], order[16:]):
        with tensorflow.GradientTape() as tape:
            here = tensorflow.sigmoid(plain(anchors[0][batch]))
            near, far = (
                tensorflow.norm(here - places[rows[batch]].astype("f"), axis=1) for rows in (positives, negatives)
            )
            weighted = tensorflow.nn.relu(near - far + 1) * weights[batch].astype("f")
            loss = tensorflow.reduce_mean(weighted)
        optimiser.apply_gradients(
            zip(tape.gradient(loss, plain.trainable_variables), plain.trainable_variables, strict=True)
        )
        losses += weighted.numpy().tolist()
    for ours, theirs in zip(mapper.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert curve["loss"].tolist() == pytest.approx([np.mean(losses)], rel=1e-5)


@pytest.mark.parametrize("sample", [0, 7, 8, 21])
def test_every_bias_sample_changes_the_weights(make_mapper, sample):
    """The published code left out the last one."""
    (values, codes), sources = problem()
    weights = []
    for factor in (1, 3):
        changed = values.copy()
        changed[sample] *= factor
        mapper = make_mapper()
        # A margin beyond all distances: each triplet has a slope.
        run(mapper, (changed, codes), sources, batch_size=7, margin=10.0)
        weights.append(mapper.get_weights()[0])
    assert np.abs(weights[0] - weights[1]).max() > 1e-6


def test_the_triplets_are_mined_anew_each_epoch(make_mapper, monkeypatch):
    """Two epochs in one call differ from the same epoch twice: the second starts from the mapper as it is by then."""
    anchors, sources = problem()
    seen = []

    def watched(embedded, *rest):
        seen.append(embedded)
        return mine(embedded, *rest)

    monkeypatch.setattr("srna_tools.models.siamese.mine", watched)
    run(make_mapper(), anchors, sources, epochs=3)
    assert len(seen) == 3
    assert all(np.abs(one - other).max() > 1e-4 for one, other in pairwise(seen))


def test_training_brings_anchors_to_their_class_and_lowers_the_loss(make_mapper):
    """Sources of each class around a corner; the bias samples differ by class, so that a mapping exists."""
    generator = np.random.default_rng(1)
    codes = np.arange(60) % 3
    corners = 3 * np.eye(3, WIDTH)
    sources = (corners[codes] + generator.normal(0, 0.2, (60, WIDTH))).astype(np.float32), codes
    centres = generator.normal(size=(3, FEATURES))
    values = (centres[codes] + generator.normal(0, 0.1, (60, FEATURES))).astype(np.float32)
    mapper = make_mapper()

    def nearest():
        return codes[cdist(expit(embeddings(mapper, values)), expit(sources[0])).argmin(axis=1)]

    before = (nearest() == codes).mean()
    curve = run(mapper, (values, codes), sources, epochs=60)
    assert curve["loss"].iloc[-1] < 0.8 * curve["loss"].iloc[0]
    assert before < 0.8
    assert (nearest() == codes).mean() > 0.95


def test_layers_between_have_relu_and_dropout_and_the_last_is_linear(make_mapper):
    mapper = make_mapper(widths=(9, 5, WIDTH))
    kinds = [(type(layer).__name__, layer.get_config().get("activation")) for layer in mapper.layers]
    assert kinds == [
        ("Dense", "relu"), ("Dropout", None), ("Dense", "relu"), ("Dropout", None), ("Dense", "linear"),
    ]  # fmt: skip
    assert [layer.units for layer in mapper.layers if type(layer).__name__ == "Dense"] == [9, 5, WIDTH]
    values = problem()[0][0]
    np.testing.assert_allclose(embeddings(mapper, values), mapper.predict(values, verbose=0), atol=1e-5)
    assert (embeddings(mapper, values) < 0).any()
