"""The order in which features are removed, and the steps that are counted."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.attribute.removal import removal_of


def test_features_that_speak_most_for_the_class_go_first_and_equal_ones_keep_their_order():
    scores = np.array([[1, 5, 1, 3, 1], [0, 1, 0, 0, 0], [1, 0, 0, 0, 9]], dtype=np.float32)

    removal = removal_of(np.ones(5), np.zeros(5), scores, own=0, matters=np.ones(5, dtype=bool))

    assert removal.targets.tolist() == [1, 2]
    assert removal.moves.tolist() == [[1, 3, 0, 2, 4], [1, 3, 2, 0, 4]]
    assert removal.steps.tolist() == [[1, 2, 3, 4, 5]] * 2


def test_features_that_change_nothing_are_not_moved_but_counted():
    scores = np.array([[5, 4, 3, 2], [0, 0, 0, 0]], dtype=np.float32)
    matters = np.array([True, True, False, True])

    removal = removal_of(np.array([1.0, 0.5, 1.0, 1.0]), np.array([0.0, 0.5, 0.0, 0.0]), scores, 0, matters)

    assert removal.moves.tolist() == [[0, 3]]
    assert removal.steps.tolist() == [[1, 4]]
    assert removal.steps_after(np.array([2])).tolist() == [4]
    assert removal.steps_after(np.array([0])).tolist() == [0]
    assert removal.inputs(0, 1).tolist() == [0.0, 0.5, 1.0, 1.0]
    assert removal.inputs(0, 2).tolist() == [0.0, 0.5, 1.0, 0.0]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 5))
def test_the_order_is_that_of_the_differences(seed, features, classes):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-2, 3, (classes, features)).astype(np.float32)
    own = int(rng.integers(classes))

    removal = removal_of(np.ones(features), np.zeros(features), scores, own, np.ones(features, dtype=bool))

    others = [other for other in range(classes) if other != own]
    for other, moves in zip(others, removal.moves.tolist(), strict=True):
        assert moves == sorted(range(features), key=lambda j: (scores[other, j] - scores[own, j], j))
