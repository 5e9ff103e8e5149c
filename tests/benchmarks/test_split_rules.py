"""Who trains and who tests, by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laboratory.split_rules import at_most, halves_of_groups, largest_studies_train, nested_classes, thirds_by_size


def samples(*studies):
    """Labels and studies from (study, class, number of samples)."""
    rows = [(study, label) for study, label, number in studies for _ in range(number)]
    table = pd.DataFrame(rows, columns=["study", "label"], index=[f"s{place}" for place in range(len(rows))])
    return table["label"], table["study"]


def parts_of(parts, datasets):
    return parts.groupby(datasets).agg(lambda values: "/".join(sorted(set(values)))).to_dict()


def test_the_two_largest_studies_of_a_class_train():
    labels, datasets = samples(("a", "liver", 3), ("b", "liver", 5), ("c", "liver", 4), ("d", "liver", 1))
    assert parts_of(largest_studies_train(labels, datasets, 2), datasets) == {
        "a": "test", "b": "train", "c": "train", "d": "test",
    }  # fmt: skip


def test_of_equal_studies_the_first_by_name_trains():
    labels, datasets = samples(("b", "liver", 2), ("a", "liver", 2))
    assert parts_of(largest_studies_train(labels, datasets, 1), datasets) == {"a": "train", "b": "test"}


def test_a_study_that_trains_for_one_class_trains_with_all_its_samples():
    labels, datasets = samples(("a", "liver", 5), ("a", "lung", 1), ("b", "lung", 4), ("c", "lung", 3))
    assert parts_of(largest_studies_train(labels, datasets, 1), datasets) == {"a": "train", "b": "train", "c": "test"}


def test_samples_without_class_neither_train_nor_test():
    labels, datasets = samples(("a", "liver", 2), ("b", None, 1), ("c", "liver", 1))
    assert largest_studies_train(labels, datasets, 1).isna().tolist() == [False, False, True, False]


def test_studies_sorted_by_size_go_into_thirds():
    sizes = {"a": 1, "b": 6, "c": 3, "d": 5, "e": 4, "f": 2, "g": 7}
    labels, datasets = samples(*((name, "biopsy", size) for name, size in sizes.items()))
    assert parts_of(thirds_by_size(labels, datasets), datasets) == {
        "g": "train", "b": "train", "d": "train", "e": "test", "c": "test", "f": "validation", "a": "validation",
    }  # fmt: skip


def test_a_study_of_two_classes_goes_where_it_comes_first():
    labels, datasets = samples(
        ("a", "biopsy", 9),
        ("b", "biopsy", 8),
        ("c", "biopsy", 7),
        ("d", "cells", 5),
        ("e", "cells", 4),
        ("a", "cells", 1),
    )
    assert parts_of(thirds_by_size(labels, datasets), datasets) == {
        "a": "train", "b": "test", "c": "validation", "d": "train", "e": "test",
    }  # fmt: skip


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.integers(1, 20), st.integers(0, 9))
def test_at_most_so_many_of_each_group_stay(groups, most, seed):
    column = pd.Series(groups, index=[f"s{place}" for place in range(len(groups))])
    kept = at_most(column, most, seed)
    sizes = column.value_counts()
    assert column[kept].value_counts().to_dict() == sizes.clip(upper=most).to_dict()


def test_who_stays_depends_on_the_seed_and_not_on_the_order():
    column = pd.Series(["a"] * 40, index=[f"s{place}" for place in range(40)])
    first = set(column.index[at_most(column, 10, 0)])
    backwards = column[::-1]
    assert set(backwards.index[at_most(backwards, 10, 0)]) == first
    assert set(column.index[at_most(column, 10, 1)]) != first


@pytest.mark.parametrize("seed", range(5))
def test_subsets_of_classes_lie_within_each_other(seed):
    subsets = nested_classes(list("gfedcba"), [2, 4, 7], seed)
    assert [len(one) for one in subsets] == [2, 4, 7]
    assert set(subsets[0]) < set(subsets[1]) < set(subsets[2]) == set("abcdefg")


def test_draws_of_classes_differ():
    assert len({nested_classes(list("abcdefg"), [3], seed)[0] for seed in range(20)}) > 5


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 8)), min_size=1, max_size=40), st.integers(0, 5))
def test_groups_stay_whole_and_are_halved(rows, seed):
    table = pd.DataFrame(rows, columns=["stratum", "group"])
    table["group"] = table["stratum"] + table["group"].astype(str)
    parts = halves_of_groups(table["stratum"], table["group"], seed)
    assert set(parts) <= {"train", "test"}
    assert len(table.assign(part=parts)[["group", "part"]].drop_duplicates()) == table["group"].nunique()
    for _, groups in table["group"].groupby(table["stratum"]):
        training = groups[parts[groups.index] == "train"].nunique()
        assert training == (groups.nunique() + 1) // 2


def test_a_group_of_two_strata_is_placed_once():
    strata = pd.Series(["a", "b", "b", "b"])
    groups = pd.Series(["p", "p", "q", "r"])
    parts = halves_of_groups(strata, groups, 0)
    assert parts[0] == parts[1] == "train"
    assert sorted(parts[2:]) == ["test", "train"]


def test_halves_depend_on_the_seed_alone():
    groups = pd.Series([f"p{number}" for number in range(20)])
    strata = pd.Series("x", index=groups.index)
    assert halves_of_groups(strata, groups, 1).equals(halves_of_groups(strata, groups, 1))
    assert not halves_of_groups(strata, groups, 1).equals(halves_of_groups(strata, groups, 2))
