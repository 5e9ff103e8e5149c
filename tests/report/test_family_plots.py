"""Pictures of evaluations of families: what is drawn is what was measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.report.family_accuracy_plot import family_accuracy_plot
from srna_tools.report.family_open_set_plot import open_set_plot
from srna_tools.report.family_rejection import rejection_plot
from srna_tools.report.save import png_of
from srna_tools.sequences.evaluation_metrics import measure_families
from srna_tools.sequences.evaluation_open_set import chosen_open_set
from srna_tools.sequences.open_set import choose_open_set

KNOWN = np.array([0.5, 0.8, 0.9, 0.95])
OTHERS = np.array([0.1, 0.2, 0.6, 0.1])


def texts(figure):
    parts = [figure]
    for part in parts:
        parts.extend(part.subfigs)
    return " ".join(text.get_text() for part in parts for text in part.texts) + " ".join(
        axes.get_title() + axes.get_title(loc="left") + axes.get_xlabel() for axes in figure.axes
    )


def test_the_curve_is_the_roc_and_the_mark_the_threshold():
    open_set = choose_open_set({"probability": KNOWN}, {"probability": OTHERS})
    figure = open_set_plot(KNOWN, OTHERS, open_set)
    curve, mark = figure.axes[0].lines
    np.testing.assert_allclose(curve.get_xdata(), [0, 0, 0, 0, 0.25, 0.25, 0.5, 1])
    np.testing.assert_allclose(curve.get_ydata(), [0, 0.25, 0.5, 0.75, 0.75, 1, 1, 1])
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (open_set.accepted, open_set.kept)
    assert curve.get_label() == f"other sequences {open_set.auroc:.3f}"
    assert "members: 100.0% kept" in texts(figure)
    assert "other sequences: 25.0% accepted" in texts(figure)
    assert "largest probability of a family" in texts(figure)


def test_bars_are_shares_and_the_line_is_the_threshold():
    open_set = choose_open_set({"energy": KNOWN}, {"energy": OTHERS})
    for axes, values in zip(open_set_plot(KNOWN, OTHERS, open_set).axes[1:], (KNOWN, OTHERS), strict=True):
        bars = {(bar.get_x(), bar.get_x() + bar.get_width()): bar.get_height() for bar in axes.patches}
        assert sum(bars.values()) == pytest.approx(1)
        for value in values[1:3]:
            assert any(low - 1e-9 <= value <= high + 1e-9 and height > 0 for (low, high), height in bars.items())
        assert axes.lines[0].get_xdata()[0] == open_set.threshold


def test_probabilities_stand_on_a_scale_that_is_stretched_at_its_ends():
    sure = np.array([0.99, 0.999, 0.9999])
    open_set = choose_open_set({"probability": sure}, {"probability": OTHERS})
    lowest = open_set_plot(sure, OTHERS, open_set).axes[-1]
    places = {label.get_text(): label.get_position()[0] for label in lowest.get_xticklabels()}
    assert places["0.999"] - places["0.99"] == pytest.approx(places["0.99"] - places["0.9"], rel=0.1)
    assert lowest.lines[0].get_xdata()[0] == pytest.approx(places["0.99"])


def test_every_group_has_its_curve_and_its_row_and_outliers_do_not_set_the_scale():
    generator = np.random.default_rng(0)
    known = np.append(generator.normal(50, 5, 2000), 1e6)
    groups = {f"kind {number}": generator.normal(number, 5, 300) for number in range(9)} | {"none": np.array([])}
    open_set = choose_open_set({"log-odds": known}, {"log-odds": groups["kind 0"]})
    figure = open_set_plot(known, groups, open_set)
    left, *rows = figure.axes
    assert len(left.get_legend().get_texts()) == 9
    assert len(rows) == 10
    assert rows[0].get_xlim()[1] < 100
    assert sum(bar.get_height() for bar in rows[0].patches) == pytest.approx(1)
    assert "score: log-odds" in texts(figure)
    assert left.get_ylim()[0] == 0.8
    assert png_of(figure).startswith(b"\x89PNG")


def test_equal_scores_can_be_drawn():
    ones = np.ones(3)
    assert png_of(open_set_plot(ones, ones, choose_open_set({"energy": ones}, {"energy": ones}))).startswith(b"\x89PNG")


@pytest.fixture
def metrics():
    rows = []
    for model, shift in (("kmer", 0.0), ("profile", 0.02)):
        for scheme, lower in (("random", 0.0), ("cluster", 0.05)):
            for scope, names in (
                ("overall", [""]), ("flanks", ["20", "5"]), ("training", ["all", "10"]),
                ("identity", ["below 0.5", "0.5 and above", "0.9 and above"]),
            ):  # fmt: skip
                for place, name in enumerate(names):
                    value = 0.9 + shift - lower - place / 100
                    rows.append((model, scheme, scope, name, "accuracy", value, value - 0.05, value + 0.01))
                    rows.append((model, scheme, scope, name, "sequences", 10 * place + 7, np.nan, np.nan))
            rows.append((model, scheme, "overall", "", "macro_f1", 0.8 + shift - lower, np.nan, np.nan))
    return pd.DataFrame(rows, columns=["model", "scheme", "scope", "name", "metric", "value", "low", "high"])


def points(axes):
    return {bars.get_label(): np.round(bars.lines[0].get_ydata(), 6).tolist() for bars in axes.containers}


def test_accuracy_by_scheme_with_intervals(metrics):
    figure = family_accuracy_plot(metrics[metrics["scope"] == "overall"])
    left, right = figure.axes
    assert points(left) == {"kmer": [0.9, 0.85], "profile": [0.92, 0.87]}
    assert points(right) == {"kmer": [0.8, 0.75], "profile": [0.82, 0.77]}
    assert [label.get_text() for label in left.get_xticklabels()] == ["random split", "near-copies kept apart"]
    (segments,) = left.containers[0].lines[2]
    np.testing.assert_allclose(segments.get_segments()[0][:, 1], [0.85, 0.91])
    assert left.get_ylim()[1] <= 1.01


def test_flanks_identity_and_training_sizes_have_their_panels_in_order(metrics):
    figure = family_accuracy_plot(metrics)
    assert len(figure.axes) == 8
    flanks, identity, training = (figure.axes[place] for place in (2, 4, 6))
    assert [label.get_text() for label in flanks.get_xticklabels()] == ["5\n17", "20\n7"]
    assert points(flanks)["kmer"] == [0.89, 0.9]
    assert [label.get_text() for label in identity.get_xticklabels()] == ["below 0.5\n7", "0.9 and above\n27"]
    assert [label.get_text().split("\n")[0] for label in training.get_xticklabels()] == ["10", "all"]
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert all(low <= value <= high for values in points(axes).values() for value in values)
    assert png_of(figure).startswith(b"\x89PNG")


def test_rejection_is_drawn_of_the_first_repeat_of_the_most_accurate_model():
    generator = np.random.default_rng(0)
    rows = []
    for model, right in (("worse", 0.5), ("better", 1.0)):
        for repeat in (1, 2):
            for place in range(40):
                asked = "test" if place < 20 else "others"
                predicted = "a" if place < 20 * right else "b"
                score = generator.normal(3 if place < 20 else 0) + 100 * (repeat - 1) + 1000 * (model == "worse")
                group = "" if place < 20 else ("tRNA", "unseen families")[place % 2]
                rows.append((model, "random", repeat, 0, asked, "a", group, place % 4 < 2, predicted, 0.5, score))
    columns = [
        "model",
        "scheme",
        "repeat",
        "training",
        "asked",
        "true",
        "group",
        "choosing",
        "predicted",
        "probability",
    ]
    predictions = pd.DataFrame(rows, columns=[*columns, "score:energy"])
    figure = rejection_plot(predictions, measure_families(predictions, bootstraps=0))
    one = predictions[(predictions["model"] == "better") & (predictions["repeat"] == 1)]
    open_set = chosen_open_set(one)
    left, *rows = figure.axes
    assert open_set.score == "energy"
    assert [axes.lines[0].get_xdata()[0] for axes in rows] == [open_set.threshold] * 3
    assert {text.get_text().rsplit(" ", 1)[0] for text in left.get_legend().get_texts()} == {"tRNA", "unseen families"}
    kept = (one.loc[one["asked"] == "test", "score:energy"] >= open_set.threshold).mean()
    assert f"members: {kept:.1%} kept" in texts(figure)
    with pytest.raises(SampleError, match="no sequences of other kinds"):
        rejection_plot(predictions[predictions["asked"] == "test"], pd.DataFrame())
