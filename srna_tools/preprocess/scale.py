"""Scaling of each feature to a common range, fitted on training samples and replayed on others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

METHODS = ("minmax", "zscore", "none")


class Scale(NamedTuple):
    """Offset and width of each feature, and the range of the values it was fitted on."""

    offset: np.ndarray
    width: np.ndarray
    low: np.ndarray
    high: np.ndarray


def fit(values: np.ndarray, method: str) -> Scale:
    """Estimate the scale of each feature.

    ``minmax`` maps the training range to 0..1 (Fiosina 2019, section 2.2), ``zscore`` the mean to 0 and
    the standard deviation to 1 (a constant feature becomes 0 in both), ``none`` leaves the values.
    """
    low, high = values.min(axis=0), values.max(axis=0)
    if method == "minmax":
        offset, width = low, high - low
    elif method == "zscore":
        offset, width = values.mean(axis=0), values.std(axis=0)
    else:
        offset, width = np.zeros_like(low), np.ones_like(low)
    if method != "none":
        # Asked of the limits: rounding gives the mean and deviation of a constant other values than itself and 0.
        constant = low == high
        offset, width = np.where(constant, low, offset), np.where(constant, 1.0, width)
    return Scale(offset, width, low, high)


def apply(scale: Scale, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale values, clipped to the training range.

    Returns
    -------
    The scaled values, and for each sample the number of values that were clipped. Rounding in the last
    bits does not count as outside.
    """
    slack = 1e-9 * np.maximum(np.abs(scale.low), np.abs(scale.high))
    outside = (values < scale.low - slack) | (values > scale.high + slack)
    return (np.clip(values, scale.low, scale.high) - scale.offset) / scale.width, outside.sum(axis=1)
