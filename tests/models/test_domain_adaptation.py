"""Domain adaptation: both cycles, what is frozen, what a shift costs before and after, seeds, the stored network."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.domain_adaptation import (
    DomainAdaptationSettings,
    domain_adaptation_seconds,
    train_domain_adaptation,
)
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.registry import from_state

QUICK = DomainAdaptationSettings(mapper=(16,), epochs=8, bias_epochs=3, batch_size=16, learning_rate=0.01)
CLASSES, FEATURES = 4, 12

TRAIN_IN_A_PROCESS = """
import hashlib
import numpy as np
from srna_tools.cli.executable import available_threads
from srna_tools.models.domain_adaptation import DomainAdaptationSettings, train_domain_adaptation
from srna_tools.models.interface import TrainingSamples
generator = np.random.default_rng(0)
values, codes = generator.random((90, 40)).astype(np.float32), np.arange(90) % 3
datasets = np.repeat(["a", "b", "c"], [40, 30, 20])
settings = DomainAdaptationSettings(mapper=(64, 32), epochs=3, bias_epochs=3)
print(available_threads())
for seed in (5, 6):
    samples = TrainingSamples(values, codes, 3, datasets)
    trained = train_domain_adaptation(samples, settings, seed, available_threads())
    digest = hashlib.sha256(trained.curve.to_csv().encode())
    for array in trained.classifier.to_state()[0].values():
        digest.update(array.tobytes())
    print(digest.hexdigest())
"""


def shifted(seed=0, samples=160):
    """A large dataset without bias, a small one with a fixed shift, and new samples with the same shift."""
    generator = np.random.default_rng(seed)
    centres, shift = generator.normal(0, 1.5, (CLASSES, FEATURES)), generator.normal(0, 2.5, FEATURES)

    def draw(number, moved):
        codes = np.arange(number) % CLASSES
        return (centres[codes] + generator.normal(size=(number, FEATURES)) + moved * shift).astype(np.float32), codes

    (pure, pure_codes), (biased, biased_codes), new = draw(samples, 0), draw(48, 1), draw(200, 1)
    datasets = np.repeat(["large", "small"], [samples, 48])
    return TrainingSamples(np.vstack([pure, biased]), np.hstack([pure_codes, biased_codes]), CLASSES, datasets), new


def alone(samples):
    """The large dataset without the other: what the first cycle makes of it is the model."""
    rows = samples.datasets == "large"
    return TrainingSamples(samples.values[rows], samples.codes[rows], samples.classes, samples.datasets[rows])


@pytest.fixture(scope="module")
def trained():
    return train_domain_adaptation(shifted()[0], QUICK, 0, 1)


def test_the_defaults_are_the_papers_but_for_the_epochs():
    samples, _ = shifted()
    defaults = DomainAdaptationSettings()
    assert (defaults.epochs, defaults.bias_epochs, defaults.batch_size, defaults.margin) == (150, 150, 64, 5.0)
    assert (defaults.learning_rate, defaults.bias_learning_rate) == (1e-4, 5e-4)
    network = train_domain_adaptation(samples, replace(defaults, epochs=1, bias_epochs=1), 0, 1).keras
    layers = [(type(layer).__name__, layer.get_config()) for layer in network.layers]
    assert [kind for kind, _ in layers] == ["Dense", "Dropout", "ReLU", "Dense"]
    assert [config["units"] for kind, config in layers if kind == "Dense"] == [512, CLASSES]
    assert [config["activation"] for kind, config in layers if kind == "Dense"] == ["linear", "softmax"]
    assert [config["rate"] for kind, config in layers if kind == "Dropout"] == [0.5]


@pytest.mark.parametrize("mapper", [(16,), (24, 10)])
def test_the_stored_network_is_that_of_keras(mapper):
    samples, (new, _) = shifted()
    trained = train_domain_adaptation(samples, replace(QUICK, mapper=mapper), 0, 1)
    stored = from_state("domain-adaptation", *trained.classifier.to_state())
    assert isinstance(stored, DenseNetwork)
    np.testing.assert_allclose(stored.probabilities(new), trained.keras.predict(new, verbose=0), atol=1e-5)
    assert [kernel.shape[1] for kernel, _ in stored.weights] == [*mapper, CLASSES]


def test_the_second_cycle_helps_on_a_new_dataset_with_the_same_shift():
    samples, (new, codes) = shifted()
    settings = replace(QUICK, mapper=(64,), epochs=25, bias_epochs=40, bias_learning_rate=5e-3, margin=1.0)
    accuracy = [
        (train_domain_adaptation(known, settings, 0, 1).classifier.probabilities(new).argmax(axis=1) == codes).mean()
        for known in (alone(samples), samples)
    ]
    assert accuracy[0] < 0.75
    assert accuracy[1] > 0.95


def test_the_second_cycle_leaves_the_classification_layer_and_starts_from_the_source_mapper(trained):
    """With a learning rate near 0 the bias mapper stays what it began as: the source mapper."""
    samples, _ = shifted()
    source_network = train_domain_adaptation(alone(samples), QUICK, 0, 1).classifier.weights
    still = train_domain_adaptation(samples, replace(QUICK, bias_learning_rate=1e-12), 0, 1).classifier.weights
    for ours, theirs in zip(still, source_network, strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], atol=1e-9)
        np.testing.assert_allclose(ours[1], theirs[1], atol=1e-9)
    for ours, theirs in zip(trained.classifier.weights[-1], source_network[-1], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert np.abs(trained.classifier.weights[0][0] - source_network[0][0]).max() > 1e-4


def test_the_curve_has_both_cycles(trained):
    curve = trained.curve
    assert curve.columns.tolist() == ["cycle", "epoch", "loss", "accuracy"]
    assert curve["cycle"].tolist() == ["source"] * 8 + ["bias"] * 3
    assert curve["epoch"].tolist() == [*range(1, 9), 1, 2, 3]
    assert np.isfinite(curve[["loss", "accuracy"]].to_numpy()).all()


def test_the_last_accuracy_is_that_of_the_model_on_the_bias_samples(trained):
    samples, _ = shifted()
    rows = samples.datasets == "small"
    predicted = trained.classifier.probabilities(samples.values[rows]).argmax(axis=1)
    assert trained.curve["accuracy"].iloc[-1] == pytest.approx((predicted == samples.codes[rows]).mean())


def test_the_domains_are_recorded_and_follow_the_settings(trained):
    assert trained.facts == {"domains": {"source": {"large": 160}, "bias": {"small": 48}}}
    other = train_domain_adaptation(shifted()[0], replace(QUICK, source_datasets=("small",)), 0, 1)
    assert other.facts == {"domains": {"source": {"small": 48}, "bias": {"large": 160}}}


def test_a_class_that_the_source_lacks_is_learnt_from_elsewhere():
    """The published code ends with an error there."""
    samples, _ = shifted()
    kept = (samples.datasets == "small") | (samples.codes != 2)
    fewer = TrainingSamples(samples.values[kept], samples.codes[kept], CLASSES, samples.datasets[kept])
    settings = replace(QUICK, epochs=25, balanced=True, source_datasets=("large",))
    trained = train_domain_adaptation(fewer, settings, 0, 1)
    assert trained.facts["domains"] == {"source": {"large": 120, "small": 12}, "bias": {"small": 36}}
    rare = fewer.values[fewer.codes == 2]
    assert (trained.classifier.probabilities(rare).argmax(axis=1) == 2).mean() > 0.8


def test_a_single_dataset_gives_the_source_network():
    samples, _ = shifted()
    only = train_domain_adaptation(alone(samples), QUICK, 0, 1)
    assert only.facts == {"domains": {"source": {"large": 160}, "bias": {}}}
    assert set(only.curve["cycle"]) == {"source"}
    assert [type(layer).__name__ for layer in only.keras.layers] == ["Dense", "Dropout", "ReLU", "Dense"]


def test_one_seed_gives_the_same_weights_in_any_process_with_one_slot_or_two():
    """And another seed gives others: the published "seeds" were not set."""

    def run(slots):
        environment = os.environ | {"GALAXY_SLOTS": slots, "TQDM_DISABLE": "1"}
        command = [sys.executable, "-c", TRAIN_IN_A_PROCESS]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()

    (one, first, other), (two, again, _) = run("1"), run("2")
    assert (one, two) == ("1", "2")
    assert first == again
    assert first != other


def test_training_again_in_the_same_process_gives_the_same_weights(trained):
    again = train_domain_adaptation(shifted()[0], QUICK, 0, 1).classifier.weights
    for (kernel, bias), (again_kernel, again_bias) in zip(trained.classifier.weights, again, strict=True):
        np.testing.assert_array_equal(kernel, again_kernel)
        np.testing.assert_array_equal(bias, again_bias)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mapper": ()}, "the widths of the mapper must be whole numbers from 1 on"),
        ({"mapper": (8, 0)}, "the widths of the mapper must be whole numbers from 1 on, not 8, 0"),
        ({"mapper_dropout": 1.0}, "dropout rates must be from 0 to below 1, not 1.0, 0.5"),
        ({"source_datasets": ("a", "b"), "bias_datasets": ("b",)}, "b cannot be a source and a bias dataset at once"),
    ],
)
def test_impossible_settings_are_refused(wrong, message):
    with pytest.raises(SampleError, match=message):
        DomainAdaptationSettings(**wrong)


def test_the_estimate_grows_with_everything_that_takes_time():
    sizes = np.array([100, 200])
    base = domain_adaptation_seconds(sizes, 500, QUICK)
    for changed in (
        domain_adaptation_seconds(sizes * 3, 500, QUICK),
        domain_adaptation_seconds(sizes, 5000, QUICK),
        domain_adaptation_seconds(sizes, 500, replace(QUICK, epochs=20)),
        domain_adaptation_seconds(sizes, 500, replace(QUICK, bias_epochs=20)),
        domain_adaptation_seconds(sizes, 500, replace(QUICK, mapper=(512,))),
    ):
        assert changed > base
