"""Bounds of dense networks: they never promise what a point of the box breaks, and do promise something."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.attribute.network_bounds import bounded_layer, boxes_of, stays_above


def layers_of(rng, sizes):
    pairs = [
        (rng.normal(0, rows**-0.5, (rows, columns)), rng.normal(0, 0.3, columns)) for rows, columns in pairwise(sizes)
    ]
    return pairs, [bounded_layer(weight, bias) for weight, bias in pairs]


def outputs(pairs, units):
    """Outputs in float64 from the first layer before its ReLU."""
    for weight, bias in pairs:
        units = np.maximum(units, 0) @ weight + bias
    return units


@settings(max_examples=100)
@given(
    seed=st.integers(0, 2**32 - 1),
    hidden=st.lists(st.integers(1, 20), max_size=2),
    width=st.floats(0, 1),
)
def test_what_is_proven_holds_at_every_point_of_the_box(seed, hidden, width):
    rng = np.random.default_rng(seed)
    pairs, layers = layers_of(rng, (12, *hidden, 4))
    low = rng.normal(size=(8, 12)).astype(np.float32)
    high = (low + width * rng.random(low.shape)).astype(np.float32)
    upper, lower = rng.integers(0, 4, 8), rng.integers(0, 4, 8)

    proven = stays_above(layers, boxes_of(layers, low, high), upper, lower)

    share = rng.integers(0, 2, (200, *low.shape)) if seed % 2 else rng.random((200, *low.shape))
    values = outputs(pairs, low + share * (high.astype(np.float64) - low))
    least = (values[:, np.arange(8), upper] - values[:, np.arange(8), lower]).min(axis=0)
    assert (least[proven] > 0).all()


def test_a_box_of_one_point_is_proven_exactly_where_one_output_is_larger():
    rng = np.random.default_rng(1)
    pairs, layers = layers_of(rng, (12, 9, 7, 4))
    point = rng.normal(size=(50, 12)).astype(np.float32)
    values = outputs(pairs, point)
    upper, lower = np.zeros(50, dtype=int), np.ones(50, dtype=int)

    proven = stays_above(layers, boxes_of(layers, point, point), upper, lower)

    clear = np.abs(values[:, 0] - values[:, 1]) > 0.01
    assert clear.sum() > 30
    np.testing.assert_array_equal(proven[clear], (values[:, 0] > values[:, 1])[clear])


def test_small_boxes_are_mostly_proven_where_plain_intervals_fail():
    rng = np.random.default_rng(2)
    pairs, layers = layers_of(rng, (200, 100, 100, 2))
    low = rng.normal(size=(40, 200)).astype(np.float32)
    high = low + np.float32(0.02)
    values = outputs(pairs, (low + high) / 2)
    upper = values.argmax(axis=1)
    boxes = boxes_of(layers, low, high)

    proven = stays_above(layers, boxes, upper, 1 - upper)

    last_low, last_high = (np.maximum(side, 0) for side in boxes.hidden[-1])
    weight, bias = pairs[-1]
    difference = (weight[:, upper] - weight[:, 1 - upper]).T
    least = np.minimum(difference * last_low, difference * last_high).sum(axis=1) + bias[upper] - bias[1 - upper]
    assert proven.mean() > 0.7
    assert proven.mean() > (least > 0).mean() + 0.2
