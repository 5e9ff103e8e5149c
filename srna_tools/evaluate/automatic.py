"""The model ``auto`` of srna-train: chosen on all training samples, judged by the folds that chose it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError
from srna_tools.evaluate.choose import Choice, Tryout
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.estimate import describe
from srna_tools.evaluate.fits import Material
from srna_tools.evaluate.record import calibration_of, figures_of
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.evaluate.views import SAMPLES
from srna_tools.training import TrainingSet
from srna_tools.validation.metrics import measure

_LOG = logging.getLogger(__name__)


def choose_for(
    training_set: TrainingSet,
    candidates: Sequence[Contender],
    *,
    seed: int,
    threads: int,
    say: Callable[[str], None],
) -> Choice:
    """Choose the model for a training set, fits side by side.

    Parameters
    ----------
    say
        Is told what the fits will take, before they start.

    Raises
    ------
    SampleError
        The classes leave nothing that could be held out, or no candidate can be fitted.
    """
    material = Material(training_set.samples, training_set.classes)
    try:
        tryout = Tryout.of(candidates, np.arange(len(training_set.classes)), material, seed)
        say(f"choosing the model: {describe(tryout.fits, tryout.fits, material, threads)}")
        results = carry_out_all(tryout.fits, material, workers=threads, keep_failures=True)
        choice = tryout.judge([result.failure or result.probabilities for result in results])
    except SampleError as error:
        raise SampleError(f"--model auto cannot choose: {error}; name a kind of model") from error
    if tryout.views[0].name == SAMPLES:
        _LOG.warning(
            "no study could be left out, only random samples: the choice and its figures hold for the studies of the "
            "training, not for new ones"
        )
    return choice


def with_choice(bundle: Bundle, choice: Choice) -> Bundle:
    """Record in a bundle how its model was chosen, how it did on what was left out, and its calibration.

    Figures and calibration are those of the first view, studies where there are several. They are a little too good,
    since the best of several was taken; how much, ``srna-evaluate --models auto`` shows, which chooses anew in each
    training set.
    """
    chosen, view = choice.chosen, choice.views[0]
    table = chosen.tables[view.name]
    metrics = measure(table, view.plan.scheme, bootstraps=0)
    scheme = {"scheme": view.plan.scheme}
    facts = {
        "reason": choice.reason(),
        "models": choice.table().to_dict("records"),
        "left_out": dict(choice.left_out),
        "not_judged": sorted(set(bundle.classes) - set(table["true"])) if view.name != SAMPLES else [],
    }
    return replace(
        bundle,
        training=bundle.training | {"choice": facts},
        evaluation=scheme | figures_of(metrics, chosen.contender.name) | {"chosen_among": len(choice.candidates)},
        calibration=scheme | calibration_of(table),
    )
