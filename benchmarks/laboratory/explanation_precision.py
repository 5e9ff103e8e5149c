"""How many of the top sRNAs of a tissue drive it: simulated studies, where that is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import anndata
import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.evaluation import MODELS
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.rankings import (
    Ranking,
    by_explanation,
    by_forest,
    by_forests_of_classes,
    by_moderated_t,
    trained,
)
from laboratory.surroundings import Surroundings
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.contenders import contenders, read_variants
from srna_tools.io.output import write_table
from srna_tools.models.random_forest import RandomForest
from srna_tools.preprocess.specification import EXPRESSED
from srna_tools.simulate import SimulationSettings, simulate, to_anndata

DIFFERENTIAL = "differential expression (moderated t)"
FOREST, FORESTS = "forest importance", "forest importance, a forest for each tissue"
CHANCE = "chance"
OWN, ANY = "own", "any"
_WORDS = {OWN: "drivers of the tissue itself", ANY: "drivers of any tissue"}


@dataclass(frozen=True)
class PrecisionParameters:
    """What is simulated and what is counted.

    Attributes
    ----------
    generators
        Settings of `srna_tools.simulate.SimulationSettings` without the seed, each with a ``name``.
    seeds
        Of simulation and training.
    references
        Of the explanations.
    top
        Features of each tissue that are looked at.
    """

    generators: tuple[dict[str, Any], ...]
    seeds: tuple[int, ...]
    references: tuple[str, ...] = ("zero", "mean")
    top: int = 20


def measure_precision(experiment: Experiment, parameters: PrecisionParameters, around: Surroundings) -> Outcome:
    """Simulate, train, rank, and count the drivers among the top."""
    around.work.mkdir(parents=True, exist_ok=True)
    measured = pd.concat([
        _measured(experiment, parameters, generator, seed, around).assign(generator=generator["name"], seed=seed)
        for generator in parameters.generators
        for seed in parameters.seeds
    ])  # fmt: skip
    names = [generator["name"] for generator in parameters.generators]
    parts = [f"{words[0].upper()}{words[1:]} among the top {parameters.top}:\n\n{_table(measured, what, names)}"
             for what, words in _WORDS.items()]  # fmt: skip
    figures = {
        f"{keys[0]}/{keys[1]}/{what}": number(values.mean())
        for keys, of_both in measured.groupby(["generator", "method"], sort=False)
        for what, values in of_both[[OWN, ANY]].items()
    }
    return Outcome("\n".join(parts), figures)


def precision_at_top(ranking: Ranking, truth: pd.DataFrame, top: int) -> dict[str, float]:
    """Share of the top features that drive their tissue (``own``) or some tissue (``any``), mean over tissues.

    Parameters
    ----------
    truth
        As `srna_tools.simulate.Simulation.truth`: a feature that a tissue has less of drives it too.
    """
    anything = set(truth["feature"])
    drivers = {tissue: set(rows["feature"]) for tissue, rows in truth.groupby("tissue")}
    return {
        OWN: float(np.mean([_share(features[:top], drivers[tissue]) for tissue, features in ranking.items()])),
        ANY: float(np.mean([_share(features[:top], anything) for features in ranking.values()])),
    }


def _share(features: np.ndarray, drivers: set[str]) -> float:
    return float(np.mean([feature in drivers for feature in features]))


def _table(measured: pd.DataFrame, what: str, generators: list[str]) -> str:
    """Methods in rows, generators in columns, mean ± standard deviation over seeds."""
    rows = []
    for method, of_method in measured.groupby("method", sort=False):
        cells = of_method.groupby("generator")[what]
        means, deviations = cells.mean(), cells.std()
        rows.append({"ranked by": method} | {name: spread(means[name], deviations[name]) for name in generators})
    return table_of(rows)


def _measured(
    experiment: Experiment, parameters: PrecisionParameters, generator: Mapping[str, Any], seed: int,
    around: Surroundings,
) -> pd.DataFrame:  # fmt: skip
    """Measure all methods on one simulation, but those that an earlier run measured."""
    settings = SimulationSettings(**{key: value for key, value in generator.items() if key != "name"}, seed=seed)
    simulation = simulate(settings)
    samples = to_anndata(simulation)
    models = contenders(samples, list(experiment.models), {}, read_variants(MODELS))
    tables = []
    for name, (depends_on, rank) in _methods(
        samples, models, parameters, experiment.label, seed, around.threads
    ).items():
        place = around.work / f"{_checksum(asdict(settings), depends_on, parameters.top)}.tsv"
        if not place.is_file():
            rows = [
                {"reference": reference} | precision_at_top(ranking, simulation.truth, parameters.top)
                for reference, ranking in rank()
            ]
            write_table(pd.DataFrame(rows), place)
        table = pd.read_csv(place, sep="\t", keep_default_na=False)
        words = [f"{name}, reference {reference}" if reference else name for reference in table["reference"]]
        tables.append(table.assign(method=words))
    return pd.concat(tables, ignore_index=True)


def _methods(
    samples: anndata.AnnData, models: Sequence[Contender], parameters: PrecisionParameters, label: str, seed: int,
    threads: int,
) -> dict[str, tuple[object, Callable[[], Iterator[tuple[str, Ranking]]]]]:  # fmt: skip
    """Give by name what a method depends on besides the samples, and a function that ranks, by reference."""

    def explained(model: Contender) -> Iterator[tuple[str, Ranking]]:
        bundle = trained(samples, label, model, seed, threads)
        if isinstance(bundle.model, RandomForest):  # TreeSHAP has no reference
            yield "", by_explanation(samples, bundle, parameters.references[0])
            return
        for reference in parameters.references:
            yield reference, by_explanation(samples, bundle, reference)

    def alone(ranking: Callable[[], Ranking]) -> Callable[[], Iterator[tuple[str, Ranking]]]:
        return lambda: iter([("", ranking())])

    def by_chance() -> Ranking:
        generator = np.random.default_rng(seed)
        return {
            tissue: generator.permutation(features)
            for tissue, features in by_moderated_t(samples, label, EXPRESSED).items()
        }

    arguments = (samples, label, EXPRESSED)
    baselines: dict[str, Callable[[], Ranking]] = {
        FOREST: lambda: by_forest(*arguments, seed, threads),
        FORESTS: lambda: by_forests_of_classes(*arguments, seed, threads),
        DIFFERENTIAL: lambda: by_moderated_t(*arguments),
        CHANCE: by_chance,
    }
    return {model.name: ([model.to_dict(), parameters.references], partial(explained, model)) for model in models} | {
        name: (name, alone(ranking)) for name, ranking in baselines.items()
    }


def _checksum(*depends_on: object) -> str:
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:16]
