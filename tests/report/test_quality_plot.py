"""Quality plots: what is drawn where, for one sample and for thousands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.preprocess.quality import quality_table
from srna_tools.report.quality_plot import FEATURES, OTHERS, READS, composition, quality_plot, rows_of


def make_quality(datasets, seed=0):
    generator, number = np.random.default_rng(seed), len(datasets)
    mirna = generator.random(number)
    return pd.DataFrame(
        {
            "sample": [f"s{row}" for row in range(number)],
            "dataset": datasets,
            "reads": generator.integers(1_000, 10_000_000, number),
            "mirna_fraction": mirna,
            "features": generator.integers(10, 900, number),
            "miRNA_fraction": mirna,
            "tRNA_fraction": 1 - mirna,
            "contaminant_fraction": 0.5,
            "kept": np.where(np.arange(number) % 3 == 0, "no", "yes"),
        }
    )


def drawn(axes):
    """Points of a panel by the name in the legend, without the number in brackets."""
    return {path.get_label().split(" (")[0]: np.asarray(path.get_offsets()) for path in axes.collections}


def words(legend):
    return [text.get_text() for text in legend.get_texts()]


def test_every_sample_stands_in_the_row_of_its_dataset():
    quality = make_quality(["s10", "s2", "s2", "s10", "s1", "s2", "s1"])
    figure = quality_plot(quality)
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["s1 (2)", "s2 (3)", "s10 (2)"]
    row = quality["dataset"].map({"s1": 0, "s2": 1, "s10": 2}).to_numpy()
    kept = (quality["kept"] == "yes").to_numpy()
    for axes, column in zip(figure.axes, ["reads", "mirna_fraction", "features"], strict=False):
        points = drawn(axes)
        for name, mask in (("kept", kept), ("left out", ~kept)):
            np.testing.assert_allclose(points[name][:, 0], quality[column][mask])
            assert np.abs(points[name][:, 1] - row[mask]).max() < 0.5
    samples, kinds = figure.legends
    assert words(samples) == ["kept (4)", "left out (3)"]
    assert words(kinds) == ["miRNA", "tRNA"]


def test_thresholds_are_lines_in_their_own_panel():
    figure = quality_plot(make_quality(["a"] * 4), {READS: 5000, FEATURES: 100})
    lines = [[line.get_xdata()[0] for line in axes.lines] for axes in figure.axes]
    assert lines == [[5000], [], [100], []]
    assert "threshold" in words(figure.legends[0])


def test_composition_is_the_mean_over_samples_with_reads(make_samples):
    samples = make_samples(
        [[9, 1, 7], [5, 5, 0], [0, 0, 3], [2, 0, 0]], ["hsa-miR-1", "tRNA-Gly", "E. coli"],
        ["miRNA", "tRNA", "contaminant"], dataset=["x", "x", "x", "y"],
    )  # fmt: skip
    quality = quality_table(samples).assign(kept="yes")
    shares = composition(quality, rows_of(quality["dataset"]))
    assert shares.columns.tolist() == ["miRNA", "tRNA"]
    np.testing.assert_allclose(shares.loc["x"], [0.7, 0.3])
    np.testing.assert_allclose(shares.loc["y"], [1, 0])
    bars = quality_plot(quality).axes[3].patches
    np.testing.assert_allclose([bar.get_width() for bar in bars], [0.7, 1, 0.3, 0])
    np.testing.assert_allclose([bar.get_x() for bar in bars], [0, 0, 0.7, 1])


def test_samples_without_reads_have_a_place(make_samples):
    quality = quality_table(make_samples([[0, 0], [5, 10**6]])).assign(kept=["no", "yes"])
    figure = quality_plot(quality)
    low, high = figure.axes[0].get_xlim()
    assert low < 0 < 10**6 < high
    assert figure.get_supxlabel().endswith("1 sample without reads.")


@pytest.mark.parametrize("number", [1, 4, 2000])
def test_everything_lies_inside_the_picture(number):
    names = [f"a study with a name that goes on and on, {row % 90} of many_results" for row in range(number)]
    figure = quality_plot(make_quality(names), {READS: 10})
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [legend.get_window_extent() for legend in figure.legends]
    boxes += [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert all(box.x0 >= 0 and box.x1 <= width + 1 and box.y0 >= 0 and box.y1 <= height + 1 for box in boxes)
    assert boxes[0].x1 < boxes[1].x0
    labels = sorted(box.y0 for box in boxes[2:])
    tallest = max(box.height for box in boxes[2:])
    assert len(labels) == 1 or np.diff(labels).min() > tallest


def test_the_smallest_of_very_many_datasets_share_a_row():
    datasets = pd.Series([f"d{row}" for row in range(130)] + [f"d{row}" for row in range(100)])
    rows = rows_of(datasets)
    assert len(rows.cat.categories) == 120
    assert rows.cat.categories[-1] == OTHERS
    assert (rows == OTHERS).sum() == 11
    assert set(datasets[rows == OTHERS]) <= {f"d{row}" for row in range(100, 130)}


def test_a_name_is_not_read_as_mathematics():
    figure = quality_plot(make_quality(["$x^2$", "a_b"]))
    figure.draw_without_rendering()
    assert figure.axes[0].get_yticklabels()[0].get_text() == r"\$x^2\$ (1)"
