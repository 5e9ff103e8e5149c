"""First features of each class, and the warning where one study alone supports them."""

from __future__ import annotations

import pandas as pd

from srna_tools.report.why import NO_STUDY, ONE_STUDY, why


def table_of(**columns):
    rows = len(next(iter(columns.values()))) if columns else 3
    basic = {"class": ["b"] * rows, "rank": range(1, rows + 1), "feature": list("xyzuvw")[:rows], "score": 1.0}
    return pd.DataFrame(basic | columns)


def test_old_tables_have_nothing_more_to_show():
    shown = why(table_of())
    assert not any((shown.with_rpm, shown.with_intervals, shown.with_dataset_intervals, shown.with_studies))
    assert (shown.classes[0].size, shown.caution) == ("", "")
    assert why(None) is None


def test_ten_of_every_class_in_order_of_their_ranks():
    table = pd.concat([table_of(**{"class": [name] * 6, "rank": [3, 1, 2, 12, 11, 4]}) for name in ("b10", "b2")] * 2)
    shown = why(table)
    assert [one.name for one in shown.classes] == ["b2", "b10"]
    assert [row["rank"] for row in shown.classes[0].rows] == [1, 1, 2, 2, 3, 3, 4, 4, 11, 11]


def test_ranks_and_studies_in_words():
    shown = why(
        table_of(
            samples=[7, 7, 7], datasets=[4, 4, 4], supporting_datasets=[3, 1, 0], rank_low=[1, 2, 2],
            rank_high=[1, 1500, 3], dataset_rank_low=[1, float("nan"), 1], dataset_rank_high=[9, float("nan"), 1],
        )
    )  # fmt: skip
    (one,) = shown.classes
    assert one.size == "7 samples, 4 studies"
    assert [row["interval"] for row in one.rows] == ["1", "2 to 1,500", "2 to 3"]
    assert [row["dataset_interval"] for row in one.rows] == ["1 to 9", "", "1"]
    assert [row["studies"] for row in one.rows] == ["3 of 4", "1 of 4", "0 of 4"]
    assert [row["warning"] for row in one.rows] == ["", ONE_STUDY, NO_STUDY]
    assert shown.caution.startswith("2 of these 3 rows rest on one study at most")


def test_a_class_of_one_study_is_warned_of_in_every_row():
    shown = why(table_of(datasets=[1, 1], supporting_datasets=[1, 0], samples=[1, 1]))
    assert shown.classes[0].size == "1 sample, 1 study"
    assert [row["warning"] for row in shown.classes[0].rows] == [ONE_STUDY, NO_STUDY]


def test_columns_without_any_number_are_not_shown():
    nothing = [float("nan")] * 2
    shown = why(table_of(rank_low=nothing, rank_high=nothing, supporting_datasets=nothing, note=["look", ""]))
    assert not shown.with_intervals
    assert shown.with_studies
    assert [row["warning"] for row in shown.classes[0].rows] == ["look", ""]
