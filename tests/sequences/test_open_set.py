from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp, softmax
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.metrics import roc_curve as sklearn_curve

from srna_tools.errors import SampleError
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.open_set import (
    area_under_roc,
    at_fpr,
    at_threshold,
    choose_open_set,
    known_scores,
    roc_curve,
)

FEW_VALUES = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=30).map(np.array)


def drawn(known=300, others=300, apart=2.0, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(apart, 1, known), generator.normal(0, 1, others)


def test_probability_and_energy_are_those_of_scipy_whatever_the_size_of_logits():
    logits = np.random.default_rng(0).normal(size=(20, 5)) * 300

    found = known_scores(FamilyScores(logits, {"identity": np.arange(20.0)}), temperature=3)

    np.testing.assert_allclose(found["probability"], softmax(logits / 3, axis=1).max(axis=1))
    np.testing.assert_allclose(found["energy"], logsumexp(logits, axis=1))
    assert list(found) == ["probability", "energy", "identity"]


@given(FEW_VALUES, FEW_VALUES)
def test_curve_and_area_are_those_of_scikit_learn(known, others):
    truth, values = np.repeat([1, 0], [len(known), len(others)]), np.concatenate([known, others])
    theirs = sklearn_curve(truth, values, drop_intermediate=False)

    thresholds, kept, accepted = roc_curve(known, others)

    np.testing.assert_allclose(thresholds, theirs[2][1:])
    np.testing.assert_allclose(kept, theirs[1][1:])
    np.testing.assert_allclose(accepted, theirs[0][1:])
    assert area_under_roc(known, others) == pytest.approx(roc_auc_score(truth, values))


def test_the_threshold_has_the_largest_f_score_of_all():
    known, others = drawn(known=50, others=50)
    truth, values = np.repeat([1, 0], 50), np.concatenate([known, others])

    found = choose_open_set({"energy": known}, {"energy": others})

    best = max(f1_score(truth, values >= threshold) for threshold in values)
    assert found.f == pytest.approx(best)
    assert f1_score(truth, values >= found.threshold) == pytest.approx(best)
    assert found.kept == np.mean(known >= found.threshold)
    assert found.accepted == np.mean(others >= found.threshold)


def test_more_others_of_the_same_sort_do_not_move_the_threshold():
    known, others = drawn()

    few, many = (choose_open_set({"energy": known}, {"energy": np.tile(others, n)}) for n in (1, 20))

    assert few.threshold == many.threshold


def test_the_best_score_is_chosen_and_of_equals_the_first():
    (known, others), (blurred, _) = drawn(), drawn(apart=0.5)

    assert choose_open_set({"a": blurred, "b": known}, {"a": others, "b": others}).score == "b"
    assert choose_open_set({"probability": known, "b": known}, {"probability": others, "b": others}).score == (
        "probability"
    )


@pytest.mark.parametrize("fpr", [0.0, 0.01, 0.05, 0.3, 1.0])
def test_another_share_of_others_moves_the_threshold(fpr):
    known, others = drawn(known=5000, others=5000)
    theirs = sklearn_curve(np.repeat([1, 0], 5000), np.concatenate([known, others]))

    moved = at_fpr(choose_open_set({"energy": known}, {"energy": others}), fpr)

    assert np.mean(others >= moved.threshold) == pytest.approx(moved.accepted)
    assert moved.accepted <= fpr
    assert moved.kept == pytest.approx(theirs[1][theirs[0] <= fpr].max(), abs=0.005)  # the curve is thinned
    assert len(moved.thresholds) < 2000


def test_where_others_score_highest_no_share_means_to_accept_nothing():
    chosen = choose_open_set({"energy": np.array([1.0, 2])}, {"energy": np.array([3.0, 0])})

    moved = at_fpr(chosen, 0.01)

    assert moved.threshold > 3
    assert (moved.kept, moved.accepted, moved.f) == (0, 0, 0)


def test_a_threshold_of_the_users_own_has_its_shares():
    known, others = np.array([1.0, 2, 3, 4]), np.array([0.0, 1.5])
    chosen = choose_open_set({"energy": known}, {"energy": others})

    assert (at_threshold(chosen, 1.2).kept, at_threshold(chosen, 1.2).accepted) == (0.75, 0.5)
    assert (at_threshold(chosen, 9).kept, at_threshold(chosen, 9).accepted) == (0, 0)


def test_a_threshold_needs_both_sides():
    with pytest.raises(SampleError, match="needs sequences of known families and others"):
        choose_open_set({"energy": np.ones(3)}, {"energy": np.ones(0)})
