"""All kinds of experiments in one table: their parameters, and the function that carries them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laboratory.bias_versus_size import ArmParameters, compare_arms
from laboratory.bridge import BridgeParameters, bridge
from laboratory.catch_all import CatchAllParameters, with_and_without
from laboratory.compared import SchemeParameters
from laboratory.configuration import Experiment, made
from laboratory.deletion_curves import DeletionParameters, draw_deletion
from laboratory.domains import DomainParameters, compare_domains
from laboratory.explanation_precision import PrecisionParameters, measure_precision
from laboratory.family_accuracy import FamilyAccuracyParameters, compare_families
from laboratory.family_flanks import FamilyFlankParameters, compare_flanks
from laboratory.family_mature import FamilyMatureParameters, compare_mature
from laboratory.family_open_set import FamilyOpenSetParameters, compare_rejection
from laboratory.number_of_classes import ClassParameters, by_number_of_classes
from laboratory.outcome import Outcome
from laboratory.planted_labels import PlantedParameters, plant
from laboratory.published_mirnas import MirnaParameters, find_published
from laboratory.schemes import compare_schemes
from laboratory.self_training import SelfTrainingParameters, train_on_own_predictions
from laboratory.source_grid import GridParameters, grid
from laboratory.structure_matrices import MatrixParameters, compare_matrices
from laboratory.structure_thresholds import ThresholdParameters, compare_thresholds
from laboratory.surroundings import Surroundings
from laboratory.swapped_runs import SwappedParameters, find_swapped
from laboratory.trials import TrialParameters, carry_out_trials
from srna_tools.errors import InputError, listed


@dataclass(frozen=True)
class Kind:
    """One kind of experiment."""

    parameters: type[Any]
    carry_out: Callable[[Experiment, Any, Surroundings], Outcome]


KINDS: dict[str, Kind] = {
    "schemes": Kind(SchemeParameters, compare_schemes),
    "bias-versus-size": Kind(ArmParameters, compare_arms),
    "source-grid": Kind(GridParameters, grid),
    "domains": Kind(DomainParameters, compare_domains),
    "catch-all": Kind(CatchAllParameters, with_and_without),
    "self-training": Kind(SelfTrainingParameters, train_on_own_predictions),
    "number-of-classes": Kind(ClassParameters, by_number_of_classes),
    "bridge": Kind(BridgeParameters, bridge),
    "planted-labels": Kind(PlantedParameters, plant),
    "trials": Kind(TrialParameters, carry_out_trials),
    "swapped-runs": Kind(SwappedParameters, find_swapped),
    "published-mirnas": Kind(MirnaParameters, find_published),
    "deletion-curves": Kind(DeletionParameters, draw_deletion),
    "explanation-precision": Kind(PrecisionParameters, measure_precision),
    "family-accuracy": Kind(FamilyAccuracyParameters, compare_families),
    "family-flanks": Kind(FamilyFlankParameters, compare_flanks),
    "family-mature": Kind(FamilyMatureParameters, compare_mature),
    "family-open-set": Kind(FamilyOpenSetParameters, compare_rejection),
    "structure-thresholds": Kind(ThresholdParameters, compare_thresholds),
    "structure-matrices": Kind(MatrixParameters, compare_matrices),
}


def parameters_of(experiment: Experiment, path: Path) -> Any:
    """Read the parameters of an experiment's kind.

    Raises
    ------
    InputError
        There is no such kind, or it has no such parameter.
    """
    if experiment.kind not in KINDS:
        raise InputError(path, f"the kind is '{experiment.kind}', but must be one of {listed(KINDS, 20)}")
    return made(KINDS[experiment.kind].parameters, experiment.parameters, path, "parameters")
