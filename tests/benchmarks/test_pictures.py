"""Pictures show all that they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from laboratory.pictures import Panel, arms_picture, bridge_picture, cells_picture, classes_picture, image_link
from laboratory.study_draws import ONE_STUDY, STUDIES


def test_arms_are_lines_of_their_means(tmp_path):
    rows = [(model, arm, step, draw, 0.1 * step + 0.02 * draw, 0.5)
            for model in ("a", "b") for arm in (STUDIES, ONE_STUDY) for step in (1, 2) for draw in (0, 1)]  # fmt: skip
    figure = arms_picture(pd.DataFrame(rows, columns=["model", "arm", "step", "draw", "msa", "mca"]), 3)
    assert [axes.get_title() for axes in figure.axes[:2]] == ["a", "b"]
    line = figure.axes[0].get_lines()[0]
    np.testing.assert_allclose(line.get_xydata(), [[3, 0.11], [6, 0.21]])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [STUDIES, ONE_STUDY]


def test_schemes_are_columns_and_models_lines():
    rows = [(scheme, classes, 0, model, 0.9, 0.8) for scheme in ("k", "d") for classes in (2, 4) for model in "mn"]
    measured = pd.DataFrame(rows, columns=["scheme", "classes", "draw", "model", "msa", "mca"])
    figure = classes_picture(measured, {"k": "random", "d": "new study"})
    assert [axes.get_title() for axes in figure.axes] == ["random", "new study"] * 2
    assert figure.axes[2].get_lines()[0].get_xydata().tolist() == [[2.0, 0.8], [4.0, 0.8]]


def test_cells_show_a_point_a_model_and_nothing_where_it_was_not_fitted():
    rows = [
        ("c1", "LIN", 0, 0.5, 0.4),
        ("c1", "DA", 0, 0.6, 0.5),
        ("c1", "DA", 1, 0.8, 0.7),
        ("c2", "LIN", 0, 0.9, 0.8),
    ]
    measured = pd.DataFrame(rows, columns=["cell", "model", "run", "msa", "mca"])
    figure = cells_picture(measured, ["c1", "c2"], ["LIN", "DA"])
    points = [np.asarray(container.lines[0].get_ydata(), dtype=float) for container in figure.axes[0].containers]
    np.testing.assert_allclose(points[0], [0.5, 0.9])
    np.testing.assert_allclose(points[1], [0.7, np.nan])
    bars = figure.axes[1].containers[1].lines[2][0].get_segments()
    np.testing.assert_allclose(bars[0][:, 1], 0.6 + np.array([-1, 1]) * np.std([0.5, 0.7], ddof=1))
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["LIN", "DA"]


def test_a_panel_a_tissue_and_a_colour_a_resource():
    groups = np.array(["A", "A", "B"])
    panels = [Panel(f"t{number}", np.ones((3, 2)), groups, (0.5, 0.2)) for number in range(5)]
    figure = bridge_picture(panels)
    shown = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in shown] == [f"t{number}" for number in range(5)]
    assert [len(points.get_offsets()) for points in shown[1].collections] == [2, 1]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["A", "B"]


def test_a_picture_is_linked_from_the_document_beside_its_folder(tmp_path):
    assert image_link(tmp_path / "images" / "x.png", "words") == "![words](images/x.png)\n"
