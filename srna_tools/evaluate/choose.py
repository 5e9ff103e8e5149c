"""Which of several models to train: the one that does well on studies and on resources that it has not seen."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError, counted
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material, predictions_of
from srna_tools.evaluate.views import View, views_of
from srna_tools.validation import class_metrics
from srna_tools.validation.bootstrap import dataset_draws

_LOG = logging.getLogger(__name__)
_DRAWS = 200
#: With few studies a standard error excuses too much: a model that is further behind is never taken.
MOST_BEHIND = 0.02


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
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Choice:
    """Judged candidates, in the order in which equals are preferred.

    Attributes
    ----------
    left_out
        By name, why a model could not be judged.
    """

    candidates: tuple[Candidate, ...]
    views: tuple[View, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def chosen(self) -> Candidate:
        """The first that is no more than one standard error, and no more than `MOST_BEHIND`, behind the best.

        References
        ----------
        Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3 (the 1 SE rule).
        """
        return next(one for one in self.candidates if one.behind <= min(one.error, MOST_BEHIND))

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
            return f"{start}, the best of {counted(len(self.candidates), 'model')}"
        return (
            f"{start}; {best.contender.name} is {chosen.behind:.2g} better, but the standard error of that difference "
            f"is {chosen.error:.2g}: of models that cannot be told apart the first in the list is taken"
        )

    def table(self) -> pd.DataFrame:
        """One row a candidate: ``model``, accuracies by view, ``score behind error chosen``."""
        rows = []
        for one in self.candidates:
            row: dict[str, object] = {"model": one.contender.name}
            for view in self.views:
                labels = one.tables[view.name][["true", "predicted"]].to_numpy(str).T
                row[f"{view.name}_msa"], row[f"{view.name}_mca"] = class_metrics.accuracies_of(*labels)
            row |= {"score": one.score, "behind": one.behind, "error": one.error}
            rows.append(row | {"chosen": "yes" if one is self.chosen else ""})
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class Tryout:
    """Models to choose from, and the views that they are judged on.

    Attributes
    ----------
    candidates
        In the order in which equals are preferred.
    """

    candidates: tuple[Contender, ...]
    views: tuple[View, ...]
    material: Material
    seed: int

    @classmethod
    def of(cls, candidates: Sequence[Contender], train: np.ndarray, material: Material, seed: int) -> Tryout:
        """Plan to judge models inside a training set.

        Parameters
        ----------
        train
            Positions of the training samples: nothing else is looked at.

        Raises
        ------
        SampleError
            No sample can be held out.
        """
        return cls(tuple(candidates), views_of(train, material, seed), material, seed)

    @cached_property
    def fits(self) -> list[Fit]:
        """What is to be fitted: candidate by candidate, view by view, fold by fold."""
        return [Fit(one, fold, self.seed) for one in self.candidates for view in self.views for fold in view.plan.folds]

    def judge(self, results: Sequence[np.ndarray | SampleError]) -> Choice:
        """Compare the candidates; one that cannot be fitted in every fold is left out, which is said.

        Parameters
        ----------
        results
            Probabilities of each of the `fits`, or why it was not possible.

        Raises
        ------
        SampleError
            No candidate can be fitted.
        """
        fitted: list[tuple[Contender, dict[str, pd.DataFrame]]] = []
        left_out: dict[str, str] = {}
        each = len(results) // len(self.candidates)
        for place, candidate in enumerate(self.candidates):
            own = results[place * each : (place + 1) * each]
            probabilities = [one for one in own if not isinstance(one, SampleError)]
            if len(probabilities) == each:
                fitted.append((candidate, self._tables(candidate, probabilities)))
            else:
                left_out[candidate.name] = next(str(one) for one in own if isinstance(one, SampleError))
                _LOG.warning("%s is left out of the choice: %s", candidate.name, left_out[candidate.name])
        if not fitted:
            raise SampleError(f"none of the models can be fitted: {next(iter(left_out.values()))}")
        return Choice(self._judged(fitted), self.views, left_out)

    def _tables(self, candidate: Contender, probabilities: Sequence[np.ndarray]) -> dict[str, pd.DataFrame]:
        """Out-of-fold tables of one candidate."""
        found = iter(probabilities)
        return {
            view.name: pd.concat(
                [
                    predictions_of(Fit(candidate, fold, self.seed), next(found), self.material)
                    for fold in view.plan.folds
                ],
                ignore_index=True,
            )
            for view in self.views
        }

    def _judged(self, fitted: Sequence[tuple[Contender, dict[str, pd.DataFrame]]]) -> tuple[Candidate, ...]:
        tested = np.unique(np.concatenate([fold.test for view in self.views for fold in view.plan.folds]))
        datasets = np.unique(self.material.datasets[tested])
        once = np.ones((1, len(datasets)))
        scores = [float(_scores(tables, datasets, once)[0]) for _, tables in fitted]
        draws = dataset_draws(len(datasets), _DRAWS, self.seed)
        drawn = np.array([_scores(tables, datasets, draws) for _, tables in fitted])
        best = int(np.argmax(scores))
        errors = np.nanstd(drawn[best] - drawn, axis=1)
        return tuple(
            Candidate(contender, score, scores[best] - score, float(error), tables)
            for (contender, tables), score, error in zip(fitted, scores, errors, strict=True)
        )


def _scores(tables: Mapping[str, pd.DataFrame], datasets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the views of the mean class accuracy, under each weighting of the datasets.

    Parameters
    ----------
    datasets
        Sorted names.
    weights
        Shape (weightings, datasets).

    Returns
    -------
    Shape (weightings,); NaN where a view has no sample of weight.
    """
    scores = []
    for table in tables.values():
        names, codes = np.unique(table[["true", "predicted"]].to_numpy(str), return_inverse=True)
        true, predicted = codes.reshape(-1, 2).T
        of_rows = weights[:, np.searchsorted(datasets, table["dataset"].to_numpy(str))]
        scores.append(class_metrics.mean_class_accuracy(true, predicted, of_rows, len(names)))
    return np.asarray(np.mean(scores, axis=0))
