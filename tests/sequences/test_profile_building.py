"""Profiles of alignments: HMMER's own numbers, and probabilities that add up."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import MissingExtraError
from srna_tools.sequences.profile_building import (
    BEGIN,
    END,
    INTO_DELETE,
    INTO_INSERT,
    INTO_MATCH,
    LETTER_ODDS,
    RawProfile,
    node_parameters,
    raw_profile,
    smoothed,
)


def random_raw(nodes, seed):
    generator = np.random.default_rng(seed)
    transitions = np.hstack([generator.dirichlet(np.ones(size), nodes + 1) for size in (3, 2, 2)])
    transitions[-1, :3], transitions[-1, 5:] = [0.9, 0.1, 0], [1, 0]
    return RawProfile(generator.dirichlet(np.ones(4), nodes), transitions)


def test_conserved_columns_have_their_base():
    raw = raw_profile(["ACGUACGUAC"] * 20)
    assert "".join("ACGU"[base] for base in raw.match.argmax(axis=1)) == "ACGUACGUAC"
    np.testing.assert_allclose(raw.match.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(raw.transitions[:, 3:5].sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("sequence", ["A", "ACGUNACGU"])
def test_one_sequence_makes_a_profile(sequence):
    raw = raw_profile([sequence])
    assert raw.match.shape == (len(sequence), 4)
    assert np.isfinite(node_parameters(raw, 0.01)).all()


def test_nothing_stays_impossible():
    raw = RawProfile(np.eye(4), np.tile([1.0, 0, 0, 1, 0, 1, 0], (5, 1)))
    match, transitions = smoothed(raw)
    assert match.min() > 0
    assert transitions.min() > 0
    np.testing.assert_allclose(match.sum(axis=1), 1)
    np.testing.assert_allclose(transitions[:, :3].sum(axis=1), 1)


@given(st.integers(1, 12), st.integers(0, 1000))
def test_a_path_begins_and_goes_on_with_probability_one(nodes, seed):
    """Ways out of each match state, and ways to begin; a profile of deletions alone is the only thing left out."""
    raw = random_raw(nodes, seed)
    own = node_parameters(raw, 0.0).astype(float)
    transitions = smoothed(raw).transitions
    empty = transitions[0, 2] / transitions[0, [0, 2]].sum() * transitions[1:-1, 6].prod()
    assert own[:, BEGIN].sum() == pytest.approx(1 - empty, abs=1e-5)
    # To a later match state over deletions, to the insert state, or to the end.
    for node in range(nodes - 1):
        onwards, deleted = own[node + 1, INTO_MATCH][0], own[node + 1, INTO_DELETE][0]
        for later in range(node + 2, nodes):
            onwards += deleted * own[later, INTO_MATCH][2]
            deleted *= own[later, INTO_DELETE][1]
        assert onwards + own[node, INTO_INSERT][0] + own[node, END] == pytest.approx(1, abs=1e-5)
    assert own[-1, END] == pytest.approx(1)


def test_a_share_begins_and_ends_anywhere():
    raw = random_raw(8, 3)
    whole, local = node_parameters(raw, 0.0), node_parameters(raw, 0.4)
    for column in (BEGIN, END):
        np.testing.assert_allclose(local[:, column], 0.6 * whole[:, column] + 0.4 / 8, atol=1e-6)


def test_odds_are_against_equal_bases_and_an_unknown_base_says_nothing():
    odds = node_parameters(random_raw(5, 1), 0.01)[:, LETTER_ODDS]
    np.testing.assert_allclose(odds[:, :4].mean(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(odds[:, 4], 1)


def test_without_pyhmmer_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhmmer", None)
    with pytest.raises(MissingExtraError, match=r"needs pyhmmer.*srna-tools\[sequence\]"):
        raw_profile(["ACGU"])
