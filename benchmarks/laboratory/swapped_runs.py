"""Runs whose labels are known to be swapped: kept out of every training set, then ranked among all samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from laboratory.configuration import Experiment
from laboratory.fitting import Part, fit_parts
from laboratory.markdown import NONE, number, table_of
from laboratory.outcome import Outcome
from laboratory.planted_labels import ranking_measures
from laboratory.surroundings import Surroundings, prepared
from srna_tools.evaluate.suspects import ranked_by_surprise
from srna_tools.io.h5ad import read_samples
from srna_tools.validation.linked import linked_samples
from srna_tools.validation.splits import Labelled, plan_splits


@dataclass(frozen=True)
class SwappedParameters:
    """Where the truth stands.

    Attributes
    ----------
    column, value
        Samples with this value in this column are swapped.
    """

    column: str
    value: str = "True"
    folds: int = 5
    seed: int = 0


def find_swapped(experiment: Experiment, parameters: SwappedParameters, surroundings: Surroundings) -> Outcome:
    """Predict the swapped runs by models of all others, and the others out of fold; rank them together."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    labels = ready.obs["label"].to_numpy(str)
    swapped = (ready.obs[parameters.column].astype(str) == parameters.value).to_numpy()
    others = np.flatnonzero(~swapped)
    obs = ready.obs.iloc[others]
    datasets = obs["dataset"].to_numpy(str)
    facts = Labelled(labels[others], datasets, linked_samples(obs), datasets)
    folds = plan_splits("kfold", facts, folds=parameters.folds, seed=parameters.seed).folds
    parts = [Part({"part": "others"}, others[fold.train], others[fold.test], parameters.seed) for fold in folds]
    parts.append(Part({"part": "swapped"}, others, np.flatnonzero(swapped), parameters.seed))
    predictions = fit_parts(
        samples, labels, parts, experiment.models, surroundings.folder_of(chosen), surroundings.threads
    )
    ranked = ranked_by_surprise(predictions)
    rows, figures = [], {}
    for name in sorted(set(labels[swapped])):
        of_class = set(ready.obs.index[swapped & (labels == name)])
        # The other classes' swapped runs are neither right nor the ones looked for.
        judged = ranked[~ranked["sample"].isin(set(ready.obs.index[swapped]) - of_class)]
        measures = ranking_measures(judged, of_class, len(of_class) / len(judged))
        found = ranked[ranked["sample"].isin(of_class)]
        called = found.loc[found["surprise"] > 0, "predicted"].value_counts()
        rows.append(
            {
                "annotated": name,
                "swapped runs": str(len(of_class)),
                "on the list of suspects": f"{(found['surprise'] > 0).sum()}",
                "predicted there": ", ".join(f"{other} {size}" for other, size in called.items()) or NONE,
                "AUROC of the ranking": number(measures["auroc"]),
                "median rank": f"{found['rank'].median():.0f} of {len(ranked)}",
            }
        )
        figures |= {f"{name}/found": str((found["surprise"] > 0).sum()), f"{name}/runs": str(len(of_class)),
                    f"{name}/auroc": number(measures["auroc"])}  # fmt: skip
    right = ranked[~ranked["sample"].isin(set(ready.obs.index[swapped]))]
    figures |= {"others": f"{len(right):,}", "others listed": str((right["surprise"] > 0).sum())}
    said = (
        f"Of the {figures['others']} runs that are not known to be swapped, {figures['others listed']} are on the "
        f"list; ranked by {', '.join(experiment.models)} together.\n"
    )
    return Outcome("\n".join([table_of([ready.composition()]), table_of(rows), said]), figures)
