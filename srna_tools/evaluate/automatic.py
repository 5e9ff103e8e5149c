"""The model ``auto`` of srna-train: chosen on all training samples, judged by the folds that chose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError
from srna_tools.evaluate.choose import STUDIES, Candidate, Choice, choose
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material
from srna_tools.evaluate.record import calibration_of
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.training import TrainingSet
from srna_tools.validation.metrics import OVERALL, measure

_COUNTS = ("samples", "datasets")
_FIGURES = ("msa", "mca", "mean_dataset_accuracy")
_DIGITS = 6


def choose_for(training_set: TrainingSet, candidates: Sequence[Contender], *, seed: int, threads: int) -> Choice:
    """Choose the model for a training set, fits side by side.

    Raises
    ------
    SampleError
        The classes leave nothing that could be held out.
    """
    material = Material(training_set.samples, training_set.classes)

    def carry_out(fits: Sequence[Fit]) -> list[np.ndarray]:
        return [result.probabilities for result in carry_out_all(fits, material, workers=threads)]

    try:
        return choose(candidates, np.arange(len(training_set.classes)), material, seed, carry_out)
    except SampleError as error:
        raise SampleError(f"--model auto cannot choose: {error}; name a kind of model") from error


def with_choice(bundle: Bundle, choice: Choice) -> Bundle:
    """Record in a bundle how its model was chosen, how it did on what was left out, and its calibration.

    Figures and calibration are those of the first view, studies where there are several. They are a little too good,
    since the best of several was taken; how much, ``srna-evaluate --models auto`` shows, which chooses anew in each
    training set.
    """
    chosen, view = choice.chosen, choice.views[0]
    table = chosen.tables[view.name]
    scheme = {"scheme": view.plan.scheme}
    facts = {
        "reason": choice.reason(),
        "models": choice.table().to_dict("records"),
        "not_judged": sorted(set(bundle.classes) - set(table["true"])) if view.name == STUDIES else [],
    }
    return replace(
        bundle,
        training=bundle.training | {"choice": facts},
        evaluation=scheme | _figures(chosen, view.name) | {"chosen_among": len(choice.candidates)},
        calibration=scheme | calibration_of(table),
    )


def _figures(chosen: Candidate, view: str) -> dict[str, Any]:
    metrics = measure(chosen.tables[view], view, bootstraps=0)
    overall = metrics[metrics["scope"] == OVERALL].set_index("metric")["value"]
    return {name: int(overall[name]) for name in _COUNTS} | {
        name: float(f"{overall[name]:.{_DIGITS}g}") for name in _FIGURES
    }
