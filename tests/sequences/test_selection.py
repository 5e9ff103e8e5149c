from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from srna_tools.sequences.families import Families
from srna_tools.sequences.selection import at_most, with_at_least


def families_of(**sizes):
    sequences = tuple(f"{name}{number}" for name, size in sizes.items() for number in range(size))
    return Families(tuple(sizes), sequences, np.repeat(np.arange(len(sizes)), list(sizes.values())))


def test_small_families_go_and_are_named():
    kept, gone = with_at_least(families_of(a=3, b=1, c=2, d=0), 2)
    assert kept.names == ("a", "c")
    assert kept.sequences == ("a0", "a1", "a2", "c0", "c1")
    assert kept.members.tolist() == [0, 0, 0, 1, 1]
    assert gone == ("b", "d")


def test_families_that_are_just_large_enough_stay():
    families = families_of(a=2, b=2)
    kept, gone = with_at_least(families, 2)
    assert (kept.names, kept.sequences, gone) == (families.names, families.sequences, ())


def test_all_may_be_too_small():
    kept, gone = with_at_least(families_of(a=2, b=1), 3)
    assert (kept.names, kept.sequences, len(kept.members), gone) == ((), (), 0, ("a", "b"))


def test_larger_families_are_drawn_from_and_others_stay_whole():
    drawn = at_most(families_of(a=50, b=4, c=9), 5, seed=1)
    assert drawn.sizes.tolist() == [5, 4, 5]
    assert (np.diff(drawn.members) >= 0).all()
    assert len(set(drawn.sequences)) == 14
    assert drawn.of(1) == ("b0", "b1", "b2", "b3")
    assert [sequence[0] for sequence in drawn.sequences] == [drawn.names[family] for family in drawn.members]


def test_a_draw_depends_on_its_seed_alone_and_not_on_other_families():
    alone, among = families_of(b=40), families_of(a=30, b=40)
    assert at_most(alone, 5, 1).of(0) == at_most(among, 5, 1).of(1)
    assert at_most(alone, 5, 1).of(0) != at_most(alone, 5, 2).of(0)
    assert {name[1:] for name in at_most(families_of(a=40), 5, 1).of(0)} != {
        name[1:] for name in at_most(families_of(b=40), 5, 1).of(0)
    }


def test_each_sequence_is_as_likely_to_be_drawn():
    families = families_of(a=10)
    times = Counter(sequence for seed in range(400) for sequence in at_most(families, 3, seed).sequences)
    assert sum(times.values()) == 1200
    assert all(times[sequence] == pytest.approx(120, abs=40) for sequence in families.sequences)


def test_no_families_are_drawn_from_none():
    assert at_most(Families((), (), np.empty(0, dtype=np.int64)), 3, 0).sequences == ()
