"""Section of the report: how models do on samples that they were not trained on, schemes side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.report.figure import in_natural_order
from srna_tools.report.model_looks import without_baseline
from srna_tools.report.schemes import DATASET_OUT, RESOURCE_OUT, SCHEMES, Scheme
from srna_tools.validation.metrics import CLASS, OVERALL, UNTESTED
from srna_tools.validation.out_of_fold import BASELINE
from srna_tools.validation.splits import RANDOM_SCHEMES

_MOST_UNTESTED = 20
_MEANS = {"msa": "all samples (msa)", "mca": "mean of classes (mca)"}
_OF_DATASETS = {"mean_dataset_accuracy": "mean of datasets"}
_WARNING = (
    "Random cross-validation alone says nothing about new studies: the same studies stand in training and test. Run "
    "srna-evaluate --scheme dataset-out as well."
)


@dataclass(frozen=True)
class Cell:
    """A figure and the ends of its 95 % interval; None where there is none."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ModelRow:
    """A model, whether it is the baseline, and a cell a column of the table."""

    model: str
    is_baseline: bool
    cells: list[Cell]


@dataclass(frozen=True)
class SchemeColumns:
    """A scheme: its words, what was tested under it, and the titles of its columns."""

    words: Scheme
    size: str
    titles: list[str]


@dataclass(frozen=True)
class ClassRow:
    """A class, its samples and datasets, and the recall of every model."""

    name: str
    samples: float | None
    datasets: float | None
    recalls: list[Cell]


@dataclass(frozen=True)
class ClassTable:
    """Recall of every class under one scheme."""

    scheme: Scheme
    models: list[str]
    rows: list[ClassRow]


@dataclass(frozen=True)
class Untested:
    """What a scheme could not test: a sentence, and the first of the datasets and classes concerned."""

    sentence: str
    names: list[str]


@dataclass(frozen=True)
class Evaluation:
    """The section, ready to be shown.

    Attributes
    ----------
    schemes
        From the hardest question to the easiest.
    models
        A row each, with the cells of all schemes one after the other; the baseline last.
    warning
        What the schemes that were tried leave open, or empty.
    classes
        Under the hardest scheme.
    summary
        One sentence: the accuracies under the hardest scheme.
    """

    schemes: list[SchemeColumns]
    models: list[ModelRow]
    warning: str
    untested: list[Untested]
    classes: ClassTable
    summary: str


def how_models_do(metrics: pd.DataFrame | None) -> Evaluation | None:
    """Arrange the metrics of all schemes that were tried; None without any of a model.

    Parameters
    ----------
    metrics
        Columns ``model scheme scope name metric value low high``, one value a model, scheme, scope, name and metric.
    """
    if metrics is None or (metrics["scope"] == UNTESTED).all():
        return None
    tested = metrics[metrics["scope"] != UNTESTED]
    keys = [key for key in SCHEMES if (tested["scheme"] == key).any()]
    models = _models_of(tested)
    figures = tested.set_index(["scheme", "model", "scope", "name", "metric"])[["value", "low", "high"]].sort_index()
    columns = {key: _MEANS | (_OF_DATASETS if key in (RESOURCE_OUT, DATASET_OUT) else {}) for key in keys}
    rows = [
        ModelRow(
            model,
            model == BASELINE,
            [_cell(figures, key, model, OVERALL, "", metric) for key in keys for metric in columns[key]],
        )
        for model in models
    ]
    return Evaluation(
        schemes=[SchemeColumns(SCHEMES[key], _size(tested, key), list(columns[key].values())) for key in keys],
        models=rows,
        warning=_WARNING if set(keys) <= set(RANDOM_SCHEMES) else "",
        untested=[_untested(metrics, key) for key in SCHEMES if _untested_rows(metrics, key).size],
        classes=_classes(tested, figures, keys[0], models),
        summary=_summary(figures, keys[0], models),
    )


def _models_of(tested: pd.DataFrame) -> list[str]:
    names = list(tested["model"].unique())
    return without_baseline(names) + ([BASELINE] if BASELINE in names else [])


def _cell(figures: pd.DataFrame, *key: str) -> Cell:
    if key not in figures.index:
        return Cell(None, None, None)
    return Cell(*(None if np.isnan(number) else float(number) for number in figures.loc[[key]].to_numpy(np.float64)[0]))


def _size(tested: pd.DataFrame, scheme: str) -> str:
    """Say how much was tested; models of one scheme are tested on the same samples."""
    rows = tested[(tested["scheme"] == scheme) & (tested["scope"] == OVERALL)]
    numbers = rows.drop_duplicates("metric").set_index("metric")["value"]
    parts = [
        counted(round(numbers[metric]), *words)
        for metric, words in (("samples", ("sample",)), ("datasets", ("dataset",)), ("classes", ("class", "classes")))
        if metric in numbers and pd.notna(numbers[metric])
    ]
    return ", ".join(parts)


def _untested_rows(metrics: pd.DataFrame, scheme: str) -> pd.DataFrame:
    return metrics[(metrics["scheme"] == scheme) & (metrics["scope"] == UNTESTED) & (metrics["metric"] == "samples")]


def _untested(metrics: pd.DataFrame, scheme: str) -> Untested:
    rows = _untested_rows(metrics, scheme)
    names = [f"{row['name']} ({_samples(row['value'])})" for row in rows.head(_MOST_UNTESTED).to_dict("records")]
    if len(rows) > _MOST_UNTESTED:
        names.append(f"and {len(rows) - _MOST_UNTESTED:,} more")
    return Untested(
        f"{SCHEMES[scheme].title}: {_samples(rows['value'].sum())} could not be tested, since "
        f"{SCHEMES[scheme].untested}.",
        names,
    )


def _samples(number: float) -> str:
    return counted(round(number), "sample") if pd.notna(number) else "samples not counted"


def _classes(tested: pd.DataFrame, figures: pd.DataFrame, scheme: str, models: list[str]) -> ClassTable:
    rows = tested[(tested["scheme"] == scheme) & (tested["scope"] == CLASS)]
    shown = [model for model in models if (rows["model"] == model).any()]
    sizes = rows.drop_duplicates(["name", "metric"]).set_index(["name", "metric"])["value"].dropna().to_dict()
    classes = [
        ClassRow(
            name,
            sizes.get((name, "samples")),
            sizes.get((name, "datasets")),
            [_cell(figures, scheme, model, CLASS, name, "recall") for model in shown],
        )
        for name in sorted(rows["name"].unique(), key=in_natural_order)
    ]
    return ClassTable(SCHEMES[scheme], shown, classes)


def _summary(figures: pd.DataFrame, scheme: str, models: list[str]) -> str:
    cells = {model: _cell(figures, scheme, model, OVERALL, "", "msa").value for model in models}
    right = [f"{model} {100 * value:.1f} %" for model, value in cells.items() if value is not None]
    scope = " (which says nothing about new studies)" if scheme in RANDOM_SCHEMES else ""
    return f"{SCHEMES[scheme].title}{scope}, samples predicted right: {'; '.join(right)}" if right else ""
