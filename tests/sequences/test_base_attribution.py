"""Scores of bases: a linear model by hand, a naive loop, DeepLIFT's own law, and the deeplift package."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from srna_tools.attribute.deeplift_package import _deeplift_on_tensorflow_1
from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.base_attribution import base_scores, by_substitution, leads_of, method_for
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.letters import LETTERS, codes
from srna_tools.sequences.one_hot_network import OneHotNetwork


def one_hot(sequence, length=0):
    return np.eye(5)[codes(sequence + "N" * (length - len(sequence)))][:, :4]


class LinearModel:
    """Every base adds its own weight to each family, wherever it stands but for the place's factor."""

    kinds = ("kmer",)

    def __init__(self, weights, factors):
        self.weights, self.factors = weights, factors

    def scores(self, sequences):
        return FamilyScores(np.array([self.factors[: len(one)] @ one_hot(one) @ self.weights for one in sequences]))


class PlainNetwork:
    """The one-hot network as the paper draws it, base by base, in float64."""

    kinds = ("cnn",)

    def __init__(self, kernels, biases, dense, length=40):
        self.filters, self.biases, self.dense, self.length = kernels, biases, dense, length

    def pooled(self, sequences):
        found = [self._pooled(one_hot(sequence, self.length)) for sequence in sequences]
        return np.array([value for value, _ in found]), np.array([start for _, start in found])

    def _pooled(self, rows):
        values, starts = [], []
        for kernel, bias in zip(self.filters, self.biases, strict=True):
            windows = np.lib.stride_tricks.sliding_window_view(rows, len(kernel), axis=0)
            seen = np.einsum("sjk,kjf->sf", windows, kernel)
            values.append(np.maximum(seen + bias, 0).max(axis=0))
            starts.append(seen.argmax(axis=0))
        return np.concatenate(values), np.concatenate(starts)

    def scores(self, sequences):
        values = self.pooled(sequences)[0]
        for weights, biases in self.dense[:-1]:
            values = np.maximum(values @ weights + biases, 0)
        return FamilyScores(values @ self.dense[-1][0] + self.dense[-1][1])


def random_network(seed, widths=(2, 3, 5), filters=6, hidden=(8,), families=4):
    rng = np.random.default_rng(seed)
    sizes = (len(widths) * filters, *hidden, families)
    dense = tuple((rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(sizes))
    kernels = [rng.normal(size=(width, 4, filters)) for width in widths]
    return PlainNetwork(kernels, rng.normal(size=(len(widths), filters)), dense)


def random_sequences(seed, number=30, letters=LETTERS):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(letters), size)) for size in rng.integers(5, 40, number)]


def test_a_linear_model_by_hand():
    # Two families: A adds 3 to the first, C adds 1 to the second; the second base counts double.
    model = LinearModel(np.array([[3.0, 0], [0, 1], [0, 0], [0, 0]]), np.array([1.0, 2, 1]))

    found = by_substitution(model, "AAC")

    # Lead of the first: half of the difference. A in place of another letter: 3, of which C takes 1 more, over three.
    assert found.family == 0
    assert found.lead == pytest.approx((9 - 1) / 2)
    np.testing.assert_allclose(found.scores, [(3 + 1 / 3) / 2, (3 + 1 / 3), (-1 - 3 / 3) / 2])


@pytest.mark.parametrize("family", [None, 2])
def test_substitution_is_a_naive_loop(family):
    model = random_network(0)
    for sequence in random_sequences(1, 4, LETTERS + "N"):
        found = by_substitution(model, sequence, family)

        explained = int(model.scores([sequence]).logits[0].argmax()) if family is None else family
        assert found.family == explained
        for place, letter in enumerate(sequence):
            changed = [sequence[:place] + other + sequence[place + 1 :] for other in LETTERS if other != letter]
            losses = found.lead - leads_of(model.scores(changed).logits, explained)
            assert found.scores[place] == pytest.approx(0 if letter == "N" else losses.mean())


def test_nothing_known_has_no_scores():
    np.testing.assert_array_equal(by_substitution(random_network(0), "NNNN").scores, 0)


@pytest.mark.parametrize("hidden", [(), (8,), (8, 7)])
@pytest.mark.parametrize("letters", [LETTERS, LETTERS + "N"])
def test_deeplift_adds_up_to_the_change_of_the_lead(hidden, letters):
    network, sequences = random_network(2, hidden=hidden), random_sequences(3, letters=letters)
    empty = network.scores(["N"]).logits

    for sequence, found in zip(sequences, base_scores(network, sequences, method="deeplift"), strict=True):
        logits = network.scores([sequence]).logits
        assert found.family == logits[0].argmax()
        assert found.lead == pytest.approx(leads_of(logits, found.family)[0])
        assert found.scores.shape == (len(sequence),)
        assert found.scores.sum() == pytest.approx(found.lead - leads_of(empty, found.family)[0])
        assert not found.scores[codes(sequence) == 4].any()


def repeats(sequence, width):
    """Whether a sequence has two equal windows."""
    windows = [sequence[start : start + width] for start in range(len(sequence) - width + 1)]
    return len(set(windows)) < len(windows)


def package_scores(network, sequences, family):
    """The deeplift package on the same layers: one convolution, since it takes layers in a row."""
    (kernel,), (bias,) = network.filters, network.biases
    weights, biases = network.dense[-1]
    lead = (weights[:, family] - weights.mean(axis=1))[:, np.newaxis], np.array([biases[family] - biases.mean()])
    with _deeplift_on_tensorflow_1(np.dtype(np.float64), 1) as deeplift:
        parts = deeplift.layers
        layers = [parts.Input(batch_shape=(None, network.length, 4), name="input", verbose=False)]

        def add(layer):
            layers.append(layer.set_inputs(layers[-1]))

        convolution = parts.Conv1D(
            kernel=kernel, bias=bias, stride=1, padding="VALID", conv_mxts_mode="Linear", name="convolution",
            verbose=False,
        )  # fmt: skip
        convolution.kernel, convolution.bias = kernel, bias
        add(convolution)
        add(parts.ReLU(nonlinear_mxts_mode="Rescale", name="relu", verbose=False))
        add(parts.GlobalMaxPool1D(maxpool_deeplift_mode="gradient", name="pool", verbose=False))
        for place, (weight, constant) in enumerate([*network.dense[:-1], lead]):
            if place:
                add(parts.ReLU(nonlinear_mxts_mode="Rescale", name=f"relu{place}", verbose=False))
            dense = parts.Dense(
                kernel=weight, bias=constant, dense_mxts_mode="Linear", name=f"dense{place}", verbose=False
            )
            dense.kernel, dense.bias = weight, constant
            add(dense)
        layers[-1].build_fwd_pass_vars()
        model = deeplift.models.SequentialModel(layers)
        score = model.get_target_contribs_func(find_scores_layer_idx=0, target_layer_idx=-1)
        inputs = np.stack([one_hot(sequence, network.length) for sequence in sequences])
        return np.asarray(score(
            task_idx=0, input_data_list=[inputs], input_references_list=[np.zeros_like(inputs)], batch_size=50,
            progress_update=None,
        )).sum(axis=2)  # fmt: skip


@pytest.mark.parametrize(("seed", "hidden"), [(0, ()), (1, (8,)), (2, (8, 7))])
def test_deeplift_agrees_with_the_deeplift_package(seed, hidden):
    network = random_network(seed, widths=(7,), hidden=hidden)
    # The package counts a window twice that stands twice in a sequence and is the maximum.
    sequences = [one for one in random_sequences(seed, letters=LETTERS + "N") if not repeats(one + "N" * 6, 7)]
    assert len(sequences) > 20

    ours = list(base_scores(network, sequences, method="deeplift", family=1))

    for sequence, found, theirs in zip(sequences, ours, package_scores(network, sequences, 1), strict=True):
        np.testing.assert_allclose(found.scores, theirs[: len(sequence)], atol=1e-9)
        assert not theirs[len(sequence) :].any()


def test_the_network_of_bundles_is_explained_as_the_plain_one():
    """Windows in the padding, over the end, in sequences shorter than a filter and as long as the network takes."""
    plain = random_network(7, widths=(2, 5, 9), hidden=(8,))
    convolutions = tuple(
        (kernel.astype(np.float32), bias.astype(np.float32))
        for kernel, bias in zip(plain.filters, plain.biases, strict=True)
    )
    dense = tuple((weight.astype(np.float32), bias.astype(np.float32)) for weight, bias in plain.dense)
    network = OneHotNetwork(convolutions, dense, np.zeros((4, 8), np.float32), plain.length)
    sequences = [*random_sequences(8, 20, LETTERS + "N"), "A", "ACG", "N", *random_sequences(9, 3)]
    sequences += [(one * 9)[: plain.length] for one in sequences[:4]]

    ours = base_scores(network, sequences, method="deeplift")
    for found, expected in zip(ours, base_scores(plain, sequences, method="deeplift"), strict=True):
        assert found.family == expected.family
        np.testing.assert_allclose(found.scores, expected.scores, atol=2e-4)


@pytest.mark.parametrize("method", ["substitution", "deeplift"])
def test_neither_the_number_of_threads_nor_the_others_change_a_score(method):
    network, sequences = random_network(5), random_sequences(6, 60 if method == "deeplift" else 7)

    one, three = (list(base_scores(network, sequences, method=method, threads=number)) for number in (1, 3))

    alone = next(iter(base_scores(network, sequences[-1:], method=method)))
    np.testing.assert_allclose(one[-1].scores, alone.scores, atol=1e-12)
    for first, second in zip(one, three, strict=True):
        assert first.family == second.family
        np.testing.assert_array_equal(first.scores, second.scores)


def test_the_method_fits_the_model():
    network, linear = random_network(0), LinearModel(np.eye(4), np.ones(3))

    assert method_for("auto", network) == "deeplift"
    assert method_for("substitution", network) == "substitution"
    assert method_for("auto", linear) == "substitution"
    with pytest.raises(SrnaToolsError, match="choose the method substitution"):
        base_scores(linear, ["ACG"], method="deeplift")
