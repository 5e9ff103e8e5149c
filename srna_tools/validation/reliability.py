"""Whether probabilities can be believed: how often predictions of a probability are right, and what refusing buys."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.validation.class_metrics import ratio
from srna_tools.validation.probability_error import bin_of, edges

RELIABILITY_COLUMNS = ("low", "high", "samples", "mean_probability", "accuracy")
RISK_COLUMNS = ("coverage", "risk", "threshold")


def reliability(table: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Compare how sure predictions are with how often they are right, in bins of equal width.

    Parameters
    ----------
    table
        Rows of one model.

    Returns
    -------
    Columns `RELIABILITY_COLUMNS`, a row for every bin (``low`` excluded, ``high`` included, but for 0). ``samples`` is
    the mean over the repeats; the last two are NaN in a bin without samples.

    References
    ----------
    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2.
    """
    probability, right = _top(table)
    places = bin_of(probability, bins)
    samples = np.bincount(places, minlength=bins).astype(np.float64)
    facts = {
        "low": edges(bins)[:-1],
        "high": edges(bins)[1:],
        "samples": samples / max(table["repeat"].nunique(), 1),
        "mean_probability": ratio(np.bincount(places, weights=probability, minlength=bins), samples),
        "accuracy": ratio(np.bincount(places, weights=right, minlength=bins), samples),
    }
    return pd.DataFrame(facts)[list(RELIABILITY_COLUMNS)]


def risk_coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Follow the error rate of the accepted predictions while the cut-off on the probability falls.

    Parameters
    ----------
    table
        Rows of one model.

    Returns
    -------
    Columns `RISK_COLUMNS`, a row for every distinct probability, highest first: the share of the samples that are
    accepted at it, the share of these that are predicted wrong, and the probability itself.

    References
    ----------
    El-Yaniv & Wiener 2010; Geifman & El-Yaniv 2017.
    """
    probability, right = _top(table)
    order = np.argsort(-probability, kind="stable")
    falling = probability[order]
    # Samples of the same probability are accepted together: what counts is the last of them.
    last = np.append(falling[1:] != falling[:-1], True)[: len(falling)]
    accepted = np.arange(1, len(falling) + 1)
    wrong = np.cumsum(1.0 - right[order])
    facts = {
        "coverage": (accepted / max(len(falling), 1))[last],
        "risk": (wrong / accepted)[last],
        "threshold": falling[last],
    }
    return pd.DataFrame(facts)[list(RISK_COLUMNS)]


def _top(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    right = (table["true"] == table["predicted"]).to_numpy(dtype=np.float64)
    return table["probability"].to_numpy(dtype=np.float64), right
