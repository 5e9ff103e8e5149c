from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.families import Families
from srna_tools.sequences.splits import cluster_split, random_split, untested


def families_of(sizes):
    """Families of given sizes; what the sequences are does not matter."""
    members = np.repeat(np.arange(len(sizes)), sizes)
    return Families(tuple(f"f{n}" for n in range(len(sizes))), tuple(f"A{n}" for n in range(len(members))), members)


def sizes_of(families, places):
    return np.bincount(families.members[places], minlength=len(families.names)).tolist()


def test_a_number_of_test_sequences_leaves_one_for_training():
    families = families_of([1, 2, 5, 60])

    split = random_split(families, 10, seed=0, training=50)

    assert sizes_of(families, split.test) == [0, 1, 4, 10]
    assert sizes_of(families, split.training) == [1, 1, 1, 50]
    assert untested(families, split) == ("f0",)


def test_a_share_is_of_each_family_and_of_small_ones_together():
    families = families_of([20, 40] + [2] * 2000)

    tested = sizes_of(families, random_split(families, 0.15, seed=0).test)

    assert tested[:2] == [3, 6]
    assert set(tested[2:]) == {0, 1}
    assert sum(tested[2:]) == pytest.approx(600, abs=100)  # five standard deviations


def test_the_seed_decides_and_other_families_do_not():
    families = families_of([20, 30])

    first = random_split(families, 5, seed=3)
    shorter = random_split(families_of([20, 9]), 5, seed=3)

    assert np.array_equal(first.test, random_split(families, 5, seed=3).test)
    assert not np.array_equal(first.test, random_split(families, 5, seed=4).test)
    np.testing.assert_array_equal(first.test[:5], shorter.test[:5])


@pytest.mark.parametrize("seed", range(5))
def test_every_sequence_is_tested_as_often_as_the_others(seed):
    families = families_of([10])
    tested = np.concatenate([random_split(families, 5, seed=1000 * seed + n).test for n in range(400)])

    np.testing.assert_allclose(np.bincount(tested), 200, atol=50)  # five standard deviations


def test_clusters_that_would_leave_too_little_stay_in_training():
    families, clusters = families_of([10, 4]), np.array([0] * 8 + [1, 2] + [3] * 4)

    split = cluster_split(families, clusters, 5, seed=0)

    assert split.test.tolist() == [8, 9]
    assert sizes_of(families, split.training) == [8, 4]
    assert untested(families, split) == ("f1",)


def test_near_copies_of_tested_sequences_are_used_nowhere():
    families, clusters = families_of([12]), np.repeat([0, 1, 2], 4)

    split = cluster_split(families, clusters, 3, seed=0)

    assert len(split.test) == 3
    assert len(split.training) == 8
    assert len(set(clusters[split.test])) == 1


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=12), min_size=1, max_size=5), st.integers(1, 6),
       st.sampled_from([None, 1, 3]), st.integers(0, 9))  # fmt: skip
def test_no_cluster_and_no_place_is_on_both_sides(clusters, wanted, training, seed):
    families = families_of([len(family) for family in clusters])
    numbers = np.concatenate([np.array(family) + 10 * place for place, family in enumerate(clusters)])

    split = cluster_split(families, numbers, wanted, seed, training)

    assert not set(numbers[split.test]) & set(numbers[split.training])
    assert len({*split.test, *split.training}) == len(split.test) + len(split.training)
    assert min(sizes_of(families, split.training)) >= 1
    assert max(sizes_of(families, split.test)) <= wanted
    assert max(sizes_of(families, split.training)) <= (training or 99)
