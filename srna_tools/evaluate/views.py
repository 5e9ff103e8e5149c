"""Ways to hold training samples out that say something on new samples: whole studies, whole resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from srna_tools.errors import SampleError
from srna_tools.evaluate.fits import Material
from srna_tools.validation.linked import joined
from srna_tools.validation.splits import Fold, Labelled, SplitPlan, plan_splits

STUDIES, RESOURCES, SAMPLES = "studies", "resources", "samples"
_FOLDS = 5
_FEWEST = 2


@dataclass(frozen=True)
class View:
    """One way to hold samples out.

    Attributes
    ----------
    name
        What is left out: ``studies``, ``resources``, or ``samples`` where all are of one study.
    plan
        Its folds, with positions in the whole material.
    """

    name: str
    plan: SplitPlan


def views_of(train: np.ndarray, material: Material, seed: int) -> tuple[View, ...]:
    """Leave studies out, and resources where a class is in several; samples where neither is possible.

    Parameters
    ----------
    train
        Positions of the training samples: nothing else is looked at.

    Raises
    ------
    SampleError
        There is nothing that could be left out.
    """
    labels, datasets, linked = material.labels[train], material.datasets[train], material.linked[train]
    resources = material.resources[train]
    # A class may have fewer samples than there are folds, but not all of them.
    most = min(_FOLDS, int(np.unique(labels, return_counts=True)[1].max()))

    def planned(name: str, scheme: str, groups: np.ndarray) -> View:
        facts = Labelled(labels, datasets, linked, groups)
        together = joined([np.unique(groups, return_inverse=True)[1], linked], len(train))
        folds = max(_FEWEST, min(most, len(set(together))))
        plan = plan_splits(scheme, facts, folds=folds, seed=seed, rare_classes=True)
        return View(name, replace(plan, folds=tuple(_within(fold, train) for fold in plan.folds)))

    views = []
    if len(set(datasets)) >= _FEWEST:
        views += _if_possible(lambda: planned(STUDIES, "group-kfold", datasets))
    if len(set(resources)) >= _FEWEST:
        views += _if_possible(lambda: planned(RESOURCES, "resource-out", resources))
    return tuple(views) or (planned(SAMPLES, "kfold", np.arange(len(train))),)


def folds_expected(train: np.ndarray, material: Material) -> int:
    """Number of folds of the views, give or take those that turn out to be impossible."""
    studies, resources = (len(set(column[train])) for column in (material.datasets, material.resources))
    return (min(_FOLDS, studies) if studies >= _FEWEST else _FOLDS) + (resources if resources >= _FEWEST else 0)


def _if_possible(make: Callable[[], View]) -> list[View]:
    try:
        return [make()]
    except SampleError:
        return []


def _within(fold: Fold, train: np.ndarray) -> Fold:
    return replace(fold, train=train[fold.train], test=train[fold.test])
