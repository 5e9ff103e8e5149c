"""The metrics table: how good each model is over all, for each class and in each dataset, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError
from srna_tools.validation import class_metrics, probability_error, ranking
from srna_tools.validation.bootstrap import FEWEST_DRAWN, dataset_draws, interval
from srna_tools.validation.out_of_fold import by_model, classes_of, codes_of, probabilities_of, repeats_of

METRIC_COLUMNS = ("model", "scheme", "scope", "name", "metric", "value", "low", "high")
OVERALL = "overall"
CLASS = "class"
DATASET = "dataset"
#: Rows that count samples which no fold could test; those that split the samples know them.
UNTESTED = "untested"

_OF_CLASS = ("precision", "recall", "f1", "auroc", "auprc")
_OVERALL = (
    "msa", "mca", "mean_dataset_accuracy", "precision", "f1", "auroc", "auprc", "log_loss", "brier", "ece",
)  # fmt: skip
#: Weights of more cells than this are handled in blocks of draws, so that memory does not grow with the samples.
_BLOCK = 2_000_000


@dataclass(frozen=True)
class _Tested:
    """Predictions of one model and repeat: codes of classes and datasets, and probabilities."""

    true: np.ndarray
    predicted: np.ndarray
    datasets: np.ndarray
    probability: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True)
class _Figures:
    """Metrics of many draws: (draws, overall metrics), and (draws, classes, metrics of a class)."""

    overall: np.ndarray
    of_class: np.ndarray


def measure(table: pd.DataFrame, scheme: str, *, bootstraps: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Measure every model of an out-of-fold table, in the order in which they first appear.

    Metrics are computed in each repeat and averaged over the repeats. Macro means run over the classes that have
    samples. A class that no sample belongs to has a precision (0: whatever is predicted as it is wrong), but no
    recall, F1, AUROC or AUPRC. AUROC and AUPRC of a class are those of the class against all others.

    Parameters
    ----------
    table
        As `srna_tools.validation.out_of_fold` makes it.
    scheme
        How the samples were split; stands in the table.
    bootstraps
        Draws of datasets behind each interval. All models and repeats share the draws; a class that a draw lacks is
        left out of the draw's macro means.

    Returns
    -------
    Columns `METRIC_COLUMNS`. Counts and scope ``dataset`` have no interval, nor has anything where there is one
    dataset only, or a class that comes from one: drawing it again shows nothing about other studies.

    Raises
    ------
    SampleError
        The table has no rows, or classes without probabilities.
    """
    if table.empty:
        raise SampleError("no sample was tested, so there is nothing to measure; choose another scheme or more samples")
    classes, datasets = classes_of(table), sorted(set(table["dataset"]))
    draws = dataset_draws(len(datasets), bootstraps, seed)
    rows: list[tuple[str, str, str, float, float, float]] = []
    models: list[str] = []
    for model, part in by_model(table):
        repeats = [_tested(repeat, classes, datasets) for repeat in repeats_of(part)]
        of_model = [*_measured(repeats, draws, classes), *_by_dataset(repeats, datasets)]
        rows += of_model
        models += [model] * len(of_model)
    measured = pd.DataFrame(rows, columns=["scope", "name", "metric", "value", "low", "high"])
    return measured.assign(model=models, scheme=scheme)[list(METRIC_COLUMNS)]


def _tested(table: pd.DataFrame, classes: Sequence[str], datasets: Sequence[str]) -> _Tested:
    return _Tested(
        true=codes_of(table["true"], classes),
        predicted=codes_of(table["predicted"], classes),
        datasets=np.searchsorted(np.asarray(datasets, dtype=object), table["dataset"].to_numpy(dtype=object)),
        probability=table["probability"].to_numpy(dtype=np.float64),
        probabilities=probabilities_of(table),
    )


def _measured(
    repeats: Sequence[_Tested], draws: np.ndarray, classes: Sequence[str]
) -> Iterator[tuple[str, str, str, float, float, float]]:
    """Rows of the scopes overall and class."""
    whole = _mean([_figures(tested, np.ones((1, len(tested.true)))) for tested in repeats])
    drawn = _mean([_in_blocks(tested, draws) for tested in repeats])
    samples = np.mean([np.bincount(tested.true, minlength=len(classes)) for tested in repeats], axis=0)
    datasets = [_datasets_of_class(repeats, code) for code in range(len(classes))]
    all_datasets = len(np.unique(np.concatenate([tested.datasets for tested in repeats])))
    yield _count(OVERALL, "", "samples", samples.sum())
    yield _count(OVERALL, "", "datasets", all_datasets)
    yield _count(OVERALL, "", "classes", (samples > 0).sum())
    ends = _interval(drawn.overall, all_datasets)
    for metric, value, low, high in zip(_OVERALL, whole.overall[0], *ends, strict=True):
        yield OVERALL, "", metric, float(value), float(low), float(high)
    for code, name in enumerate(classes):
        yield _count(CLASS, name, "samples", samples[code])
        yield _count(CLASS, name, "datasets", datasets[code])
        ends = _interval(drawn.of_class[:, code], datasets[code])
        for metric, value, low, high in zip(_OF_CLASS, whole.of_class[0, code], *ends, strict=True):
            yield CLASS, name, metric, float(value), float(low), float(high)


def _by_dataset(
    repeats: Sequence[_Tested], datasets: Sequence[str]
) -> Iterator[tuple[str, str, str, float, float, float]]:
    for code, name in enumerate(datasets):
        inside = [tested.datasets == code for tested in repeats]
        samples = [int(of_repeat.sum()) for of_repeat in inside if of_repeat.any()]
        if samples:
            right = [
                float((tested.true == tested.predicted)[of_repeat].mean())
                for tested, of_repeat in zip(repeats, inside, strict=True)
                if of_repeat.any()
            ]
            yield _count(DATASET, name, "samples", float(np.mean(samples)))
            yield _count(DATASET, name, "msa", float(np.mean(right)))


def _in_blocks(tested: _Tested, draws: np.ndarray) -> _Figures:
    size = max(1, _BLOCK // len(tested.true))
    parts = [_figures(tested, draws[start : start + size][:, tested.datasets]) for start in range(0, len(draws), size)]
    parts = parts or [_figures(tested, np.empty((0, len(tested.true))))]
    overall = np.concatenate([part.overall for part in parts])
    of_class = np.concatenate([part.of_class for part in parts])
    # A class that a draw lacks has no sample to be found or missed: its precision of 0 would say nothing.
    present = ~np.isnan(of_class[:, :, _OF_CLASS.index("recall")])
    return _Figures(overall, np.where(present[:, :, None], of_class, np.nan))


def _figures(tested: _Tested, weights: np.ndarray) -> _Figures:
    """All metrics under each weighting of the samples."""
    true, predicted, classes = tested.true, tested.predicted, tested.probabilities.shape[1]
    samples = class_metrics.weight_of_class(true, weights, classes)
    areas = [_areas(tested, code, weights) for code in range(classes)]
    of_class = np.stack(
        [
            class_metrics.precision(true, predicted, weights, classes),
            class_metrics.recall(true, predicted, weights, classes),
            class_metrics.f1(true, predicted, weights, classes),
            np.stack([roc for roc, _ in areas], axis=1),
            np.stack([precision_recall for _, precision_recall in areas], axis=1),
        ],
        axis=2,
    )
    macro = {
        name: class_metrics.mean_over_classes(of_class[:, :, place], samples) for place, name in enumerate(_OF_CLASS)
    }
    right = true == predicted
    overall = macro | {
        "msa": class_metrics.accuracy(true, predicted, weights),
        "mca": macro["recall"],
        "mean_dataset_accuracy": class_metrics.mean_dataset_accuracy(true, predicted, tested.datasets, weights),
        "log_loss": probability_error.log_loss(true, tested.probabilities, weights),
        "brier": probability_error.brier_score(true, tested.probabilities, weights),
        "ece": probability_error.expected_calibration_error(right, tested.probability, weights),
    }
    return _Figures(np.stack([overall[name] for name in _OVERALL], axis=1), of_class)


def _areas(tested: _Tested, code: int, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts = ranking.accepted_counts(tested.probabilities[:, code], tested.true == code, weights)
    return ranking.area_under_roc(counts), ranking.average_precision(counts)


def _mean(repeats: Sequence[_Figures]) -> _Figures:
    return _Figures(
        _mean_of_existing([figures.overall for figures in repeats]),
        _mean_of_existing([figures.of_class for figures in repeats]),
    )


def _mean_of_existing(repeats: Sequence[np.ndarray]) -> np.ndarray:
    stacked = np.stack(repeats)
    exists = ~np.isnan(stacked)
    return class_metrics.ratio(np.where(exists, stacked, 0.0).sum(axis=0), exists.sum(axis=0))


def _datasets_of_class(repeats: Sequence[_Tested], code: int) -> int:
    return len(np.unique(np.concatenate([tested.datasets[tested.true == code] for tested in repeats])))


def _interval(drawn: np.ndarray, datasets: int) -> tuple[np.ndarray, np.ndarray]:
    if datasets < FEWEST_DRAWN or len(drawn) == 0:
        none = np.full(drawn.shape[1:], np.nan)
        return none, none
    return interval(drawn)


def _count(scope: str, name: str, metric: str, value: float) -> tuple[str, str, str, float, float, float]:
    """Row of a figure without interval."""
    return scope, name, metric, float(value), np.nan, np.nan
