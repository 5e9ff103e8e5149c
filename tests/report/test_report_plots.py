"""Pictures of embeddings, probabilities and statuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from srna_tools.report.embedding_plot import embedding_plot
from srna_tools.report.figure import COLOURS, MISSING
from srna_tools.report.probability_plot import probability_plot, status_bar


def _coordinates(number: int, dimensions: int = 2) -> pd.DataFrame:
    values = np.random.default_rng(0).normal(size=(number, dimensions))
    return pd.DataFrame(values, columns=[f"pca_{place + 1}" for place in range(dimensions)])


def _legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_one_panel_a_column():
    columns = pd.DataFrame({"tissue": ["b10", "b2", None, "b2"], "age": [1, 2, np.nan, 80]})
    figure = embedding_plot(_coordinates(4), columns, method="pca", explained=(0.51, 0.2), caption="Made from x.")
    classes, numbers = figure.axes
    assert [axes.get_title() for axes in (classes, numbers)] == ["tissue", "age"]
    assert _legend(classes) == ["b2", "b10", "missing (1)"]
    assert _legend(numbers) == ["missing (1)"]
    assert classes.get_xlabel() == "principal component 1 (51 % of the variance)"
    colours = {path.get_label(): to_hex(path.get_facecolors()[0][:3]).upper() for path in classes.collections}
    assert colours == {"b2": COLOURS[0], "b10": COLOURS[1], "missing (1)": MISSING}
    (points,) = [path for path in numbers.collections if path.get_array() is not None]
    assert points.get_clim() == (1, 80)
    assert len(numbers.child_axes) == 1
    assert figure.get_supxlabel().endswith("Made from x.")


def test_thirty_classes_differ_in_colour_or_marker():
    columns = pd.DataFrame({"tissue": [f"t{number % 30}" for number in range(300)]})
    (axes,) = embedding_plot(_coordinates(300), columns, method="umap").axes
    looks = {(tuple(path.get_facecolors()[0]), path.get_paths()[0].vertices.tobytes()) for path in axes.collections}
    assert len(looks) == 30
    assert len(_legend(axes)) == 30


def test_more_classes_than_looks_are_grey():
    columns = pd.DataFrame({"dataset": [*map(str, range(60)), *map(str, range(50))]})
    (axes,) = embedding_plot(_coordinates(110), columns, method="tsne").axes
    assert len(_legend(axes)) == 57
    assert _legend(axes)[-1] == "other classes (4)"
    assert axes.get_xticks().size == 0


def test_the_legend_lies_inside_the_picture():
    columns = pd.DataFrame({"t": [f"gastrointestinal epithelium of the large intestine {n}" for n in range(50)]})
    figure = embedding_plot(_coordinates(50), columns, method="pca")
    figure.draw_without_rendering()
    box = figure.axes[0].get_legend().get_window_extent()
    assert box.x1 <= figure.bbox.x1
    assert box.x0 >= figure.axes[0].get_window_extent().x1


def test_one_dimension_and_only_missing_values():
    columns = pd.DataFrame({"t": pd.Series([None, None], dtype=object), "n": [np.nan, np.nan]})
    figure = embedding_plot(_coordinates(2, 1), columns, method="pca")
    assert _legend(figure.axes[0]) == ["missing (2)"]
    assert figure.axes[0].get_ylabel() == ""


@pytest.fixture
def predictions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["liver", "liver", "brain", ""],
            "probability": [0.9, 0.4, 0.7, np.nan],
            "status": ["ok", "unknown", "ok", "low_quality"],
        }
    )


def test_probabilities_by_class_and_status(predictions):
    (axes,) = probability_plot(predictions).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["brain (1)", "liver (2)"]
    drawn = {path.get_label(): path.get_offsets() for path in axes.collections}
    assert sorted(drawn) == ["ok (2)", "unknown (1)"]
    np.testing.assert_allclose(np.asarray(drawn["ok (2)"])[:, 0], [0.9, 0.7])
    assert np.round(np.asarray(drawn["ok (2)"])[:, 1]).tolist() == [1, 0]


def test_no_prediction_at_all(predictions):
    (axes,) = probability_plot(predictions.iloc[3:]).axes
    assert not axes.collections


def test_a_sample_that_resembles_no_class_has_no_row(predictions):
    unlike_all = predictions.iloc[[0]].assign(label="", probability=0.25, status="unknown")
    (axes,) = probability_plot(pd.concat([predictions, unlike_all])).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["brain (1)", "liver (2)"]


def test_statuses_are_stacked_and_numbered():
    (axes,) = status_bar(pd.DataFrame({"ok": [5, 0], "low_quality": [1, 6]}, index=["tissue", "sex"])).axes
    assert [bar.get_width() for bar in axes.patches] == [5, 0, 1, 6]
    assert [bar.get_x() for bar in axes.patches] == [0, 0, 5, 0]
    assert [text.get_text() for text in axes.texts] == ["5", "", "1", "6"]
    assert axes.get_xlim() == (0, 6)
