"""From samples and a scheme to folds and fits."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools import schema
from srna_tools.errors import ColumnError, SampleError, counted, listed
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material
from srna_tools.preprocess.catch_all import EVERY_LABEL, ClassChoice
from srna_tools.training import labelled
from srna_tools.validation.splits import TEST, TRAIN, Fold, Labelled, SplitPlan, plan_splits

if TYPE_CHECKING:
    import anndata
    import pandas as pd

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Design:
    """How samples are split.

    Attributes
    ----------
    scheme
        One of `srna_tools.validation.splits.SCHEMES`.
    group_column
        What group-kfold keeps together.
    split_column
        Column of ``train`` and ``test``, for the scheme split.
    """

    scheme: str
    folds: int = 5
    repeats: int = 1
    seed: int = 0
    group_column: str = schema.DATASET
    split_column: str = ""


def material_for(
    samples: anndata.AnnData,
    label: str,
    models: Sequence[Contender],
    design: Design,
    choice: ClassChoice = EVERY_LABEL,
) -> Material:
    """Keep the samples that all models can use and the scheme asks for, and give them their classes.

    Raises
    ------
    ColumnError, SampleError
        No such column; too few classes or samples; the split column holds neither train nor test; the choice of
        classes is impossible.
    """
    if design.scheme == "split":
        samples = _of_either_part(samples, design.split_column)
    # Which samples have reads depends on the feature types alone; each choice of them is told of once.
    for transform in {model.transform.feature_types: model.transform for model in models}.values():
        samples, labels = labelled(samples, label, transform, choice)
    return Material(samples, labels.to_numpy(str))


def plan_for(material: Material, design: Design) -> SplitPlan:
    """Split the samples, and say which could not be used as they stand."""
    obs = material.samples.obs
    _require_column(obs, design.group_column)
    parts = obs[design.split_column].to_numpy(str) if design.scheme == "split" else np.empty(0, dtype=str)
    by_resource = design.scheme == "resource-out"
    groups = material.resources if by_resource else _groups(obs, design.group_column)
    facts = Labelled(material.labels, material.datasets, material.linked, groups, parts)
    plan = plan_splits(design.scheme, facts, folds=design.folds, repeats=design.repeats, seed=design.seed)
    if plan.withheld:
        _LOG.warning(
            "%s of the same patient or experiment as a test sample stayed out of the training of that fold",
            counted(plan.withheld, "sample"),
        )
    return plan


def fits_for(folds: Sequence[Fold], models: Sequence[Contender], seed: int) -> list[Fit]:
    """All models on all folds; every model of a repeat starts from the same seed."""
    return [Fit(model, fold, seed + fold.repeat - 1) for model in models for fold in folds]


def _of_either_part(samples: anndata.AnnData, column: str) -> anndata.AnnData:
    _require_column(samples.obs, column)
    parts = samples.obs[column].astype(object).where(samples.obs[column].notna(), "")
    used = parts.isin([TRAIN, TEST]).to_numpy()
    for part in (TRAIN, TEST):
        if not (parts == part).any():
            found = listed(sorted({str(value) for value in parts}), 10)
            raise SampleError(f"the column '{column}' has no sample with the value '{part}' (it holds: {found})")
    if not used.all():
        _LOG.warning(
            "%s are neither '%s' nor '%s' in '%s' and are left out",
            counted(int((~used).sum()), "sample"), TRAIN, TEST, column,
        )  # fmt: skip
    return samples[used]


def _groups(obs: pd.DataFrame, column: str) -> np.ndarray:
    """Group of each sample; one without a value is a group of its own."""
    values = obs[column].astype(object)
    return np.where(values.isna(), [f"\0{name}" for name in obs.index], values.astype(str)).astype(str)


def _require_column(obs: pd.DataFrame, column: str) -> None:
    if column not in obs:
        raise ColumnError(column, obs.columns)
