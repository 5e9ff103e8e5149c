"""Numbers of k-mers against a plain loop."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.kmer_counts import kmer_counts, word_counts, word_features


@given(st.lists(st.text("ACGUN", max_size=12), max_size=6), st.integers(1, 4))
def test_numbers_are_those_of_a_loop(sequences, k):
    counts = kmer_counts(sequences, k).toarray()

    words = ["".join(letters) for letters in product("ACGU", repeat=k)]
    for row, sequence in zip(counts, sequences, strict=True):
        expected = Counter(sequence[start : start + k] for start in range(len(sequence) - k + 1))
        np.testing.assert_array_equal(row, [expected[word] for word in words])


def test_words_do_not_reach_from_one_sequence_into_the_next():
    assert kmer_counts(["AC", "GU"], 3).nnz == 0
    assert kmer_counts(["AC", "GU"], 2).sum() == 2


@pytest.mark.parametrize("sequences", [[], [""], ["A"], ["NNNN"]])
def test_nothing_to_count_is_no_error(sequences):
    assert kmer_counts(sequences, 3).shape == (len(sequences), 64)
    assert kmer_counts(sequences, 3).nnz == 0


@given(st.lists(st.text("ACGUN", max_size=12), max_size=6), st.sampled_from(["1", "101", "1101", "10011"]))
def test_patterns_read_the_letters_under_their_ones(sequences, pattern):
    counts = word_counts(sequences, pattern).toarray()

    read = [place for place, letter in enumerate(pattern) if letter == "1"]
    words = ["".join(letters) for letters in product("ACGU", repeat=len(read))]
    for row, sequence in zip(counts, sequences, strict=True):
        starts = range(len(sequence) - len(pattern) + 1)
        expected = Counter("".join(sequence[start + place] for place in read) for start in starts)
        np.testing.assert_array_equal(row, [expected[word] for word in words])


def test_features_are_roots_of_length_one_for_each_pattern():
    features = word_features(["AAAAC", "", "NNN"], ["1", "11"]).toarray()

    expected = np.zeros((3, 20))
    expected[0, :2] = np.sqrt([4 / 5, 1 / 5])
    expected[0, [4, 5]] = np.sqrt([3 / 4, 1 / 4])
    np.testing.assert_allclose(features, expected, atol=1e-6)
    assert features.dtype == np.float32
