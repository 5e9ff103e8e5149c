"""Which predictions become labels: by hand, and the laws that hold whatever the predictions are."""

from __future__ import annotations

from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.evaluate.pseudo_labels import CLASS_FULL, COLUMNS, NOT_SURE, ONE_SIDED, choose, room_in


def predictions(*rows):
    """Make a table from sample, dataset, label, probability and, where it is not ok, status."""
    whole = [(*row, "ok") if len(row) == 4 else row for row in rows]
    table = pd.DataFrame(whole, columns=["sample", "dataset", "label", "probability", "status"])
    return table.assign(reason=np.where(table["status"] == "ok", "", "why"))


@pytest.mark.parametrize(
    ("sizes", "catch_all", "room"),
    [
        # The median is 10: what has 20 or more gains nothing, what has fewer than 10 at most doubles.
        ({"a": 4, "b": 10, "c": 25}, "", {"a": 4, "b": 10, "c": 0}),
        ({"a": 10, "b": 10, "c": 14}, "", {"a": 10, "b": 10, "c": 6}),
        # The catch-all class is as large as one likes; the median is that of the others.
        ({"a": 4, "b": 6, "other": 500}, "other", {"a": 4, "b": 4, "other": 0}),
        ({"a": 3, "other": 500}, "other", {"a": 3, "other": 0}),
    ],
)
def test_the_room_of_each_class(sizes, catch_all, room):
    assert room_in(sizes, catch_all) == room


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 1000), min_size=1))
def test_no_class_more_than_doubles_or_passes_twice_the_median(sizes):
    room = room_in(sizes)
    limit = 2 * median(sizes.values())
    for name, size in sizes.items():
        assert 0 <= room[name] <= size
        assert size + room[name] <= max(size, limit)


def test_every_reason_by_hand():
    table = predictions(
        ("s1", "x", "a", 0.95), ("s2", "x", "a", 0.89), ("s3", "x", "a", 0.99, "ambiguous"), ("s4", "x", "b", 0.9),
        ("s5", "y", "b", 0.99), ("s6", "y", "c", 0.6), ("s7", "y", "d", 0.6), ("s8", "x", "big", 0.99),
        ("s9", "x", "", np.nan, "low_quality"), ("s10", "x", "a", 0.97), ("s11", "x", "a", 0.96),
        ("s12", "y", "big", 0.99),
    )  # fmt: skip
    chosen = choose(table, {"a": 2, "b": 5, "c": 5, "d": 5, "big": 0}, 0.9).set_index("sample")
    assert tuple(choose(table, {"a": 2, "b": 5, "big": 0}, 0.9).columns) == (*COLUMNS, "why")
    assert chosen.index[chosen["used"] == "yes"].tolist() == ["s4", "s10", "s11"]
    assert chosen.loc["s2", ["why", "reason"]].tolist() == [NOT_SURE, "probability 0.89 is below 0.9"]
    assert chosen.loc["s3", ["why", "reason"]].tolist() == ["ambiguous", "ambiguous: why"]
    assert chosen.loc["s1", ["why", "reason"]].tolist() == [CLASS_FULL, "class 'a' takes 2 samples, others came first"]
    assert chosen.loc["s8", "reason"] == "class 'big' takes no sample: it is large enough"
    # Of study y's four classes one has a sure sample to add: fewer than half; 'big' would take none from anywhere.
    assert chosen.loc["s5", "why"] == ONE_SIDED
    assert chosen.loc["s12", "why"] == CLASS_FULL
    assert chosen.loc["s9", "why"] == "low_quality"
    assert (chosen.loc[chosen["used"] == "yes", ["why", "reason"]] == "").all(axis=None)


def test_studies_take_turns_each_with_its_surest():
    table = predictions(
        ("s1", "x", "a", 0.99), ("s2", "x", "a", 0.98), ("s3", "x", "a", 0.97), ("s4", "y", "a", 0.91),
        ("s5", "y", "a", 0.92), ("s6", "z", "a", 0.93),
    )  # fmt: skip
    order = ["s1", "s6", "s5", "s2", "s4", "s3"]
    for room in range(1, 7):
        chosen = choose(table, {"a": room}, 0.9)
        assert set(chosen.loc[chosen["used"] == "yes", "sample"]) == set(order[:room])


def test_the_catch_all_class_is_no_class_of_a_study():
    """Study x has one class and three samples of none: its sure samples are of all its classes."""
    rows = [("s1", "x", "a", 0.99), *((f"o{place}", "x", "other", 0.99, "unknown") for place in range(3))]
    assert choose(predictions(*rows), {"a": 3, "other": 0}, 0.9, "other")["used"].tolist() == ["yes", "", "", ""]


_ROWS = st.lists(
    st.tuples(
        st.sampled_from("xyz"), st.sampled_from("abc"), st.floats(0, 1), st.sampled_from(["ok", "ok", "ok", "unknown"])
    ),
    max_size=40,
)


@given(_ROWS, st.dictionaries(st.sampled_from("abc"), st.integers(0, 6)), st.floats(0.5, 1))
def test_laws(rows, room, least):
    table = predictions(*((f"s{place}", *row) for place, row in enumerate(rows)))
    chosen = choose(table, room, least)
    used = chosen[chosen["used"] == "yes"]
    assert chosen["sample"].tolist() == table["sample"].tolist()
    assert (used["probability"] >= least).all()
    assert (table["status"][used.index] == "ok").all()
    assert ((chosen["reason"] == "") == (chosen["used"] == "yes")).all()
    for label, part in used.groupby("label"):
        assert len(part) <= room.get(label, 0)
        # No study gives a second sample before another that had one gave its first.
        waiting = chosen[(chosen["label"] == label) & (chosen["why"] == CLASS_FULL)].groupby("dataset").size()
        given_by = part.groupby("dataset").size().reindex(sorted({*part["dataset"], *waiting.index}), fill_value=0)
        assert all(given_by[dataset] >= given_by.max() - 1 for dataset in waiting.index)
    for dataset in used["dataset"].unique():
        sure = table[(table["dataset"] == dataset) & (table["status"] == "ok") & (table["probability"] >= least)]
        addable = {label for label in sure["label"] if room.get(label, 0) > 0}
        assert 2 * len(addable) >= table[table["dataset"] == dataset]["label"].nunique()


@given(_ROWS, st.randoms())
def test_the_order_of_the_samples_does_not_matter(rows, chance):
    table = predictions(*((f"s{place}", *row) for place, row in enumerate(rows)))
    order = list(range(len(table)))
    chance.shuffle(order)
    room = {"a": 2, "b": 3, "c": 0}
    mixed = choose(table.iloc[order].reset_index(drop=True), room, 0.8).set_index("sample")
    pd.testing.assert_frame_equal(choose(table, room, 0.8).set_index("sample"), mixed.loc[table["sample"]])
