"""DeepLIFT against a slow, plain one: unit by unit, as the paper writes it, in float64."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.attribute.deeplift import RULES, contributions
from srna_tools.attribute.deeplift_package import package_contributions

NEAR_ZERO = 1e-7


def relu(value):
    return max(value, 0.0)


def pre_activations(weights, sample):
    """Value of every unit before its ReLU, layer by layer; the last layer has none."""
    layers, values = [], [float(value) for value in sample]
    for W, b in weights:
        units = [sum(values[j] * float(W[j, u]) for j in range(len(values))) + float(b[u]) for u in range(len(b))]
        layers.append(units)
        values = [relu(unit) for unit in units]
    return layers


def rescale_multipliers(value, start, raised, lowered):
    """Section 3.5.1; the gradient where nothing changes, as in the package."""
    change = value - start
    multiplier = float(start > 0) if abs(change) < NEAR_ZERO else (relu(value) - relu(start)) / change
    return multiplier, multiplier


def reveal_cancel_multipliers(value, start, raised, lowered):
    """Section 3.5.2; a part that is nearly zero is moved away from it, as in the package."""
    up, down = (
        part + (NEAR_ZERO if part >= 0 else -NEAR_ZERO) * (abs(part) < NEAR_ZERO / 2) for part in (raised, lowered)
    )
    gain_up = (gain(start, up) + gain(start + down, up)) / 2
    gain_down = (gain(start, down) + gain(start + up, down)) / 2
    return gain_up / up, gain_down / down


def gain(start, step):
    return relu(start + step) - relu(start)


UNITS = {
    "rescale": rescale_multipliers,
    "reveal-cancel": reveal_cancel_multipliers,
    "genomics-default": reveal_cancel_multipliers,  # all layers are dense
}


def scores_of_sample(weights, sample, reference, rule):
    """Scores of every class and feature, shape (classes, features)."""
    values, starts = pre_activations(weights, sample), pre_activations(weights, reference)
    # Change of the inputs of each layer.
    changes = [[float(x) - float(r) for x, r in zip(sample, reference, strict=True)]]
    for value, start in zip(values[:-1], starts[:-1], strict=True):
        changes.append([relu(v) - relu(s) for v, s in zip(value, start, strict=True)])
    result = []
    for k in range(weights[-1][0].shape[1]):
        multipliers = [float(weight) for weight in weights[-1][0][:, k]]
        for layer in reversed(range(len(weights) - 1)):
            W, change = weights[layer][0], changes[layer]
            passed = [0.0] * len(change)
            for unit, from_above in enumerate(multipliers):
                parts = [float(W[j, unit]) * change[j] for j in range(len(change))]
                raised = sum(part for part in parts if part > 0)
                lowered = sum(part for part in parts if part < 0)
                up, down = UNITS[rule](values[layer][unit], starts[layer][unit], raised, lowered)
                for j, part in enumerate(parts):
                    own = up if part > 0 else down if part < 0 else (up + down) / 2
                    passed[j] += float(W[j, unit]) * own * from_above
            multipliers = passed
        result.append([m * c for m, c in zip(multipliers, changes[0], strict=True)])
    return np.array(result)


def network(rng, sizes, integers):
    """Weights of 1 to 5 layers, some hidden units dead: never on, whatever comes in."""
    weights = []
    for place, (n, m) in enumerate(pairwise(sizes)):
        W = rng.integers(-1, 2, size=(n, m)) if integers else rng.normal(size=(n, m)) / np.sqrt(n)
        b = rng.integers(-1, 2, size=m) if integers else 0.3 * rng.normal(size=m)
        if place < len(sizes) - 2:
            b = np.where(rng.random(m) < 0.2, -1000, b)
        weights.append((W.astype(float), b.astype(float)))
    return weights


def inputs(rng, samples, features, integers):
    """Positive, negative and zero."""
    X = (
        rng.integers(-2, 3, size=(samples, features)).astype(float)
        if integers
        else rng.normal(size=(samples, features))
    )
    X[rng.random(X.shape) < 0.3] = 0
    return X


def largest_possible(weights, change):
    """Largest change of a logit if nothing cancelled and every unit passed all."""
    size = np.abs(change)
    for W, _ in weights:
        size = size @ np.abs(W)
    return size.max()


@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(1, 8), min_size=2, max_size=6),
    rule=st.sampled_from(RULES),
    integers=st.booleans(),
    reference=st.sampled_from(["zero", "mean", "one of the samples"]),
)
@settings(max_examples=150)
def test_ours_is_the_plain_one(seed, sizes, rule, integers, reference):
    rng = np.random.default_rng(seed)
    # The mean of eight whole numbers has no rounding, so that what cancels in integer networks cancels to zero.
    weights, X = network(rng, sizes, integers), inputs(rng, 8, sizes[0], integers)
    start = {"zero": np.zeros(sizes[0]), "mean": X.mean(axis=0), "one of the samples": X[2]}[reference]

    ours = contributions(weights, X, start, rule, dtype=np.float64)

    plain = np.array([scores_of_sample(weights, sample, start, rule) for sample in X])
    # Where all scores cancel, what is left is the rounding of the numbers that they were made of.
    rounding = 8 * np.finfo(np.float64).eps * largest_possible(weights, X - start)
    np.testing.assert_allclose(ours, plain, rtol=0, atol=max(1e-9 * np.abs(plain).max(), rounding))
    change = [np.subtract(pre_activations(weights, x)[-1], pre_activations(weights, start)[-1]) for x in X]
    # Those steps, taken where nothing moves a unit, are no change of the logit.
    np.testing.assert_allclose(ours.sum(axis=2), change, atol=1e-6 * (1 + np.abs(change).max()))
    assert not ours[(start == X).all(axis=1)].any()


def test_the_networks_have_dead_units_and_the_inputs_all_signs():
    """Otherwise the test above would say nothing about them."""
    rng = np.random.default_rng(1)
    weights, X = network(rng, (8, 8, 8, 3), False), inputs(rng, 50, 8, False)
    hidden = np.array([pre_activations(weights, sample)[0] for sample in X])
    assert (hidden < 0).all(axis=0).any()
    assert (hidden > 0).any()
    assert {-1.0, 0.0, 1.0} == set(np.sign(X).ravel())


@pytest.mark.parametrize("rule", RULES)
def test_the_plain_one_is_the_deeplift_package(rule):
    rng = np.random.default_rng(3)
    weights, X = network(rng, (8, 7, 6, 3), False), inputs(rng, 6, 8, False)
    plain = np.array([scores_of_sample(weights, sample, X.mean(axis=0), rule) for sample in X])
    theirs = package_contributions(weights, X, X.mean(axis=0), rule, dtype=np.float64)
    np.testing.assert_allclose(theirs, plain, rtol=0, atol=1e-9 * np.abs(plain).max())
