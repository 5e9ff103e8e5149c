"""Heatmap of the classes: what is drawn, in which order, in which colours."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.report.heatmap import class_heatmap, colour_limit

CLASSES = ["brain", "liver", "lung"]


def _names(features: int) -> list[str]:
    return [f"hsa-miR-{number}" for number in range(features)]


def _ticks(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_classes_show_their_features_in_blocks():
    scores = np.full((3, 6), 0.1)
    scores[[2, 0, 1, 2, 0, 1], range(6)] = [1, 2, 3, 4, 5, 6]
    figure = class_heatmap(scores, list("abcdef"), CLASSES, caption="Reference: zero.")
    assert _ticks(figure.axes[0].yaxis) == ["e", "b", "f", "c", "d", "a"]
    assert figure.axes[0].images[0].get_clim() == (-6, 6)
    assert "Reference: zero." in figure.get_supxlabel()


def test_only_the_largest_of_many_features_are_drawn():
    scores = np.tile(np.arange(1.0, 301.0), (3, 1))
    figure = class_heatmap(scores, _names(300), CLASSES)
    assert len(_ticks(figure.axes[0].yaxis)) == 200
    assert "hsa-miR-99" not in _ticks(figure.axes[0].yaxis)
    assert "100 features with smaller scores are not drawn" in " ".join(figure.get_supxlabel().split())


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="do not fit 3 classes x 2 features"):
        class_heatmap(np.zeros((2, 3)), ["a", "b"], CLASSES)


@pytest.mark.parametrize(
    ("largest", "limit"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10),  # nothing stands out
        ([1, 1, 1, 1, 1, 1, 1, 1, 2, 90], 4),  # one does
        ([3], 3),
        ([0, 0, 5], 5),
        ([0, 0], 1),
    ],
)
def test_colours_end_where_one_score_dwarfs_the_others(largest, limit):
    scores = np.array([np.zeros(len(largest)), largest, [-value / 2 for value in largest]])
    assert colour_limit(scores) == limit


def test_what_no_colour_can_show_is_written():
    scores = np.full((3, 20), 0.5)
    scores[1, 4], scores[2, 4] = -30, 2
    figure = class_heatmap(scores, _names(20), CLASSES)
    grid = figure.axes[0]
    assert grid.images[0].get_clim() == (-1, 1)
    row = _ticks(grid.yaxis).index("hsa-miR-4")
    assert {(text.get_position(), text.get_text()) for text in grid.texts} == {((1, row), "-30"), ((2, row), "2")}
    assert "Scores beyond 1 have its colour" in " ".join(figure.get_supxlabel().split())
