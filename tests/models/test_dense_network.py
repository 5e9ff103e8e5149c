"""Dense networks in numpy: arithmetic by hand, and a sample's result is its own."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

from srna_tools.errors import BundleError
from srna_tools.models.dense_network import DenseNetwork, softmax


@pytest.fixture(scope="module")
def network():
    normal = np.random.default_rng(7).normal
    sizes = [(700, 300), (300, 50), (50, 15)]
    return DenseNetwork(tuple((normal(size=s).astype(np.float32), normal(size=s[1]).astype(np.float32)) for s in sizes))


def test_two_layers_by_hand():
    """Hidden units max(0, 1*2 - 1*3 + 0.5) = 0 and max(0, 1*2 + 1*3) = 5."""
    hidden = np.array([[1, 1], [-1, 1]], dtype=np.float32), np.array([0.5, 0], dtype=np.float32)
    last = np.array([[7, 7], [1, 2]], dtype=np.float32), np.array([0, -5], dtype=np.float32)
    network = DenseNetwork((hidden, last))
    assert network.logits(np.array([[2.0, 3.0]])).tolist() == [[5, 5]]
    assert network.probabilities(np.array([[2.0, 3.0]])).tolist() == [[0.5, 0.5]]
    assert (network.inputs, network.outputs) == (2, 2)


def test_softmax_is_that_of_scipy_also_for_large_logits():
    logits = np.array([[1.0, 2.0, 3.0], [1e30, 0.0, -1e30], [-800.0, -801.0, -900.0]], dtype=np.float32)
    np.testing.assert_allclose(softmax(logits), scipy.special.softmax(logits.astype(np.float64), axis=1), atol=1e-12)


def test_a_sample_has_bitwise_the_same_result_alone_in_any_place_and_in_any_batch(network):
    values = np.random.default_rng(8).random((300, 700)).astype(np.float32)
    together = network.probabilities(values)
    order = np.random.default_rng(9).permutation(300)
    np.testing.assert_array_equal(network.probabilities(values[order]), together[order])
    for row in (0, 127, 128, 299):
        np.testing.assert_array_equal(network.probabilities(values[[row]])[0], together[row])


def test_no_samples_give_no_rows(network):
    assert network.probabilities(np.zeros((0, 700))).shape == (0, 15)


def test_storage_keeps_every_bit(network):
    again = DenseNetwork.from_state(*network.to_state())
    for (kernel, bias), (stored_kernel, stored_bias) in zip(network.weights, again.weights, strict=True):
        np.testing.assert_array_equal(kernel, stored_kernel)
        np.testing.assert_array_equal(bias, stored_bias)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("layer1.kernel", None, "layer 1 of the network is missing"),
        ("layer2.bias", None, "layer 2 of the network is missing"),
        ("layer1.kernel", np.zeros((299, 50), np.float32), "not of the shape 300 x 50"),
        ("layer0.bias", np.zeros((300, 1), np.float32), "not of the shape 700 x 300"),
        ("layer0.bias", np.array(0, np.float32), "not of the shape"),
        ("layer2.bias", np.full(15, np.nan, np.float32), "layer 2 .* not finite"),
        ("layer2.bias", np.full(15, np.inf, np.float32), "layer 2 .* not finite"),
        ("layer2.bias", np.zeros(15, np.int32), "not of the shape 50 x 15 in float32"),
        ("layer2.bias", np.zeros(15, np.float16), "float32"),
    ],
)
def test_arrays_that_are_not_a_network_are_refused(network, name, array, message):
    arrays, description = network.to_state()
    arrays[name] = array
    with pytest.raises(BundleError, match=message):
        DenseNetwork.from_state({key: value for key, value in arrays.items() if value is not None}, description)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "no layers"),
        ([[700, 300], [300, 50], [50, 14]], "layer 2"),
        ([[700, 300], [50, 15]], "layer 1"),
    ],
)
def test_descriptions_that_do_not_chain_are_refused(network, layers, message):
    arrays, _ = network.to_state()
    with pytest.raises(BundleError, match=message):
        DenseNetwork.from_state(arrays, {"layers": layers})


def test_layers_that_do_not_chain_are_refused(network):
    arrays, _ = network.to_state()
    arrays |= {"layer1.kernel": arrays["layer2.kernel"], "layer1.bias": arrays["layer2.bias"]}
    with pytest.raises(BundleError, match="layer 1 of the network takes 50 inputs, but gets 300"):
        DenseNetwork.from_state(arrays, {"layers": [[700, 300], [50, 15]]})
