"""Fits side by side: one thread each, on the cores of this machine or on the workers of a Dask cluster."""

from __future__ import annotations

import functools
import logging
import os
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from tqdm import tqdm

from srna_tools.errors import SampleError
from srna_tools.evaluate.carry_out import carry_out
from srna_tools.evaluate.estimate import seconds_of
from srna_tools.evaluate.finished import FinishedFits
from srna_tools.evaluate.fits import Fit, FitResult, Material
from srna_tools.extras import import_from_extra

_LOG = logging.getLogger(__name__)
_CONNECT_SECONDS = 30
_LOOK_SECONDS = 1.0


def carry_out_all(
    fits: Sequence[Fit],
    material: Material,
    *,
    workers: int = 1,
    scheduler: str = "",
    finished: FinishedFits | None = None,
    keep_failures: bool = False,
) -> list[FitResult]:
    """Carry out all fits; results do not depend on how many run at a time.

    Parameters
    ----------
    workers
        Fits at a time on this machine.
    scheduler
        Address of a Dask scheduler whose workers are used instead, such as ``tcp://node1:8786``.
    finished
        Where results are kept as they come, and taken from.
    keep_failures
        Whether a fit that the samples do not allow is handed back as such, instead of ending all others.

    Returns
    -------
    Results in the order of `fits`.
    """
    results: list[FitResult | None] = [finished.load(fit, material) if finished else None for fit in fits]
    # The longest first: a long fit that starts last would leave the other workers idle.
    waiting = sorted(
        (place for place, result in enumerate(results) if result is None),
        key=lambda place: -seconds_of(fits[place], material),
    )
    said: dict[str, None] = {}
    with tqdm(total=len(fits), initial=len(fits) - len(waiting), desc="fitting", unit=" fits", disable=None) as bar:
        for place, result in _results(waiting, fits, material, workers, scheduler, keep_failures):
            results[place] = result
            if finished and result.failure is None:
                finished.save(fits[place], material, result)
            said |= dict.fromkeys(result.warnings)
            bar.update()
    for sentence in said:
        _LOG.warning("%s", sentence)
    return [result for result in results if result is not None]


def _results(
    waiting: Sequence[int],
    fits: Sequence[Fit],
    material: Material,
    workers: int,
    scheduler: str,
    keep_failures: bool,
) -> Iterator[tuple[int, FitResult]]:
    """Yield results as they are ready."""
    from joblib import Parallel, delayed

    with _backend(min(workers, max(1, len(waiting))), scheduler):
        runner = Parallel(return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
        starter = None if scheduler else os.getpid()
        yield from runner(
            delayed(_carry_out_numbered)(place, fits[place], material, starter, keep_failures) for place in waiting
        )


def _carry_out_numbered(
    place: int, fit: Fit, material: Material, starter: int | None, keep_failures: bool
) -> tuple[int, FitResult]:
    """Carry out one fit in a worker, which ends with the process `starter` that it works for."""
    if starter not in (None, os.getpid()):
        _end_with(starter)
    try:
        return place, carry_out(fit, material)
    except SampleError as error:
        if not keep_failures:
            raise
        return place, FitResult(np.empty((0, len(material.classes))), failure=error)


@functools.cache
def _end_with(starter: int | None) -> None:
    """Watch the process that started this one: killed, it leaves workers behind that nobody else ends."""

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _backend(workers: int, scheduler: str) -> Iterator[None]:
    from joblib import parallel_config

    # Threads that spin while they wait take the cores from the fits beside them.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if not scheduler:
        # In the process itself a single worker needs no start, and gives what two give.
        with parallel_config("loky" if workers > 1 else "sequential", n_jobs=workers), warnings.catch_warnings():
            # A worker that loads TensorFlow in its second fit is taken for one that leaks memory, and replaced.
            warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given to the executor")
            yield
        return
    with _cluster(scheduler), parallel_config("dask"):
        yield


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    distributed = import_from_extra("distributed")
    try:
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=True)
    except (OSError, ValueError, TypeError) as error:
        raise SampleError(
            f"no Dask scheduler answers at {address} ({error}); start one with: dask scheduler, and workers with: "
            "dask worker ADDRESS --nthreads 1"
        ) from error
    with client:
        yield
