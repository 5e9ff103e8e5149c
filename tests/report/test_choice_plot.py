"""The picture of a choice: which mark stands where, what is marked as chosen, and that everything can be read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from srna_tools.report.choice_plot import choice_plot
from srna_tools.report.figure import COLOURS


@pytest.fixture
def table() -> pd.DataFrame:
    """In the order of preference; the second is best, the first is chosen."""
    return pd.DataFrame(
        {
            "model": ["discriminant", "logistic", "forest"], "studies_msa": 0.99, "studies_mca": [0.8, 0.9, 0.6],
            "resources_msa": 0.99, "resources_mca": [0.78, 0.7, 0.4], "score": [0.79, 0.8, 0.5],
            "behind": [0.01, 0.0, 0.3], "error": [0.02, 0.0, 0.05], "chosen": ["yes", "", ""],
        }
    )  # fmt: skip


def of(figure, kind):
    """Collections of one kind of mark, by their legend."""
    (axes,) = figure.axes
    return {marks.get_label(): marks for marks in axes.collections if type(marks).__name__ == kind}


def test_rows_are_sorted_by_score_and_the_chosen_one_is_marked(table):
    (axes,) = choice_plot(table).axes
    labels = {label.get_text(): label.get_fontweight() for label in axes.get_yticklabels()}
    assert labels == {"logistic": "normal", "discriminant (chosen)": "bold", "forest": "normal"}
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_each_view_has_a_mark_at_its_mean_class_accuracy_and_a_line_joins_them(table):
    figure = choice_plot(table)
    marks = of(figure, "PathCollection")
    np.testing.assert_allclose(marks["studies left out"].get_offsets(), [[0.9, 0], [0.8, 1], [0.6, 2]])
    np.testing.assert_allclose(marks["resources left out"].get_offsets(), [[0.7, 0], [0.78, 1], [0.4, 2]])
    np.testing.assert_allclose(marks["mean"].get_offsets(), [[0.8, 0], [0.79, 1], [0.5, 2]])
    colours = [to_hex(marks[f"{view} left out"].get_facecolor()[0]).upper() for view in ("studies", "resources")]
    assert colours == list(COLOURS[:2])
    (lines,) = of(figure, "LineCollection").values()
    np.testing.assert_allclose(
        [segment.tolist() for segment in lines.get_segments()],
        [[[0.7, 0], [0.9, 0]], [[0.78, 1], [0.8, 1]], [[0.4, 2], [0.6, 2]]],
    )


def test_the_band_reaches_one_standard_error_below_the_best_and_no_further_than_counts(table):
    (axes,) = choice_plot(table).axes
    (bars,) = axes.containers
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    np.testing.assert_allclose(spans, [[0.8, 0.8], [0.78, 0.8], [0.78, 0.8]])
    (best,) = axes.lines
    np.testing.assert_allclose(best.get_xdata(), 0.8)


def test_a_single_view_has_a_single_kind_of_mark(table):
    figure = choice_plot(table.drop(columns=["resources_msa", "resources_mca"]))
    assert set(of(figure, "PathCollection")) == {"studies left out", "mean"}


@pytest.mark.parametrize("candidates", [1, 3, 12])
def test_labels_lie_inside_the_picture_and_apart(table, candidates):
    names = [f"a model of $x$ with settings of its own, {number}" for number in range(candidates)]
    many = pd.concat([table] * 4, ignore_index=True).head(candidates).assign(model=names)
    figure = choice_plot(many)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    width, height = figure.bbox.size
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    legends = [legend.get_window_extent() for part in figure.subfigs for legend in part.legends]
    assert len(boxes) == candidates
    assert len(legends) == 1
    for box in (*boxes, *legends, axes.get_tightbbox()):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height
    assert not any(one.overlaps(other) for one, other in pairwise(boxes))
