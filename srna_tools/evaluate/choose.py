"""Which of several models to train: the one that does well on studies and on resources that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material, predictions_of
from srna_tools.validation import class_metrics
from srna_tools.validation.bootstrap import dataset_draws
from srna_tools.validation.splits import Fold, Labelled, SplitPlan, plan_splits

#: Out-of-fold probabilities of each fit, in the order of the fits.
CarryOut = Callable[[Sequence[Fit]], Sequence[np.ndarray]]

STUDIES, RESOURCES, SAMPLES = "studies", "resources", "samples"
_FOLDS = 5
_DRAWS = 200
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


@dataclass(frozen=True)
class Candidate:
    """How one model did.

    Attributes
    ----------
    score
        Mean over the views of the mean class accuracy.
    behind
        How far the score is behind the best.
    error
        Standard error of that difference over draws of datasets.
    tables
        Out-of-fold table by view.
    """

    contender: Contender
    score: float
    behind: float
    error: float
    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Choice:
    """Judged candidates, in the order in which equals are preferred."""

    candidates: tuple[Candidate, ...]
    views: tuple[View, ...]

    @cached_property
    def chosen(self) -> Candidate:
        """The first that is no more than one standard error behind the best.

        References
        ----------
        Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3 (the 1 SE rule).
        """
        return next(one for one in self.candidates if one.behind <= one.error)

    @property
    def best(self) -> Candidate:
        """The one with the highest score."""
        return max(self.candidates, key=lambda one: one.score)

    def reason(self) -> str:
        """Say in a sentence what was chosen and why."""
        chosen, best = self.chosen, self.best
        views = " and ".join(view.name for view in self.views)
        start = f"{chosen.contender.name}: mean class accuracy {chosen.score:.3f} on {views} left out"
        if chosen is best:
            return f"{start}, the best of {len(self.candidates)} models"
        return (
            f"{start}; {best.contender.name} reaches {best.score:.3f}, which is within one standard error "
            f"({chosen.error:.3f}), and the earlier in the list is preferred"
        )

    def table(self) -> pd.DataFrame:
        """One row a candidate: ``model``, accuracies by view, ``score behind error chosen``."""
        rows = []
        for one in self.candidates:
            row: dict[str, object] = {"model": one.contender.name}
            for view in self.views:
                right = one.tables[view.name]["true"] == one.tables[view.name]["predicted"]
                row[f"{view.name}_msa"] = float(right.mean())
                row[f"{view.name}_mca"] = float(right.groupby(one.tables[view.name]["true"]).mean().mean())
            row |= {"score": one.score, "behind": one.behind, "error": one.error}
            rows.append(row | {"chosen": "yes" if one is self.chosen else ""})
        return pd.DataFrame(rows)


def choose(
    candidates: Sequence[Contender], train: np.ndarray, material: Material, seed: int, carry_out: CarryOut
) -> Choice:
    """Judge models inside a training set.

    Parameters
    ----------
    train
        Positions of the training samples: nothing else is looked at.
    carry_out
        Does the fits, one after another or side by side.

    Raises
    ------
    SampleError
        No sample can be held out.
    """
    views = views_of(train, material, seed)
    fits = [Fit(one, fold, seed) for one in candidates for view in views for fold in view.plan.folds]
    results = iter(carry_out(fits))
    tables = [
        {
            view.name: pd.concat(
                [predictions_of(Fit(one, fold, seed), next(results), material) for fold in view.plan.folds],
                ignore_index=True,
            )
            for view in views
        }
        for one in candidates
    ]
    scores = [
        float(np.mean([_mean_class_accuracy(by_view[view.name], None)[0] for view in views])) for by_view in tables
    ]
    drawn = np.array([_drawn_scores(by_view, views, seed) for by_view in tables])
    best = int(np.argmax(scores))
    errors = np.nanstd(drawn[best] - drawn, axis=1)
    judged = tuple(
        Candidate(one, score, scores[best] - score, float(error), by_view)
        for one, score, error, by_view in zip(candidates, scores, errors, tables, strict=True)
    )
    return Choice(judged, views)


def views_of(train: np.ndarray, material: Material, seed: int) -> tuple[View, ...]:
    """Leave studies out, and resources where there are several; samples where there is one study.

    Raises
    ------
    SampleError
        There is nothing that could be left out.
    """
    labels, datasets, linked = material.labels[train], material.datasets[train], material.linked[train]
    resources = material.resources[train]

    def planned(name: str, scheme: str, groups: np.ndarray, folds: int) -> View:
        facts = Labelled(labels, datasets, linked, groups)
        plan = plan_splits(scheme, facts, folds=folds, seed=seed, rare_classes=True)
        return View(name, replace(plan, folds=tuple(_within(fold, train) for fold in plan.folds)))

    views = []
    studies = len(set(datasets))
    if studies >= _FEWEST:
        views += _if_possible(lambda: planned(STUDIES, "group-kfold", datasets, min(_FOLDS, studies)))
    if len(set(resources)) >= _FEWEST:
        views += _if_possible(lambda: planned(RESOURCES, "resource-out", resources, _FEWEST))
    if not views:
        largest = int(np.unique(labels, return_counts=True)[1].max())
        views.append(planned(SAMPLES, "kfold", datasets, max(_FEWEST, min(_FOLDS, largest))))
    return tuple(views)


def _if_possible(make: Callable[[], View]) -> list[View]:
    try:
        return [make()]
    except SampleError:
        return []


def _within(fold: Fold, train: np.ndarray) -> Fold:
    return replace(fold, train=train[fold.train], test=train[fold.test])


def _drawn_scores(tables: dict[str, pd.DataFrame], views: Sequence[View], seed: int) -> np.ndarray:
    """Scores under draws of datasets, which all candidates share."""
    scores = []
    for view in views:
        table = tables[view.name]
        _, number = np.unique(table["dataset"].to_numpy(str), return_inverse=True)
        draws = dataset_draws(int(number.max()) + 1, _DRAWS, seed)
        scores.append(_mean_class_accuracy(table, draws[:, number]))
    return np.asarray(np.mean(scores, axis=0))


def _mean_class_accuracy(table: pd.DataFrame, weights: np.ndarray | None) -> np.ndarray:
    """Mean class accuracy under each weighting of the rows; of the rows as they are for None."""
    names, codes = np.unique(table[["true", "predicted"]].to_numpy(str), return_inverse=True)
    true, predicted = codes.reshape(-1, 2).T
    given = np.ones((1, len(true))) if weights is None else weights
    recall = class_metrics.recall(true, predicted, given, len(names))
    present = class_metrics.weight_of_class(true, given, len(names))
    return np.asarray(class_metrics.mean_over_classes(recall, present))
