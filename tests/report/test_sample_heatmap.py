"""Heatmap of one sample: what is named, marked, coloured and summed, and the strip of all features."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from srna_tools.report.figure import AGAINST, FOR
from srna_tools.report.sample_heatmap import sample_heatmap

CLASSES = ["brain", "liver", "lung"]


@pytest.fixture
def scores() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (3, 500))


def _names(features: int) -> list[str]:
    return [f"hsa-miR-{number}" for number in range(features)]


def _ticks(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_strongest_features_are_named_in_the_order_of_the_predicted_class(scores):
    scores[0, 7], scores[1, 42], scores[1, 99] = 5, -4, 3
    figure = sample_heatmap(scores, _names(500), CLASSES, sample="a", predicted="liver", probability=0.9, top=3)
    _, grid, *_ = figure.axes
    assert _ticks(grid.yaxis) == ["hsa-miR-99", "hsa-miR-7", "hsa-miR-42"]
    assert _ticks(grid.xaxis) == CLASSES
    assert [label.get_fontweight() for label in grid.get_xticklabels()] == ["normal", "bold", "normal"]
    (frame,) = [patch for patch in grid.patches if isinstance(patch, Rectangle)]
    assert frame.get_x() == 0.5


def test_colours_are_symmetric_and_show_the_scores(scores):
    scores[2, 3] = -0.6
    figure = sample_heatmap(scores, _names(500), CLASSES, sample="a", predicted="liver", probability=0.9)
    image = figure.axes[1].images[0]
    assert image.get_clim() == (-0.6, 0.6)
    assert image.get_array().shape == (30, 3)
    row = _ticks(figure.axes[1].yaxis).index("hsa-miR-3")
    np.testing.assert_array_equal(image.get_array()[row], scores[:, 3])
    assert image.cmap(0.0)[2] > image.cmap(0.0)[0]  # blue votes against
    assert image.cmap(1.0)[0] > image.cmap(1.0)[2]  # red votes for


def test_bars_sum_the_votes_of_all_features(scores):
    figure = sample_heatmap(scores, _names(500), CLASSES, sample="a", predicted="liver", probability=0.9)
    bars = figure.axes[0]
    assert len(bars.patches) == 4 * len(CLASSES)
    total = {FOR: np.zeros(3), AGAINST: np.zeros(3)}
    for patch in bars.patches:
        total[to_hex(patch.get_facecolor()).upper()][round(patch.get_x() + 0.35)] += patch.get_height()
    np.testing.assert_allclose(total[FOR], np.maximum(scores, 0).sum(axis=1))
    np.testing.assert_allclose(total[AGAINST], np.minimum(scores, 0).sum(axis=1))
    np.testing.assert_allclose(bars.lines[0].get_ydata(), scores.sum(axis=1))


def test_title_and_caption(scores):
    figure = sample_heatmap(
        scores, _names(500), CLASSES, sample="s$1$", predicted="lung", probability=0.876, caption="Rule: rescale."
    )
    assert figure.get_suptitle() == "s\\$1\\$\npredicted: lung (probability 0.88)"
    caption = " ".join(figure.get_supxlabel().split())
    assert caption.endswith("Rule: rescale.")
    assert "30 features of 500" in caption
    assert "470 features that are not named" in caption


def test_few_features_no_prediction_and_all_zero():
    figure = sample_heatmap(
        np.zeros((2, 3)), _names(3), ["female", "male"], sample="a", predicted="", probability=float("nan")
    )
    assert figure.get_suptitle() == "a\nno prediction"
    assert figure.axes[1].images[0].get_clim() == (-1, 1)
    assert "not named" not in figure.get_supxlabel()


@pytest.mark.parametrize(("classes", "features"), [(2, 3), (30, 2500)])
def test_every_name_lies_inside_the_picture_and_apart_from_the_next(classes, features):
    scores = np.random.default_rng(1).normal(size=(classes, features))
    names = [f"gastrointestinal epithelium of the large intestine {number}" for number in range(classes)]
    figure = sample_heatmap(scores, _names(features), names, sample="s" * 90, predicted=names[-1], probability=0.5)
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    _, grid, strip, _ = figure.axes
    for axis in (grid.xaxis, grid.yaxis, strip.yaxis):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
        assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_the_strip_has_all_features_and_marks_the_named(scores):
    scores[0, 7], scores[1, 42], scores[1, 99] = 5, -4, 3
    names = _names(500)
    figure = sample_heatmap(scores[:, :300], names[:300], CLASSES, sample="a", predicted="liver", probability=1, top=3)
    strip = figure.axes[2]
    image = strip.images[0].get_array()
    assert image.shape == (3, 300)
    np.testing.assert_array_equal(np.sort(image, axis=None), np.sort(scores[:, :300], axis=None))
    assert _ticks(strip.yaxis) == CLASSES
    marked = strip.lines[0].get_xdata()
    assert {tuple(image[:, place]) for place in marked} == {tuple(scores[:, place]) for place in (7, 42, 99)}
    assert strip.images[0].get_clim() == figure.axes[1].images[0].get_clim()
    assert "all 300 features" in strip.get_xlabel()


def test_nothing_is_marked_where_all_are_named(scores):
    figure = sample_heatmap(scores[:, :9], _names(9), CLASSES, sample="a", predicted="liver", probability=1)
    assert not figure.axes[2].lines
    assert "marks show" not in " ".join(figure.get_supxlabel().split())


def test_features_without_a_vote_are_not_in_the_strip(scores):
    scores[:, 100:] = 0
    figure = sample_heatmap(scores, _names(500), CLASSES, sample="a", predicted="liver", probability=1)
    strip = figure.axes[2]
    assert strip.images[0].get_array().shape == (3, 100)
    assert len(strip.lines[0].get_xdata()) == 30
    assert "the 100 of 500 features that vote" in strip.get_xlabel()
    assert "the 100 of 500 features that vote" in " ".join(figure.get_supxlabel().split())
