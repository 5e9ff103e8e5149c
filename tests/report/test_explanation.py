"""Pictures of explanations: which files, under which names."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from srna_tools.attribute.explain import prepare
from srna_tools.models.logistic import LogisticSettings
from srna_tools.report.explanation import (
    draw_classes,
    draw_expression,
    draw_overlap,
    draw_samples,
    draw_waterfalls,
    sample_rows,
)
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import train_bundle


@pytest.fixture(scope="module")
def explainer():
    samples = to_anndata(simulate(SimulationSettings(studies=2, samples_per_study=6, tissues=("blood", "brain"))))
    samples.obs_names = ["../up", "a b", "a_b", *samples.obs_names[3:]]
    bundle = train_bundle(samples, "tissue", "logistic", LogisticSettings())[0]
    return prepare(samples, bundle, rule="rescale", reference="zero")


def test_names_of_samples_cannot_leave_the_folder_or_overwrite_each_other(explainer, tmp_path):
    draw_samples(explainer, [0, 1, 2], tmp_path / "maps")

    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["_up.png", "a_b.png", "a_b_2.png"]
    assert [path.name for path in tmp_path.iterdir()] == ["maps"]


def test_waterfalls_end_at_the_output_of_each_sample(explainer, tmp_path):
    draw_waterfalls(explainer, [3, 1], tmp_path / "steps")

    assert {path.name for path in (tmp_path / "steps").iterdir()} == {
        f"{explainer.samples.obs_names[3]}.png",
        "a_b.png",
    }
    rows = sample_rows(explainer, 3)
    best = int(explainer.probabilities[3].argmax())
    logits = explainer.bundle.model.logits(explainer.inputs[[3]])[0]
    assert len(rows.names) == 16
    assert rows.ends[0] == logits[best] == logits.max()
    assert rows.starts[0] + rows.votes.sum() == pytest.approx(rows.ends[0], abs=1e-4)
    assert rows.starts[1] + rows.runner_up_votes.sum() == pytest.approx(np.sort(logits)[-2], abs=1e-4)
    assert (np.diff(np.abs(rows.votes[:-1])) <= 0).all()


def test_classes_without_samples_are_left_out_of_the_picture(explainer, tmp_path):
    table, differences = explainer.rank_classes(top=5)
    differences[0] = float("nan")

    draw_classes(explainer, table[table["class"] == "brain"], differences, tmp_path / "classes.png")

    with Image.open(tmp_path / "classes.png") as picture:
        assert picture.size[0] > 300


@pytest.mark.parametrize("top", [1, 300])
def test_expression_is_drawn_of_as_many_features_as_can_be_named(explainer, tmp_path, top):
    table, _ = explainer.rank_classes(top=top)

    draw_expression(explainer, table, tmp_path / "expression.svg")

    text = (tmp_path / "expression.svg").read_text()
    named = [name for name in set(table["feature"]) if f"<!-- {name} -->" in text]
    assert (len(named) == 2) if top == 1 else (50 < len(named) <= 60)


def test_overlap_is_drawn_of_classes_with_samples(explainer, tmp_path):
    table, _ = explainer.rank_classes(top=4)

    draw_overlap(explainer, table, 100, tmp_path / "overlap.svg")

    text = (tmp_path / "overlap.svg").read_text()
    assert "<!-- blood -->" in text
    assert "top 4 of both classes" in text
