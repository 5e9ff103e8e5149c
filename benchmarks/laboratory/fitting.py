"""Models fitted on folds that srna-evaluate has no scheme for, with the very same fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

from laboratory.evaluation import MODELS
from srna_tools.evaluate.contender import Contender, names_of_fields
from srna_tools.evaluate.contenders import contenders, read_variants
from srna_tools.evaluate.finished import FinishedFits
from srna_tools.evaluate.fits import Fit, Material
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.validation.out_of_fold import make_table
from srna_tools.validation.splits import Fold


@dataclass(frozen=True)
class Part:
    """One training set and the samples that judge it.

    Attributes
    ----------
    name
        What it is about, as keys and values; columns of the result.
    train, test
        Positions of samples.
    source
        Datasets that are the source domain of a model that adapts, the others of `train` its bias domain; empty to
        leave it to the model.
    strangers
        Whether samples of classes that the training set lacks are tested, too.
    """

    name: dict[str, Any]
    train: np.ndarray
    test: np.ndarray
    seed: int = 0
    source: tuple[str, ...] = ()
    strangers: bool = False


def fit_parts(
    samples: anndata.AnnData, labels: np.ndarray, parts: Sequence[Part], models: Sequence[str], folder: Path,
    threads: int,
) -> pd.DataFrame:  # fmt: skip
    """Fit all models on all parts; what an earlier run finished is taken from the folder.

    Test samples of classes that the training set lacks are left out, unless the part has strangers.

    Returns
    -------
    Out-of-fold table with the further columns that the parts' names have.
    """
    material = Material(samples, labels)
    chosen = contenders(samples, list(models), {}, read_variants(MODELS))
    folds = [_fold(part, number, labels) for number, part in enumerate(parts, start=1)]
    fits = [
        Fit(_with_source(model, part), fold, part.seed)
        for model in chosen
        for fold, part in zip(folds, parts, strict=True)
    ]
    results = carry_out_all(fits, material, workers=threads, finished=FinishedFits.within(folder / "folds", material))
    tables = []
    for fit, result in zip(fits, results, strict=True):
        test = fit.fold.test
        table = make_table(
            samples=material.names[test], datasets=material.datasets[test], model=fit.contender.name, repeat=1,
            fold=fit.fold.number, seed=fit.seed, true=labels[test], classes=material.classes,
            probabilities=result.probabilities,
        )  # fmt: skip
        tables.append(table.assign(**parts[fit.fold.number - 1].name))
    return pd.concat(tables, ignore_index=True)


def accuracies(predictions: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give mean sample accuracy (msa) and mean class accuracy (mca) of each group of predictions.

    Returns
    -------
    Columns `by`, ``msa``, ``mca``, ``tested``.
    """
    right = predictions["predicted"] == predictions["true"]
    keys = [predictions[column] for column in by]
    of_classes = right.groupby([*keys, predictions["true"]], sort=False).mean()
    grouped = right.groupby(keys, sort=False)
    table = pd.DataFrame(
        {
            "msa": grouped.mean(),
            "mca": of_classes.groupby(level=list(range(len(by))), sort=False).mean(),
            "tested": grouped.size(),
        }
    )
    return table.rename_axis(index=list(by)).reset_index()


def _with_source(model: Contender, part: Part) -> Contender:
    """Tell a model that adapts which datasets are its source domain."""
    if not part.source or "source_datasets" not in names_of_fields(model.settings):
        return model
    return replace(model, settings=replace(model.settings, source_datasets=part.source))


def _fold(part: Part, number: int, labels: np.ndarray) -> Fold:
    known = part.strangers | np.isin(labels[part.test], labels[part.train])
    return Fold(1, number, f"part {number}", np.sort(part.train), np.sort(part.test[known]))
