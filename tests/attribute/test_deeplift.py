"""DeepLIFT in numpy against the deeplift package, its own law, and networks small enough for pencil and paper."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy import sparse

from srna_tools.attribute.deeplift import RULES, contributions
from srna_tools.attribute.deeplift_package import package_contributions

TWO_RULES = ("rescale", "reveal-cancel")


def random_network(rng, *sizes):
    return [(rng.normal(size=(n, m)) / np.sqrt(n), 0.3 * rng.normal(size=m)) for n, m in pairwise(sizes)]


def integer_network(rng, *sizes):
    """Small integers make exact ties: changes that cancel, units exactly at zero, weights that are zero."""
    return [(rng.integers(-1, 2, size=(n, m)), rng.integers(-1, 2, size=m)) for n, m in pairwise(sizes)]


def assert_same_scores(ours, theirs, tolerance):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max())


@pytest.fixture
def rng():
    return np.random.default_rng(2017)


@pytest.fixture
def network(rng):
    return random_network(rng, 20, 16, 8, 3)


@pytest.fixture
def samples(rng):
    X = rng.normal(size=(60, 20))
    X[rng.random(X.shape) < 0.3] = 0
    return X


@pytest.fixture
def zeros():
    return np.zeros(20)


# --- the deeplift package as judge ---


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("sizes", [(20, 3), (20, 16, 3), (20, 16, 8, 3), (20, 30, 16, 8, 5)])
@pytest.mark.parametrize("reference", ["zeros", "mean", "each its own"])
def test_agrees_with_the_deeplift_package(rng, samples, rule, sizes, reference):
    weights = random_network(rng, *sizes)
    baseline = {"zeros": np.zeros(20), "mean": samples.mean(axis=0, keepdims=True), "each its own": samples[::-1]}
    ours = contributions(weights, samples, baseline[reference], rule, dtype=np.float64)
    theirs = package_contributions(weights, samples, baseline[reference], rule, dtype=np.float64)
    assert_same_scores(ours, theirs, 1e-9)


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("seed", range(4))
def test_agrees_in_float32_also_where_the_package_rounds(rule, seed):
    """Widths at which units without any negative (or positive) input occur: the package divides rounding by 1e-7."""
    rng = np.random.default_rng(seed)
    weights, X = random_network(rng, 8, 6, 5, 3), rng.normal(size=(100, 8))
    ours = contributions(weights, X, np.zeros(8), rule)
    assert_same_scores(ours, package_contributions(weights, X, np.zeros(8), rule), 5e-6)


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_agrees_in_float32_on_a_network_as_wide_as_real_ones(rng, rule, reference):
    weights, X = random_network(rng, 800, 400, 100, 50, 6), rng.random((50, 800)) ** 4
    start = np.zeros(800) if reference == "zero" else X.mean(axis=0)
    ours = contributions(weights, X, start, rule)
    assert_same_scores(ours, package_contributions(weights, X, start, rule), 5e-5)


@pytest.mark.parametrize("rule", TWO_RULES)
def test_float32_is_as_right_as_float64(rng, rule):
    weights, X = random_network(rng, 800, 400, 100, 6), (rng.random((400, 800)) ** 4).astype(np.float32)
    weights = [(W.astype(np.float32), b.astype(np.float32)) for W, b in weights]
    exact = contributions(weights, X, X[0], rule, dtype=np.float64)
    assert_same_scores(contributions(weights, X, X[0], rule), exact, 2e-6)


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_where_changes_cancel_and_units_stand_at_zero(rule, dtype, seed):
    rng = np.random.default_rng(seed)
    weights = integer_network(rng, 6, 8, 5, 4, 3)
    X, reference = rng.integers(-1, 3, size=(80, 6)), rng.integers(-1, 2, size=(80, 6))
    X[:10] = reference[:10]
    ours = contributions(weights, X, reference, rule, dtype=dtype)
    assert_same_scores(ours, package_contributions(weights, X, reference, rule, dtype=dtype), 1e-6)
    assert not ours[:10].any()


def test_the_integer_networks_reach_the_edge_cases():
    """Otherwise the test above would say nothing about them."""
    rng = np.random.default_rng(0)
    weights = integer_network(rng, 6, 8, 5, 4, 3)
    X, reference = rng.integers(-1, 3, size=(80, 6)), rng.integers(-1, 2, size=(80, 6))
    (W, b), delta = weights[0], X - reference
    change, value, start = delta @ W, X @ W + b, reference @ W + b
    moved = delta.any(axis=1, keepdims=True)
    assert ((change == 0) & (start > 0) & moved).any()  # the gradient at the reference, 1
    assert ((change == 0) & (start == 0) & moved).any()  # and at zero, 0
    assert ((value <= 0) & (start <= 0) & (change != 0)).any()  # dead at both
    assert ((change == 0) & (delta @ np.abs(W) != 0)).any()  # what raises and what lowers cancels


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("change", [0.0, 0.2e-7, -0.2e-7, 0.9e-7, -0.9e-7, 2e-7, -2e-7])
def test_agrees_on_both_sides_of_the_near_zero_threshold(rule, change):
    weights = [(np.array([[1.0, -1.0], [0.5, 1.0]]), np.zeros(2)), (np.array([[1.0, 2.0], [-1.0, 1.0]]), np.zeros(2))]
    weights.append((np.array([[1.0], [3.0]]), np.zeros(1)))
    X, reference = np.array([[change, 0.0], [1 + change, 1.0], [0.5, change - 1.0]]), np.array([[0.0, 0.0]] * 3)
    ours = contributions(weights, X, reference, rule, dtype=np.float64)
    theirs = package_contributions(weights, X, reference, rule, dtype=np.float64)
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-15)


def test_genomics_default_is_reveal_cancel_on_dense_layers(network, samples, zeros):
    ours = contributions(network, samples, zeros, "genomics-default")
    np.testing.assert_array_equal(ours, contributions(network, samples, zeros, "reveal-cancel"))
    assert not np.array_equal(ours, contributions(network, samples, zeros, "rescale"))


# --- by hand ---

MINIMUM_OF_TWO = [(np.array([[1.0, 1.0], [-1.0, 0.0]]), np.zeros(2)), (np.array([[-1.0], [1.0]]), np.zeros(1))]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # min(a, b) = max(a, 0) - max(a - b, 0) at (3, 2). Rescale: both units pass all, a gets 3 - 3 and b gets 2.
        ("rescale", [0.0, 2.0]),
        # RevealCancel: a raises the second unit by (3 + 1)/2, b lowers it by (0 + 2)/2: a gets 3 - 2 and b gets 1.
        ("reveal-cancel", [1.0, 1.0]),
    ],
)
def test_minimum_of_two_inputs_as_in_the_deeplift_paper(rule, expected):
    scores = contributions(MINIMUM_OF_TWO, np.array([[3.0, 2.0]]), np.zeros(2), rule, dtype=np.float64)
    np.testing.assert_allclose(scores, [[expected]], atol=1e-7)


def test_rescale_spreads_a_partly_passed_change():
    """One unit from -1 to 3 passes 3 of its change of 4; of that change the features made 6 and -2."""
    weights = [(np.array([[2.0], [-1.0]]), np.array([-1.0])), (np.array([[1.0, -2.0]]), np.array([5.0, 5.0]))]
    scores = contributions(weights, np.array([[3.0, 2.0]]), np.zeros(2))
    np.testing.assert_allclose(scores, [[[4.5, -1.5], [-9.0, 3.0]]])


@pytest.mark.parametrize("rule", RULES)
def test_linear_model_is_weight_times_change(rng, rule):
    W, X, reference = rng.normal(size=(5, 3)), rng.normal(size=(30, 5)), rng.normal(size=5)
    scores = contributions([(W, np.ones(3))], X, reference, rule, dtype=np.float64)
    np.testing.assert_allclose(scores, (X - reference)[:, np.newaxis] * W.T, rtol=1e-14)


# --- blocks, threads, forms of input ---


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_threads_change_no_bit(rng, rule, dtype):
    weights, X = random_network(rng, 50, 40, 20, 6), rng.normal(size=(250, 50))
    one = contributions(weights, X, X.mean(axis=0), rule, block=24, dtype=dtype)
    for threads in (2, 3, 8):
        again = contributions(weights, X, X.mean(axis=0), rule, block=24, dtype=dtype, threads=threads)
        np.testing.assert_array_equal(again, one)


@pytest.mark.parametrize("rule", TWO_RULES)
def test_scores_depend_neither_on_the_block_nor_on_the_other_samples(network, samples, zeros, rule):
    together = contributions(network, samples, zeros, rule, dtype=np.float64)
    for block in (1, 24, 48, 10_000):
        assert_same_scores(contributions(network, samples, zeros, rule, None, block, np.float64), together, 1e-12)
    for few in ([0], [59], [7, 3], list(range(59, -1, -1))):
        assert_same_scores(contributions(network, samples[few], zeros, rule, dtype=np.float64), together[few], 1e-12)


@pytest.mark.parametrize("rule", TWO_RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sample_that_equals_the_reference_gets_exact_zeros(network, samples, rule, dtype):
    assert not contributions(network, samples, samples, rule, dtype=dtype).any()
    assert not contributions(network, samples[:30], samples[7], rule, dtype=dtype)[7].any()


@pytest.mark.parametrize("form", [sparse.csr_array, sparse.csr_matrix, sparse.csc_matrix, sparse.coo_array])
def test_sparse_samples_score_as_dense_ones(network, samples, zeros, form):
    dense = contributions(network, samples, zeros, "reveal-cancel")
    np.testing.assert_array_equal(contributions(network, form(samples), zeros, "reveal-cancel"), dense)


def test_the_three_forms_of_a_reference_agree(network, samples):
    mean = samples.mean(axis=0)
    flat = contributions(network, samples, mean)
    np.testing.assert_array_equal(contributions(network, samples, mean[np.newaxis]), flat)
    np.testing.assert_allclose(contributions(network, samples, np.tile(mean, (60, 1))), flat, rtol=1e-5, atol=1e-6)


def test_integers_and_float64_are_computed_in_the_type_asked_for(network, zeros):
    counts = np.arange(60).reshape(3, 20)
    assert contributions(network, counts, zeros).dtype == np.float32
    wide = contributions(network, counts, zeros, dtype="float64")
    assert wide.dtype == np.float64
    assert_same_scores(contributions(network, counts.astype(float), zeros), wide, 1e-5)


@pytest.mark.parametrize("rule", TWO_RULES)
def test_classes_pick_and_order_the_classes(network, samples, zeros, rule):
    every = contributions(network, samples, zeros, rule, dtype=np.float64)
    some = contributions(network, samples, zeros, rule, classes=[2, 0], dtype=np.float64)
    assert_same_scores(some, every[:, [2, 0]], 1e-12)


def test_no_samples_give_no_scores(network, zeros):
    assert contributions(network, np.empty((0, 20)), zeros).shape == (0, 3, 20)


def test_inputs_stay_as_they_are(network, samples, zeros):
    before = samples.copy()
    weights = [(W.astype(np.float32), b.astype(np.float32)) for W, b in network]
    copies = [(W.copy(), b.copy()) for W, b in weights]
    contributions(weights, samples, zeros, "reveal-cancel")
    np.testing.assert_array_equal(samples, before)
    for (W, b), (W_before, b_before) in zip(weights, copies, strict=True):
        np.testing.assert_array_equal(W, W_before)
        np.testing.assert_array_equal(b, b_before)


def test_tensorflow_is_not_imported():
    code = (
        "import sys, srna_tools.attribute.deeplift; sys.exit('tensorflow' in sys.modules or 'deeplift' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- errors ---


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weights": []}, "weights is empty"),
        ({"weights": [(np.ones(20), np.float64(1))]}, r"layer 1: W has shape \(20,\)"),
        ({"weights": [(np.ones((20, 3)), np.ones(2))]}, r"layer 1: W has shape \(20, 3\) and b \(2,\)"),
        ({"weights": [(np.ones((20, 0)), np.ones(0))]}, r"layer 1: W has shape \(20, 0\)"),
        (
            {"weights": [(np.ones((20, 4)), np.ones(4)), (np.ones((5, 3)), np.ones(3))]},
            "layer 2 has 5 inputs, but the layer before it 4 outputs",
        ),
        ({"weights": [(np.full((20, 3), np.nan), np.ones(3))]}, "W of layer 1 has missing"),
        ({"weights": [(np.ones((20, 3)), np.array([1, 2, np.inf]))]}, "b of layer 1 has missing"),
        ({"X": np.ones((5, 19))}, r"X has shape \(5, 19\), but the first layer of the model has 20 inputs"),
        ({"X": np.ones(20)}, r"X has shape \(20,\)"),
        ({"X": np.full((5, 20), np.nan)}, "X has missing or infinite values"),
        ({"X": sparse.csr_array(np.full((5, 20), np.inf))}, "X has missing or infinite values"),
        ({"X": np.full((5, 20), 1e300)}, "too large for float32"),
        ({"X": np.full((5, 20), "high")}, "X holds <U4, expected real numbers"),
        ({"reference": np.zeros(19)}, r"reference has shape \(1, 19\)"),
        ({"reference": np.zeros((4, 20))}, "reference has 4 rows, expected 1 or 60"),
        ({"reference": np.full(20, np.nan)}, "reference has missing"),
        ({"reference": 0.0}, r"reference has shape \(\)"),
        ({"rule": "Rescale"}, "there is no rule 'Rescale'; the rules are: rescale, reveal-cancel, genomics-default"),
        ({"classes": [3]}, r"classes is \[3\], but the model has classes 0 to 2"),
        ({"classes": [-1]}, "the model has classes 0 to 2"),
        ({"classes": []}, "expected a list of class indices"),
        ({"classes": [0.0]}, "expected a list of class indices"),
        ({"classes": [True, False, True]}, "expected a list of class indices"),
        ({"block": 0}, "block is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"dtype": np.float16}, "dtype is float16, expected float32 or float64"),
        ({"dtype": np.int64}, "dtype is int64"),
    ],
)
def test_bad_arguments_are_named(network, samples, zeros, changed, message):
    arguments = {"weights": network, "X": samples, "reference": zeros} | changed
    with pytest.raises(ValueError, match=message):
        contributions(**arguments)
