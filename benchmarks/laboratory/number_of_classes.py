"""Accuracy against the number of classes: nested random subsets of the classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from laboratory.compared import SCHEMES
from laboratory.configuration import Experiment
from laboratory.fitting import Part, accuracies, fit_parts
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import classes_picture, image_link
from laboratory.split_rules import nested_classes
from laboratory.surroundings import Prepared, Surroundings, prepared
from srna_tools.io.h5ad import read_samples
from srna_tools.report.save import save_figure
from srna_tools.validation.linked import linked_samples
from srna_tools.validation.splits import Labelled, plan_splits

_METRICS = {"msa": "accuracy", "mca": "mean of classes"}


@dataclass(frozen=True)
class ClassParameters:
    """Subsets of the classes.

    Attributes
    ----------
    sizes
        Numbers of classes; the full number is added.
    draws
        Nested series of subsets.
    """

    sizes: tuple[int, ...] = (2, 4, 8)
    draws: int = 3
    folds: int = 5
    schemes: tuple[str, ...] = ("kfold", "dataset-out")


def by_number_of_classes(experiment: Experiment, parameters: ClassParameters, surroundings: Surroundings) -> Outcome:
    """Evaluate all models on all subsets under all schemes."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    parts = list(_parts(ready, parameters))
    predictions = fit_parts(
        samples, ready.obs["label"].to_numpy(str), parts, experiment.models, surroundings.folder_of(chosen),
        surroundings.threads,
    )  # fmt: skip
    measured = accuracies(predictions, ["scheme", "classes", "draw", "model"])
    grouped = measured.groupby(["scheme", "classes", "model"], sort=False)[list(_METRICS)]
    means, deviations = grouped.mean(), grouped.std()
    tables = [table_of([ready.composition()])]
    for scheme in parameters.schemes:
        rows = []
        for classes in sorted(measured["classes"].unique()):
            row = {f"classes ({SCHEMES[scheme]})": str(classes)}
            for model in experiment.models:
                for metric, words in _METRICS.items():
                    key = (scheme, classes, model)
                    row[f"{model}: {words}"] = spread(means.loc[key, metric], deviations.loc[key, metric])
            rows.append(row)
        tables.append(table_of(rows))
    picture = surroundings.images / f"{experiment.name}.png"
    save_figure(classes_picture(measured, {scheme: SCHEMES[scheme] for scheme in parameters.schemes}), picture)
    figures = {
        f"{scheme}/{classes}/{model}/{metric}": number(values[metric])
        for (scheme, classes, model), values in means.iterrows()
        for metric in _METRICS
    }
    return Outcome("\n".join([*tables, image_link(picture, "accuracy against the number of classes")]), figures)


def _parts(ready: Prepared, parameters: ClassParameters) -> Iterator[Part]:
    """Folds of all subsets; the full set of classes comes once."""
    classes = sorted(ready.obs["label"].unique())
    for draw in range(parameters.draws):
        sizes = [*parameters.sizes, len(classes)] if draw == 0 else list(parameters.sizes)
        for size, names in zip(sizes, nested_classes(classes, sizes, seed=draw), strict=True):
            rows = np.flatnonzero(ready.obs["label"].isin(names))
            obs = ready.obs.iloc[rows]
            datasets = obs["dataset"].to_numpy(str)
            facts = Labelled(obs["label"].to_numpy(str), datasets, linked_samples(obs), datasets)
            for scheme in parameters.schemes:
                for fold in plan_splits(scheme, facts, folds=parameters.folds, seed=draw).folds:
                    name = {"scheme": scheme, "classes": size, "draw": draw}
                    yield Part(name, rows[fold.train], rows[fold.test], seed=draw)
