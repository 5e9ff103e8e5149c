"""Adam in one pass: the weights of Keras' own Adam, and of the formula written plainly in float64."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.models.fused_adam import fused_adam
from srna_tools.models.keras_training import start_keras

RATE = 0.01


@pytest.fixture(scope="module")
def data():
    generator = np.random.default_rng(2)
    values = generator.normal(size=(40, 6)).astype(np.float32)
    return values, np.eye(3, dtype=np.float32)[np.arange(40) % 3]


def network(keras, optimizer):
    """One hidden layer, the same weights for the same seed."""
    keras.utils.set_random_seed(4)
    layers = [keras.Input((6,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential(layers)
    model.compile(optimizer, "categorical_crossentropy")
    return model


def after(model, data, steps):
    """Weights after full-batch steps."""
    model.fit(*data, batch_size=40, epochs=steps, shuffle=False, verbose=0)
    return model.get_weights()


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_weights_are_those_of_keras_adam(data, steps):
    keras = start_keras(4)
    ours = after(network(keras, fused_adam(RATE)), data, steps)
    theirs = after(network(keras, keras.optimizers.Adam(RATE)), data, steps)
    start = network(keras, keras.optimizers.Adam(RATE)).get_weights()
    for one, other, before in zip(ours, theirs, start, strict=True):
        assert np.linalg.norm(one - other) <= 1e-5 * np.linalg.norm(other)
        assert np.abs(one - before).max() > RATE / 2


def gradients(weights, data):
    """Of the mean cross-entropy of one hidden layer."""
    values, targets = (array.astype(np.float64) for array in data)
    first, bias, second, last = weights
    inside = values @ first + bias
    hidden = np.maximum(inside, 0)
    logits = hidden @ second + last
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = (shares / shares.sum(axis=1, keepdims=True) - targets) / len(values)
    back = (error @ second.T) * (inside > 0)
    return [values.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_weights_are_those_of_the_formula(data, steps):
    """Kingma & Ba 2015, algorithm 1, in the form with the corrected learning rate (end of section 2)."""
    keras = start_keras(4)
    model = network(keras, fused_adam(RATE))
    weights = [array.astype(np.float64) for array in model.get_weights()]
    moments = [(np.zeros_like(array), np.zeros_like(array)) for array in weights]
    for step in range(1, steps + 1):
        corrected = RATE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for place, gradient in enumerate(gradients(weights, data)):
            mean, square = moments[place]
            mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
            moments[place] = mean, square
            weights[place] = weights[place] - corrected * mean / (np.sqrt(square) + 1e-7)
    for ours, expected in zip(after(model, data, steps), weights, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=2e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # of Keras when it saves
def test_a_saved_model_is_loaded_with_plain_adam_and_goes_on_from_there(data, tmp_path):
    keras = start_keras(4)
    model = network(keras, fused_adam(RATE))
    after(model, data, 3)
    model.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert type(loaded.optimizer) is keras.optimizers.Adam
    assert float(loaded.optimizer.learning_rate) == pytest.approx(RATE)
    assert int(loaded.optimizer.iterations) == 3
    for one, other in zip(after(loaded, data, 2), after(model, data, 2), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
