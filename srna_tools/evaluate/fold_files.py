"""One evaluation as many jobs: a file for each fold, and the folds' predictions gathered again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from srna_tools.errors import InputError, SampleError, listed
from srna_tools.evaluate.fits import Material
from srna_tools.io.output import make_folder, write_text
from srna_tools.io.text import read_text
from srna_tools.validation.out_of_fold import PREFIX, read_out_of_fold
from srna_tools.validation.splits import Fold, SplitPlan

_KEYS = ("scheme", "repeat", "fold", "name", "train", "test")
_ROW = ["repeat", "fold", "sample"]


def write_folds(plan: SplitPlan, material: Material, folder: Path) -> list[Path]:
    """Write one JSON file a fold: its number, and the names of its training and test samples."""
    make_folder(folder)
    digits = len(str(len(plan.folds)))
    paths = []
    for place, fold in enumerate(plan.folds, start=1):
        facts = {
            "scheme": plan.scheme,
            "repeat": fold.repeat,
            "fold": fold.number,
            "name": fold.name,
            "train": material.names[fold.train].tolist(),
            "test": material.names[fold.test].tolist(),
        }
        paths.append(folder / f"fold_{place:0{digits}}.json")
        write_text(json.dumps(facts, indent=1) + "\n", paths[-1])
    return paths


def chosen_fold(text: str, plan: SplitPlan, material: Material) -> Fold:
    """Find the fold that the user asked for, by its number in the plan or by its file.

    Raises
    ------
    InputError, SampleError
        There is no such fold; the file is not of these samples and this scheme.
    """
    if text.isdecimal():
        if not 1 <= int(text) <= len(plan.folds):
            raise SampleError(f"--fold {text} does not exist: the plan has the folds 1 to {len(plan.folds)}")
        return plan.folds[int(text) - 1]
    path = Path(text)
    try:
        facts = json.loads(read_text(path))
        given = tuple(facts[key] for key in _KEYS)
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(path, "is neither a number nor a file of srna-evaluate --folds-dir") from error
    for fold in plan.folds:
        ours = (
            plan.scheme, fold.repeat, fold.number, fold.name,
            material.names[fold.train].tolist(), material.names[fold.test].tolist(),
        )  # fmt: skip
        if ours == given:
            return fold
    raise InputError(
        path, "is a fold of other samples, another label, scheme or seed; make the folds again with --folds-dir"
    )


def gather(paths: Sequence[Path], plan: SplitPlan, material: Material, seed: int) -> pd.DataFrame:
    """Put the predictions of all folds together, in the order in which one run writes them.

    Parameters
    ----------
    seed
        Of the evaluation: each repeat counts on from it.

    Raises
    ------
    SampleError
        A fold of a model is missing, stands twice, is not of these samples, or started from another seed.
    """
    table = pd.concat([read_out_of_fold(path) for path in paths], ignore_index=True)
    columns = [f"{PREFIX}{name}" for name in material.classes]
    found = [name for name in table.columns if str(name).startswith(PREFIX)]
    if found != columns:
        raise SampleError(
            f"the tables to gather have the classes {listed(found, 20)}, but the samples have {listed(columns, 20)}; "
            "give the same samples and --label as for the folds"
        )
    parts = []
    for model in dict.fromkeys(table["model"]):
        of_model = table[table["model"] == model]
        for fold in plan.folds:
            rows = of_model[(of_model["repeat"] == fold.repeat) & (of_model["fold"] == fold.number)]
            _require_whole(rows, fold, model, material)
            _require_seed(rows, seed + fold.repeat - 1, model)
            parts.append(rows)
    gathered: pd.DataFrame = pd.concat(parts, ignore_index=True)
    if len(gathered) < len(table):
        raise SampleError(
            f"the tables to gather hold {len(table) - len(gathered)} rows of other folds than the scheme has; "
            "give the same --scheme, --folds, --repeats and --seed as for the folds"
        )
    return gathered


def _require_whole(rows: pd.DataFrame, fold: Fold, model: str, material: Material) -> None:
    expected, found = material.names[fold.test].tolist(), rows["sample"].tolist()
    if not found:
        raise SampleError(
            f"the predictions of '{model}' for fold {fold.number} of repeat {fold.repeat} ({fold.name}) are missing; "
            "give the table of every fold with --gather"
        )
    if found != expected or not np.array_equal(rows["true"].to_numpy(str), material.labels[fold.test]):
        raise SampleError(
            f"the predictions of '{model}' for fold {fold.number} of repeat {fold.repeat} ({fold.name}) are not of the "
            f"samples that this fold tests, or stand twice; give the same samples, --label, --scheme and --seed"
        )


def _require_seed(rows: pd.DataFrame, seed: int, model: str) -> None:
    found = sorted(set(rows["seed"].tolist()) - {seed})
    if found:
        raise SampleError(
            f"the predictions of '{model}' were made from the seed {listed(found)}, but here it would be {seed}; "
            "give the --seed of the folds"
        )
