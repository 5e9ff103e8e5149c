"""Waterfall of a sample: steps that join and arrive, and the expression beside them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex

from srna_tools.attribute.sample_expression import Beside
from srna_tools.report.figure import AGAINST, FOR
from srna_tools.report.waterfall import sample_waterfall, waterfall_rows

SCORES = np.array([[0.5, -2.0, 3.0, 0.25, 0.125], [1.0, 1.0, 0.0, 0.0, -1.0]])
NAMES = ["a", "b", "c", "d", "e"]
STARTS = np.array([-1.0, 0.5])


def rows_of(shown=(2, 1), beside=None):
    shown = np.array(shown)
    number = len(shown)
    beside = beside or Beside(np.full(number, 9.0), np.full(number, 100.0), np.zeros(number), 4, 30)
    return waterfall_rows(SCORES, shown, NAMES, STARTS, STARTS + SCORES.sum(axis=1), beside)


def figure_of(rows, **words):
    titles = {"sample": "s1", "predicted": "liver", "runner_up": "lung", "probability": 0.5}
    return sample_waterfall(rows, **titles | words)


def test_rows_name_the_shown_and_sum_the_rest():
    rows = rows_of()
    assert rows.names == ["c", "b", "3 other features"]
    assert rows.votes.tolist() == [3, -2, 0.875]
    assert rows.runner_up_votes.tolist() == [0, 1, 0]
    assert rows_of((2, 1, 0, 3, 4)).names == ["c", "b", "a", "d", "e"]
    assert rows_of((2, 1, 0, 3)).names[-1] == "1 other feature"


def test_each_bar_begins_where_the_last_ended_and_the_last_ends_at_the_sample():
    votes = figure_of(rows_of()).axes[0]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in votes.patches]
    assert spans == [(-1, 2), (2, 0), (0, 0.875)]
    assert [to_hex(bar.get_facecolor()).upper() for bar in votes.patches] == [FOR, AGAINST, FOR]
    diamonds = [line for line in votes.lines if line.get_marker() == "D"]
    assert diamonds[0].get_xdata().tolist() == [-1, 0.875]
    assert [text.get_text() for text in votes.texts] == ["-1.00", "+3.00", "-2.00", "+0.88", "0.88"]
    labels = [label.get_text() for label in votes.get_yticklabels()]
    assert labels == ["start", "c", "b", "3 other features", "this sample"]


def test_the_lead_over_the_runner_up_adds_up():
    lead = figure_of(rows_of()).axes[1]
    widths = [bar.get_width() for bar in lead.patches]
    assert widths == [-1.5, 3, -3, 0.875, -0.625]
    assert sum(widths[:-1]) == pytest.approx(widths[-1])
    assert lead.get_title() == "lead over the runner-up\nlung"


def test_expression_stands_beside_its_feature():
    beside = Beside(np.array([0.0, np.nan]), np.array([70.0, 80.0]), np.array([3.0, 4.0]), 1, 30)
    figure = figure_of(rows_of(beside=beside))
    marks = {line.get_marker(): line for line in figure.axes[2].lines if line.get_marker() in ("o", "^", "s")}
    np.testing.assert_array_equal(marks["o"].get_xdata(), [0, np.nan])
    np.testing.assert_array_equal(marks["^"].get_xdata(), [70, 80])
    np.testing.assert_array_equal(marks["s"].get_xdata(), [3, 4])
    assert all(line.get_ydata().tolist() == [1, 2] for line in marks.values())
    low, high = figure.axes[2].get_xlim()
    assert low < 0
    assert high > 80
    caption = " ".join(figure.get_supxlabel().split())
    assert "the mean of 1 other sample of liver (triangle) and of 30 samples of other classes (square)" in caption
    assert "No dot: not measured." in caption


def test_without_samples_to_compare_with_it_says_so():
    nothing = np.full(2, np.nan)
    figure = figure_of(rows_of(beside=Beside(np.array([5.0, 6.0]), nothing, nothing, 0, 0)), caption="LIN.")
    assert [line.get_marker() for line in figure.axes[2].lines if line.get_marker() in ("o", "^", "s")] == ["o"]
    caption = " ".join(figure.get_supxlabel().split())
    assert "no other samples of a class to compare them with" in caption
    assert "not measured" not in caption
    assert caption.endswith("LIN.")


def test_small_outputs_keep_their_digits():
    rows = waterfall_rows(SCORES / 1024, np.array([2, 1]), NAMES, STARTS / 1024, STARTS / 1024, rows_of().beside)
    texts = [text.get_text() for text in figure_of(rows).axes[0].texts]
    assert texts[1:4] == ["+0.00293", "-0.00195", "+0.00085"]


def test_votes_of_nothing_can_be_drawn():
    rows = waterfall_rows(np.zeros((2, 5)), np.array([0, 1]), NAMES, np.zeros(2), np.zeros(2), rows_of().beside)
    figure = figure_of(rows)
    figure.draw_without_rendering()
    assert [text.get_text() for text in figure.axes[0].texts] == ["0.00", "+0.00", "+0.00", "+0.00", "0.00"]


@pytest.mark.parametrize("features", [1, 15])
def test_every_name_lies_inside_the_picture_and_apart_from_the_next(features):
    generator = np.random.default_rng(1)
    scores, ones = generator.normal(size=(2, 2500)), np.ones(features)
    beside = Beside(ones * 1e6, ones * 0.01, ones, 3, 3)
    names = ["hsa-a name that is much too long for any picture"] * 2500
    rows = waterfall_rows(scores, np.arange(features), names, STARTS, STARTS + scores.sum(axis=1), beside)
    long = "gastrointestinal epithelium of the large intestine"
    figure = figure_of(rows, sample="s" * 90, predicted=long, runner_up=long)
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            boxes = [label.get_window_extent() for label in axis.get_ticklabels() if label.get_visible()]
            assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        for item in (axes.title, *axes.texts):
            box = item.get_window_extent()
            assert box.x0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height
    titles = [axes.title.get_window_extent() for axes in figure.axes]
    assert not any(one.overlaps(other) for one, other in pairwise(titles))
