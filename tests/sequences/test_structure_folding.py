"""Folding by ViennaRNA: pairs against its whole table of probabilities, a hairpin by hand, order with processes."""

from __future__ import annotations

import numpy as np
import pytest
import RNA
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.errors import MissingExtraError
from srna_tools.sequences.structure_folding import base_pairs, fold, folded

HAIRPIN = "GGGGAAAACCCC"


def pairs_of_table(sequence, threshold):
    """Loop over ViennaRNA's table, which counts from 1."""
    compound = RNA.fold_compound(sequence)
    compound.pf()
    table = compound.bpp()
    found = []
    for i in range(1, len(sequence) + 1):
        found += [(i - 1, j - 1, table[i][j]) for j in range(i + 1, len(sequence) + 1) if table[i][j] >= threshold]
    return found


def test_a_hairpin_pairs_its_ends():
    found = fold(HAIRPIN, 0.5)

    assert found.structure == "((((....))))"
    assert found.energy == pytest.approx(RNA.fold(HAIRPIN)[1], abs=0.005)
    assert list(zip(found.pairs.first.tolist(), found.pairs.second.tolist(), strict=True)) == [
        (0, 11), (1, 10), (2, 9), (3, 8),
    ]  # fmt: skip
    assert (found.pairs.probability > 0.5).all()


@given(st.text("ACGUN", min_size=1, max_size=70), st.sampled_from([1e-4, 0.02, 0.5]))
@settings(max_examples=40)
def test_pairs_are_those_of_the_table_of_probabilities(sequence, threshold):
    expected = pairs_of_table(sequence, threshold)

    pairs = base_pairs(sequence, threshold)

    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [one[:2] for one in expected]
    np.testing.assert_allclose(pairs.probability, [one[2] for one in expected], atol=1e-6)


def test_unknown_bases_pair_with_nothing():
    pairs = base_pairs("GGNGAAAACNCC", 1e-6)

    assert len(pairs.first)
    assert not {2, 9} & {*pairs.first.tolist(), *pairs.second.tolist()}


@pytest.mark.parametrize("sequence", ["", "A", "NNNNNNNNNN"])
def test_what_cannot_fold_has_no_pairs(sequence):
    found = fold(sequence)

    assert len(base_pairs(sequence).first) == len(found.pairs.first) == 0
    assert (found.structure, found.energy) == ("." * len(sequence), 0.0)


def test_both_ways_to_fold_give_the_same_pairs():
    sequence = "".join(np.random.default_rng(0).choice(list("ACGU"), 150))
    one, other = base_pairs(sequence, 0.001), fold(sequence, 0.001).pairs

    np.testing.assert_array_equal(one.first, other.first)
    np.testing.assert_allclose(one.probability, other.probability, atol=1e-5)


def test_long_sequences_keep_within_the_range_of_numbers():
    sequence = "".join(np.random.default_rng(0).choice(list("GC"), 520))

    pairs = base_pairs(sequence, 0.01)

    assert len(pairs.first) > 100
    assert np.isfinite(pairs.probability).all()
    assert (pairs.probability <= 1 + 1e-5).all()


def test_many_sequences_are_folded_in_their_order_with_any_number_of_threads():
    generator = np.random.default_rng(0)
    sequences = ["".join(generator.choice(list("ACGU"), generator.integers(10, 40))) for _ in range(70)]

    alone, side_by_side = (list(folded(fold, sequences, 0.01, threads)) for threads in (1, 2))

    assert [one.structure for one in alone] == [RNA.fold(sequence)[0] for sequence in sequences]
    assert [one.structure for one in side_by_side] == [one.structure for one in alone]
    for one, other in zip(alone, side_by_side, strict=True):
        np.testing.assert_array_equal(one.pairs.probability, other.pairs.probability)


def test_without_viennarna_the_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "RNA", None)

    for call in (base_pairs, fold, lambda sequence: folded(fold, [sequence], 0.1)):
        with pytest.raises(
            MissingExtraError, match=r"needs ViennaRNA; install it with: pip install 'srna-tools\[sequence\]'"
        ):
            call("ACGU")
