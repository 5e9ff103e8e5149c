"""One fit of an evaluation: everything that depends on data is fitted on the fold's training samples alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools import schema, training
from srna_tools.errors import SampleError
from srna_tools.evaluate.contender import Contender
from srna_tools.validation.linked import linked_samples
from srna_tools.validation.out_of_fold import make_table
from srna_tools.validation.splits import Fold

if TYPE_CHECKING:
    import anndata
    import pandas as pd


@dataclass(frozen=True)
class Material:
    """The samples of an evaluation: all labelled, all with reads.

    Attributes
    ----------
    labels
        Class of each sample.
    """

    samples: anndata.AnnData
    labels: np.ndarray

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Sorted names of the classes, the order of all probabilities."""
        return tuple(np.unique(self.labels).tolist())

    @cached_property
    def codes(self) -> np.ndarray:
        """Class number of each sample."""
        return np.searchsorted(np.array(self.classes), self.labels)

    @cached_property
    def names(self) -> np.ndarray:
        """Sample ids."""
        return np.asarray(self.samples.obs_names, dtype=str)

    @cached_property
    def datasets(self) -> np.ndarray:
        """Study of each sample."""
        return np.asarray(self.samples.obs[schema.DATASET], dtype=str)

    @cached_property
    def resources(self) -> np.ndarray:
        """Processing pipeline of each sample."""
        return schema.resources_of(self.samples).to_numpy(str)

    @cached_property
    def linked(self) -> np.ndarray:
        """Number of the set of linked samples of each sample."""
        return linked_samples(self.samples.obs)


@dataclass(frozen=True)
class Fit:
    """What is to be fitted: a model, on the training samples of a fold, from a seed."""

    contender: Contender
    fold: Fold
    seed: int
    search: Search | None = None


@dataclass(frozen=True)
class Search:
    """Settings to choose from inside each training set.

    Attributes
    ----------
    grid
        Changes of the contender's settings or transform, one mapping a candidate.
    scheme, folds
        How each training set is split again, see `srna_tools.validation.splits.plan_splits`.
    """

    grid: tuple[Mapping[str, Any], ...]
    scheme: str
    folds: int


@dataclass(frozen=True)
class FitResult:
    """Predictions of the fold's test samples.

    Attributes
    ----------
    probabilities
        Shape (test samples, classes of the whole evaluation), float64; 0 for classes that the training lacks.
    scores
        Of a search: one row a candidate, ``setting mca chosen``.
    warnings
        What was said while fitting.
    failure
        Why the samples do not allow the fit, where it is asked for; there are no probabilities then.
    """

    probabilities: np.ndarray
    scores: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    failure: SampleError | None = None


def predict_unseen(fit: Fit, material: Material) -> np.ndarray:
    """Fit on the training samples of the fold, predict its test samples.

    Returns
    -------
    Probabilities, shape (test samples, classes of the whole evaluation).
    """
    codes = material.codes
    present, training_codes = np.unique(codes[fit.fold.train], return_inverse=True)
    contender = fit.contender
    transform, trained = training.fit(
        material.samples[fit.fold.train], training_codes, len(present), contender.kind, contender.transform,
        contender.settings, seed=fit.seed, threads=1,
        names=tuple(material.classes[code] for code in present),
    )  # fmt: skip
    inputs = transform.apply(material.samples[fit.fold.test]).values
    probabilities = np.zeros((len(fit.fold.test), len(material.classes)))
    probabilities[:, present] = trained.classifier.probabilities(inputs)
    return probabilities


def predictions_of(fit: Fit, probabilities: np.ndarray, material: Material) -> pd.DataFrame:
    """Rows of the out-of-fold table of one fit."""
    test = fit.fold.test
    return make_table(
        samples=material.names[test],
        datasets=material.datasets[test],
        model=fit.contender.name,
        repeat=fit.fold.repeat,
        fold=fit.fold.number,
        seed=fit.seed,
        true=material.labels[test],
        classes=material.classes,
        probabilities=probabilities,
    )
