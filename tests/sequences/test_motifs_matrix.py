"""Matrices of motifs, by hand and against Bio.motifs."""

from __future__ import annotations

import numpy as np
import pytest
from Bio import motifs as bio
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.letters import LETTERS
from srna_tools.sequences.motifs_matrix import (
    background_of,
    base_counts,
    consensus,
    information,
    position_probabilities,
    position_weights,
)

EQUAL = np.full(4, 0.25)
WINDOWS = st.integers(1, 12).flatmap(
    lambda width: st.lists(st.text("ACGU", min_size=width, max_size=width), min_size=1, max_size=20)
)


@given(WINDOWS, st.floats(0.1, 5))
def test_as_bio_motifs_has_it(windows, pseudocount):
    judge = bio.create(windows, alphabet=LETTERS)
    background = np.array([0.1, 0.2, 0.3, 0.4])

    counts = base_counts(windows)
    probabilities = position_probabilities(counts, background, pseudocount)
    weights = position_weights(probabilities, background)

    added = {letter: pseudocount * share for letter, share in zip(LETTERS, background, strict=True)}
    normalised = judge.counts.normalize(pseudocounts=added)
    odds = normalised.log_odds(dict(zip(LETTERS, background, strict=True)))
    for place, letter in enumerate(LETTERS):
        np.testing.assert_array_equal(counts[:, place], judge.counts[letter])
        np.testing.assert_allclose(probabilities[:, place], normalised[letter], atol=1e-12)
        np.testing.assert_allclose(weights[:, place], odds[letter], atol=1e-9)


def test_unknown_bases_are_not_counted():
    np.testing.assert_array_equal(base_counts(["AN", "AC"]), [[2, 0, 0, 0], [0, 1, 0, 0]])


def test_information_is_two_bits_for_one_letter_one_for_two_and_none_for_four():
    rows = np.array([[1, 0, 0, 0], [0.5, 0, 0.5, 0], EQUAL])

    np.testing.assert_allclose(information(rows), [2, 1, 0], atol=1e-12)


def test_background_counts_known_letters_and_one_of_each():
    np.testing.assert_allclose(background_of(["AACN", "A"]), np.array([4, 2, 1, 1]) / 8)


@pytest.mark.parametrize(
    ("shares", "letter"),
    [
        ((0.6, 0.2, 0.1, 0.1), "A"),
        ((0.0, 0.55, 0.0, 0.45), "Y"),
        ((0.45, 0.0, 0.45, 0.1), "R"),
        ((0.4, 0.3, 0.2, 0.1), "N"),
        (EQUAL, "N"),
    ],
)
def test_consensus_is_cavener_s(shares, letter):
    assert consensus(np.array([shares])) == letter
