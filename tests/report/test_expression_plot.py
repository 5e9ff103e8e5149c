"""The picture of expression: what stands where, from one feature to sixty and from two classes to thirty."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from scipy.cluster.hierarchy import leaves_list, linkage

from srna_tools.report.clustering import Tree
from srna_tools.report.expression_plot import expression_plot


def parts_of(figure):
    """Class strip, feature strip and grid."""
    _, above, _, beside, grid, *_ = figure.axes
    return above, beside, grid


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_values_strips_and_dots_stand_beside_the_names_they_belong_to():
    rpm = np.array([[0.0, 7, 1], [15, 1, 3]])
    top_for = np.array([[2, 1, np.nan], [1, np.nan, 2]])

    figure = expression_plot(rpm, ["a", "b", "c"], ["x", "y"], top_for)

    above, beside, grid = parts_of(figure)
    rows, columns = labels(grid.yaxis), labels(grid.xaxis)
    values = np.log2(1 + rpm)[["x", "y"].index(columns[0])]
    np.testing.assert_allclose(grid.images[0].get_array()[:, 0], [values["abc".index(name)] for name in rows])
    colours = {name: tuple(above.images[0].get_array()[0, place]) for place, name in enumerate(columns)}
    strip = {name: tuple(beside.images[0].get_array()[place, 0]) for place, name in enumerate(rows)}
    assert strip == {"a": colours["y"], "b": colours["x"], "c": colours["y"]}
    (dots,) = [drawn for drawn in grid.collections if isinstance(drawn, PathCollection)]
    marked = {(columns[int(across)], rows[int(down)]) for across, down in dots.get_offsets()}
    assert marked == {("x", "a"), ("x", "b"), ("y", "a"), ("y", "c")}


@pytest.mark.parametrize(("classes", "features"), [(1, 1), (2, 1), (2, 60), (30, 60), (9, 5)])
def test_every_name_has_its_room(classes, features):
    generator = np.random.default_rng(0)
    rpm = generator.exponential(100, (classes, features))
    rpm[0, 0] = np.nan
    top_for = np.where(generator.random(rpm.shape) < 0.3, 1.0, np.nan)
    top_for[0] = 1
    names = [f"a feature with a long name, number {number}" for number in range(features)]

    figure = expression_plot(rpm, names, [f"a rather long class {number}" for number in range(classes)], top_for)
    figure.draw_without_rendering()

    _, _, grid = parts_of(figure)
    for axis, number in ((grid.yaxis, features), (grid.xaxis, classes)):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
        assert len(boxes) == number
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))
        inside = figure.bbox
        assert all(inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 for box in boxes)
    assert "Grey: not measured" in " ".join(figure.get_supxlabel().split())


def test_colours_of_thirty_classes_differ():
    figure = expression_plot(np.ones((30, 1)), ["a"], [f"c{number}" for number in range(30)], np.ones((30, 1)))

    colours = parts_of(figure)[0].images[0].get_array()[0]

    assert len(np.unique(colours, axis=0)) == 30


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="does not fit 2 classes x 2 features"):
        expression_plot(np.ones((2, 3)), ["a", "b"], ["x", "y"], np.ones((2, 3)))


def test_the_tree_orders_rows_as_scipy_does_and_takes_missing_values_as_the_mean_of_the_row():
    rows = np.random.default_rng(3).normal(size=(12, 4))
    holes = rows.copy()
    holes[2, 1] = np.nan
    rows[2, 1] = np.delete(rows[2], 1).mean()

    expected = leaves_list(linkage(rows, "average", optimal_ordering=True))

    assert Tree(holes).order.tolist() == expected.tolist()
    assert Tree(rows[:1]).order.tolist() == [0]
