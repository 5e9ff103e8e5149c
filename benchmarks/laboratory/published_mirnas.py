"""The miRNAs that Fiosina, Fiosins & Bonn 2019 name for tissues (Table 4), and where they stand among the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anndata

from laboratory.configuration import Experiment, SampleSet
from laboratory.evaluation import MODELS
from laboratory.markdown import NONE, table_of
from laboratory.outcome import Outcome
from laboratory.rankings import Ranking, by_explanation, by_forest, by_forests_of_classes, by_moderated_t, trained
from laboratory.surroundings import Surroundings, prepared
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.contenders import contenders, read_variants
from srna_tools.io.h5ad import read_samples
from srna_tools.mirna_names import members, parse

_TOP, _SHARE = 30, 0.1
_DIFFERENTIAL, _FOREST, _FORESTS = "moderated t", "forest", "forest of the class"


@dataclass(frozen=True)
class MirnaParameters:
    """What is looked for.

    Attributes
    ----------
    classes
        Tables of a ``class`` and the ``loci`` that are named for it.
    references
        Of the explanations of each model, in the order of the models.
    """

    classes: tuple[dict[str, Any], ...]
    references: tuple[str, ...]
    seed: int = 0


@dataclass(frozen=True)
class Place:
    """Where the best feature of a locus stands in its class.

    Attributes
    ----------
    feature
        Its name; empty where the model has none of this locus.
    rank
        From 1.
    features
        Number of ranked features.
    """

    feature: str
    rank: int
    features: int

    @property
    def found(self) -> bool:
        """Whether it is among the top tenth."""
        return bool(self.feature) and self.rank <= _SHARE * self.features

    def __str__(self) -> str:
        """Give the rank as a table shows it: bold within the top 30, in brackets outside the top tenth."""
        if not self.feature:
            return NONE
        if self.rank <= _TOP:
            return f"**{self.rank}**"
        return f"{self.rank}" if self.found else f"({self.rank})"


def find_published(experiment: Experiment, parameters: MirnaParameters, around: Surroundings) -> Outcome:
    """Train on each set of samples, and look the miRNAs up in the ranking of their class."""
    parts, figures = [], {}
    for one in experiment.sets:
        markdown, numbers = _of_set(experiment, one, parameters, around)
        parts.append(f"### {one.name}\n\n{markdown}")
        figures |= {f"{one.name}/{name}": value for name, value in numbers.items()}
    return Outcome("\n".join(parts), figures)


def place_of(ordered: Sequence[str], locus: str) -> Place:
    """Look up the best-ranked feature that holds a locus, alone or among the members of a merged name."""
    for rank, feature in enumerate(ordered, start=1):
        if locus in loci_of(feature):
            return Place(feature, rank, len(ordered))
    return Place("", 0, len(ordered))


def loci_of(feature: str) -> set[str]:
    """Loci of all members of a feature's name: ``mir-215`` and ``mir-192`` of ``hsa-miR-215-5p/192-5p``."""
    return {name.locus for member in members(feature) if (name := parse(member)) is not None}


def _of_set(
    experiment: Experiment, one: SampleSet, parameters: MirnaParameters, around: Surroundings
) -> tuple[str, dict[str, str]]:
    ready = prepared(experiment, one, around)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    models = contenders(samples, list(experiment.models), {}, read_variants(MODELS))
    rankings = _rankings(samples, ready.label, models, parameters, around.threads)
    present = [wanted for wanted in parameters.classes if wanted["class"] in set(ready.obs["label"])]
    rows = []
    found = dict.fromkeys(rankings, 0)
    for wanted in present:
        for locus in wanted["loci"]:
            places = {name: place_of(ranking[wanted["class"]], locus) for name, ranking in rankings.items()}
            best = min(
                (place for place in places.values() if place.feature), key=lambda place: place.rank, default=None
            )
            rows.append(
                {"class": wanted["class"], "miRNA": locus, "best arm": best.feature if best else NONE}
                | {name: str(place) for name, place in places.items()}
            )
            found = {name: number + places[name].found for name, number in found.items()}
    sizes = {name: str(len(next(iter(ranking.values())))) for name, ranking in rankings.items()}
    rows += [{"class": "features ranked"} | sizes,
             {"class": f"found, of {len(rows)}"} | {name: str(number) for name, number in found.items()}]  # fmt: skip
    missing = [wanted["class"] for wanted in parameters.classes if wanted not in present]
    absent = f"Not among the classes: {', '.join(missing)}.\n" if missing else ""
    figures = {f"{name}/found": str(number) for name, number in found.items()} | {"all": str(len(rows) - 2)}
    return "\n".join(part for part in (table_of([ready.composition()]), absent, table_of(rows)) if part), figures


def _rankings(
    samples: anndata.AnnData, label: str, models: Sequence[Contender], parameters: MirnaParameters, threads: int
) -> dict[str, Ranking]:
    """Rank by each model, and by what users could pick instead with the normalisation of the last model."""
    rankings = {}
    for model, reference in zip(models, parameters.references, strict=True):
        bundle = trained(samples, label, model, parameters.seed, threads)
        rankings[f"{model.name}, {reference}"] = by_explanation(samples, bundle, reference)
    specification = models[-1].transform
    rankings[_FORESTS] = by_forests_of_classes(samples, label, specification, parameters.seed, threads)
    rankings[_FOREST] = by_forest(samples, label, specification, parameters.seed, threads)
    rankings[_DIFFERENTIAL] = by_moderated_t(samples, label, specification)
    return rankings
