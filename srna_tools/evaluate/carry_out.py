"""One fit on one thread, wherever it runs, with its search for settings and the warnings it gave."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from srna_tools.errors import SampleError
from srna_tools.evaluate.choose import Tryout
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, FitResult, Material, predict_unseen
from srna_tools.evaluate.search import choose_settings

if TYPE_CHECKING:
    import numpy as np

_LOGGER = "srna_tools"
# Loggers, limits of threads and TensorFlow's seed are of the process; a Dask worker may have several threads.
_ONE_AT_A_TIME = Lock()


def carry_out(fit: Fit, material: Material) -> FitResult:
    """Fit and predict; everything that depends on data, settings included, is chosen on the training samples alone."""
    from joblib import parallel_config

    # A forest that asked the cluster for its trees would let another fit into this process meanwhile.
    with _ONE_AT_A_TIME, warnings_kept() as warnings, threadpool_limits(limits=1), parallel_config("sequential"):
        scores: tuple[Mapping[str, Any], ...] = ()
        if fit.search is not None:
            contender, scores = choose_settings(fit, fit.search, material)
            fit = replace(fit, contender=contender)
        try:
            if fit.contender.candidates:
                contender, scores = _chosen(fit, material)
                fit = replace(fit, contender=contender)
            probabilities = predict_unseen(fit, material)
        except SampleError as error:
            raise _impossible(fit, error) from error
    return FitResult(probabilities, scores, tuple(dict.fromkeys(warnings)))


def _chosen(fit: Fit, material: Material) -> tuple[Contender, tuple[Mapping[str, Any], ...]]:
    """Choose a model on the training samples, one fit after another."""
    tryout = Tryout.of(fit.contender.candidates, fit.fold.train, material, fit.seed)
    choice = tryout.judge([_attempt(one, material) for one in tryout.fits])
    scores = tuple(
        {"setting": one.contender.name, "mca": one.score, "chosen": "yes" if one is choice.chosen else ""}
        for one in choice.candidates
    )
    return choice.chosen.contender, scores


def _attempt(fit: Fit, material: Material) -> np.ndarray | SampleError:
    try:
        return predict_unseen(fit, material)
    except SampleError as error:
        return _impossible(fit, error)


def _impossible(fit: Fit, error: SampleError) -> SampleError:
    return SampleError(f"the model '{fit.contender.name}' cannot be fitted for {fit.fold.name}: {error}")


@contextmanager
def warnings_kept() -> Iterator[list[str]]:
    """Collect warnings instead of printing them: the same fold would say the same for every model and worker."""
    kept: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record.getMessage())

    logger = logging.getLogger(_LOGGER)
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [Keep(level=logging.WARNING)], False
    try:
        yield kept
    finally:
        logger.handlers, logger.propagate = handlers, propagate
