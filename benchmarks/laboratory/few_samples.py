"""What a handful of samples of one study can show: intervals over samples, and the least that differs from chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from laboratory.within_datasets import mean_interval


def accuracy_over_samples(predictions: pd.DataFrame) -> tuple[float, float, float]:
    """Accuracy of one model with a 95 % interval: samples are drawn again, with all their repeats."""
    right = (predictions["predicted"] == predictions["true"]).groupby(predictions["sample"]).mean()
    return mean_interval(right)


def least_above_chance(samples: int, share: float, level: float = 0.05) -> float:
    """Smallest accuracy that guessing a class of this share reaches with a probability of at most `level`.

    One-sided exact binomial test.
    """
    from scipy.stats import binom

    right = np.arange(samples + 1)
    rare = binom.sf(right - 1, samples, share) <= level
    return float(right[rare][0] / samples) if rare.any() else np.nan
