"""Rounds: the same for every model, test and training apart, others that are no members."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.sequences.evaluation_design import ALL, OTHERS, TEST, UNSEEN, FamilyDesign
from srna_tools.sequences.evaluation_design import Others as OtherSequences
from srna_tools.sequences.evaluation_flanks import with_random_flanks
from srna_tools.sequences.evaluation_plan import has_others, rounds
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity_clusters

NAMES = tuple("abcdef")
LARGE, SMALL = 20, 4
NO_OTHERS = OtherSequences()


@pytest.fixture(scope="module")
def families():
    """Five families of 20 sequences, each in clusters that differ by half of their bases, and one of 4."""
    generator = np.random.default_rng(1)
    sequences, members = [], []
    for family, size in enumerate([LARGE] * 5 + [SMALL]):
        for number in range(size):
            centre = np.random.default_rng([family, number // 4]).choice(list("ACGU"), 40)
            changed = centre.copy()
            changed[generator.integers(0, 40)] = "ACGU"[number % 4]
            sequences.append("".join(changed) + "ACGU"[number % 4])
            members.append(family)
    return Families(NAMES, tuple(sequences), np.array(members))


@pytest.fixture(scope="module")
def ids(families):
    return [f"id{number}" for number in range(len(families.sequences))]


def made(families, ids, others=NO_OTHERS, **settings):
    design = FamilyDesign(**({"test": 5, "repeats": 2} | settings))
    return list(rounds(families, ids, others, design, identity_clusters(families, design.identity)))


def test_training_and_test_are_apart_and_of_the_large_families(families, ids):
    for one in made(families, ids):
        test = one.asked[0]
        assert test.what == TEST
        assert not set(test.sequences) & set(one.training.sequences)
        assert one.training.names == NAMES[:5]
        assert one.training.sizes.min() >= 1
        place = {name: number for number, name in enumerate(ids)}
        assert [families.sequences[place[name]] for name in test.ids] == list(test.sequences)
        assert [families.names[families.members[place[name]]] for name in test.ids] == list(test.true)


def test_every_scheme_and_repeat_has_its_round_and_the_same_seed_the_same_rounds(families, ids):
    first, again = made(families, ids, seed=3), made(families, ids, seed=3)
    assert [(one.scheme, one.repeat, one.seed) for one in first] == [
        ("random", 1, 3), ("random", 2, 4), ("cluster", 1, 3), ("cluster", 2, 4),
    ]  # fmt: skip
    assert [one.asked[0].ids for one in first] == [one.asked[0].ids for one in again]
    assert first[0].asked[0].ids != first[1].asked[0].ids


def test_no_cluster_stands_on_both_sides(families, ids):
    for one in made(families, ids, schemes=("cluster",), identity=0.9):
        for sequence in one.asked[0].sequences:
            nearest = max(np.mean([a == b for a, b in zip(sequence, other)]) for other in one.training.sequences)  # noqa: B905
            assert nearest < 0.9


def test_smaller_training_sets_have_the_same_test_and_only_the_largest_the_rest(families, ids):
    full, small = made(families, ids, schemes=("random",), repeats=1, training=(2, ALL), flanks=(3,))
    assert (full.size, small.size) == (ALL, 2)
    assert small.training.sizes.tolist() == [2] * 5
    assert full.training.sizes.tolist() == [15] * 5
    assert small.asked[0].ids == full.asked[0].ids
    assert [asked.what for asked in full.asked] == [TEST, "flanks 3", OTHERS]
    assert [asked.what for asked in small.asked] == [TEST]


def test_of_a_share_at_most_fifty_are_tested_of_a_family():
    sequences = tuple(f"{'ACGU'[family]}{''.join('ACGU'[number >> 2 * k & 3] for k in range(5))}"
                      for family in range(2) for number in range(300))  # fmt: skip
    large = Families(("a", "b"), sequences, np.repeat([0, 1], 300))
    (one,) = made(large, list(sequences), schemes=("random",), repeats=1, test=0.4)
    assert [one.asked[0].true.count(name) for name in "ab"] == [50, 50]
    assert one.training.sizes.tolist() == [180, 180]
    assert list(one.asked[0].ids) == list(one.asked[0].sequences)
    (whole,) = made(large, list(sequences), schemes=("random",), repeats=1, test=120)
    assert len(whole.asked[0].ids) == 240


def test_unseen_families_are_the_small_and_the_left_out_and_never_train(families, ids):
    for one in made(families, ids, unseen_share=0.4):
        others = one.asked[-1]
        assert others.what == OTHERS
        assert set(others.groups) == {UNSEEN}
        assert len(one.training.names) == 3
        assert set(others.true) == set(NAMES) - set(one.training.names)
        assert len(others.true) == 2 * LARGE + SMALL


def test_other_sequences_have_their_class_and_members_of_known_families_are_none(families, ids):
    given = OtherSequences(("t1", "t2", "x"), ("ACGUACGU", "GGGG", families.sequences[0]), ("tRNA", "tRNA", "tRNA"))
    others = made(families, ids, given, repeats=1)[0].asked[-1]
    assert others.groups.count("tRNA") == 2
    assert "x" not in others.ids


def test_of_each_group_at_most_so_many_are_drawn(families, ids):
    given = OtherSequences(*zip(*((f"t{n}", "A" * (n + 5), "tRNA") for n in range(30)), strict=True))
    first, second = made(families, ids, given, schemes=("random",), most_others=3)
    drawn = [one.asked[-1] for one in (first, second)]
    assert [others.groups.count(group) for others in drawn for group in (UNSEEN, "tRNA")] == [3] * 4
    assert drawn[0].ids != drawn[1].ids


def test_a_threshold_is_chosen_on_whole_unseen_families_and_on_no_other_kind(families, ids):
    given = OtherSequences(("t1", "t2"), ("ACGUACGU", "GGGG"), ("tRNA", "tRNA"))
    one = made(families, ids, given, unseen_share=0.4)[0]
    others = one.asked[-1]
    choosing = {true for true, chooses in zip(others.true, others.choosing, strict=True) if chooses}
    assert len(choosing) == 1
    assert choosing < {true for true, group in zip(others.true, others.groups, strict=True) if group == UNSEEN}
    judging = {true for true, chooses in zip(others.true, others.choosing, strict=True) if not chooses}
    assert not choosing & judging
    assert one.asked[0].choosing.sum() == len(one.asked[0].ids) // 2


def test_without_unseen_families_half_of_the_others_choose(families, ids):
    large = families.at(np.flatnonzero(families.members < 5)).without_empty()
    given = OtherSequences(*zip(*((f"t{n}", "A" * (n + 5), "tRNA") for n in range(10)), strict=True))
    others = made(large, ids, given)[0].asked[-1]
    assert others.choosing.sum() == 5


def test_no_others_are_asked_where_there_are_none(families, ids):
    large = families.at(np.flatnonzero(families.members < 5)).without_empty()
    assert [asked.what for asked in made(large, ids)[0].asked] == [TEST]
    assert not has_others(large, NO_OTHERS, FamilyDesign())
    assert has_others(large, NO_OTHERS, FamilyDesign(unseen_share=0.2))
    assert has_others(families, NO_OTHERS, FamilyDesign())
    assert has_others(large, OtherSequences(("t",), ("A",), ("tRNA",)), FamilyDesign())


def test_too_few_large_families_are_told(families, ids):
    with pytest.raises(SampleError, match=r"0 families of 6 have at least 30 sequences, but 2 are needed"):
        made(families, ids, least=30)


def test_clusters_as_large_as_their_families_leave_nothing_to_test(families, ids):
    with pytest.raises(SampleError, match="no sequence can be tested under the scheme cluster"):
        made(families, ids, schemes=("cluster",), identity=0.0)


def test_flanks_surround_the_sequence_with_all_four_bases():
    sequences = ("ACGU", "", "GGGGG")
    flanked = with_random_flanks(sequences, 50, np.random.default_rng(0))
    assert [len(one) for one in flanked] == [104, 100, 105]
    assert [one[50 : len(one) - 50] for one in flanked] == list(sequences)
    assert all(set(one[:50]) == set("ACGU") == set(one[-50:]) for one in flanked)
    assert len({one[:50] for one in flanked} | {one[-50:] for one in flanked}) == 6
    assert flanked == with_random_flanks(sequences, 50, np.random.default_rng(0))
