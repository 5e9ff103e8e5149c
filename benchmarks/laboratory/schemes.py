"""Experiments that compare models under one or more schemes of validation, on one or more sets of samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from laboratory.configuration import Experiment
from laboratory.evaluation import Evaluation, Request, evaluate
from laboratory.few_samples import accuracy_over_samples, least_above_chance
from laboratory.markdown import interval, number, table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Prepared, Surroundings, prepared
from laboratory.within_datasets import mean_interval, within_datasets
from srna_tools.errors import counted, listed
from srna_tools.validation.out_of_fold import BASELINE

SCHEMES = {
    "kfold": "random folds",
    "group-kfold": "groups left out",
    "dataset-out": "one dataset left out",
    "split": "train / test",
}
_METRICS = {"msa": "accuracy", "mca": "mean of classes"}
_OF_DATASETS = {"mean_dataset_accuracy": "mean of datasets"}


@dataclass(frozen=True)
class SchemeParameters:
    """How the models are compared.

    Attributes
    ----------
    schemes
        In the order of the table.
    group_column, split_column
        Sample columns for the schemes group-kfold and split.
    within_datasets
        Also measure inside each dataset, over classes with at least so many samples there; 0 does not.
    by_class
        Also show the recall of every class.
    over_samples
        Also give intervals over samples, and the least that differs from chance: for sets of a single study.
    """

    schemes: tuple[str, ...] = ("kfold", "dataset-out")
    folds: int = 5
    repeats: int = 1
    seed: int = 0
    group_column: str = "dataset"
    split_column: str = "part"
    within_datasets: int = 0
    by_class: bool = False
    over_samples: bool = False


@dataclass(frozen=True)
class Compared:
    """Evaluations of one set of samples by scheme."""

    name: str
    samples: Prepared
    by_scheme: dict[str, Evaluation]


def compare_schemes(experiment: Experiment, parameters: SchemeParameters, surroundings: Surroundings) -> Outcome:
    """Evaluate all models on all sets under all schemes."""
    compared = [_compared(experiment, parameters, place, surroundings) for place in range(len(experiment.sets))]
    parts = [table_of([{"data": one.name} | one.samples.composition() for one in compared])]
    figures: dict[str, str] = {}
    for one in compared:
        parts += _tables(one, parameters, headed=len(compared) > 1)
        figures |= _figures(one, parameters)
    return Outcome("\n".join(part for part in parts if part), figures)


def _compared(experiment: Experiment, parameters: SchemeParameters, place: int, around: Surroundings) -> Compared:
    chosen = experiment.sets[place]
    samples = prepared(experiment, chosen, around)
    extra = {"group-kfold": ("--group-column", parameters.group_column),
             "split": ("--split-column", parameters.split_column)}  # fmt: skip
    by_scheme = {
        scheme: evaluate(
            Request(
                samples.path,
                samples.label,
                experiment.models,
                scheme,
                folds=parameters.folds,
                repeats=parameters.repeats,
                seed=parameters.seed,
                extra=extra.get(scheme, ()),
            ),
            around.folder_of(chosen) / scheme,
            around.threads,
        )
        for scheme in chosen.schemes or parameters.schemes
    }
    return Compared(chosen.name, samples, by_scheme)


def _tables(one: Compared, parameters: SchemeParameters, *, headed: bool) -> Iterator[str]:
    if headed:
        yield f"### {one.name}\n"
    yield table_of([_row(one, model) for model in _models(one)])
    yield from _what_was_tested(one)
    if parameters.over_samples:
        yield from _over_samples(one)
    if parameters.within_datasets:
        yield "Inside each dataset, where knowing the dataset does not help:\n"
        yield table_of([_row_within(one, model, parameters.within_datasets) for model in _fitted(one)])
    if parameters.by_class:
        yield from _by_class(one)


def _models(one: Compared) -> list[str]:
    return next(iter(one.by_scheme.values())).models


def _fitted(one: Compared) -> list[str]:
    """All models but the baseline, whose predictions are not in the table."""
    return [model for model in _models(one) if model != BASELINE]


def _metrics_of(scheme: str) -> dict[str, str]:
    return _METRICS if scheme == "kfold" else _METRICS | _OF_DATASETS


def _row(one: Compared, model: str) -> dict[str, str]:
    row = {"model": model}
    for scheme, evaluation in one.by_scheme.items():
        for metric, words in _metrics_of(scheme).items():
            row[f"{SCHEMES[scheme]}: {words}"] = evaluation.printed(model, metric)
    return row


def _what_was_tested(one: Compared) -> Iterator[str]:
    for scheme, evaluation in one.by_scheme.items():
        untested = evaluation.untested()
        if len(untested):
            named = listed([f"{name} ({size})" for name, size in untested.items()], 8)
            tested = evaluation.predictions["sample"].nunique()
            yield (
                f"With {SCHEMES[scheme]}, {counted(tested, 'sample')} could be tested. "
                f"Not tested: {counted(int(untested.sum()), 'sample')} ({named}).\n"
            )


def _row_within(one: Compared, model: str, fewest: int) -> dict[str, str]:
    row = {"model": model}
    for scheme, (datasets, balanced, auroc) in _within(one, model, fewest).items():
        row[f"{SCHEMES[scheme]}: balanced accuracy, mean of {datasets} datasets"] = interval(*balanced)
        row[f"{SCHEMES[scheme]}: AUROC"] = interval(*auroc)
    return row


_Interval = tuple[float, float, float]


def _within(one: Compared, model: str, fewest: int) -> dict[str, tuple[int, _Interval, _Interval]]:
    """Number of datasets, balanced accuracy and AUROC inside datasets, by scheme."""
    found = {}
    for scheme, evaluation in one.by_scheme.items():
        table = within_datasets(evaluation.predictions[evaluation.predictions["model"] == model], fewest)
        found[scheme] = (len(table), mean_interval(table["balanced_accuracy"]), mean_interval(table["auroc"]))
    return found


def _over_samples(one: Compared) -> Iterator[str]:
    share = one.samples.obs["label"].value_counts(normalize=True).iloc[0]
    number_of_samples = len(one.samples.obs)
    least = least_above_chance(number_of_samples, share)
    rows = []
    for model in _fitted(one):
        row = {"model": model}
        for scheme, evaluation in one.by_scheme.items():
            of_model = evaluation.predictions[evaluation.predictions["model"] == model]
            row[f"{SCHEMES[scheme]}: accuracy, interval over samples"] = interval(*accuracy_over_samples(of_model))
        rows.append(row)
    yield table_of(rows)
    yield (
        f"The commonest class has a share of {number(share)}; with {counted(number_of_samples, 'sample')} an accuracy "
        f"below {number(least)} cannot be told from always naming it (one-sided binomial test, 5 %).\n"
    )


def _by_class(one: Compared) -> Iterator[str]:
    for scheme, evaluation in one.by_scheme.items():
        tested = sorted(evaluation.predictions["true"].unique())
        rows = [
            {"class": name}
            | {
                model: number(evaluation.measure(model, "recall", "class", name)[0])
                for model in evaluation.models
                if model != BASELINE
            }
            for name in tested
        ]
        yield f"Recall of each class, {SCHEMES[scheme]}:\n"
        yield table_of(rows)


def _figures(one: Compared, parameters: SchemeParameters) -> dict[str, str]:
    figures = {f"{one.name}/{key}": value for key, value in one.samples.composition().items()}
    for scheme, evaluation in one.by_scheme.items():
        figures[f"{one.name}/{scheme}/tested"] = f"{evaluation.predictions['sample'].nunique():,}"
        for model in evaluation.models:
            for metric in (*_METRICS, *_OF_DATASETS, "auroc"):
                figures[f"{one.name}/{scheme}/{model}/{metric}"] = number(evaluation.measure(model, metric)[0])
    if parameters.within_datasets:
        for model in _fitted(one):
            for scheme, (_, balanced, auroc) in _within(one, model, parameters.within_datasets).items():
                figures[f"{one.name}/{scheme}/{model}/within balanced accuracy"] = number(balanced[0])
                figures[f"{one.name}/{scheme}/{model}/within auroc"] = number(auroc[0])
    return figures
