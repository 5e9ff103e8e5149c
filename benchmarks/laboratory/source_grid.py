"""Which resource trains, which tests: the data-source grid of Wartmann et al. 2020."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.fitting import Part, accuracies, fit_parts
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.split_rules import largest_studies_train
from laboratory.surroundings import Surroundings, prepared
from srna_tools import schema
from srna_tools.errors import SrnaToolsError, listed
from srna_tools.io.h5ad import read_samples

_METRICS = {"msa": "accuracy", "mca": "mean of classes"}


@dataclass(frozen=True)
class GridParameters:
    """Cells of the grid.

    Attributes
    ----------
    cells
        Pairs of what trains and what tests, such as ``["TCGA + microRNAome_v1/train", "microRNAome_v1/test"]``. A part
        of a resource is all of it, or its studies that train or test by `studies`.
    studies
        The largest studies of each class in a resource are its part ``train``, the others its part ``test``.
    seeds
        Fits of each model in each cell.
    """

    cells: tuple[tuple[str, str], ...]
    studies: int = 2
    seeds: int = 1


def rows_of(words: str, resources: pd.Series, parts: pd.Series) -> np.ndarray:
    """Find the samples that words such as ``TCGA + microRNAome_v1/train`` name; a mask.

    Raises
    ------
    SrnaToolsError
        There is no such resource or part.
    """
    rows = np.zeros(len(resources), dtype=bool)
    for name in words.split(" + "):
        resource, _, part = name.partition("/")
        found = (resources == resource).to_numpy() & ((parts == part).to_numpy() if part else True)
        if not found.any():
            raise SrnaToolsError(f"no sample is of '{name}'; the resources are {listed(sorted(set(resources)))}")
        rows |= found
    return rows


def parts_of(labels: pd.Series, datasets: pd.Series, resources: pd.Series, studies: int) -> pd.Series:
    """Divide the studies of each resource into those that train and those that test."""
    divided = [largest_studies_train(labels[of_one.index], datasets[of_one.index], studies)
               for _, of_one in resources.groupby(resources)]  # fmt: skip
    return pd.concat(divided).loc[labels.index]


def grid(experiment: Experiment, parameters: GridParameters, surroundings: Surroundings) -> Outcome:
    """Fit all models in all cells."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    resources = ready.obs[schema.RESOURCE].astype(str)
    divided = parts_of(ready.obs["label"], ready.obs["dataset"], resources, parameters.studies)
    labels = ready.obs["label"].to_numpy(str)
    parts = [
        Part(
            {"trained": trained, "test": tested, "run": seed},
            np.flatnonzero(rows_of(trained, resources, divided)), np.flatnonzero(rows_of(tested, resources, divided)),
            seed,
        )
        for trained, tested in parameters.cells
        for seed in range(parameters.seeds)
    ]  # fmt: skip
    predictions = fit_parts(
        samples, labels, parts, experiment.models, surroundings.folder_of(chosen), surroundings.threads
    )
    measured = accuracies(predictions, ["trained", "test", "model", "run"])
    rows = []
    for trained, tested in parameters.cells:
        cell = measured[(measured["trained"] == trained) & (measured["test"] == tested)]
        part = next(one for one in parts if one.name["trained"] == trained and one.name["test"] == tested)
        row = {
            "trained on": f"{trained} ({len(part.train):,})",
            "tested on": f"{tested} ({cell['tested'].iloc[0]:,})",
        }
        for model, of_model in cell.groupby("model", sort=False):
            for metric, words in _METRICS.items():
                row[f"{model}: {words}"] = spread(of_model[metric].mean(), of_model[metric].std())
        rows.append(row)
    means = measured.groupby(["trained", "test", "model"], sort=False)[list(_METRICS)].mean()
    figures = {
        f"{trained}/{tested}/{model}/{metric}": number(values[metric])
        for (trained, tested, model), values in means.iterrows()
        for metric in _METRICS
    }
    by_resource = [
        {"resource": name} | ready_part.composition()
        for name, of_one in ready.obs.groupby(resources)
        for ready_part in [type(ready)(ready.path, ready.label, of_one)]
    ]
    return Outcome("\n".join([table_of(by_resource), table_of(rows)]), figures)
