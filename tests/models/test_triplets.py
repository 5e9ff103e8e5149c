"""Mining of triplets, against three nested loops in float64 and by the laws of semi-hard negatives."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.special import expit

from srna_tools.models import triplets
from srna_tools.models.triplets import distances, mine, sigmoid


def literal(anchors, anchor_codes, positives, sources, source_codes, margin):
    """Negatives that are allowed for each anchor and its positive: the semi-hard ones, else the farthest."""
    allowed = []
    for anchor, code, positive in zip(anchors, anchor_codes, positives, strict=True):
        near = math.dist(anchor, sources[positive])
        semi_hard, farthest, most = set(), set(), -1.0
        for row, source in enumerate(sources):
            if source_codes[row] == code:
                continue
            apart = math.dist(anchor, source)
            if near < apart < near + margin:
                semi_hard.add(row)
            if apart > most:
                farthest, most = {row}, apart
        allowed.append((semi_hard or farthest, bool(semi_hard)))
    return allowed


def drawn(seed, anchors=25, sources=40, classes=4, dimensions=5):
    generator = np.random.default_rng(seed)
    return (
        generator.random((anchors, dimensions)), generator.integers(0, classes, anchors),
        generator.random((sources, dimensions)), np.arange(sources) % classes,
    )  # fmt: skip


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), classes=st.integers(2, 6), margin=st.floats(0.001, 2))
def test_every_triplet_is_one_that_three_loops_allow(seed, classes, margin):
    """The published code filtered flattened indices: there, candidate 0 always qualified."""
    anchors, anchor_codes, sources, source_codes = drawn(seed, classes=classes)
    positives, negatives = mine(
        anchors, anchor_codes, sources, source_codes, margin, np.random.default_rng(seed)
    )  # fmt: skip
    assert (source_codes[positives] == anchor_codes).all()
    assert (source_codes[negatives] != anchor_codes).all()
    allowed = literal(anchors, anchor_codes, positives, sources, source_codes, margin)
    assert all(negative in rows for negative, (rows, _) in zip(negatives, allowed, strict=True))


def test_both_semi_hard_and_farthest_negatives_occur_in_the_test_above():
    anchors, anchor_codes, sources, source_codes = drawn(3)
    positives, _ = mine(anchors, anchor_codes, sources, source_codes, 0.05, np.random.default_rng(3))
    found = [semi for _, semi in literal(anchors, anchor_codes, positives, sources, source_codes, 0.05)]
    assert set(found) == {True, False}


def test_one_anchor_by_hand():
    """Its positive is at 2, the margin reaches to 5: negatives at 3 and 4 qualify, those at 1, 2, 5 and 9 do not."""
    sources = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [9.0], [-2.0]])
    codes = np.array([1, 0, 1, 2, 2, 1, 1])
    anchor = np.zeros((300, 1)), np.zeros(300, dtype=int)
    positives, negatives = mine(*anchor, sources, codes, 3.0, np.random.default_rng(0))
    assert set(positives) == {1}
    assert set(negatives) == {2, 3}
    _, farthest = mine(*anchor, sources[[0, 1, 4, 5, 6]], codes[[0, 1, 4, 5, 6]], 3.0, np.random.default_rng(0))
    assert set(farthest) == {3}


def test_positives_and_negatives_are_drawn_evenly():
    """Each of four positives and of six semi-hard negatives, by chi-square with 0.1 % risk."""
    from scipy.stats import chisquare

    sources = np.array([[1.0]] * 4 + [[2.0]] * 6)
    codes = np.array([0] * 4 + [1] * 6)
    positives, negatives = mine(
        np.zeros((6000, 1)), np.zeros(6000, int), sources, codes, 5.0, np.random.default_rng(1)
    )  # fmt: skip
    assert chisquare(np.bincount(positives, minlength=4)[:4]).pvalue > 0.001
    assert chisquare(np.bincount(negatives, minlength=10)[4:]).pvalue > 0.001


def test_the_same_generator_gives_the_same_triplets_and_another_others():
    problem = (*drawn(5), 1.0)
    first, again, other = (mine(*problem, np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (np.array(first) != np.array(other)).any(axis=1).all()


def test_blocks_of_any_size_give_allowed_triplets(monkeypatch):
    monkeypatch.setattr(triplets, "_DISTANCES", 7 * 40)
    test_every_triplet_is_one_that_three_loops_allow()


def test_memory_does_not_grow_with_the_number_of_anchors():
    """All 40,000 x 500 distances would take 80 MB, the masks and the copies of them several times as much."""
    generator = np.random.default_rng(0)
    anchors, sources = (generator.random((n, 4), dtype=np.float32) for n in (40_000, 500))
    codes = generator.integers(0, 3, 40_000), np.arange(500) % 3
    tracemalloc.start()
    mine(anchors, codes[0], sources, codes[1], 0.2, generator)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 125e6


@pytest.mark.parametrize(("number", "tolerance"), [(np.float64, 1e-9), (np.float32, 2e-3)])
def test_distances_are_those_of_scipy_also_for_close_neighbours(number, tolerance):
    generator = np.random.default_rng(2)
    sources = generator.random((30, 512)).astype(number)
    anchors = (sources[:20] + generator.normal(0, 0.01, (20, 512))).astype(number)
    found = distances(anchors, sources)
    assert found.dtype == number
    np.testing.assert_allclose(found, cdist(anchors.astype(float), sources.astype(float)), atol=tolerance)


def test_the_sigmoid_is_that_of_scipy_and_keeps_the_type():
    values = np.array([-1e4, -30, -1, 0, 0.5, 20, 1e4])
    np.testing.assert_allclose(sigmoid(values), expit(values), atol=1e-15)
    assert sigmoid(values.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(("anchor", "sources"), [([2], [0, 1]), ([0], [0, 0])])
def test_classes_without_positive_or_negative_are_refused(anchor, sources):
    with pytest.raises(ValueError, match="each class of the anchors needs a source, and one of another class"):
        mine(np.zeros((1, 2)), np.array(anchor), np.zeros((2, 2)), np.array(sources), 1.0, np.random.default_rng(0))
