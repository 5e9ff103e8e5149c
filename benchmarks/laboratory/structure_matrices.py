"""Accuracy of the three structure matrices by the size of the training sets: the matrix rows of the paper's Table 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.markdown import table_of
from laboratory.outcome import Outcome
from laboratory.structure_runs import StructureFit, drawn_families, fit_all
from laboratory.surroundings import Surroundings
from srna_tools.sequences.families import Families
from srna_tools.sequences.structure_training import StructureSettings

MATRICES = {"pair": "pair matrix", "probability": "probability matrix", "mixed": "mixed matrix"}
_METRICS = {"accuracy": "accuracy (%)", "f_score": "F (%)"}


@dataclass(frozen=True)
class MatrixParameters:
    """Size of the experiment.

    Attributes
    ----------
    groups
        Tables of a ``name``, the number of ``families``, and of ``training`` and ``test`` sequences of each.
    longest
        Longest sequence, and size of the matrix.
    """

    groups: tuple[dict[str, Any], ...]
    repeats: int = 5
    longest: int = 200
    epochs: int = 20
    seed: int = 0


def compare_matrices(experiment: Experiment, parameters: MatrixParameters, around: Surroundings) -> Outcome:
    """Train and test a network for each matrix, group of families and repeat."""
    tables = []
    for group in parameters.groups:
        each = group["training"] + group["test"]
        families = drawn_families(around.data, group["families"], each, parameters.longest, parameters.seed)
        fits = [
            StructureFit(
                {"group": group["name"], "matrix": matrix, "repeat": repeat},
                StructureSettings(matrix, epochs=parameters.epochs, max_length=parameters.longest),
                *split_of(families, group["test"], seed=repeat), seed=repeat,
            )
            for matrix in MATRICES for repeat in range(parameters.repeats)
        ]  # fmt: skip
        tables.append(fit_all(families, fits, around.work, around.threads))
    means = 100 * pd.concat(tables).groupby(["matrix", "group"])[list(_METRICS)].mean()
    names = [group["name"] for group in parameters.groups]
    rows = [
        {"": words}
        | {f"{name}: {shown}": f"{means.loc[(matrix, name), metric]:.2f}" for name in names
           for metric, shown in _METRICS.items()}
        for matrix, words in MATRICES.items()
    ]  # fmt: skip
    sizes = "; ".join(
        f"{group['name']}: {group['families']} families, {group['training']} training and {group['test']} test "
        "sequences"
        for group in parameters.groups
    )
    repeats = f"{parameters.repeats} random split" + ("s" if parameters.repeats > 1 else "")
    size = (
        f"{sizes} of each. Families are drawn at random among those large enough, without sequences longer than "
        f"{parameters.longest} nt, which is the size of the matrix; {parameters.epochs} epochs, {repeats}.\n"
    )
    figures = {
        f"{name}/{matrix}/{metric}": f"{means.loc[(matrix, name), metric]:.2f}"
        for name in names for matrix in MATRICES for metric in _METRICS
    }  # fmt: skip
    return Outcome("\n".join([size, table_of(rows)]), figures)


def split_of(families: Families, test: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Places of training and test sequences, the latter so many at random of each family."""
    generator = np.random.default_rng(seed)
    tested = np.concatenate([
        generator.permutation(np.flatnonzero(families.members == family))[:test]
        for family in range(len(families.names))
    ])  # fmt: skip
    return np.setdiff1d(np.arange(len(families.members)), tested), np.sort(tested)
