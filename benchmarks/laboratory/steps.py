"""Steps of a preparation that the executables do not have: drawing samples, deciding who trains, making sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from laboratory.split_rules import at_most, halves_of_groups, largest_studies_train, thirds_by_size
from laboratory.usable_features import dispersed_features, use_only
from srna_tools import schema
from srna_tools.errors import SrnaToolsError, listed
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.io.output import write_table
from srna_tools.validation.splits import TRAIN

#: Sample column that says who trains.
PART = "part"
_EXPERIMENTS = Path(__file__).resolve().parents[1] / "experiments"
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


def _largest_studies_are(places: Places, samples: str, label: str, studies: int, word: str, output: str) -> None:
    """Give the largest training studies of each class another part than the rest of the training."""
    table = read_samples(places.work / samples)
    labels = schema.labels_of(table, label).where(table.obs[PART] == TRAIN)
    largest = largest_studies_train(labels, table.obs[schema.DATASET].astype(str), studies) == TRAIN
    table.obs[PART] = table.obs[PART].astype(object).mask(largest, word)
    write_samples(table, places.work / output)


def _halves(places: Places, samples: str, strata: list[str], seed: int, output: str, group: str = "") -> None:
    """Put half of the groups of each stratum, by default half of the samples, into each part."""
    table = read_samples(places.work / samples)
    columns = [schema.labels_of(table, column).fillna("") for column in strata]
    groups = schema.labels_of(table, group) if group else pd.Series(table.obs_names, index=table.obs_names)
    table.obs[PART] = halves_of_groups(columns[0].str.cat(columns[1:], sep=", "), groups, seed)
    write_samples(table, places.work / output)


def _dispersed_features(
    places: Places, samples: str, column: str, value: str, low: float, high: float, output: str
) -> None:
    """Use the features whose Gini coefficient over some samples lies within bounds."""
    table = read_samples(places.work / samples)
    use_only(table, dispersed_features(table[schema.labels_of(table, column) == value].copy(), low, high))
    write_samples(table, places.work / output)


def _listed_features(places: Places, samples: str, file: str, names: str, output: str) -> None:
    """Use the features that a column of a table beside the configurations names."""
    table = read_samples(places.work / samples)
    use_only(table, frozenset(pd.read_csv(_EXPERIMENTS / file, sep="\t", dtype=str)[names].dropna()))
    write_samples(table, places.work / output)


def _hide_label(places: Places, samples: str, label: str, name: str, output: str) -> None:
    """Give a label another name, so that the samples count as not labelled."""
    table = read_samples(places.work / samples)
    table.obs = table.obs.rename(columns={label: name})
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
    "largest-studies-are": _largest_studies_are,
    "halves": _halves,
    "dispersed-features": _dispersed_features,
    "listed-features": _listed_features,
    "hide-label": _hide_label,
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
