"""Which labels stay classes, which go into the catch-all class: by hand, by its own laws, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import SampleError
from srna_tools.preprocess.catch_all import EVERY_LABEL, CatchAll, ClassChoice, choose_classes

#: liver and lung are large enough, heart is of one dataset, skin has 9 samples, one sample has no label.
LABELS = pd.Series(["liver"] * 10 + ["lung"] * 12 + ["heart"] * 20 + ["skin"] * 9 + [None], dtype=object)
DATASETS = pd.Series(["x", "y"] * 11 + ["x"] * 20 + ["x", "y", "z"] * 3 + ["x"])


def chosen(choice, labels=LABELS, datasets=DATASETS):
    return choose_classes(labels, datasets, "tissue", choice)


def test_without_a_choice_labels_are_classes():
    pd.testing.assert_series_equal(chosen(EVERY_LABEL), LABELS)


def test_labels_that_are_rare_or_of_one_dataset_go_into_the_catch_all_class():
    classes = chosen(ClassChoice(catch_all="other"))
    assert classes.tolist() == ["liver"] * 10 + ["lung"] * 12 + ["other"] * 29 + [None]
    catch_all = CatchAll.of(LABELS, classes, DATASETS, ClassChoice(catch_all="other"))
    assert catch_all.to_facts() == {"name": "other", "members": {"heart": 20, "skin": 9}}
    assert catch_all.sentences() == [
        "catch-all class 'other': 29 samples in 3 datasets, 2 labels",
        "  heart: 20 samples in 1 dataset",
        "  skin: 9 samples in 3 datasets",
    ]


def test_named_labels_stay_classes_whatever_their_size():
    assert chosen(ClassChoice(("skin",), "other")).tolist() == ["other"] * 42 + ["skin"] * 9 + [None]
    assert chosen(ClassChoice(("skin", "lung"))).tolist() == [None] * 10 + ["lung"] * 12 + [None] * 20 + [
        "skin"
    ] * 9 + [None]
    assert CatchAll.of(LABELS, LABELS, DATASETS, ClassChoice(("skin", "lung"))) is None


def test_a_small_or_unnamed_label_of_that_name_joins_the_class():
    assert chosen(ClassChoice(catch_all="heart")).tolist()[22:51] == ["heart"] * 29
    assert chosen(ClassChoice(("lung",), "liver")).tolist() == ["liver"] * 10 + ["lung"] * 12 + ["liver"] * 29 + [None]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (
            ClassChoice(catch_all="lung"),
            "'lung' is a class of 'tissue' already (12 samples in 2 datasets); choose anot",
        ),
        (ClassChoice(("lung", "skin"), "skin"), "'skin' is a class of 'tissue' already"),
        (ClassChoice(("liver", "lung", "heart", "skin"), "other"), "every label of 'tissue' is a class of its own"),
        (ClassChoice(("Livr", "lung"), "other"), "has the 'tissue' that --classes names: 'Livr' (did you mean liver?)"),
        (ClassChoice(("LUNG", "liver")), "'LUNG' (did you mean lung?)"),
        (ClassChoice(("xyz", "lung")), "'xyz' (the labels are: heart, liver, lung, skin)"),
        (ClassChoice(("lung", "lung", "skin")), "--classes names lung twice"),
        (ClassChoice(("lung",)), "--classes names 1 class, but at least 2 are needed"),
    ],
)
def test_impossible_choices_are_refused(choice, sentence):
    with pytest.raises(SampleError) as error:
        chosen(choice)
    assert sentence in str(error.value)


def test_where_no_label_is_large_enough_classes_must_be_named():
    one_dataset = pd.Series("x", index=LABELS.index)
    with pytest.raises(SampleError, match=r"no label of 'tissue' has 10 samples in 2 datasets, .* with --classes"):
        chosen(ClassChoice(catch_all="other"), datasets=one_dataset)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from("xy")), min_size=40, max_size=80))
def test_every_labelled_sample_keeps_its_label_or_becomes_other(pairs):
    labels = pd.Series([label for label, _ in pairs], dtype=object)
    datasets = pd.Series([dataset for _, dataset in pairs])
    table = pd.DataFrame({"label": labels, "dataset": datasets}).dropna()
    large = {
        label for label, part in table.groupby("label") if len(part) >= 10 and part["dataset"].nunique() >= 2
    }  # fmt: skip
    if not large or large == set(table["label"]):
        with pytest.raises(SampleError):
            chosen(ClassChoice(catch_all="other"), labels, datasets)
        return
    classes = chosen(ClassChoice(catch_all="other"), labels, datasets)
    for label, found in zip(labels, classes, strict=True):
        assert found == (label if label is None or label in large else "other")
