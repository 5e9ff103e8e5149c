"""Wrong labels planted in real data: how many of them the list of suspects finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from laboratory.compared import SCHEMES
from laboratory.configuration import Experiment
from laboratory.evaluation import Request, evaluate
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Prepared, Surroundings, prepared
from laboratory.wrong_labels import found_at_top, planted_samples, planted_studies
from srna_tools.evaluate.suspects import ranked_by_surprise
from srna_tools.io.h5ad import read_samples, write_samples

_PLANTED = "planted"
_SAMPLES, _STUDIES = "single samples", "whole studies"


@dataclass(frozen=True)
class PlantedParameters:
    """What is planted.

    Attributes
    ----------
    share
        Of the samples, for single wrong labels; also the share of the ranking that is looked at.
    studies
        Number of studies whose samples all get one wrong label.
    draws
        How often.
    """

    share: float = 0.05
    studies: int = 3
    draws: int = 3
    folds: int = 5
    schemes: tuple[str, ...] = ("kfold", "dataset-out")


def plant(experiment: Experiment, parameters: PlantedParameters, surroundings: Surroundings) -> Outcome:
    """Plant wrong labels, evaluate with them, and look for them in the ranking."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    found = pd.DataFrame(_found(experiment, parameters, ready, surroundings, surroundings.folder_of(chosen)))
    rows = []
    figures: dict[str, str] = {}
    for (kind, scheme), of_one in found.groupby(["kind", "scheme"], sort=False):
        measures = {name: (of_one[name].mean(), of_one[name].std()) for name in ("precision", "recall", "auroc")}
        rows.append(
            {
                "planted": f"{kind}: {of_one['wrong'].mean():.0f} of {of_one['ranked'].mean():.0f} ranked samples",
                "predictions": SCHEMES[scheme],
                f"wrong among the top {100 * parameters.share:g} %": spread(*measures["precision"]),
                "share of the wrong ones on the list": spread(*measures["recall"]),
                "samples on the list": f"{of_one['listed'].mean():.0f}",
                "AUROC of the ranking": spread(*measures["auroc"]),
            }
        )
        figures |= {f"{kind}/{scheme}/{name}": number(mean) for name, (mean, _) in measures.items()}
    models = ", ".join(experiment.models)
    said = f"Mean ± standard deviation over {parameters.draws} draws; ranked by {models} together.\n"
    return Outcome("\n".join([table_of([ready.composition()]), table_of(rows), said]), figures)


def _found(
    experiment: Experiment, parameters: PlantedParameters, ready: Prepared, surroundings: Surroundings, folder: Path
) -> Iterator[dict[str, object]]:
    labels, datasets = ready.obs["label"], ready.obs["dataset"]
    for draw in range(parameters.draws):
        planted = {
            _SAMPLES: planted_samples(labels, parameters.share, seed=draw),
            _STUDIES: planted_studies(labels, datasets, parameters.studies, seed=draw),
        }
        for kind, changed in planted.items():
            place = folder / f"{kind.replace(' ', '-')}-{draw}"
            place.mkdir(parents=True, exist_ok=True)
            samples = read_samples(ready.path)[ready.obs.index].copy()
            samples.obs[_PLANTED] = changed
            write_samples(samples, place / "planted.h5ad")
            for scheme in parameters.schemes:
                request = Request(
                    place / "planted.h5ad", _PLANTED, experiment.models, scheme, parameters.folds, seed=draw
                )
                predictions = evaluate(request, place / scheme, surroundings.threads).predictions
                yield {"kind": kind, "scheme": scheme} | ranking_measures(
                    ranked_by_surprise(predictions), set(labels.index[labels != changed]), parameters.share
                )


def ranking_measures(ranked: pd.DataFrame, wrong: set[str], share: float) -> dict[str, float]:
    """Measure how well a ranking of samples finds the wrong ones.

    Parameters
    ----------
    ranked
        ``sample`` and ``surprise``, as `srna_tools.evaluate.suspects.ranked_by_surprise` gives them.

    Returns
    -------
    ``ranked``, ``wrong`` (of them), ``listed`` (with positive surprise), ``precision`` among the top share, ``recall``
    of the list, ``auroc``.
    """
    from sklearn.metrics import roc_auc_score

    is_wrong = ranked["sample"].isin(wrong).to_numpy()
    surprise = ranked["surprise"].to_numpy(np.float64)
    some = is_wrong.any() and not is_wrong.all()
    return {
        "ranked": float(len(ranked)),
        "wrong": float(is_wrong.sum()),
        "listed": float((surprise > 0).sum()),
        "precision": found_at_top(surprise, is_wrong, share),
        "recall": float((surprise[is_wrong] > 0).mean()) if some else np.nan,
        "auroc": float(roc_auc_score(is_wrong, surprise)) if some else np.nan,
    }
