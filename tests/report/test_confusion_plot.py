"""Heat maps of what is taken for what: which cell holds which number, and where numbers are left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from srna_tools.report.confusion_plot import confusion_plot


def make_confusion(model, true, predicted, classes, repeats=1):
    counts = confusion_matrix(true, predicted, labels=classes) / repeats
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-9)
    return pd.DataFrame(
        [
            (model, row, column, counts[i, j], shares[i, j])
            for i, row in enumerate(classes)
            for j, column in enumerate(classes)
        ],
        columns=["model", "true", "predicted", "samples", "share"],
    )


def heat_maps(figure):
    return [axes for axes in figure.axes if axes.images and axes.get_visible()]


def numbers(axes) -> dict:
    """Texts in the cells by row and column."""
    return {(round(t.get_position()[1]), round(t.get_position()[0])): t.get_text() for t in axes.texts}


def test_rows_are_true_and_columns_predicted_classes_in_natural_order():
    true, predicted = ["t10", "t2", "t2", "t2", "t10"], ["t2", "t2", "t2", "t10", "t2"]
    (axes,) = heat_maps(confusion_plot(make_confusion("mlp", true, predicted, ["t10", "t2"])))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["t2", "t10"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["t2", "t10"]
    np.testing.assert_allclose(axes.images[0].get_array(), [[2 / 3, 1 / 3], [1, 0]])
    assert numbers(axes) == {(0, 0): "2", (0, 1): "1", (1, 0): "2"}
    assert axes.images[0].get_clim() == (0, 1)


def test_means_over_repeats_have_a_decimal_where_few():
    table = make_confusion("mlp", ["a"] * 64 + ["b"] * 4, ["a"] * 60 + ["b"] * 8, ["a", "b"], repeats=3)
    (axes,) = heat_maps(confusion_plot(table))
    assert numbers(axes) == {(0, 0): "20", (0, 1): "1.3", (1, 1): "1.3"}


@pytest.mark.parametrize(("models", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 3))])
def test_one_heat_map_a_model_at_most_three_beside_each_other(models, shape):
    tables = [make_confusion(f"m{number}", ["a", "b"], ["a", "b"], ["a", "b"]) for number in range(models)]
    tables.append(make_confusion("majority-class", ["a", "b"], ["a", "a"], ["a", "b"]))
    maps = heat_maps(confusion_plot(pd.concat(tables)))
    assert [axes.get_title() for axes in maps] == [f"m{number}" for number in range(models)]
    grid = maps[0].get_subplotspec().get_gridspec()
    assert (grid.nrows, grid.ncols) == shape


def test_the_baseline_is_drawn_when_alone():
    (axes,) = heat_maps(confusion_plot(make_confusion("majority-class", ["a", "b"], ["a", "a"], ["a", "b"])))
    assert axes.get_title() == "majority-class"


def test_a_class_that_is_only_predicted_has_a_row_too():
    table = pd.DataFrame({"model": "m", "true": ["a"], "predicted": ["b"], "samples": [2], "share": [1.0]})
    (axes,) = heat_maps(confusion_plot(table))
    np.testing.assert_allclose(axes.images[0].get_array(), [[0, 1], [0, 0]])


@pytest.mark.parametrize(("classes", "repeat", "written"), [(2, 1, True), (40, 9, True), (40, 90_000, False)])
def test_numbers_stand_only_where_they_can_be_read(classes, repeat, written):
    names = [f"gastrointestinal epithelium of the large intestine {number}" for number in range(classes)]
    table = make_confusion("mlp", names, names, names)
    table["samples"] *= repeat
    figure = confusion_plot(pd.concat([table, table.assign(model="forest")]))
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    for axes in heat_maps(figure):
        assert bool(axes.texts) == written
        column = axes.get_window_extent().width / classes
        assert all(text.get_window_extent().width <= column for text in axes.texts)
        boxes = [label.get_window_extent() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
        assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)


@pytest.mark.parametrize("classes", [2, 4, 12])
@pytest.mark.parametrize("models", [1, 2, 4])
def test_nothing_touches_the_heading_or_the_caption(classes, models):
    names = [f"t{number}" for number in range(classes)]
    table = make_confusion("m", names, names, names)
    figure = confusion_plot(pd.concat([table.assign(model=f"m{number}") for number in range(models)]))
    figure.draw_without_rendering()
    head, body = figure.subfigs
    boxes = [axes.get_tightbbox() for axes in heat_maps(figure)]
    assert max(box.y1 for box in boxes) <= head.texts[0].get_window_extent().y0
    assert min(box.y0 for box in boxes) >= body.texts[-1].get_window_extent().y1
