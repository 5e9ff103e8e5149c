"""Self-training on real data: the command's own figures before and after, and what the true labels say of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from laboratory.commands import run
from laboratory.configuration import Experiment
from laboratory.markdown import NONE, number, table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Surroundings, prepared
from srna_tools.bundle import load_bundle
from srna_tools.errors import SrnaToolsError

_METRICS = {"msa": "accuracy", "mca": "mean of classes"}
_SETS = 3


@dataclass(frozen=True)
class SelfTrainingParameters:
    """Smallest probability of a sample that is added."""

    min_confidence: float = 0.9


def train_on_own_predictions(
    experiment: Experiment, parameters: SelfTrainingParameters, surroundings: Surroundings
) -> Outcome:
    """Train each model with and without the unlabelled samples, and predict held-out samples of their kind with both.

    The label of the second and third set is the column that holds what was hidden.

    Raises
    ------
    SrnaToolsError
        The experiment has not three sets: labelled, unlabelled and held out.
    """
    if len(experiment.sets) != _SETS:
        raise SrnaToolsError("self-training takes three sets of samples: labelled, unlabelled and held out")
    labelled = prepared(experiment, experiment.sets[0], surroundings)
    others = [prepared(experiment, one, surroundings) for one in experiment.sets[1:]]
    truths = [one.obs["label"] for one in others]
    rows, figures = [], {"unlabelled": f"{len(truths[0]):,}", "held out": f"{len(truths[1]):,}"}
    for model in experiment.models:
        folder = surroundings.work / model
        train = ["srna-train", labelled.path.resolve(), "--label", experiment.label, "--model", model,
                 "--threads", surroundings.threads]  # fmt: skip
        confidence = ["--min-confidence", parameters.min_confidence]
        facts, tables = _train(train, confidence, [one.path.resolve() for one in others], folder)
        measured = figures_of_one(facts, tables, truths)
        figures |= {f"{model}/{name}": value for name, value in measured.items()}
        rows.append({"model": model, **measured})
    sets = [
        {"data": one.name, "samples": f"{len(truth):,}", "samples of each class": _sizes(truth)}
        for one, truth in zip(experiment.sets, [labelled.obs["label"], *truths], strict=True)
    ]
    return Outcome("\n".join([table_of(sets), table_of(rows)]), figures)


def figures_of_one(facts: dict[str, Any], tables: dict[str, pd.DataFrame], truths: list[pd.Series]) -> dict[str, str]:
    """Say what was added, how much of it is right, and how accurate the model is before and after.

    Parameters
    ----------
    facts
        What the bundle says of its self-training.
    tables
        ``added``: of srna-train --self-training-output; ``before``, ``after``: of srna-predict on held-out samples.
    truths
        True labels of the unlabelled and of the held-out samples.
    """
    used = tables["added"][tables["added"]["used"] == "yes"]
    right = used["label"].to_numpy() == truths[0].loc[used["sample"]].to_numpy()
    figures = {"added": str(len(used)), "of these right": number(right.mean()) if len(used) else NONE}
    for metric, words in _METRICS.items():
        for when in ("before", "after"):
            figures[f"folds: {words} {when}"] = number(facts.get(f"{metric}_{when}", float("nan")))
    for when in ("before", "after"):
        truth = truths[1].loc[tables[when]["sample"]].to_numpy()
        correct = pd.Series(tables[when]["label"].to_numpy() == truth, dtype=float)
        figures[f"held out: accuracy {when}"] = number(correct.mean())
        figures[f"held out: mean of classes {when}"] = number(correct.groupby(truth).mean().mean())
    return figures


def _train(
    train: list[object], confidence: list[object], others: list[Path], folder: Path
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Give what the bundle says of its self-training, and the tables that the executables wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    unlabelled = ["--unlabelled", others[0], *confidence, "--self-training-output", "added.tsv"]
    run([*train, "-o", "before.safetensors"], folder)
    run([*train, *unlabelled, "-o", "after.safetensors"], folder)
    for when in ("before", "after"):
        run(["srna-predict", others[1], "--model", f"{when}.safetensors", "-o", f"{when}.tsv"], folder)
    text = dict.fromkeys(("sample", "dataset", "label"), str)
    tables = {
        name: pd.read_csv(folder / f"{name}.tsv", sep="\t", dtype=text, keep_default_na=False)
        for name in ("added", "before", "after")
    }
    return load_bundle(folder / "after.safetensors").training["self_training"], tables


def _sizes(labels: pd.Series) -> str:
    return ", ".join(f"{name} {size:,}" for name, size in labels.value_counts().items())
