"""A whole evaluation: fits on folds, their predictions, the search for settings and the learning curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from srna_tools import schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.design import Design, fits_for, material_for, plan_for
from srna_tools.evaluate.estimate import describe
from srna_tools.evaluate.finished import FinishedFits
from srna_tools.evaluate.fits import Fit, FitResult, Material, predictions_of
from srna_tools.evaluate.learning_curve import curve_table, fits_of_curve
from srna_tools.evaluate.search import search_for
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.evaluate.twins import describe_twins, twins_across
from srna_tools.models.registry import MODELS
from srna_tools.preprocess.catch_all import EVERY_LABEL, CatchAll, ClassChoice
from srna_tools.validation.splits import RANDOM_SCHEMES, Fold, SplitPlan

if TYPE_CHECKING:
    import anndata

_SEARCHED = ("model", "repeat", "fold", "setting", "mca", "chosen")


@dataclass(frozen=True)
class Evaluation:
    """Samples, folds and models of one evaluation, and its catch-all class where it has one."""

    material: Material
    plan: SplitPlan
    models: Sequence[Contender]
    design: Design
    catch_all: CatchAll | None = None

    @classmethod
    def of(
        cls,
        samples: anndata.AnnData,
        label: str,
        models: Sequence[Contender],
        design: Design,
        choice: ClassChoice = EVERY_LABEL,
    ) -> Evaluation:
        """Choose the samples and classes that can be used, and split them.

        Raises
        ------
        ColumnError, SampleError
            Labels, datasets or reads do not allow it.
        """
        material = material_for(samples, label, models, design, choice)
        used = material.samples.obs
        classes = pd.Series(material.labels, index=used.index)
        catch_all = CatchAll.of(schema.labels_of(material.samples, label), classes, used[schema.DATASET], choice)
        return cls(material, plan_for(material, design), models, design, catch_all)

    def fits(self, folds: Sequence[Fold], grids: Mapping[str, Mapping[str, list[Any]]], inner_folds: int) -> list[Fit]:
        """All models on the given folds.

        Parameters
        ----------
        grids
            Candidates of the search by model and setting; empty for none.

        Raises
        ------
        SampleError
            A grid is for a model that does not exist, or has a candidate that is no setting of its model.
        """
        foreign = sorted(set(grids) - {model.name for model in self.models} - set(MODELS))
        if foreign:
            names = listed([model.name for model in self.models], 20)
            raise SampleError(f"the grid is for {listed(foreign)}, but the models are {names}; name one of them")
        searches = {model.name: search_for(model, grids, self.plan.scheme, inner_folds) for model in self.models}
        return [
            Fit(fit.contender, fit.fold, fit.seed, searches[fit.contender.name])
            for fit in fits_for(folds, self.models, self.design.seed)
        ]

    def sentences(self) -> list[str]:
        """Say what is tested, what cannot be, and what makes figures too good."""
        material, plan = self.material, self.plan
        tested = len({name for fold in plan.folds for name in fold.test})
        lines = [
            f"{plan.scheme}: {counted(len(plan.folds), 'fold')} test {tested:,} of "
            f"{counted(material.samples.n_obs, 'sample')}, {len(material.classes)} classes, "
            f"{counted(len(set(material.datasets)), 'dataset')}",
            *(self.catch_all.sentences() if self.catch_all else []),
        ]
        if plan.untested:
            number = sum(one.samples for one in plan.untested)
            reasons = listed([f"{one.dataset}: {one.label} ({one.reason})" for one in plan.untested], 5)
            lines.append(f"{counted(number, 'sample')} cannot be tested: {reasons}")
        pairs = twins_across(plan, material)
        if pairs:
            lines.append(f"warning: {describe_twins(pairs)}")
        if plan.scheme in RANDOM_SCHEMES:
            lines.append(
                "warning: random folds have the same studies in training and test; they say how consistent the "
                "annotations are, not how a model does on a new study: run --scheme dataset-out as well"
            )
        return lines


@dataclass(frozen=True)
class Run:
    """Fits that are to be carried out, and how.

    Attributes
    ----------
    fits
        Those of the evaluation, then those of its learning curve, fraction by fraction.
    """

    evaluation: Evaluation
    fits: Sequence[Fit]
    fractions: Sequence[float]
    workers: int
    scheduler: str
    finished: FinishedFits | None

    @classmethod
    def of(
        cls, evaluation: Evaluation, fits: Sequence[Fit], *, fractions: Sequence[float] = (), workers: int = 1,
        scheduler: str = "", resume: Path | None = None,
    ) -> Run:  # fmt: skip
        """Add the fits of the learning curve, and open the folder of finished fits."""
        curve = fits_of_curve(fits, evaluation.material, fractions, evaluation.design.seed)
        finished = FinishedFits.within(resume, evaluation.material) if resume else None
        return cls(evaluation, [*fits, *curve], fractions, workers, scheduler, finished)

    def describe(self) -> str:
        """Say what the run will take."""
        material, finished = self.evaluation.material, self.finished
        waiting = [fit for fit in self.fits if finished is None or not finished.holds(fit, material)]
        return describe(self.fits, waiting, material, 0 if self.scheduler else self.workers)

    def carry_out(self, draws: int) -> Outcome:
        """Do all fits.

        Parameters
        ----------
        draws
            Of datasets, for the intervals of the learning curve.
        """
        material = self.evaluation.material
        results = carry_out_all(
            self.fits, material, workers=self.workers, scheduler=self.scheduler, finished=self.finished
        )
        own = len(self.fits) // (1 + len(self.fractions))
        curve = None
        if self.fractions:
            curve = curve_table(
                self.fits[own:], [result.probabilities for result in results[own:]], material, self.fractions,
                scheme=self.evaluation.plan.scheme, draws=draws,
            )  # fmt: skip
        fits, results = self.fits[:own], results[:own]
        return Outcome(
            predictions=pd.concat(
                [predictions_of(fit, one.probabilities, material) for fit, one in zip(fits, results, strict=True)],
                ignore_index=True,
            ),
            searched=_searched(fits, results),
            curve=curve,
        )


@dataclass(frozen=True)
class Outcome:
    """What a run gives.

    Attributes
    ----------
    predictions
        Out-of-fold table.
    searched
        One row a fit and candidate: ``model repeat fold setting mca chosen``; empty without a search.
    curve
        Learning curve, see `curve_table`, or None.
    """

    predictions: pd.DataFrame
    searched: pd.DataFrame
    curve: pd.DataFrame | None


def _searched(fits: Sequence[Fit], results: Sequence[FitResult]) -> pd.DataFrame:
    rows = [
        {"model": fit.contender.name, "repeat": fit.fold.repeat, "fold": fit.fold.number, **score}
        for fit, result in zip(fits, results, strict=True)
        for score in result.scores
    ]
    return pd.DataFrame(rows, columns=list(_SEARCHED))
