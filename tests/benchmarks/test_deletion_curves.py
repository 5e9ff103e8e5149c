"""Deletion curves of several parts of the studies, pooled and drawn."""

from __future__ import annotations

import pandas as pd
import pytest
from laboratory.configuration import Experiment, SampleSet
from laboratory.deletion_curves import DeletionParameters, draw_deletion, pooled
from laboratory.pictures import deletion_picture
from laboratory.surroundings import Surroundings

from srna_tools.attribute.deletion import OF_CLASS, OWN, RANDOM
from srna_tools.io.h5ad import write_samples


def curve(part, removed, probability, samples, order="a"):
    return pd.DataFrame(
        {"data": "d", "model": "m", "part": part, "order": order, "removed": removed, "probability": probability,
         "samples": samples}
    )  # fmt: skip


def test_curves_are_weighted_by_samples_at_the_steps_that_all_parts_have():
    curves = pd.concat([
        curve(1, [0, 1, 2, 4], [1.0, 0.8, 0.4, 0.2], 10),
        curve(2, [0, 1, 2, 5, 6], [0.6, 0.4, 0.4, 0.3, 0.1], 30),
    ])  # fmt: skip

    result = pooled(curves)

    # The last steps, 4 and 6 features, are all features of their part.
    assert result["removed"].tolist() == [0, 1, 2, 6]
    assert result["probability"].tolist() == pytest.approx([0.7, 0.5, 0.4, 0.125])
    assert set(result["samples"]) == {40}


def test_the_picture_has_a_panel_for_each_set_and_model():
    curves = pd.concat([
        curve(1, [0, 1, 5], [1.0, 0.5, 0.1], 9, order).assign(data=data, model=model)
        for data in ("one", "two") for model in ("x", "y", "z") for order in ("a", "b")
    ])  # fmt: skip

    figure = deletion_picture(curves)

    assert [len(axes.get_lines()) for axes in figure.axes] == [2] * 6


def test_what_the_explanation_names_first_matters_to_studies_left_out(simulated_studies, tmp_path):
    write_samples(simulated_studies, tmp_path / "all.h5ad")
    chosen = SampleSet("simulated", ("srna-filter all.h5ad -o samples.h5ad",), "samples.h5ad")
    (tmp_path / "work" / "simulated").mkdir(parents=True)
    write_samples(simulated_studies, tmp_path / "work" / "simulated" / "all.h5ad")
    model = "logistic (log-RPM; z-scores)"
    experiment = Experiment("d", "deletion-curves", "t", "q", "s", "tissue", (chosen,), models=(model, model))
    around = Surroundings(tmp_path, tmp_path / "work", tmp_path, 1)

    outcome = draw_deletion(experiment, DeletionParameters(("zero", "mean"), folds=2), around)

    for reference in ("zero", "mean"):
        area = {
            order: float(outcome.figures[f"simulated/{model}, reference {reference}/{order}"])
            for order in (OWN, OF_CLASS, RANDOM)
        }
        assert area[OWN] <= area[OF_CLASS] < area[RANDOM]
    assert (tmp_path / "deletion_curves.png").stat().st_size > 0
