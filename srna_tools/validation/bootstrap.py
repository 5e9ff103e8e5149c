"""Bootstrap over datasets: how much a figure depends on which studies happen to be there."""

from __future__ import annotations

import numpy as np

#: One dataset drawn again is the same dataset: it says nothing about others.
FEWEST_DRAWN = 2
#: Ends of the 95 % percentile interval.
_ENDS = (2.5, 97.5)


def dataset_draws(datasets: int, draws: int, seed: int) -> np.ndarray:
    """Draw datasets with replacement, as many as there are.

    Samples of one study are no independent evidence, so whole studies are drawn. The same numbers give the same
    draws: models and repeats that share them are compared on the same studies.

    Returns
    -------
    How often each draw holds each dataset, shape (draws, datasets).

    References
    ----------
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13 (percentile intervals); Field & Welsh 2007
    (whole clusters drawn).
    """
    shares = np.full(datasets, 1.0 / datasets)
    return np.random.default_rng(seed).multinomial(datasets, shares, size=draws).astype(np.float64)


def interval(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 95 % percentile interval, over the first axis; draws in which a figure does not exist are left out.

    Returns
    -------
    Low and high, of the shape of one draw; NaN where the figure exists in no draw.
    """
    figures = draws.reshape(len(draws), -1)
    ends = np.full((2, figures.shape[1]), np.nan)
    exists = ~np.isnan(figures).all(axis=0)
    if exists.any():
        ends[:, exists] = np.nanpercentile(figures[:, exists], _ENDS, axis=0)
    low, high = ends.reshape(2, *draws.shape[1:])
    return low, high
