"""What becomes of classes that a model does not know, with a catch-all class and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.fitting import Part, fit_parts
from laboratory.markdown import number, table_of
from laboratory.outcome import Outcome
from laboratory.refusals import FAMILIAR, NEVER_SEEN, OWN, kinds_of_samples, refused, shares_of
from laboratory.surroundings import Surroundings, prepared
from srna_tools.io.h5ad import read_samples
from srna_tools.preprocess.catch_all import ClassChoice, choose_classes

_WITH, _WITHOUT = "with", "without"
_SHOWN = 3


@dataclass(frozen=True)
class CatchAllParameters:
    """Labels that are classes of their own, and the name of the class of all others, as srna-train takes them."""

    classes: tuple[str, ...]
    catch_all: str = "other"
    seed: int = 0


def with_and_without(experiment: Experiment, parameters: CatchAllParameters, surroundings: Surroundings) -> Outcome:
    """Leave out each dataset in turn, from models with the catch-all class and from models without."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    choice = ClassChoice(parameters.classes, parameters.catch_all)
    classes = choose_classes(ready.obs["label"], ready.obs["dataset"], ready.label, choice).to_numpy(str)
    parts = list(parts_of(classes, ready.obs["dataset"].to_numpy(str), parameters.catch_all, parameters.seed))
    predictions = fit_parts(
        samples, classes, parts, experiment.models, surroundings.folder_of(chosen), surroundings.threads
    )
    kinds = kinds_of_samples(ready.obs["label"], ready.obs["dataset"], parameters.classes)
    table = predictions.assign(
        label=ready.obs["label"].loc[predictions["sample"]].to_numpy(str),
        kind=kinds.loc[predictions["sample"]].to_numpy(str),
        refused=refused(predictions, parameters.catch_all),
        called_other=predictions["predicted"] == parameters.catch_all,
        right=predictions["predicted"] == predictions["true"],
    )
    groups = list(table.groupby(["model", "catch_all"], sort=False))
    rows = [_row(str(model), str(variant), of_one) for (model, variant), of_one in groups]
    figures = {
        f"{model}/{variant}/{name}": number(value)
        for (model, variant), of_one in groups
        for name, value in shares_of(of_one).items()
    }
    once = table.drop_duplicates("sample")
    figures |= {f"samples/{kind}": f"{(once['kind'] == kind).sum():,}" for kind in (OWN, FAMILIAR, NEVER_SEEN)}
    figures |= {"tissues never seen": str(once.loc[once["kind"] == NEVER_SEEN, "label"].nunique())}
    markdown = [
        table_of([ready.composition()]),
        f"{figures[f'samples/{OWN}']} samples are of the classes, {figures[f'samples/{FAMILIAR}']} of other tissues "
        f"that several datasets have, {figures[f'samples/{NEVER_SEEN}']} of {figures['tissues never seen']} tissues "
        "that are in one dataset only: the model that predicts them never saw any, in no class.\n",
        table_of(rows),
        "Tissues never seen, samples as they were predicted by the model with the catch-all class:\n",
        table_of(_never_seen_rows(table[(table["kind"] == NEVER_SEEN) & (table["catch_all"] == _WITH)])),
    ]
    return Outcome("\n".join(markdown), figures)


def parts_of(classes: np.ndarray, datasets: np.ndarray, catch_all: str, seed: int) -> Iterator[Part]:
    """Give each dataset's samples to a model of all others, with the catch-all class and without.

    Without it the datasets that hold none of the classes leave the same training set, and are tested together.
    """
    own = classes != catch_all
    holders = set(datasets[own])
    for name in np.unique(datasets):
        out = datasets == name
        yield Part({"catch_all": _WITH}, np.flatnonzero(~out), np.flatnonzero(out), seed)
        if name in holders:
            yield Part({"catch_all": _WITHOUT}, np.flatnonzero(~out & own), np.flatnonzero(out), seed, strangers=True)
    strangers = ~np.isin(datasets, list(holders))
    if strangers.any():
        yield Part({"catch_all": _WITHOUT}, np.flatnonzero(own), np.flatnonzero(strangers), seed, strangers=True)


def _row(model: str, variant: str, table: pd.DataFrame) -> dict[str, str]:
    shares = shares_of(table)
    words = {
        "right": "classes: right",
        "right and not refused": "right and not refused",
        "wrong and not refused": "wrong and not refused",
        "familiar refused": "other tissues: refused",
        "never seen refused": "tissues never seen: refused",
        "never seen called other": "tissues never seen: predicted as the catch-all class",
        "never seen refused, mean of tissues": "tissues never seen: refused, mean of tissues",
    }
    return {"model": model, "catch-all class": variant} | {
        heading: number(shares[name]) for name, heading in words.items()
    }


def _never_seen_rows(table: pd.DataFrame) -> list[dict[str, str]]:
    rows = []
    for label, of_label in table.groupby("label"):
        row = {"tissue": str(label), "samples": str(of_label["sample"].nunique())}
        for model, of_model in of_label.groupby("model", sort=False):
            called = of_model["predicted"].value_counts()
            row[f"{model}: refused"] = number(of_model["refused"].mean())
            row[f"{model}: most predicted as"] = ", ".join(
                f"{name} {size}" for name, size in called.head(_SHOWN).items()
            )
        rows.append(row)
    return rows
