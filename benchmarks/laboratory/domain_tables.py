"""Tables and figures of models compared in cells of source, bias and test, over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from laboratory.markdown import NONE, number, spread

METRICS = {"msa": "accuracy", "mca": "mean of classes"}
#: Significance threshold of Wartmann et al. 2020.
LEVEL = 0.01
_ROUNDING = 1e-9

Sizes = Mapping[str, tuple[int, int]]


def result_rows(measured: pd.DataFrame, sizes: Sizes, models: Sequence[str]) -> list[dict[str, str]]:
    """Mean and standard deviation over seeds, a row a cell and model.

    Parameters
    ----------
    measured
        ``cell model run msa mca tested``.
    sizes
        Samples of the source and the bias domain of each cell.
    """
    rows = []
    for cell, model, of_model in _each(measured, sizes, models):
        source, bias = sizes[cell]
        row = {
            "training (source + bias samples) to test": f"{cell} ({source:,} + {bias:,} to {_tested(of_model):,})",
            "model": model,
            "fits": str(len(of_model)),
        }
        rows.append(
            row | {words: spread(of_model[metric].mean(), of_model[metric].std()) for metric, words in METRICS.items()}
        )
    return rows


def difference_rows(
    measured: pd.DataFrame, cells: Sequence[str], first: str, models: Sequence[str]
) -> list[dict[str, str]]:
    """How much better one model is than each other with several fits, and Student's t-test between them."""
    rows = []
    for cell, model, tested in _differences(measured, cells, first, models):
        row = {"cell": cell, f"{first} against": model}
        for metric, words in METRICS.items():
            row |= {f"{words}: difference": f"{tested[metric][0]:+.3f}", f"{words}: p": _p(tested[metric][1])}
        rows.append(row)
    return rows


def recall_rows(predictions: pd.DataFrame, cell: str, models: Sequence[str]) -> list[dict[str, str]]:
    """Share of each class that each model gets right in a cell, over all seeds."""
    found = recalls(predictions[predictions["cell"] == cell])
    once = predictions[predictions["cell"] == cell].drop_duplicates("sample")
    sizes = once["true"].value_counts().sort_index()
    return [
        {f"recall: {cell}": str(name), "samples": f"{size:,}"}
        | {model: number(found[model, name]) for model in models if (model, name) in found}
        for name, size in sizes.items()
    ]


def recalls(predictions: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Share of right predictions by model and class."""
    right = predictions["predicted"] == predictions["true"]
    means = right.groupby([predictions["model"], predictions["true"]]).mean()
    return {(str(model), str(name)): float(value) for (model, name), value in means.items()}


def figures_of(measured: pd.DataFrame, sizes: Sizes, first: str, models: Sequence[str]) -> dict[str, str]:
    """All figures by name, and in how many cells the first model wins."""
    figures = {}
    for cell, model, of_model in _each(measured, sizes, models):
        figures[f"{cell}/tested"] = f"{_tested(of_model):,}"
        for metric in METRICS:
            figures[f"{cell}/{model}/{metric}"] = number(of_model[metric].mean())
            figures[f"{cell}/{model}/{metric} deviation"] = number(of_model[metric].std())
    found = list(_differences(measured, list(sizes), first, models))
    for cell, model, tested in found:
        for metric, (difference, p) in tested.items():
            figures[f"{cell}/{first} minus {model}/{metric}"] = f"{difference:+.3f}"
            figures[f"{cell}/{first} against {model}/{metric} p"] = _p(p)
    for other in dict.fromkeys(model for _, model, _ in found):
        for metric in METRICS:
            pairs = [tested[metric] for _, model, tested in found if model == other]
            for words, sign in (("better", 1), ("worse", -1)):
                ahead = sum(sign * difference > 0 for difference, _ in pairs)
                surely = sum(sign * difference > 0 and p < LEVEL for difference, p in pairs)
                figures[f"{first} {words} than {other}/{metric}"] = f"{ahead} of {len(pairs)}"
                figures[f"{first} surely {words} than {other}/{metric}"] = f"{surely} of {len(pairs)}"
    return figures


def _each(measured: pd.DataFrame, cells: Sizes, models: Sequence[str]) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for cell in cells:
        for model in models:
            of_model = measured[(measured["cell"] == cell) & (measured["model"] == model)]
            if len(of_model):
                yield cell, model, of_model


def _differences(
    measured: pd.DataFrame, cells: Sequence[str], first: str, models: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, tuple[float, float]]]]:
    """Difference of means and p of each metric, by cell and other model."""
    for cell in cells:
        of_cell = measured[measured["cell"] == cell].groupby("model")
        groups = {str(name): group for name, group in of_cell if len(group) > 1}
        for model in models:
            if model == first or first not in groups or model not in groups:
                continue
            ours, theirs = groups[first], groups[model]
            found = {}
            for metric in METRICS:
                difference = float(ours[metric].mean() - theirs[metric].mean())
                found[metric] = (difference, _p_of_t_test(ours[metric], theirs[metric]))
            yield cell, model, found


def _p_of_t_test(ours: pd.Series, theirs: pd.Series) -> float:
    """Student's t-test of two independent samples; NaN where neither varies beyond rounding."""
    from scipy.stats import ttest_ind_from_stats

    if max(ours.std(), theirs.std()) < _ROUNDING:
        return np.nan
    # From moments: on the values themselves scipy warns where one side does not vary.
    found = ttest_ind_from_stats(ours.mean(), ours.std(), len(ours), theirs.mean(), theirs.std(), len(theirs))
    return float(found.pvalue)


def _tested(of_model: pd.DataFrame) -> int:
    return int(of_model["tested"].iloc[0])


def _p(value: float) -> str:
    return NONE if np.isnan(value) else f"{value:.2g}"
