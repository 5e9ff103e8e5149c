"""The picture of XIST and Y-linked genes draws what the table says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.preprocess.sex_markers import SexMarkers
from srna_tools.report.sex_plot import groups_of, sex_plot


def make_markers(sex, *columns):
    values = {name: np.arange(len(sex)) + 10.0 * place for place, name in enumerate(columns)}
    names = [f"s{row}" for row in range(len(sex))]
    return SexMarkers(pd.DataFrame({"sex": pd.Series(sex, names, object)} | values, index=names), ("UTY",), ("s9",))


def points(figure):
    return {path.get_label(): np.asarray(path.get_offsets()) for path in figure.axes[0].collections}


def test_xist_over_y_linked_genes():
    figure = sex_plot(make_markers(["male", "female", None, "male"], "XIST", "Y-linked"))
    drawn = points(figure)
    assert list(drawn) == ["female (1)", "male (2)", "not stated (1)"]
    assert drawn["male (2)"].tolist() == [[10, 0], [13, 3]]
    assert drawn["female (1)"].tolist() == [[11, 1]]
    (axes,) = figure.axes
    assert axes.get_xlabel().startswith("Y-linked genes, log2")
    assert axes.get_ylabel().startswith("XIST, log2")
    assert "Y-linked genes: UTY." in figure.get_supxlabel()
    assert figure.get_supxlabel().endswith("1 sample without reads left out: s9.")


def test_one_kind_of_gene_is_drawn_in_a_row_for_each_sex():
    figure = sex_plot(make_markers(["male", "female", None, "male"], "Y-linked"))
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["female (1)", "male (2)", "not stated (1)"]
    for row, (name, values) in enumerate([("female (1)", [1]), ("male (2)", [0, 3]), ("not stated (1)", [2])]):
        assert points(figure)[name][:, 0].tolist() == values
        assert np.abs(points(figure)[name][:, 1] - row).max() < 0.5
    assert "XIST was not measured" in figure.get_supxlabel()


def test_samples_without_a_sex_column():
    drawn = points(sex_plot(make_markers([None, None], "XIST", "Y-linked")))
    assert list(drawn) == ["not stated (2)"]


def test_rare_values_share_a_group():
    groups = groups_of(pd.Series([*(f"v{row}" for row in range(12)), *(f"v{row}" for row in range(8)), None]))
    assert groups.cat.categories.tolist() == [*(f"v{row}" for row in range(8)), "other", "not stated"]
    assert (groups == "other").sum() == 4
