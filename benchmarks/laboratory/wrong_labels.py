"""Planted wrong labels, and how well a ranking of samples finds them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd


def planted_samples(labels: pd.Series, share: float, seed: int) -> pd.Series:
    """Give a share of the samples another class, drawn by chance among the other classes.

    Returns
    -------
    All labels, changed ones among them.
    """
    generator = np.random.default_rng(seed)
    changed = labels.astype(object).copy()
    classes = np.sort(labels.unique())
    for place in generator.choice(len(labels), math.ceil(share * len(labels)), replace=False):
        changed.iloc[place] = generator.choice(classes[classes != labels.iloc[place]])
    return changed


def planted_studies(labels: pd.Series, datasets: pd.Series, studies: int, seed: int) -> pd.Series:
    """Give all samples of whole studies the class of another one.

    Studies of a single class are drawn whose class is left with two other studies, so that it can still be learned.

    Returns
    -------
    All labels, changed ones among them.
    """
    generator = np.random.default_rng(seed)
    changed = labels.astype(object).copy()
    classes = np.sort(labels.unique())
    classes_of = labels.groupby(datasets).agg(["nunique", "first"])
    single = np.sort(classes_of.index[classes_of["nunique"] == 1])
    left = datasets.groupby(labels).nunique().to_dict()
    for study in generator.permutation(single):
        own = classes_of.loc[study, "first"]
        if studies and left[own] > 2:
            changed[datasets == study] = generator.choice(classes[classes != own])
            left[own] -= 1
            studies -= 1
    return changed


def found_at_top(suspicion: np.ndarray, wrong: np.ndarray, share: float) -> float:
    """Of the most suspicious share of the samples, how many are wrong."""
    top = np.argsort(-suspicion, kind="stable")[: math.ceil(share * len(wrong))]
    return float(wrong[top].mean())
