"""Accuracy of the pair matrix by the threshold on base-pair probabilities, with ordered and unordered pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from laboratory.configuration import Experiment
from laboratory.markdown import spread, table_of
from laboratory.outcome import Outcome
from laboratory.structure_runs import StructureFit, drawn_families, fit_all, folds_of
from laboratory.surroundings import Surroundings
from srna_tools.sequences.structure_training import StructureSettings

_ORDERS = {True: "ordered", False: "unordered"}


@dataclass(frozen=True)
class ThresholdParameters:
    """Size of the experiment; the defaults are those of Tang & Sun 2019, except for the epochs, which they do not give.

    Attributes
    ----------
    folds_used
        Of the `folds`, so many are tested.
    longest
        Longest sequence, and size of the matrix.
    """

    thresholds: tuple[float, ...] = (0.0001, 0.00487, 0.00772, 0.01307, 0.02411)
    families: int = 30
    sequences: int = 100
    folds: int = 5
    folds_used: int = 5
    longest: int = 200
    epochs: int = 20
    seed: int = 0


def compare_thresholds(experiment: Experiment, parameters: ThresholdParameters, around: Surroundings) -> Outcome:
    """Cross-validate a network for each threshold and order."""
    families = drawn_families(
        around.data, parameters.families, parameters.sequences, parameters.longest, parameters.seed
    )
    folds = folds_of(families, parameters.folds, parameters.seed)
    fits = [
        StructureFit(
            {"threshold": threshold, "order": _ORDERS[ordered], "fold": fold},
            StructureSettings("pair", ordered, threshold, epochs=parameters.epochs, max_length=parameters.longest),
            np.flatnonzero(folds != fold), np.flatnonzero(folds == fold), seed=fold,
        )
        for threshold in parameters.thresholds for ordered in _ORDERS for fold in range(parameters.folds_used)
    ]  # fmt: skip
    measured = fit_all(families, fits, around.work, around.threads)
    cells = measured.groupby(["threshold", "order"])["accuracy"].agg(["mean", "std"])
    overall = measured.groupby("threshold")["accuracy"].agg(["mean", "std"])
    medians = measured.groupby("order")["accuracy"].median()
    rows = [
        {"T": f"{threshold:g}"}
        | {f"{order} pairs": spread(*cells.loc[(threshold, order)]) for order in _ORDERS.values()}
        | {"both": spread(*overall.loc[threshold])}
        for threshold in parameters.thresholds
    ]
    figures = {f"{threshold:g}": f"{overall.loc[threshold, 'mean']:.3f}" for threshold in parameters.thresholds}
    figures |= {f"{order}/median": f"{medians[order]:.3f}" for order in _ORDERS.values()}
    size = (
        f"Accuracy, mean ± standard deviation over {parameters.folds_used} of {parameters.folds} folds: "
        f"{parameters.families} families drawn at random, {parameters.sequences} sequences of each, none longer than "
        f"{parameters.longest} nt, which is the size of the matrix; {parameters.epochs} epochs.\n"
    )
    return Outcome("\n".join([size, table_of(rows)]), figures)
