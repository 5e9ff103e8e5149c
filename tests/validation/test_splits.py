"""Splits: laws that hold for any samples, cases by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from srna_tools.errors import SampleError
from srna_tools.validation.splits import SCHEMES, Labelled, plan_splits


def labelled(labels, datasets=None, linked=None, groups=None, parts=None):
    size = len(labels)
    datasets = np.array(["study"] * size if datasets is None else list(datasets))
    return Labelled(
        labels=np.array(list(labels)),
        datasets=datasets,
        linked=np.arange(size) if linked is None else np.array(linked),
        groups=datasets if groups is None else np.array(list(groups)),
        parts=np.empty(0, dtype=str) if parts is None else np.array(parts),
    )


@st.composite
def any_samples(draw):
    """Samples of up to four classes, five datasets and patients; the parts are for the scheme split."""
    size = draw(st.integers(4, 40))
    column = lambda most: draw(st.lists(st.integers(0, most), min_size=size, max_size=size))  # noqa: E731
    labels = np.array(column(3)).astype(str)
    linked = np.array(column(3 * size))
    parts = np.where(np.array(column(2)) > 0, "train", "test")
    return labelled(labels, np.array(column(4)).astype(str), linked, np.array(column(5)).astype(str), parts)


def planned(scheme, samples, folds=2, **keywords):
    """Plan a scheme; samples that do not allow it are no example."""
    if scheme != "split":
        samples = labelled(samples.labels, samples.datasets, samples.linked, samples.groups)
    try:
        return samples, plan_splits(scheme, samples, folds=folds, **keywords)
    except SampleError:
        assume(False)
        raise


def positions_tested(plan, repeat=1):
    return np.concatenate([fold.test for fold in plan.folds if fold.repeat == repeat]).tolist()


@given(any_samples(), st.sampled_from(SCHEMES), st.integers(2, 3), st.integers(0, 3))
@settings(max_examples=200)
def test_training_and_test_share_neither_samples_nor_links_and_every_tested_class_is_trained(
    samples, scheme, folds, seed
):
    samples, plan = planned(scheme, samples, folds, seed=seed)
    for fold in plan.folds:
        assert not set(samples.linked[fold.train]) & set(samples.linked[fold.test])
        assert set(samples.labels[fold.test]) <= set(samples.labels[fold.train])
        assert len(set(samples.labels[fold.train])) >= 2
        assert len(fold.test)
        for side in (fold.train, fold.test):
            np.testing.assert_array_equal(side, np.unique(side))


@given(any_samples(), st.sampled_from(SCHEMES), st.integers(2, 3))
@settings(max_examples=200)
def test_each_sample_is_tested_once_or_listed_as_untested(samples, scheme, folds):
    samples, plan = planned(scheme, samples, folds)
    names = positions_tested(plan)
    assert len(set(names)) == len(names)
    wanted = np.flatnonzero(samples.parts == "test").tolist() if scheme == "split" else list(range(len(samples.labels)))
    assert set(names) <= set(wanted)
    left = sorted((samples.datasets[place], samples.labels[place]) for place in set(wanted) - set(names))
    assert sorted((one.dataset, one.label) for one in plan.untested for _ in range(one.samples)) == left


@given(any_samples(), st.integers(2, 3))
@settings(deadline=None)
def test_group_folds_split_no_group(samples, folds):
    samples, plan = planned("group-kfold", samples, folds)
    for fold in plan.folds:
        assert not set(samples.groups[fold.train]) & set(samples.groups[fold.test])


@given(any_samples())
@settings(deadline=None)
def test_a_dataset_is_left_out_exactly_if_all_its_classes_are_elsewhere(samples):
    samples, plan = planned("dataset-out", samples)
    expected = []
    for name in sorted(set(samples.datasets)):
        inside = samples.datasets == name
        linked = np.isin(samples.linked, samples.linked[inside])
        if set(samples.labels[inside]) <= set(samples.labels[~inside & ~linked]):
            expected.append(name)
    assert {fold.name for fold in plan.folds} <= set(expected)
    for fold in plan.folds:
        np.testing.assert_array_equal(fold.test, np.flatnonzero(samples.datasets == fold.name))
    for name in set(expected) - {fold.name for fold in plan.folds}:
        inside = samples.datasets == name
        left = ~inside & ~np.isin(samples.linked, samples.linked[inside])
        assert len(set(samples.labels[left])) == 1  # nothing to tell apart


@given(any_samples())
@settings(deadline=None)
def test_a_resource_is_left_out_with_the_classes_that_others_hold(samples):
    samples, plan = planned("resource-out", samples)
    for fold in plan.folds:
        inside = samples.groups == fold.name
        linked = np.isin(samples.linked, samples.linked[inside])
        np.testing.assert_array_equal(fold.train, np.flatnonzero(~inside & ~linked))
        known = np.isin(samples.labels, samples.labels[fold.train])
        np.testing.assert_array_equal(fold.test, np.flatnonzero(inside & known))
    for name in set(samples.groups) - {fold.name for fold in plan.folds}:
        inside = samples.groups == name
        left = samples.labels[~inside & ~np.isin(samples.linked, samples.linked[inside])]
        assert len(set(left)) < 2 or not set(left) & set(samples.labels[inside])


@given(any_samples(), st.sampled_from(["kfold", "group-kfold"]), st.integers(2, 6))
@settings(max_examples=200)
def test_rare_classes_are_taken_as_long_as_one_class_has_a_sample_for_each_fold(samples, scheme, folds):
    samples, plan = planned(scheme, samples, folds, rare_classes=True)
    assert np.unique(samples.labels, return_counts=True)[1].max() >= folds
    names = positions_tested(plan)
    assert len(set(names)) == len(names)
    for fold in plan.folds:
        assert set(samples.labels[fold.test]) <= set(samples.labels[fold.train])
        assert not set(samples.linked[fold.train]) & set(samples.linked[fold.test])
        if scheme == "group-kfold":
            assert not set(samples.groups[fold.train]) & set(samples.groups[fold.test])
    if np.unique(samples.labels, return_counts=True)[1].min() >= folds:
        assert folds_in(plan_splits(scheme, samples, folds=folds)) == folds_in(plan)


def test_random_folds_have_the_classes_in_equal_shares():
    labels = np.repeat(["a", "b", "c"], [50, 23, 7])
    plan = plan_splits("kfold", labelled(labels), folds=5, seed=3)
    assert sorted(positions_tested(plan)) == list(range(80))
    for name in "abc":
        sizes = [(labels[fold.test] == name).sum() for fold in plan.folds]
        assert max(sizes) - min(sizes) <= 1
    assert [len(fold.train) + len(fold.test) for fold in plan.folds] == [80] * 5
    assert [(fold.number, fold.name) for fold in plan.folds] == [(number, f"fold {number}") for number in range(1, 6)]
    assert plan.withheld == 0


def folds_in(plan, repeat=1):
    return [(fold.number, fold.train.tolist(), fold.test.tolist()) for fold in plan.folds if fold.repeat == repeat]


@pytest.mark.parametrize("scheme", ["kfold", "group-kfold"])
def test_random_folds_come_from_the_seed_and_differ_between_repeats(scheme):
    samples = labelled(["a", "b"] * 30, datasets=np.repeat([f"study{number}" for number in range(20)], 3))
    first, again, other = (plan_splits(scheme, samples, folds=3, repeats=2, seed=seed) for seed in (4, 4, 5))
    assert [fold.repeat for fold in first.folds] == [1] * 3 + [2] * 3
    assert folds_in(first) == folds_in(again)
    assert folds_in(first, 2) == folds_in(again, 2)
    assert folds_in(first) != folds_in(first, 2)
    assert folds_in(first) != folds_in(other)


@pytest.mark.parametrize("scheme", ["dataset-out", "split"])
def test_other_schemes_have_the_same_folds_in_every_repeat(scheme):
    parts = ["train", "test"] * 6 if scheme == "split" else None
    plan = plan_splits(scheme, labelled(["a", "b", "b", "a"] * 3, np.repeat(list("xyz"), 4), parts=parts), repeats=3)
    assert folds_in(plan, 1) == folds_in(plan, 2) == folds_in(plan, 3)
    assert {fold.repeat for fold in plan.folds} == {1, 2, 3}


def test_what_no_other_dataset_holds_cannot_be_tested():
    """Dataset y is mixed: its class c is unique, so that its a cannot be tested either; z stands alone with d."""
    samples = labelled("abab" "aac" "aabb" "d", "xxxx" "yyy" "wwww" "z")  # fmt: skip
    plan = plan_splits("dataset-out", samples)
    assert [(fold.name, fold.test.tolist()) for fold in plan.folds] == [("w", [7, 8, 9, 10]), ("x", [0, 1, 2, 3])]
    assert [fold.number for fold in plan.folds] == [1, 2]
    assert [(one.dataset, one.label, one.samples, one.reason) for one in plan.untested] == [
        ("y", "a", 2, "the dataset cannot be left out: no other holds c"),
        ("y", "c", 1, "no other dataset holds 'c'"),
        ("z", "d", 1, "no other dataset holds 'd'"),
    ]


def test_of_a_resource_what_others_hold_is_tested_though_it_has_classes_of_its_own():
    """Class c is of resource y alone, d of z alone, whose a is tested nevertheless; the reasons name the classes."""
    resources = np.array(list("xxx" "yyyy" "zz"))  # fmt: skip
    plan = plan_splits("resource-out", labelled("aab" "abcc" "ad", groups=resources))  # fmt: skip
    assert [(fold.name, fold.test.tolist()) for fold in plan.folds] == [("x", [0, 1, 2]), ("y", [3, 4]), ("z", [7])]
    assert [(one.label, one.samples, one.reason) for one in plan.untested] == [
        ("c", 2, "no training set without these samples holds 'c'"),
        ("d", 1, "no training set without these samples holds 'd'"),
    ]


def test_a_class_of_two_studies_is_tested_in_both_though_there_are_more_folds():
    labels, studies = [*"ab" * 10, *"cc"], np.repeat(list("vwxyz"), [6, 4, 4, 4, 4])
    studies[-2:] = ["v", "z"]
    samples = labelled(labels, studies)
    with pytest.raises(SampleError, match=r"fewer samples than the 5 folds: c \(2\)"):
        plan_splits("group-kfold", samples, folds=5)
    plan = plan_splits("group-kfold", samples, folds=5, rare_classes=True)
    assert sorted(positions_tested(plan)) == list(range(22))


def test_linked_samples_of_other_datasets_stay_out_of_the_training_and_are_counted():
    """Sample 4 of dataset y is of the patient of sample 0 of x."""
    samples = labelled("abab" "abab" "abab", "xxxxyyyyzzzz", linked=[0, 1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 11])  # fmt: skip
    plan = plan_splits("dataset-out", samples)
    assert {fold.name: fold.train.tolist() for fold in plan.folds} == {
        "x": [5, 6, 7, 8, 9, 10, 11],
        "y": [1, 2, 3, 8, 9, 10, 11],
        "z": [0, 1, 2, 3, 4, 5, 6, 7],
    }
    assert plan.withheld == 2


def test_a_class_that_only_a_link_holds_elsewhere_cannot_be_tested():
    samples = labelled("abc" "abc" "ab", "xxxyyyzz", linked=[0, 1, 2, 3, 4, 2, 6, 7])  # fmt: skip
    plan = plan_splits("dataset-out", samples)
    assert [fold.name for fold in plan.folds] == ["z"]
    assert {one.reason for one in plan.untested if one.label == "c"} == {"no other dataset holds 'c'"}


def test_the_split_takes_its_parts_and_leaves_links_and_unknown_classes_out():
    """Sample 1 is of the patient of test sample 4; class c is in the test part only."""
    parts = ["train"] * 4 + ["test"] * 3
    plan = plan_splits("split", labelled("aabb" "abc", linked=[0, 1, 2, 3, 1, 5, 6], parts=parts))  # fmt: skip
    assert [(fold.name, fold.train.tolist(), fold.test.tolist()) for fold in plan.folds] == [
        ("split", [0, 2, 3], [4, 5])
    ]
    assert plan.withheld == 1
    assert [(one.label, one.samples, one.reason) for one in plan.untested] == [
        ("c", 1, "no training set without these samples holds 'c'")
    ]


@pytest.mark.parametrize(
    ("scheme", "samples", "message"),
    [
        (
            "kfold",
            labelled("aaaaaabbbbbbcc"),
            r"these classes have fewer samples than the 5 folds: c \(2\); ask for fewer --folds",
        ),
        (
            "kfold",
            labelled("aaaaabbbbb", linked=[0] * 5 + [1] * 5),
            "the samples form only 2 sets that must stay together, fewer than the 5 folds",
        ),
        ("group-kfold", labelled("ababababab", "xxxxxyyyyy"), "form only 2 sets that must stay together"),
        ("dataset-out", labelled("aabb", "xxyy"), "no dataset can be left out: of 2 datasets each holds a class"),
        ("dataset-out", labelled("aabb"), "of 1 dataset each holds a class that no other has; merge classes"),
        (
            "resource-out",
            labelled("aabb", groups="xxyy"),
            r"no class is in two of them \(the samples come from x, y\)",
        ),
        ("split", labelled("aabb", parts=["train", "train", "test", "test"]), "leaves nothing to test"),
        ("split", labelled("aabb", parts=["test"] * 4), "leaves nothing to test"),
    ],
)
def test_what_does_not_allow_a_split_is_refused(scheme, samples, message):
    with pytest.raises(SampleError, match=message):
        plan_splits(scheme, samples)


def test_classes_that_are_all_smaller_than_the_number_of_folds_are_refused_even_where_rare_ones_are_taken():
    with pytest.raises(SampleError, match=r"fewer samples than the 5 folds: a \(4\), b \(4\)"):
        plan_splits("group-kfold", labelled("aaaabbbb", "vwxyvwxy"), folds=5, rare_classes=True)
