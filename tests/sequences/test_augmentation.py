"""Random flanks and point mutations of training sequences."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.sequences.augmentation import with_point_mutations, with_random_flanks

SEQUENCES = ("ACGUNACGU", "", "GG", "U" * 50)


def test_the_sequence_stays_whole_between_its_flanks():
    flanked = with_random_flanks(SEQUENCES, 3, 3, np.random.default_rng(0))
    for sequence, longer in zip(SEQUENCES, flanked, strict=True):
        assert longer[3:-3] == sequence
        assert len(longer) == len(sequence) + 6
        assert set(longer[:3] + longer[-3:]) <= set("ACGU")


def test_flanks_have_all_lengths_on_both_sides_and_all_bases():
    flanked = with_random_flanks(("NNNN",) * 4000, 1, 4, np.random.default_rng(1))
    left = np.array([longer.index("N") for longer in flanked])
    right = np.array([len(longer) - longer.rindex("N") - 1 for longer in flanked])
    for side in (left, right):
        assert np.bincount(side)[1:] == pytest.approx(np.full(4, 1000), abs=120)
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.06
    bases = "".join(flanked).replace("N", "")
    assert [bases.count(base) / len(bases) for base in "ACGU"] == pytest.approx([0.25] * 4, abs=0.015)


def test_a_share_of_the_known_bases_becomes_one_of_the_three_others():
    (mutated,) = with_point_mutations(("A" * 30_000 + "N" * 1000,), 0.1, np.random.default_rng(2))
    assert mutated[30_000:] == "N" * 1000
    assert [mutated.count(base) / 30_000 for base in "ACGU"] == pytest.approx([0.9] + [0.1 / 3] * 3, abs=0.006)


def test_mutations_change_no_length_and_a_rate_of_zero_changes_nothing():
    assert with_point_mutations(SEQUENCES, 0.0, np.random.default_rng(3)) == SEQUENCES
    assert list(map(len, with_point_mutations(SEQUENCES, 0.5, np.random.default_rng(3)))) == list(map(len, SEQUENCES))


@pytest.mark.parametrize(
    "vary", [lambda g: with_random_flanks(SEQUENCES, 0, 9, g), lambda g: with_point_mutations(SEQUENCES, 0.3, g)]
)
def test_a_seed_gives_the_same_and_another_something_else(vary):
    first, again, other = (vary(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert first == again != other


def test_no_sequences_give_none():
    assert with_random_flanks((), 0, 5, np.random.default_rng(0)) == ()
    assert with_point_mutations((), 0.5, np.random.default_rng(0)) == ()
