"""The one-hot network in numpy: Keras' own outputs, places by a naive loop, and damaged files."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import BundleError
from srna_tools.sequences.letters import clean
from srna_tools.sequences.one_hot import one_hot
from srna_tools.sequences.one_hot_keras import as_keras
from srna_tools.sequences.one_hot_network import OneHotNetwork, directions


def _network(widths=(2, 4, 7, 16), filters=(70, 5, 64, 66), hidden=40, families=9, max_length=200):
    generator = np.random.default_rng(1)

    def layer(*shape):
        return tuple(generator.normal(0, 0.3, size).astype(np.float32) for size in (shape, shape[-1:]))

    convolutions = tuple(layer(width, 4, count) for width, count in zip(widths, filters, strict=True))
    centroids = directions(generator.random((families, hidden)).astype(np.float32))
    return OneHotNetwork(convolutions, (layer(sum(filters), hidden), layer(hidden, families)), centroids, max_length)


def _random_sequences(lengths, unknown=0.05):
    generator = np.random.default_rng(2)
    shares = [(1 - unknown) / 4] * 4 + [unknown]
    return ["".join(generator.choice(list("ACGUN"), p=shares, size=length)) for length in lengths]


@pytest.fixture(scope="module")
def network():
    return _network()


SEQUENCES = ["", "N" * 12, *_random_sequences([1, 2, 15, 16, 17, 60, 100, 183, 184, 185, 196, 199, 200, 230, 400])]


def _expected(network, sequences):
    probabilities = as_keras(network).predict(one_hot(sequences, network.max_length), verbose=0)
    return np.log(probabilities.astype(np.float64))


def _log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def test_scores_are_those_of_keras(network):
    """Also of empty sequences, unknown letters, windows half in the padding, and sequences beyond the limit."""
    scores = network.scores(SEQUENCES)
    assert scores.logits.dtype == np.float64
    np.testing.assert_allclose(_log_softmax(scores.logits), _expected(network, SEQUENCES), atol=1e-4)


def test_scores_are_those_of_keras_on_real_sequences(network, real_data):
    lines = (real_data / "rfam_mirna" / "RF00247.fa").read_text().splitlines()
    sequences = [clean(line) for line in lines if not line.startswith(">")][:140]
    np.testing.assert_allclose(_log_softmax(network.scores(sequences).logits), _expected(network, sequences), atol=1e-4)


def test_logits_are_those_of_keras_before_the_softmax(network):
    model = as_keras(network)
    kernel, bias = network.dense[1]
    inner = model.layers[-2].output
    hidden = type(model)(model.input, inner).predict(one_hot(SEQUENCES, 200), verbose=0)
    np.testing.assert_allclose(network.embedding(SEQUENCES), hidden, atol=1e-4)
    np.testing.assert_allclose(network.scores(SEQUENCES).logits, hidden @ kernel + bias, atol=1e-4)


@pytest.mark.parametrize("max_length", [16, 40])
def test_the_highest_windows_are_those_of_a_naive_loop(max_length):
    network = _network(max_length=max_length)
    sequences = _random_sequences([0, 1, 5, 15, 16, 24, 25, 33, 34, 39, 40, 41, 80])
    values, places = network.pooled(sequences)
    first = 0
    for kernel, bias in network.convolutions:
        width, _, count = kernel.shape
        for row, sequence in enumerate(sequences):
            matrix = one_hot([sequence], max_length)[0].astype(np.float64)
            windows = np.array([
                (matrix[start : start + width, :, None] * kernel).sum(axis=(0, 1))
                for start in range(max_length - width + 1)
            ])  # fmt: skip
            columns = slice(first, first + count)
            np.testing.assert_allclose(values[row, columns], np.maximum(windows.max(axis=0) + bias, 0), atol=1e-5)
            ours = places[row, columns]
            assert (ours <= min(len(sequence), max_length - width)).all()
            np.testing.assert_allclose(windows[ours, np.arange(count)], windows.max(axis=0), atol=1e-5)
        first += count


def test_the_distance_is_the_cosine_to_the_nearest_centroid(network):
    hidden = network.embedding(SEQUENCES[2:]).astype(np.float64)
    cosines = hidden @ network.centroids.T / np.linalg.norm(hidden, axis=1)[:, None]
    np.testing.assert_allclose(network.scores(SEQUENCES[2:]).known["distance"], cosines.max(axis=1), atol=1e-5)


def test_scores_hardly_depend_on_the_other_sequences(network):
    many = _random_sequences(np.random.default_rng(3).integers(0, 200, 300))
    together = network.scores(many)
    order = np.random.default_rng(4).permutation(300)
    np.testing.assert_allclose(network.scores([many[at] for at in order]).logits, together.logits[order], atol=1e-5)
    # Batches of 128, as those of a stream, give the same to the last bit.
    np.testing.assert_array_equal(network.scores(many[128:]).logits, together.logits[128:])
    np.testing.assert_array_equal(network.scores(many[:1]).logits, together.logits[:1])


def test_no_sequences_give_no_rows(network):
    scores = network.scores([])
    assert scores.logits.shape == (0, 9)
    assert scores.known["distance"].shape == (0,)
    assert network.pooled([])[0].shape == (0, 205)


def test_storage_keeps_every_bit(network):
    arrays, description = network.to_state()
    again = OneHotNetwork.from_state(arrays, description)
    assert (again.widths, again.outputs, again.max_length) == ((2, 4, 7, 16), 9, 200)
    np.testing.assert_array_equal(again.scores(SEQUENCES).logits, network.scores(SEQUENCES).logits)
    np.testing.assert_array_equal(
        again.scores(SEQUENCES).known["distance"], network.scores(SEQUENCES).known["distance"]
    )


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("convolution0.kernel", None, "'convolution0.kernel' .* missing"),
        ("convolution3.bias", np.zeros(65, np.float32), "'convolution3.bias' .* shape 66 "),
        ("convolution1.kernel", np.zeros((4, 5, 5), np.float32), "shape 4 x 4 x 5"),
        ("dense0.kernel", np.zeros((204, 40), np.float32), "shape 205 x 40"),
        ("dense1.bias", np.zeros(9, np.float64), "float32"),
        ("dense1.bias", np.full(9, np.inf, np.float32), "'dense1.bias' .* not finite"),
        ("centroids", np.full((9, 40), np.nan, np.float32), "'centroids' .* not finite"),
        ("centroids", np.zeros((8, 40), np.float32), "shape 9 x 40"),
    ],
)
def test_arrays_that_are_not_a_network_are_refused(network, name, array, message):
    arrays, description = network.to_state()
    arrays[name] = array
    with pytest.raises(BundleError, match=message):
        OneHotNetwork.from_state({key: value for key, value in arrays.items() if value is not None}, description)


@pytest.mark.parametrize(
    "changed",
    [
        {"widths": None}, {"widths": []}, {"widths": "2"}, {"widths": [2, 4, 7, 0]}, {"widths": [2, 4, 7, 16.0]},
        {"widths": [2, 4, 7]}, {"max_length": 15}, {"max_length": True}, {"max_length": None}, {"hidden": -1},
        {"max_length": 100_001}, {"max_length": 2**40}, {"families": "9"}, {"filters": [70, 5, 64]},
    ],
)  # fmt: skip
def test_sizes_that_are_not_a_networks_are_refused(network, changed):
    arrays, description = network.to_state()
    with pytest.raises(BundleError, match="one-hot network"):
        OneHotNetwork.from_state(arrays, description | changed)


def test_the_sizes_of_another_network_are_refused(network):
    arrays, _ = network.to_state()
    with pytest.raises(BundleError, match=r"'centroids'|'dense0\.kernel'"):
        OneHotNetwork.from_state(arrays, _network(hidden=41).to_state()[1])
