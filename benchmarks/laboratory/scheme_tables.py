"""Tables and figures of models compared under one or more schemes of validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from laboratory.evaluation import Evaluation
from laboratory.few_samples import accuracy_over_samples, least_above_chance
from laboratory.markdown import interval, number, table_of
from laboratory.surroundings import Prepared
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
# With two datasets of a class, one left out leaves the class to a single study.
_SEVERAL = 3
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


def tables_of(one: Compared, parameters: SchemeParameters, *, headed: bool) -> Iterator[str]:
    """Write all tables of one set of samples; with its name above where there are several."""
    if headed:
        yield f"### {one.name}\n"
    yield table_of([_row(one, model) for model in _models(one)])
    yield from _what_was_tested(one)
    if parameters.repeats > 1:
        yield from _by_repeat(one)
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


def _metrics_of(one: Compared, scheme: str) -> dict[str, str]:
    several = one.samples.obs["dataset"].nunique() > 1
    return _METRICS | _OF_DATASETS if several and scheme != "kfold" else _METRICS


def _row(one: Compared, model: str) -> dict[str, str]:
    row = {"model": model}
    for scheme, evaluation in one.by_scheme.items():
        for metric, words in _metrics_of(one, scheme).items():
            row[f"{SCHEMES[scheme]}: {words}"] = evaluation.printed(model, metric)
    return row


def _what_was_tested(one: Compared) -> Iterator[str]:
    for scheme, evaluation in one.by_scheme.items():
        untested = evaluation.untested()
        if len(untested) or scheme == "split":
            first = evaluation.predictions.drop_duplicates("sample")
            tested, datasets = counted(len(first), "sample"), counted(first["dataset"].nunique(), "dataset")
            said = f"With {SCHEMES[scheme]}, {tested} of {datasets} could be tested."
            if len(untested):
                named = listed([f"{name} ({size})" for name, size in untested.items()], 8)
                said += f" Not tested: {counted(int(untested.sum()), 'sample')} ({named})."
            yield said + "\n"


def _by_repeat(one: Compared) -> Iterator[str]:
    """Accuracy of each repeat, where chance makes a difference."""
    for scheme, evaluation in one.by_scheme.items():
        table = evaluation.predictions
        right = (table["predicted"] == table["true"]).groupby([table["model"], table["repeat"]], sort=False).mean()
        said = [
            f"{model} {number(of_model.min())} to {number(of_model.max())}"
            for model, of_model in right.groupby(level="model", sort=False)
            if of_model.nunique() > 1
        ]
        if said:
            repeats = table["repeat"].nunique()
            yield f"Means of {repeats} repeats; lowest and highest accuracy, {SCHEMES[scheme]}: {'; '.join(said)}.\n"


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
    told = "no accuracy can" if np.isnan(least) else f"an accuracy below {number(least)} cannot"
    yield (
        f"The commonest class has a share of {number(share)}; with {counted(number_of_samples, 'sample')} {told} be "
        "told from always naming it (one-sided binomial test, 5 %).\n"
    )


def _by_class(one: Compared) -> Iterator[str]:
    for scheme, evaluation in one.by_scheme.items():
        tested = sorted(evaluation.predictions["true"].unique())
        datasets = one.samples.obs.groupby("label")["dataset"].nunique()
        rows = [
            {"class": name, "datasets": str(datasets[name])}
            | {
                model: number(evaluation.measure(model, "recall", "class", name)[0])
                for model in evaluation.models
                if model != BASELINE
            }
            for name in tested
        ]
        yield f"Recall of each class, {SCHEMES[scheme]}:\n"
        yield table_of(rows)
        means = mean_of_frequent(one, evaluation)
        if scheme != "kfold":
            said = "; ".join(f"{model} {number(value)}" for model, value in means.items())
            yield f"Mean of the classes of at least {_SEVERAL} datasets, which are left with two or more: {said}.\n"


def mean_of_frequent(one: Compared, evaluation: Evaluation) -> dict[str, float]:
    """Mean recall of the tested classes that several datasets hold, by model."""
    datasets = one.samples.obs.groupby("label")["dataset"].nunique()
    names = [name for name in evaluation.predictions["true"].unique() if datasets[name] >= _SEVERAL]
    return {
        model: float(np.mean([evaluation.measure(model, "recall", "class", name)[0] for name in names] or [np.nan]))
        for model in _fitted(one)
    }


def figures_of(one: Compared, parameters: SchemeParameters) -> dict[str, str]:
    """Give all figures of one set of samples by name."""
    figures = {f"{one.name}/{key}": value for key, value in one.samples.composition().items()}
    for scheme, evaluation in one.by_scheme.items():
        figures[f"{one.name}/{scheme}/tested"] = f"{evaluation.predictions['sample'].nunique():,}"
        for model, value in mean_of_frequent(one, evaluation).items():
            figures[f"{one.name}/{scheme}/{model}/mean of frequent classes"] = number(value)
        for model in evaluation.models:
            for metric in (*_METRICS, *_OF_DATASETS, "auroc"):
                figures[f"{one.name}/{scheme}/{model}/{metric}"] = number(evaluation.measure(model, metric)[0])
    if parameters.within_datasets:
        for model in _fitted(one):
            for scheme, (_, balanced, auroc) in _within(one, model, parameters.within_datasets).items():
                figures[f"{one.name}/{scheme}/{model}/within balanced accuracy"] = number(balanced[0])
                figures[f"{one.name}/{scheme}/{model}/within auroc"] = number(auroc[0])
    return figures
