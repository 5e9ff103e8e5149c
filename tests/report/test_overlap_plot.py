"""The picture of overlap: numbers in the cells they belong to, and colours about chance."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from srna_tools.attribute.overlap import top_overlap
from srna_tools.report.overlap_plot import overlap_plot


def figure_of(sets, features):
    table = pd.DataFrame([(name, feature) for name, members in sets.items() for feature in members],
                         columns=["class", "feature"])  # fmt: skip
    return overlap_plot(top_overlap(table, features), list(sets))


def test_numbers_stand_in_the_cells_of_their_classes():
    axes = figure_of({"x": "abcd", "y": "cdef", "z": "defg"}, 20).axes[0]

    names = [label.get_text() for label in axes.get_xticklabels()]
    assert [label.get_text() for label in axes.get_yticklabels()] == names
    found = {
        (names[int(text.get_position()[1])], names[int(text.get_position()[0])]): text.get_text() for text in axes.texts
    }
    assert found == {
        ("x", "y"): "2", ("y", "x"): "2", ("x", "z"): "1", ("z", "x"): "1", ("y", "z"): "3", ("z", "y"): "3",
    }  # fmt: skip
    assert abs(names.index("y") - names.index("z")) == 1


def test_white_is_what_chance_would_give():
    image = figure_of({"x": "abcd", "y": "cdef", "z": "ghij"}, 16).axes[0].images[0]

    assert image.norm(1.0) == pytest.approx(0.5)
    assert image.norm(2.0) == pytest.approx(1.0)
    assert image.norm(0.0) == pytest.approx(0.0)


@pytest.mark.parametrize("classes", [1, 2, 30])
def test_every_name_has_its_room(classes):
    sets = {f"a rather long class, number {number}": range(number, number + 40) for number in range(classes)}

    figure = figure_of(sets, 100)
    figure.draw_without_rendering()

    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        assert all(box.x0 >= 0 and box.y0 >= 0 for box in boxes)
    assert ("Only one class" in figure.get_supxlabel()) == (classes == 1)
