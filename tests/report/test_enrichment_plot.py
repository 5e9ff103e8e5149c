"""Dots of enrichment: where they stand, what they say, and that nothing is cut or covered."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from srna_tools.attribute.enrichment import COLUMNS, GSEA, OVER_REPRESENTATION
from srna_tools.report.enrichment_plot import enrichment_plot


def make_table(rows, method=OVER_REPRESENTATION):
    filled = [
        (name, method, of, source, 9, 8, overlap, 1.0, score, p, q, "")
        for name, of, source, overlap, score, p, q in rows
    ]
    return pd.DataFrame(filled, columns=list(COLUMNS))


FEW = [
    ("b", "mir-9", "x", 4, 2.0, 1e-6, 1e-5),
    ("b", "mir-1", "x", 0, np.nan, 1.0, 1.0),
    ("a", "mir-1", "x", 2, -1.5, 0.01, 0.04),
    ("a", "mir-9", "x", 1, 0.1, 0.5, 0.6),
]


def plots(figure):
    return [axes for axes in figure.axes if axes.collections and axes.get_xticklabels()[0].get_rotation() == 90]


def labels(ticks):
    return [tick.get_text() for tick in ticks]


def test_each_dot_stands_at_its_set_and_class():
    (axes,) = plots(enrichment_plot(make_table(FEW)))
    assert labels(axes.get_xticklabels()) == ["b", "a"]
    assert labels(axes.get_yticklabels()) == ["mir-9", "mir-1"]
    (dots,) = axes.collections
    assert dots.get_offsets().tolist() == [[0, 0], [1, 1], [1, 0]]
    sizes = dots.get_sizes()
    assert sizes[0] > sizes[1] > sizes[2]
    np.testing.assert_allclose(dots.get_array(), -np.log10([1e-5, 0.04, 0.6]))
    rings = [to_hex(colour) for colour in dots.get_edgecolors()]
    assert rings[:2] == ["#000000"] * 2
    assert rings[2] != "#000000"


def test_gsea_is_coloured_by_its_score_with_zero_in_the_middle():
    (axes,) = plots(enrichment_plot(make_table(FEW, GSEA)))
    (dots,) = axes.collections
    assert dots.get_array().tolist() == [2.0, -1.5, 0.1]
    assert dots.get_clim() == (-2, 2)


def test_only_the_best_sets_of_each_class_are_drawn_and_the_caption_counts_the_others():
    rows = [(name, f"s{n}", "x", 1, 1.0, (n + 1) / 100, 0.9) for name in "ab" for n in range(12)]
    figure = enrichment_plot(make_table(rows))
    (axes,) = plots(figure)
    assert labels(axes.get_yticklabels()) == [f"s{n}" for n in range(5)]
    captions = [" ".join(text.get_text().split()) for part in figure.subfigs for text in part.texts]
    assert any("at most 5; sets left out: 7." in text for text in captions)


def test_sources_are_named_where_there_are_several():
    rows = [("a", "mir-1", "x", 1, 1.0, 0.1, 0.2), ("a", "mir-1", "y", 2, 1.0, 0.2, 0.2)]
    (axes,) = plots(enrichment_plot(make_table(rows)))
    assert labels(axes.get_yticklabels()) == ["mir-1 (x)", "mir-1 (y)"]


def many(classes, sets):
    generator = np.random.default_rng(0)
    return [
        (f"gastrointestinal epithelium of the colon {c}", f"hsa-mir-{s}~hsa-mir-{s + 1} with a long name", "table",
         int(generator.integers(0, 30)), float(generator.normal()), *np.sort(generator.random(2)))
        for c in range(classes) for s in generator.permutation(sets)
    ]  # fmt: skip


@pytest.mark.parametrize(("classes", "sets"), [(1, 1), (2, 8), (29, 100)])
def test_nothing_is_cut_or_covered(classes, sets):
    rows = many(classes, sets)
    figure = enrichment_plot(pd.concat([make_table(rows), make_table(rows, GSEA)]))
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    for axes in plots(figure):
        names = (*axes.get_xticklabels(), *axes.get_yticklabels())
        boxes = [label.get_window_extent() for label in names]
        beside = axes.child_axes[0].get_tightbbox()
        key = axes.get_legend().get_window_extent()
        boxes += [beside, key]
        assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
        assert axes.get_window_extent().x1 <= beside.x0 < beside.x1 <= key.x0
        down = [label.get_window_extent() for label in axes.get_yticklabels()]
        assert all(upper.y0 >= lower.y1 for upper, lower in pairwise(down))
