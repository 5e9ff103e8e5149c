"""The structure network: the paper's size, numpy against Keras on whole matrices, and damaged state."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import BundleError, SampleError
from srna_tools.models.keras_training import start_keras
from srna_tools.sequences.families import Families
from srna_tools.sequences.structure_folding import base_pairs
from srna_tools.sequences.structure_matrices import EncodingError, cells_of, matrix_of
from srna_tools.sequences.structure_network import StructureNetwork
from srna_tools.sequences.structure_training import (
    StructureSettings,
    network_of,
    structure_layers,
    train_structure,
    window_logits,
)
from srna_tools.sequences.structure_windows import together, windows_of

SMALL = StructureSettings(
    matrix="mixed", convolutions=(5, 6), dense=(9, 7), max_length=45, epochs=6, batch_size=8, learning_rate=0.01
)


def hairpins(number, seed=0):
    """Two families that fold differently: one hairpin, and two of them beside each other."""
    generator = np.random.default_rng(seed)

    def hairpin(stem):
        side = "".join(generator.choice(list("GC"), stem))
        return side + "GAAA" + side[::-1].translate(str.maketrans("GC", "CG"))

    one = [hairpin(16) for _ in range(number)]
    two = [hairpin(8) + "AA" + hairpin(8) for _ in range(number)]
    return Families(("one", "two"), (*one, *two), np.repeat([0, 1], number))


def random_network(settings, families, seed=0):
    """Keras model with biases that are not 0, and what `network_of` makes of it."""
    generator = np.random.default_rng(seed)
    network = structure_layers(start_keras(seed), families, settings, seed)
    network.set_weights([
        weights + generator.normal(0, 0.2, weights.shape) * (weights.ndim == 1) for weights in network.get_weights()
    ])  # fmt: skip
    return network, network_of(network, settings)


def test_the_pair_network_of_47_families_has_the_papers_number_of_parameters():
    keras = start_keras(0)

    with keras.StatelessScope():  # weights are counted, but not made
        assert structure_layers(keras, 47, StructureSettings(), 0).count_params() == 78_748_399


def test_the_defaults_are_the_papers():
    settings = StructureSettings()
    layers = structure_layers(start_keras(0), 3, StructureSettings(max_length=30), 0).layers

    assert [type(layer).__name__ for layer in layers] == [
        "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense",
    ]  # fmt: skip
    assert [layer.filters for layer in layers if hasattr(layer, "filters")] == [64, 128]
    assert [layer.rate for layer in layers if hasattr(layer, "rate")] == [0.5, 0.5]
    assert (settings.batch_size, settings.learning_rate, settings.threshold, settings.max_length) == (
        32,
        1e-3,
        1e-4,
        200,
    )


@pytest.mark.parametrize(
    "changes",
    [{}, {"matrix": "pair"}, {"matrix": "probability"}, {"matrix": "pair", "ordered": False}, {"kernel": 3},
     {"max_length": 48}, {"threshold": 0.5}, {"dense": (9,)}],
)  # fmt: skip
def test_numpy_gives_the_logits_of_keras_on_whole_matrices(changes):
    settings = StructureSettings(
        **({"matrix": "mixed", "convolutions": (5, 6), "dense": (9, 7), "max_length": 45} | changes)
    )
    network, model = random_network(settings, 4)
    sequences = [*hairpins(3).sequences, "GGGNCAAAGCCCUUAGCGAAAAGCUGG" * 2, "AAAA", "", "N" * 9]
    cut = [sequence[: settings.max_length] for sequence in sequences]
    matrices = np.stack([
        matrix_of(cells_of(one, base_pairs(one, settings.threshold), settings.encoding), settings.max_length)
        for one in cut
    ])  # fmt: skip
    expected = np.log(np.asarray(network(matrices), dtype=np.float64))

    logits = model.scores(sequences).logits

    assert logits.dtype == np.float64
    given = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(given, expected, atol=1e-4)
    assert np.ptp(given[:4], axis=0).max() > 1e-3


def test_a_sequences_scores_do_not_depend_on_the_others():
    _, model = random_network(SMALL, 2)
    sequences = hairpins(4).sequences

    together_ = model.scores(sequences).logits

    np.testing.assert_array_equal(together_, np.vstack([model.scores([one]).logits for one in sequences]))


def test_gradients_on_windows_are_those_of_keras_on_whole_matrices():
    import tensorflow

    settings = StructureSettings(matrix="mixed", convolutions=(5, 6), dense=(9, 7), max_length=45, dropout=0.0)
    network, _ = random_network(settings, 2)
    families = hairpins(4)
    pairs = [base_pairs(one) for one in families.sequences]
    cells = [cells_of(one, its, settings.encoding) for one, its in zip(families.sequences, pairs, strict=True)]
    matrices = np.stack([matrix_of(one, 45) for one in cells])
    windows = together([windows_of(one, 45, 2) for one in cells])
    logits_of = window_logits(network, settings)
    truth = families.members

    with tensorflow.GradientTape() as tape:
        losses = tensorflow.keras.losses.sparse_categorical_crossentropy(truth, network(matrices))
        expected_loss = tensorflow.reduce_mean(losses)
    expected = tape.gradient(expected_loss, network.trainable_variables)
    with tensorflow.GradientTape() as tape:
        logits = logits_of(*windows, len(truth), training=True)
        loss = tensorflow.reduce_mean(tensorflow.nn.sparse_softmax_cross_entropy_with_logits(truth, logits))
    given = tape.gradient(loss, network.trainable_variables)

    assert float(loss) == pytest.approx(float(expected_loss), abs=1e-5)
    for ours, theirs in zip(given, expected, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=2e-5)
        assert np.abs(np.asarray(theirs)).max() > 0


@pytest.fixture(scope="module")
def trained():
    return train_structure(hairpins(24), SMALL, seed=3, threads=1)


def test_it_learns_to_tell_folds_apart(trained):
    new = hairpins(10, seed=1)

    logits = trained.model.scores(new.sequences).logits

    assert (logits.argmax(axis=1) == new.members).mean() > 0.9
    assert list(trained.curve.columns) == ["epoch", "loss", "accuracy"]
    assert trained.curve["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert trained.curve["loss"].iloc[-1] < trained.curve["loss"].iloc[0] * 0.8
    assert 0.5 < trained.curve["accuracy"].iloc[-1] <= 1
    assert trained.facts["parameters"] == trained.model.parameters == trained.keras.count_params()


def test_the_same_seed_gives_the_same_weights_whatever_the_threads(trained):
    again = train_structure(hairpins(24), SMALL, seed=3, threads=2)
    other = train_structure(hairpins(24), SMALL, seed=4, threads=1)

    for name, array in trained.model.to_state()[0].items():
        np.testing.assert_array_equal(again.model.to_state()[0][name], array)
    assert not np.array_equal(other.model.first_dense[0], trained.model.first_dense[0])


def test_state_is_read_as_it_was_written(trained):
    arrays, description = trained.model.to_state()
    sequences = hairpins(3, seed=5).sequences

    read = StructureNetwork.from_state(arrays, description)

    np.testing.assert_array_equal(read.scores(sequences).logits, trained.model.scores(sequences).logits)
    assert (read.outputs, read.encoding, read.size) == (2, SMALL.encoding, 45)


@pytest.mark.parametrize("name", ["convolution0.kernel", "convolution1.bias", "first_dense.kernel", "layer0.kernel"])
@pytest.mark.parametrize("damage", ["missing", "cut", "float64", "nan", "flat", "empty"])
def test_damaged_weights_are_refused(trained, name, damage):
    arrays, description = trained.model.to_state()
    array = arrays.pop(name)
    changed = {
        "cut": array[:-1], "float64": array.astype(np.float64), "nan": np.where(np.arange(array.size) == 0, np.nan,
        array.ravel()).reshape(array.shape).astype(np.float32), "flat": array.reshape(-1, 1), "empty": array[..., :0],
    }  # fmt: skip
    if damage != "missing":
        arrays[name] = changed[damage]

    with pytest.raises(BundleError):
        StructureNetwork.from_state(arrays, description)


@pytest.mark.parametrize(
    "change",
    [{"size": 44.0}, {"size": 3}, {"size": 10**9}, {"size": True}, {"size": 60}, {"encoding": {"matrix": "triple"}},
     {"encoding": None}, {"encoding": {"threshold": "x"}}, {"encoding": {"matrix": "mixed", "ordered": 1}},
     {"encoding": {"matrix": "pair"}}, {"rest": {}}, {"rest": {"layers": [[7, 2]]}}, {"rest": None},
     {"encoding": {"matrix": "mixed", "threshold": float("nan")}}, {"encoding": {"matrix": ["pair"]}}],
)  # fmt: skip
def test_damaged_descriptions_are_refused(trained, change):
    arrays, description = trained.model.to_state()

    with pytest.raises(BundleError):
        StructureNetwork.from_state(arrays, description | change)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"convolutions": (4,)}, "2 convolutions"), ({"dropout": 1.0}, "dropout"), ({"dense": ()}, "dense layer"),
     ({"max_length": 6}, "smallest length is 7"), ({"epochs": 0}, "epochs"), ({"dense": (2.5,)}, "widths")],
)  # fmt: skip
def test_settings_that_no_network_has_are_refused(settings, words):
    with pytest.raises(SampleError, match=words):
        StructureSettings(**settings)


def test_encodings_that_do_not_exist_are_refused():
    with pytest.raises(EncodingError, match="pair, probability, mixed, not 'triple'"):
        StructureSettings(matrix="triple")
