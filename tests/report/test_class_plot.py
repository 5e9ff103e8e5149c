"""Precision and recall of classes: which bar, whisker and line stands where."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from srna_tools.report.class_plot import class_plot
from srna_tools.report.figure import COLOURS
from srna_tools.report.model_looks import BASELINE_COLOUR


def bars_of(axes) -> dict:
    """Lengths of the bars by model and row, rows from the top."""
    return {bars.get_label(): [bar.get_width() for bar in bars] for bars in axes.containers}


def lines_of(axes) -> list:
    return [path for path in axes.collections if isinstance(path, LineCollection)]


def words(figure) -> list[str]:
    """Texts of all legends, in parts of the figure too."""
    parts = [figure]
    for part in parts:
        parts.extend(part.subfigs)
    return [text.get_text() for part in parts for legend in part.legends for text in legend.get_texts()]


def test_every_model_has_a_bar_for_every_class(two_models):
    precision, recall = class_plot(two_models).axes
    labels = [label.get_text() for label in precision.get_yticklabels()]
    assert labels == ["b2 (1,200 in 4 datasets)", "b10 (3 in 3 datasets)"]
    assert bars_of(precision) == {"mlp": [0.5, 0.5], "forest": [0.6, 0.6]}
    assert bars_of(recall) == {"mlp": [0.6, 0], "forest": [0.7, 0]}
    assert [text.get_text() for text in recall.texts] == ["n/a", "n/a"]
    assert not precision.texts
    assert precision.get_ylim()[0] > precision.get_ylim()[1]


def test_whiskers_reach_from_low_to_high_even_without_the_value_between(two_models):
    precision, recall = class_plot(two_models).axes
    mlp, forest, baseline = lines_of(precision)
    spans = [segment[:, 0].tolist() for segment in mlp.get_segments()]
    np.testing.assert_allclose(spans, [[0.4, 0.55], [0.4, 0.55]])
    np.testing.assert_allclose([segment[:, 0] for segment in forest.get_segments()], [[0.5, 0.65], [0.5, 0.65]])
    np.testing.assert_allclose(lines_of(recall)[0].get_segments()[0][:, 0], [0.65, 0.7])
    middle = [bar.get_y() + bar.get_height() / 2 for bar in precision.containers[0]]
    np.testing.assert_allclose([segment[0, 1] for segment in mlp.get_segments()], middle)
    assert to_hex(baseline.get_color()[0]).upper() == BASELINE_COLOUR
    np.testing.assert_allclose(lines_of(recall)[2].get_segments()[0][:, 0], [0.1, 0.1])


def test_the_legend_names_colours_and_accuracies(two_models):
    figure = class_plot(two_models)
    legends = [legend for part in figure.subfigs for legend in part.legends]
    assert words(figure) == [
        "mlp (msa 0.80, mca 0.70)", "forest (msa 0.90, mca 0.80)", "majority-class (msa 0.30, mca 0.20)",
    ]  # fmt: skip
    (legend,) = legends
    colours = [to_hex(handle.get_facecolor()).upper() for handle in legend.legend_handles[:2]]
    assert colours == [COLOURS[0], COLOURS[1]]
    assert to_hex(legend.legend_handles[2].get_color()).upper() == BASELINE_COLOUR


def test_without_intervals_or_baseline_nothing_speaks_of_them(two_models):
    plain = two_models[two_models["model"] != "majority-class"].assign(low=np.nan, high=np.nan)
    figure = class_plot(plain)
    caption = " ".join(part.get_supxlabel() for part in figure.subfigs)
    assert "interval" not in caption
    assert "Grey" not in caption
    with_them = " ".join(part.get_supxlabel() for part in class_plot(two_models).subfigs)
    assert "interval" in with_them
    assert "Grey" in with_them


@pytest.mark.parametrize(("classes", "models"), [(1, 1), (12, 4), (40, 10)])
def test_labels_lie_inside_the_picture_and_apart(make_metrics, classes, models):
    values = {}
    for model in [*(f"a model with settings of its own, number {number}" for number in range(models))]:
        values |= {(model, "overall", "", metric): 0.5 for metric in ("msa", "mca")}
        for number in range(classes):
            name = f"gastrointestinal epithelium of the large intestine {number}"
            values |= {(model, "class", name, metric): 0.5 for metric in ("precision", "recall")}
            values |= {(model, "class", name, metric): 10_000 for metric in ("samples", "datasets")}
    figure = class_plot(make_metrics(values))
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    labels = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    boxes = [*labels, *(legend.get_window_extent() for part in figure.subfigs for legend in part.legends)]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
    assert not any(one.overlaps(other) for one, other in pairwise(labels))
    looks = {(bars[0].get_facecolor(), bars[0].get_hatch()) for bars in figure.axes[0].containers}
    assert len(looks) == models
