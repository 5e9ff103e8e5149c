"""Steps of a preparation that the executables do not have: drawing samples, deciding who trains, making sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from laboratory.split_rules import at_most, largest_studies_train, thirds_by_size
from srna_tools import schema
from srna_tools.errors import SrnaToolsError, listed
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.io.output import write_table

#: Sample column that says who trains.
PART = "part"
_FRONTAL_CORTEX_NAME = 5


@dataclass(frozen=True)
class Places:
    """Folder of the public data, and the folder in which an experiment works."""

    data: Path
    work: Path


def frontal_cortex_sheet(metadata: pd.DataFrame) -> pd.DataFrame:
    """Make a sample sheet of the frontal-cortex metadata: row ``98169_fro`` describes the sample ``98169``."""
    names = [str(name)[:_FRONTAL_CORTEX_NAME] for name in metadata.index]
    return metadata.assign(sample=names)[["sample", *metadata.columns]]


def _frontal_cortex_sheet(places: Places, output: str) -> None:
    metadata = pd.read_csv(places.data / "contaminants" / "metadata.csv", sep=" ", dtype=str)
    write_table(frontal_cortex_sheet(metadata), places.work / output)


def _at_most(places: Places, samples: str, column: str, most: int, seed: int, output: str) -> None:
    table = read_samples(places.work / samples)
    kept = at_most(schema.labels_of(table, column), most, seed)
    write_samples(table[kept.to_numpy()].copy(), places.work / output)


def _largest_studies_train(places: Places, samples: str, label: str, studies: int, output: str) -> None:
    table = read_samples(places.work / samples)
    datasets = table.obs[schema.DATASET].astype(str)
    table.obs[PART] = largest_studies_train(schema.labels_of(table, label), datasets, studies)
    write_samples(table, places.work / output)


def _thirds_by_size(places: Places, samples: str, label: str, output: str) -> None:
    table = read_samples(places.work / samples)
    table.obs[PART] = thirds_by_size(schema.labels_of(table, label), table.obs[schema.DATASET].astype(str))
    write_samples(table, places.work / output)


def _rename(places: Places, samples: str, column: str, words: dict[str, str], output: str) -> None:
    """Give values of a column other words."""
    table = read_samples(places.work / samples)
    table.obs[column] = schema.labels_of(table, column).replace(words)
    write_samples(table, places.work / output)


def _simulated_studies(places: Places, folder: str, studies: int, samples_per_study: int, seed: int) -> None:
    """Write simulated OASIS 2 archives, their sample sheet and their contaminants."""
    from srna_tools.simulate import (
        SimulationSettings,
        simulate,
        write_contaminants,
        write_oasis_archives,
        write_sample_sheet,
    )

    target = places.work / folder
    target.mkdir(exist_ok=True)
    simulation = simulate(SimulationSettings(studies=studies, samples_per_study=samples_per_study, seed=seed))
    write_oasis_archives(simulation, target)
    write_sample_sheet(simulation, target / "samples.tsv")
    write_contaminants(simulation, target / "contaminants.tsv")


STEPS: dict[str, Callable[..., None]] = {
    "frontal-cortex-sheet": _frontal_cortex_sheet,
    "at-most": _at_most,
    "largest-studies-train": _largest_studies_train,
    "thirds-by-size": _thirds_by_size,
    "rename": _rename,
    "simulated-studies": _simulated_studies,
}


def take_step(step: dict[str, Any], places: Places) -> None:
    """Take one step, named by its key ``step``; the other keys are its parameters.

    Raises
    ------
    SrnaToolsError
        There is no such step, or it does not have these parameters.
    """
    parameters = {key: value for key, value in step.items() if key != "step"}
    if step.get("step") not in STEPS:
        raise SrnaToolsError(f"there is no step '{step.get('step')}'; there are: {listed(STEPS, 20)}")
    try:
        STEPS[step["step"]](places, **parameters)
    except TypeError as error:
        raise SrnaToolsError(f"the step {step['step']} cannot be taken with {parameters}: {error}") from error
