"""Curves of reliability, risk and learning, and the picture of a whole evaluation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from srna_tools.report.evaluation_plot import evaluation_figure
from srna_tools.report.figure import COLOURS
from srna_tools.report.learning_curve_plot import learning_curve_plot
from srna_tools.report.model_looks import looks_of
from srna_tools.report.reliability_plot import reliability_plot
from srna_tools.report.save import png_of
from srna_tools.report.schemes import SCHEMES
from srna_tools.validation import splits


@pytest.fixture
def reliability() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "low": [0.0, 0.5, 0.9],
            "high": [0.5, 0.9, 1.0],
            "samples": [0, 30, 120],
            "mean_probability": [np.nan, 0.7, 0.95],
            "accuracy": [np.nan, 0.6, 0.9],
        }
    )


@pytest.fixture
def risk() -> pd.DataFrame:
    return pd.DataFrame({"coverage": [1.0, 0.01, 0.5], "risk": [0.2, 1.0, 0.1], "threshold": [0.3, 0.99, 0.8]})


def legends(figure) -> list[list[str]]:
    """Texts of every legend, in parts of the figure too."""
    parts = [figure]
    for part in parts:
        parts.extend(part.subfigs)
    return [[text.get_text() for text in legend.get_texts()] for part in parts for legend in part.legends]


def test_reliability_leaves_out_empty_bins_and_marks_grow_with_samples(reliability, risk):
    left, _ = reliability_plot({"mlp": reliability}, {"mlp": risk}).axes
    diagonal, curve = left.lines
    np.testing.assert_array_equal(diagonal.get_xydata(), [[0, 0], [1, 1]])
    np.testing.assert_allclose(curve.get_xydata(), [[0.7, 0.6], [0.95, 0.9]])
    (marks,) = left.collections
    small, large = marks.get_sizes()
    assert large == 4 * small


def test_risk_is_drawn_by_coverage_on_a_scale_that_few_samples_do_not_set(reliability, risk):
    _, right = reliability_plot({"mlp": reliability}, {"mlp": risk}).axes
    (curve,) = right.lines
    np.testing.assert_allclose(curve.get_xydata(), [[0.01, 1.0], [0.5, 0.1], [1.0, 0.2]])
    assert 0.2 < right.get_ylim()[1] < 0.3


def test_models_have_the_same_colour_on_both_sides_and_the_baseline_only_when_alone(reliability, risk):
    names = ["majority-class", "mlp", "forest"]
    figure = reliability_plot(dict.fromkeys(names, reliability), dict.fromkeys(names, risk))
    assert legends(figure) == [["mlp", "forest"]]
    left, right = figure.axes
    for lines in (left.lines[1:], right.lines):
        assert [to_hex(line.get_color()).upper() for line in lines] == [COLOURS[0], COLOURS[1]]
    assert legends(reliability_plot({names[0]: reliability}, {names[0]: risk})) == [["majority-class"]]


@pytest.fixture
def curve() -> pd.DataFrame:
    rows = [
        (model, fraction, samples, metric, value + shift, value + shift - 0.1, value + shift + 0.05)
        for model, shift in (("mlp", 0.0), ("forest", 0.1))
        for fraction, samples, metric, value in (
            (1.0, 200, "msa", 0.8), (0.5, 100, "msa", 0.6), (0.5, 100, "mca", 0.5), (1.0, 200, "mca", 0.5),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["model", "fraction", "samples", "metric", "value", "low", "high"])


def test_learning_curves_show_value_and_interval_against_samples(curve):
    figure = learning_curve_plot(curve)
    msa, mca = figure.axes
    np.testing.assert_allclose(msa.lines[0].get_xydata(), [[100, 0.6], [200, 0.8]])
    np.testing.assert_allclose(mca.lines[1].get_xydata(), [[100, 0.6], [200, 0.6]])
    band = msa.collections[0].get_paths()[0].vertices
    at_100 = band[band[:, 0] == 100][:, 1]
    np.testing.assert_allclose([at_100.min(), at_100.max()], [0.5, 0.65])
    assert legends(figure) == [["mlp", "forest"]]


def test_a_learning_curve_without_intervals_has_no_band(curve):
    msa, _ = learning_curve_plot(curve.assign(low=np.nan, high=np.nan)).axes
    band = msa.collections[0].get_paths()[0].vertices
    assert set(np.round(band[:, 1], 9)) == {0.6, 0.8}


def test_looks_stay_different_and_in_place():
    names = [f"m{number}" for number in range(20)]
    looks = looks_of([names[0], "majority-class", *names[1:]])
    assert list(looks) == [*names, "majority-class"]
    assert len(set(looks.values())) == 21
    assert len({(look.colour, look.line) for look in looks.values()}) == 21
    assert looks["m1"] == looks_of(names)["m1"]


@pytest.fixture
def evaluation(two_models, reliability, risk):
    def make(scheme):
        names = ["mlp", "forest", "majority-class"]
        confusion = pd.DataFrame(
            [(model, true, true, 5.0, 1.0) for model in names for true in ("b2", "b10")],
            columns=["model", "true", "predicted", "samples", "share"],
        )
        metrics = two_models.assign(scheme=scheme)
        tables = dict.fromkeys(names, reliability), dict.fromkeys(names, risk)
        return evaluation_figure(metrics, confusion, *tables, "tissue of $x$")

    return make


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("kfold", "random folds: says nothing about new studies"),
        ("dataset-out", "one dataset out: each study predicted by a model that never saw it"),
    ],
)
def test_the_title_says_what_the_scheme_can_tell(evaluation, scheme, sentence):
    assert evaluation(scheme).get_suptitle() == f"tissue of \\$x\\$\n{sentence}"


def test_every_scheme_has_its_words():
    assert list(SCHEMES) == ["resource-out", "dataset-out", "group-kfold", "split", "kfold"]
    assert set(SCHEMES) == set(splits.SCHEMES)
    assert all(scheme.title and scheme.meaning and scheme.short for scheme in SCHEMES.values())


def test_all_parts_stand_in_one_picture_without_covering_each_other(evaluation):
    figure = evaluation("dataset-out")
    assert len(figure.subfigs) == 3
    figure.draw_without_rendering()
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    assert len(boxes) == 7
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])
    width, height = figure.bbox.size
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width + 1 and box.y1 <= height + 1 for box in boxes)
    assert png_of(evaluation("kfold")) == png_of(evaluation("kfold"))
