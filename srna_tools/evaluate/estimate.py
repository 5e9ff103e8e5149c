"""What an evaluation will take, before it starts: number of fits, minutes, memory."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from srna_tools.errors import counted
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material
from srna_tools.evaluate.views import folds_expected
from srna_tools.models.registry import MODELS

# Rough seconds on one core of a two-core server; benchmarks/evaluate_speed.py shows estimate and truth.
_PER_FIT = 0.3
_TENSORFLOW_START = 6.0
_TENSORFLOW_MEMORY, _MEMORY = 0.9e9, 0.25e9
_MINUTE, _HOUR = 60, 3600


def seconds_of(fit: Fit, material: Material) -> float:
    """Rough time of one fit on one core, with the fits that choose its settings or its model."""
    searched = len(fit.search.grid) * fit.search.folds if fit.search else 0
    tried = sum(_seconds_of_one(replace(fit, contender=one), material) for one in fit.contender.candidates)
    return (1 + searched) * _seconds_of_one(fit, material) + folds_expected(fit.fold.train, material) * tried


def _seconds_of_one(fit: Fit, material: Material) -> float:
    sizes = np.unique(material.codes[fit.fold.train], return_counts=True)[1]
    kind = MODELS[fit.contender.kind]
    return _PER_FIT + kind.seconds(sizes, material.samples.n_vars, fit.contender.settings)


def _uses_tensorflow(contender: Contender) -> bool:
    return any(MODELS[one.kind].uses_tensorflow for one in (contender, *contender.candidates))


def describe(fits: Sequence[Fit], waiting: Sequence[Fit], material: Material, workers: int) -> str:
    """Say in a sentence what the fits will take.

    Parameters
    ----------
    waiting
        Those of `fits` that no earlier run finished.
    workers
        Fits at a time; 0 where that is a cluster's matter.
    """
    models = len({fit.contender.name for fit in fits})
    folds = len({(fit.fold.repeat, fit.fold.number, fit.fold.name) for fit in fits})
    choosing = _fits_that_choose(fits, material)
    each = [seconds_of(fit, material) for fit in waiting]
    uses_tensorflow = any(_uses_tensorflow(fit.contender) for fit in waiting)
    at_once = max(1, min(workers, len(waiting)))
    where = f"with {counted(at_once, 'worker')}" if workers else "on one core"
    seconds = _last_done(each, at_once) + uses_tensorflow * _TENSORFLOW_START
    memory = at_once * ((_TENSORFLOW_MEMORY if uses_tensorflow else _MEMORY) + 8.0 * np.prod(material.samples.shape))
    finished = f", {len(fits) - len(waiting):,} of them finished by an earlier run" if len(waiting) < len(fits) else ""
    return (
        f"{counted(len(fits), 'fit')} ({counted(models, 'model')}, {counted(folds, 'fold')}){choosing}, "
        f"of up to {max(len(fit.fold.train) for fit in fits):,} samples{finished}: "
        f"about {_duration(seconds)} {where}, up to {memory / at_once / 1e9:.1f} GB of memory a worker"
    )


def _fits_that_choose(fits: Sequence[Fit], material: Material) -> str:
    settings = sum(len(fit.search.grid) * fit.search.folds for fit in fits if fit.search)
    models = sum(len(fit.contender.candidates) * folds_expected(fit.fold.train, material) for fit in fits)
    what = " and ".join(name for name, number in (("settings", settings), ("models", models)) if number)
    return f" and {counted(settings + models, 'fit')} to choose {what}" if what else ""


def _last_done(seconds: Sequence[float], workers: int) -> float:
    """When the last worker is done, the longest fit first, each given to the worker that is free first."""
    busy = [0.0] * workers
    for one in sorted(seconds, reverse=True):
        heapq.heapreplace(busy, busy[0] + one)
    return max(busy)


def _duration(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{max(1, round(seconds))} seconds"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} minutes"
    return f"{seconds / _HOUR:.1f} hours"
