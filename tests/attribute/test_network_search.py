"""Removals followed in dense networks: the same steps as removing feature by feature and asking the model."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.attribute.asking_search import AskingSearch
from srna_tools.attribute.deeplift import contributions
from srna_tools.attribute.network_search import NetworkSearch
from srna_tools.attribute.removal import removal_of
from srna_tools.models.dense_network import DenseNetwork


def random_network(rng, sizes, whole=False):
    def layer(rows, columns):
        if whole:  # small integers make exact ties of classes
            return rng.integers(-1, 2, (rows, columns)), rng.integers(-1, 2, columns)
        return rng.normal(0, rows**-0.5, (rows, columns)), rng.normal(0, 0.3, columns)

    layers = (layer(rows, columns) for rows, columns in pairwise(sizes))
    return DenseNetwork(tuple((W.astype(np.float32), b.astype(np.float32)) for W, b in layers))


def predict_with(network):
    return lambda values: network.probabilities(values).argmax(axis=1)


def removals_of(network, samples, reference):
    scores = contributions(network.weights, samples, reference)
    own = network.probabilities(samples).argmax(axis=1)
    every = np.ones(samples.shape[1], dtype=bool)
    removals = [removal_of(*each, every) for each in zip(samples, [reference] * len(samples), scores, own, strict=True)]
    return removals, scores, own


def steps_of(removal, change):
    to_change, to_class = removal.steps_after(change.moves_to_change), removal.steps_after(change.moves_to_target)
    return list(zip(to_change.tolist(), change.changed_to.tolist(), to_class.tolist(), strict=True))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    hidden=st.lists(st.integers(1, 30), max_size=3),
    features=st.integers(1, 90),
    classes=st.integers(2, 6),
    whole=st.booleans(),
    mean=st.booleans(),
)
def test_steps_are_those_of_removing_and_asking(steps_by_hand, seed, hidden, features, classes, whole, mean):
    rng = np.random.default_rng(seed)
    network = random_network(rng, (features, *hidden, classes), whole)
    samples = rng.integers(0, 3, (3, features)) if whole else rng.normal(size=(3, features))
    samples = np.where(rng.random(samples.shape) < 0.3, 0, samples).astype(np.float32)
    reference = rng.normal(size=features).astype(np.float32) if mean else np.zeros(features, dtype=np.float32)
    removals, scores, own = removals_of(network, samples, reference)

    changes = NetworkSearch(network, predict_with(network)).find(removals)

    for row, (removal, change) in enumerate(zip(removals, changes, strict=True)):
        expected = steps_by_hand(predict_with(network), samples[row], reference, scores[row], int(own[row]))
        assert steps_of(removal, change) == expected


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(20, 60), max_size=3))
def test_classes_that_differ_by_rounding_alone_are_told_apart_by_the_model(steps_by_hand, seed, hidden):
    rng = np.random.default_rng(seed)
    *layers, (weight, bias) = random_network(rng, (80, *hidden, 2)).weights
    twin = weight[:, :1] * (1 + 3e-8 * rng.normal(size=weight.shape))
    network = DenseNetwork((*layers, (twin.astype(np.float32), np.repeat(bias[:1], 2))))
    samples, reference = rng.random((2, 80)).astype(np.float32), np.zeros(80, dtype=np.float32)
    removals, scores, own = removals_of(network, samples, reference)

    changes = NetworkSearch(network, predict_with(network)).find(removals)

    for row, (removal, change) in enumerate(zip(removals, changes, strict=True)):
        expected = steps_by_hand(predict_with(network), samples[row], reference, scores[row], int(own[row]))
        assert steps_of(removal, change) == expected


@pytest.fixture(scope="module")
def long_paths():
    """A network whose paths are hundreds of steps long, with classes that change early, late and never."""
    rng = np.random.default_rng(11)
    network = random_network(rng, (700, 60, 30, 20, 7))
    samples = (rng.random((12, 700)) ** 4 * 3).astype(np.float32)
    return network, *removals_of(network, samples, np.zeros(700, dtype=np.float32))


def test_long_paths_agree_with_asking_about_every_step(long_paths):
    network, removals, _, _ = long_paths
    asked = AskingSearch(predict_with(network)).find(removals)

    found = NetworkSearch(network, predict_with(network)).find(removals)

    reached = np.concatenate([change.moves_to_target for change in found])
    assert (reached == 0).any()
    assert (reached > 200).any()
    changed = np.concatenate([change.moves_to_change for change in found])
    assert (changed == 0).any()
    assert (changed > 128).any()
    for ours, theirs in zip(found, asked, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_hardly_any_step_is_left_to_the_model(long_paths):
    network, removals, _, _ = long_paths
    asked = []

    def predict(values):
        asked.append(len(values))
        return predict_with(network)(values)

    NetworkSearch(network, predict).find(removals)

    assert sum(asked) < 0.01 * sum(removal.moves.size for removal in removals)


@pytest.mark.parametrize("threads", [2, 3])
def test_the_result_does_not_depend_on_the_number_of_threads(long_paths, threads):
    network, removals, _, _ = long_paths

    one, more = (NetworkSearch(network, predict_with(network), number).find(removals) for number in (1, threads))

    for first, second in zip(one, more, strict=True):
        np.testing.assert_array_equal(first, second)


def test_weights_that_overflow_are_left_to_the_model(steps_by_hand):
    network = random_network(np.random.default_rng(3), (20, 10, 10, 3))
    huge = DenseNetwork(tuple((W * np.float32(1e15), b) for W, b in network.weights))
    samples = np.random.default_rng(4).random((2, 20)).astype(np.float32)
    reference = np.zeros(20, dtype=np.float32)
    _, scores, _ = removals_of(network, samples, reference)
    removals = [
        removal_of(values, reference, score, int(best), np.ones(20, dtype=bool))
        for values, score, best in zip(samples, scores, predict_with(huge)(samples), strict=True)
    ]

    changes = NetworkSearch(huge, predict_with(huge)).find(removals)

    for row, (removal, change) in enumerate(zip(removals, changes, strict=True)):
        expected = steps_by_hand(predict_with(huge), samples[row], reference, scores[row], removal.own)
        assert steps_of(removal, change) == expected


def test_a_sample_that_equals_the_reference_never_changes():
    network = random_network(np.random.default_rng(5), (10, 6, 3))
    sample = np.ones((1, 10), dtype=np.float32)
    removals, _, _ = removals_of(network, sample, sample[0])

    (change,) = NetworkSearch(network, predict_with(network)).find(removals)

    assert change.moves_to_change.tolist() == change.moves_to_target.tolist() == [0, 0]
    assert change.changed_to.tolist() == [-1, -1]


def test_no_samples_have_no_changes():
    network = random_network(np.random.default_rng(5), (10, 6, 3))
    assert NetworkSearch(network, predict_with(network)).find([]) == []
