"""Steps until the model changes its mind, as tables of a report."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.report.robustness import how_stable

NAN = float("nan")


def table_of(*rows):
    return pd.DataFrame(rows, columns=["from", "to", "mean_steps", "samples", "censored"])


TABLE = table_of(
    ("b10", "b2", 3.25, 8, 0), ("b10", "c", 120.0, 8, 3), ("b2", "b10", NAN, 5, 5), ("b2", "c", 1.0, 5, 0)
)  # fmt: skip


def test_cells_stand_where_their_classes_cross():
    (one,) = how_stable(TABLE, None)
    assert one.columns == ["b2", "b10", "c"]
    texts = [(name, samples, [cell and cell.text for cell in cells]) for name, samples, cells in one.rows]
    assert texts == [("b2", 5, [None, "never", "1.0"]), ("b10", 8, ["3.2", None, "120*"])]
    assert one.rows[1][2][2].details == "3 of 8 samples never"
    assert one.starred


def test_fewer_steps_are_darker_and_never_has_no_colour():
    (one,) = how_stable(None, TABLE)
    colours = {cell.text: cell.colour for _, _, cells in one.rows for cell in cells if cell}
    brightness = {text: sum(bytes.fromhex(colour[1:])) for text, colour in colours.items() if colour}
    assert brightness["1.0"] < brightness["3.2"] < brightness["120*"] == 3 * 255
    assert colours["never"] == ""


def test_the_closest_and_the_farthest_pair_are_named():
    (one,) = how_stable(TABLE, None)
    assert one.finding == (
        "The fewest: 1.0 from b2 in the direction of c; the most: 120 from b10 in the direction of c; "
        "in 1 pair of classes no sample ever changes."
    )


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([("a", "b", NAN, 2, 2)], "No sample ever changes."),
        ([], "No sample is predicted as its class, so there was none to follow."),
        ([("a", "b", 2.0, 2, 0)], "The fewest: 2.0 from a in the direction of b."),
    ],
)
def test_little_to_tell(rows, finding):
    (one,) = how_stable(table_of(*rows), None)
    assert one.finding == finding
    assert not one.starred
    assert len(one.rows) == len(rows)


def test_both_tables_in_their_order_and_none_of_none():
    assert [one.title for one in how_stable(TABLE, TABLE)] == [
        "How stable each class is",
        "How far each class is from the others",
    ]
    assert how_stable(None, None) == []


def test_classes_without_samples_say_nothing():
    (one,) = how_stable(table_of(("a", "b", NAN, 0, 0), ("b", "a", 5.0, 3, 1)), None)
    assert one.rows[0][2][1].text == ""
    assert "no sample ever" not in one.finding


def test_one_number_alone_can_be_coloured():
    (one,) = how_stable(table_of(("a", "b", 0.0, 1, 0)), None)
    assert one.rows[0][2][1].colour.startswith("#")
    assert np.isfinite(int(one.rows[0][2][1].colour[1:], 16))
