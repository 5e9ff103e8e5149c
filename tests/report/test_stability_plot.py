"""Heat maps of the steps until a class changes: which cell says what, and how censored samples show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon
from matplotlib.text import Text

from srna_tools.report.figure import MISSING
from srna_tools.report.stability_plot import stability_plot

COLUMNS = ["from", "to", "mean_steps", "median_steps", "samples", "censored"]


def make_table(rows):
    return pd.DataFrame(
        [(*pair, mean, mean, samples, censored) for *pair, mean, samples, censored in rows], columns=COLUMNS
    )


def heat_maps(figure):
    return [axes for axes in figure.axes if axes.images]


def words(axes):
    """Texts in the cells by the names of row and column."""
    columns = [label.get_text() for label in axes.get_xticklabels()]
    rows = [name for name in columns if name != "b"]
    places = ((round(t.get_position()[1]), round(t.get_position()[0]), t.get_text()) for t in axes.texts)
    return {(rows[row], columns[column]): text for row, column, text in places}


STABILITY = make_table(
    [("t10", "t2", 4.25, 8, 0), ("t10", "b", 1234.0, 8, 4), ("t2", "t10", 10.0, 3, 0), ("t2", "b", 2.0, 3, 0)]
)
SIMILARITY = make_table(
    [("t10", "t2", 99.6, 8, 2), ("t10", "b", np.nan, 8, 8), ("t2", "t10", 10.0, 3, 0), ("t2", "b", 3.0, 3, 0)]
)


def test_cells_say_the_mean_steps_from_rows_to_columns():
    stability, similarity = heat_maps(stability_plot(STABILITY, SIMILARITY, "how"))

    assert [label.get_text() for label in stability.get_yticklabels()] == ["t2", "t10"]
    assert words(stability) == {("t10", "t2"): "4.2", ("t10", "b"): "1.2k", ("t2", "t10"): "10", ("t2", "b"): "2.0"}
    assert words(similarity) == {("t10", "t2"): "100", ("t10", "b"): "never", ("t2", "t10"): "10", ("t2", "b"): "3.0"}


def test_censored_samples_fill_a_corner_and_where_none_changed_the_cell_is_grey():
    stability, similarity = heat_maps(stability_plot(STABILITY, SIMILARITY, "how"))

    corners = [
        {
            tuple(patch.get_xy()[1].round(1)): np.ptp(patch.get_xy()[:, 0])
            for patch in axes.patches
            if isinstance(patch, Polygon)
        }
        for axes in (stability, similarity)
    ]
    # Rows t2, t10; columns b, t2, t10: the upper right corner of the cell.
    assert list(corners[0]) == [(0.5, 0.5)]
    assert list(corners[1]) == [(1.5, 0.5)]
    assert corners[0][0.5, 0.5] > corners[1][1.5, 0.5]
    assert to_hex(similarity.images[0].get_array()[1, 0]).upper() == MISSING


def test_few_steps_are_darker_and_both_matrices_have_one_scale():
    stability, similarity = (
        axes.images[0].get_array()[..., :3].sum(axis=-1)
        for axes in heat_maps(stability_plot(STABILITY, SIMILARITY, "how"))
    )

    assert stability[0, 0] < stability[0, 2] < stability[1, 0]
    assert stability[0, 2] == similarity[0, 2]


@pytest.mark.parametrize("number", [2, 29])
def test_few_and_many_classes_with_long_names_fit(number):
    names = [f"class {place} with a name that is much longer than its cell" for place in range(number)]
    rows = [
        (one, other, 3.0 + place, 9, place % 10) for place, one in enumerate(names) for other in names if other != one
    ]
    figure = stability_plot(make_table(rows), make_table(rows), "DeepLIFT, rule rescale")

    figure.draw_without_rendering()
    width, height = figure.canvas.get_width_height()
    for axes in heat_maps(figure):
        for text in [*axes.get_yticklabels(), *axes.get_xticklabels(), axes.title, axes.yaxis.label, *axes.texts]:
            box = text.get_window_extent()
            assert box.x0 >= -1
            assert box.y0 >= -1
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1


def test_classes_that_never_change_at_all_are_drawn():
    rows = [("a", "c", np.nan, 3, 3), ("c", "a", np.nan, 2, 2)]

    stability, _ = heat_maps(stability_plot(make_table(rows), make_table(rows), "how"))

    assert words(stability) == {("a", "c"): "never", ("c", "a"): "never"}


def test_the_caption_says_how_and_what_a_step_is():
    figure = stability_plot(STABILITY, SIMILARITY, "DeepLIFT, rule rescale, reference zero")

    captions = [part.get_supxlabel() for head in figure.subfigs for part in (head, *head.subfigs)]
    said = " ".join(" ".join(captions).split())
    assert "rule rescale, reference zero. A step sets one feature of a sample to the reference" in said


def test_where_nothing_was_followed_the_picture_says_so():
    figure = stability_plot(make_table([]), make_table([]), "how")

    assert not figure.axes
    assert any(
        "No sample is predicted as its class" in text.get_text() for text in [*figure.texts, *figure.findobj(Text)]
    )
