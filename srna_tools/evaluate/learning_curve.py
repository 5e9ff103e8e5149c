"""Learning curves: the same test samples, predicted from growing parts of the training samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError
from srna_tools.evaluate.fits import Fit, Material, predictions_of
from srna_tools.validation.metrics import measure
from srna_tools.validation.splits import Fold

COLUMNS = ("model", "fraction", "samples", "metric", "value", "low", "high")
_FEWEST = 2
_SHOWN = ("msa", "mca")


def reduced(fold: Fold, labels: np.ndarray, fraction: float, seed: int) -> Fold:
    """Keep a part of the training samples of every class, at least 2; smaller parts lie within larger ones."""
    generator = np.random.default_rng([seed, fold.repeat, fold.number])
    kept = []
    for name in np.unique(labels[fold.train]):
        of_class = generator.permutation(fold.train[labels[fold.train] == name])
        kept.append(of_class[: max(_FEWEST, math.ceil(fraction * len(of_class)))])
    return replace(fold, train=np.sort(np.concatenate(kept)))


def fits_of_curve(fits: Sequence[Fit], material: Material, fractions: Sequence[float], seed: int) -> list[Fit]:
    """All fits again on each fraction of their training samples, fraction by fraction.

    Raises
    ------
    SampleError
        A fraction is not between 0 and 1.
    """
    if not all(0 < fraction <= 1 for fraction in fractions):
        raise SampleError("the fractions of a learning curve must lie above 0 and at most at 1, such as 0.1,0.3,1")
    return [
        replace(fit, fold=reduced(fit.fold, material.labels, fraction, seed)) for fraction in fractions for fit in fits
    ]


def curve_table(
    fits: Sequence[Fit],
    probabilities: Sequence[np.ndarray],
    material: Material,
    fractions: Sequence[float],
    *,
    scheme: str,
    draws: int,
) -> pd.DataFrame:
    """Measure each fraction.

    Parameters
    ----------
    fits, probabilities
        Of `fits_of_curve`, in its order.
    draws
        Of datasets, for the intervals.

    Returns
    -------
    Columns `COLUMNS`: ``samples`` is the mean number of training samples, ``metric`` msa or mca, with its interval
    over datasets.
    """
    each = len(fits) // len(fractions)
    parts = []
    for place, fraction in enumerate(fractions):
        rows = slice(place * each, (place + 1) * each)
        predictions = pd.concat(
            [predictions_of(fit, found, material) for fit, found in zip(fits[rows], probabilities[rows], strict=True)],
            ignore_index=True,
        )
        metrics = measure(predictions, scheme, bootstraps=draws)
        overall = metrics[(metrics["scope"] == "overall") & metrics["metric"].isin(_SHOWN)]
        samples = float(np.mean([len(fit.fold.train) for fit in fits[rows]]))
        parts.append(overall.assign(fraction=fraction, samples=samples)[list(COLUMNS)])
    return pd.concat(parts, ignore_index=True)
