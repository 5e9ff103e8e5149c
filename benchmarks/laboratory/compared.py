"""Models compared under one or more schemes of validation: what was asked for, and what came out."""

from __future__ import annotations

from dataclasses import dataclass

from laboratory.evaluation import Evaluation
from laboratory.surroundings import Prepared
from srna_tools.validation.out_of_fold import BASELINE

SCHEMES = {
    "kfold": "random folds",
    "group-kfold": "groups left out",
    "dataset-out": "one dataset left out",
    "resource-out": "one resource left out",
    "split": "train / test",
}


@dataclass(frozen=True)
class SchemeParameters:
    """How the models are compared.

    Attributes
    ----------
    schemes
        In the order of the table.
    group_column, split_column
        Sample columns for the schemes group-kfold and split.
    within_datasets
        Also measure inside each dataset, over classes with at least so many samples there; 0 does not.
    by_class
        Also show the recall of every class.
    over_samples
        Also give intervals over samples, and the least that differs from chance: for sets of a single study.
    compared_with
        Also test this model against each other one, paired over datasets.
    """

    schemes: tuple[str, ...] = ("kfold", "dataset-out")
    folds: int = 5
    repeats: int = 1
    seed: int = 0
    group_column: str = "dataset"
    split_column: str = "part"
    within_datasets: int = 0
    by_class: bool = False
    over_samples: bool = False
    compared_with: str = ""


@dataclass(frozen=True)
class Compared:
    """Evaluations of one set of samples by scheme."""

    name: str
    samples: Prepared
    by_scheme: dict[str, Evaluation]

    @property
    def models(self) -> list[str]:
        """Names of all models, the baseline last."""
        return next(iter(self.by_scheme.values())).models

    @property
    def fitted(self) -> list[str]:
        """Names of all models but the baseline, whose predictions are not in the table."""
        return [model for model in self.models if model != BASELINE]
