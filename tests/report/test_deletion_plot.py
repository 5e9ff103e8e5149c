"""Picture of deletion curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.attribute.deletion import removal_steps
from srna_tools.report.deletion_plot import deletion_plot


def table_of(features, orders):
    steps = removal_steps(features)
    parts = [
        pd.DataFrame({"order": name, "removed": steps, "probability": 1 / (2 + number + steps), "samples": 40})
        for number, name in enumerate(orders)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("features", [7, 60, 2546])
def test_every_order_has_a_curve_through_its_points(features):
    table = table_of(features, ["ranking of the sample", "random"])

    figure = deletion_plot(table, caption="A rule.")

    (axes,) = figure.axes or [axes for part in figure.subfigs for axes in part.get_axes()]
    lines = axes.get_lines()
    for line, (_, rows) in zip(lines, table.groupby("order", sort=False), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), rows["removed"])
        np.testing.assert_array_equal(line.get_ydata(), rows["probability"])
    assert axes.get_xlim()[1] > features


def test_a_long_name_is_cut_and_the_caption_names_samples_and_rule():
    figure = deletion_plot(
        table_of(60, ["an order with a name that goes on and on and on and on", "b"]), caption="Rule."
    )

    texts = [text.get_text() for text in figure.findobj(lambda part: hasattr(part, "get_text"))]
    assert any("…" in text for text in texts)
    assert any("40 samples. Rule." in " ".join(text.split()) for text in texts)
