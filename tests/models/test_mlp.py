"""The MLP: numpy inference against Keras, the paper's numbers, and the same weights from the same seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.models.keras_training import start_keras
from srna_tools.models.mlp import MlpSettings, train_mlp

QUICK = MlpSettings(hidden=(32, 16), dropout=(0.2, 0.1), epochs=3)

TRAIN_IN_A_PROCESS = """
import hashlib
import numpy as np
from srna_tools.cli.executable import available_threads
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.mlp import MlpSettings, train_mlp
generator = np.random.default_rng(0)
values, codes = generator.random((70, 40)).astype(np.float32), np.arange(70) % 3
settings = MlpSettings(hidden=(64, 32), dropout=(0.5, 0.4), epochs=3)
print(available_threads())
for seed in (5, 6):
    samples = TrainingSamples(values, codes, 3, np.full(70, 'one study'))
    trained = train_mlp(samples, settings, seed, available_threads())
    digest = hashlib.sha256(trained.curve.to_csv().encode())
    for array in trained.classifier.to_state()[0].values():
        digest.update(array.tobytes())
    print(digest.hexdigest())
"""


def test_the_defaults_are_the_papers(problem, training_samples):
    """Fiosina 2019, section 2.3.1; one epoch here, since 50 of them change no number of the architecture."""
    defaults = MlpSettings()
    assert (defaults.epochs, defaults.batch_size) == (50, 30)
    values, codes, _ = problem(4)
    network = train_mlp(training_samples(values, codes, 4), MlpSettings(epochs=1), 0, 1).keras
    layers = [(type(layer).__name__, layer.get_config()) for layer in network.layers]
    assert [kind for kind, _ in layers] == ["Dense", "Dropout"] * 3 + ["Dense"]
    assert [config["units"] for kind, config in layers if kind == "Dense"] == [1000, 250, 250, 4]
    assert [config["rate"] for kind, config in layers if kind == "Dropout"] == [0.5, 0.4, 0.4]
    assert [config["activation"] for kind, config in layers if kind == "Dense"] == ["relu"] * 3 + ["softmax"]
    assert type(network.optimizer).__name__ == "Adam"
    assert float(network.optimizer.learning_rate) == pytest.approx(1e-3)
    assert network.loss == "categorical_crossentropy"


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("loss", ["categorical", "binary"])
def test_probabilities_are_those_of_keras(problem, classes, loss, training_samples):
    values, codes, new = problem(classes)
    trained = train_mlp(
        training_samples(values, codes, classes), MlpSettings((64, 32), (0.5, 0.4), epochs=5, loss=loss), 0, 1
    )
    np.testing.assert_allclose(trained.classifier.probabilities(new), trained.keras.predict(new, verbose=0), atol=1e-5)
    assert trained.keras.loss == f"{loss}_crossentropy"


def test_training_is_that_of_plain_keras(problem, training_samples):
    """Written anew with one batch a step and the formula of the sample weights; 100 samples leave a partial batch."""
    values, codes, _ = problem(3, samples=100)
    settings = MlpSettings(hidden=(16,), dropout=(0.3,), epochs=4, batch_size=30, learning_rate=0.01, balanced=True)
    ours = train_mlp(training_samples(values, codes, 3), settings, 11, 1)
    keras = start_keras(11)
    layers = [keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(3, "softmax")]
    plain = keras.Sequential([keras.Input((12,)), *layers])
    plain.compile(keras.optimizers.Adam(0.01), "categorical_crossentropy", steps_per_execution=1)
    weights = (len(codes) / (3 * np.bincount(codes)))[codes]
    fitted = plain.fit(values, np.eye(3)[codes], sample_weight=weights, epochs=4, batch_size=30, verbose=0)
    for (kernel, bias), layer in zip(ours.classifier.weights, (layers[0], layers[2]), strict=True):
        np.testing.assert_allclose(kernel, layer.get_weights()[0], atol=1e-5)
        np.testing.assert_allclose(bias, layer.get_weights()[1], atol=1e-5)
    np.testing.assert_allclose(ours.curve["loss"], fitted.history["loss"], rtol=1e-5)


def test_weights_do_not_depend_on_who_else_draws_random_numbers(problem, training_samples):
    """The event loop of a Dask worker draws from Python's generator at any time."""
    values, codes, _ = problem()
    alone = train_mlp(training_samples(values, codes, 3), QUICK, 2, 1).classifier.weights
    stop = threading.Event()

    def draw():
        while not stop.is_set():
            random.random()  # noqa: S311 - no secret

    other = threading.Thread(target=draw)
    other.start()
    disturbed = train_mlp(training_samples(values, codes, 3), QUICK, 2, 1).classifier.weights
    stop.set()
    other.join()
    for (kernel, bias), (again_kernel, again_bias) in zip(alone, disturbed, strict=True):
        np.testing.assert_array_equal(kernel, again_kernel)
        np.testing.assert_array_equal(bias, again_bias)


def test_the_curve_has_a_row_an_epoch_and_falls(problem, training_samples):
    values, codes, _ = problem()
    curve = train_mlp(training_samples(values, codes, 3), MlpSettings((32,), (0.0,), epochs=20), 0, 1).curve
    assert curve["epoch"].tolist() == list(range(1, 21))
    assert curve["loss"].iloc[-1] < curve["loss"].iloc[0] / 2
    assert curve["accuracy"].iloc[-1] > 0.9


@pytest.mark.parametrize("samples", [4, 29, 31])
def test_few_samples_and_partial_batches_can_be_trained(problem, samples, training_samples):
    values, codes, new = problem(2, samples=samples)
    trained = train_mlp(training_samples(values, codes, 2), QUICK, 0, 1)
    assert np.isfinite(trained.classifier.probabilities(new)).all()
    assert len(trained.curve) == 3


def test_one_seed_gives_the_same_weights_in_any_process_with_one_slot_or_two():
    def run(slots):
        environment = os.environ | {"GALAXY_SLOTS": slots, "TQDM_DISABLE": "1"}
        command = [sys.executable, "-c", TRAIN_IN_A_PROCESS]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()

    (one, first, other), (two, again, _) = run("1"), run("2")
    assert (one, two) == ("1", "2")
    assert first == again
    assert first != other


def test_training_again_in_the_same_process_gives_the_same_weights(problem, training_samples):
    values, codes, _ = problem()
    first, second = (train_mlp(training_samples(values, codes, 3), QUICK, 2, 1).classifier.weights for _ in range(2))
    for (kernel, bias), (again_kernel, again_bias) in zip(first, second, strict=True):
        np.testing.assert_array_equal(kernel, again_kernel)
        np.testing.assert_array_equal(bias, again_bias)


def test_dropout_rates_must_belong_to_layers():
    with pytest.raises(SampleError, match="2 hidden layers need as many dropout rates, but 3 were given"):
        MlpSettings(hidden=(64, 32))
