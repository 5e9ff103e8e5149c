"""Tables and figures of models compared under one or more schemes of validation."""

from __future__ import annotations

from collections.abc import Iterator

from laboratory.compared import SCHEMES, Compared, SchemeParameters
from laboratory.markdown import number, table_of
from laboratory.scheme_details import by_class, comparison_with, inside_datasets, mean_of_frequent, over_samples, within
from srna_tools.errors import counted, listed

_METRICS = {"msa": "accuracy", "mca": "mean of classes"}
_OF_DATASETS = {"mean_dataset_accuracy": "mean of datasets"}


def tables_of(one: Compared, parameters: SchemeParameters, *, headed: bool) -> Iterator[str]:
    """Write all tables of one set of samples; with its name above where there are several."""
    if headed:
        yield f"### {one.name}\n"
    yield table_of([_row(one, model) for model in one.models])
    yield from _what_was_tested(one)
    if parameters.repeats > 1:
        yield from _by_repeat(one)
    if parameters.compared_with:
        yield from comparison_with(one, parameters.compared_with)
    if parameters.over_samples:
        yield from over_samples(one)
    if parameters.within_datasets:
        yield from inside_datasets(one, parameters.within_datasets)
    if parameters.by_class:
        yield from by_class(one)


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
        for model in one.fitted:
            for scheme, (_, balanced, auroc) in within(one, model, parameters.within_datasets).items():
                figures[f"{one.name}/{scheme}/{model}/within balanced accuracy"] = number(balanced[0])
                figures[f"{one.name}/{scheme}/{model}/within auroc"] = number(auroc[0])
    return figures
