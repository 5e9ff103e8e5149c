"""Folds inside a training set, for what it chooses itself: whole datasets where they allow it, else random ones."""

from __future__ import annotations

from collections.abc import Callable

from srna_tools.errors import SampleError
from srna_tools.validation.splits import Labelled, SplitPlan, plan_splits

_FEWEST = 2


def plan_inside(
    samples: Labelled,
    *,
    dataset_folds: int,
    random_folds: int,
    seed: int,
    suits: Callable[[SplitPlan], bool] = lambda plan: True,
) -> SplitPlan | None:
    """Split the samples of a training set once more.

    Parameters
    ----------
    dataset_folds, random_folds
        Number of folds of whole datasets, and of random folds where these are not possible.
    suits
        What else the folds must allow.

    Returns
    -------
    Folds of the scheme group-kfold, else kfold; None where neither is possible.
    """
    for scheme, folds in (("group-kfold", dataset_folds), ("kfold", random_folds)):
        if folds < _FEWEST:
            continue
        try:
            plan = plan_splits(scheme, samples, folds=folds, seed=seed)
        except SampleError:
            continue
        if suits(plan):
            return plan
    return None
