"""Whether one model is better than another: paired tests over datasets, and the published ones over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from srna_tools.validation import class_metrics
from srna_tools.validation.bootstrap import FEWEST_DRAWN, dataset_draws, interval
from srna_tools.validation.out_of_fold import BASELINE, by_model, repeats_of
from srna_tools.validation.splits import RANDOM_SCHEMES

COMPARISON_COLUMNS = (
    "scope", "metric", "model_a", "model_b", "test", "unit", "n",
    "difference", "low", "high", "p", "p_corrected", "note",
)  # fmt: skip
DATASETS = "datasets"
SEEDS = "seeds"
ALL_MODELS = "all"
#: The smallest p of a signed-rank test of 5 pairs is 2 / 2^5 = 0.06.
FEWEST_DATASETS = 6
#: Below this a p over seeds is called significant; Wartmann et al. 2020, "Statistical Tests".
SEEDS_THRESHOLD = 0.01

_SEEN = "random folds: the datasets were also in the training"
_SAME_FOLDS = "over repeats and their seeds: says nothing about new studies"
_FEW = f"fewer than {FEWEST_DATASETS} datasets cannot show a difference"
_CONSTANT = "a model has the same figure in every repeat, so there is no spread to compare with"
_PAIR = 2
_FEWEST_REPEATS = 2
# Accuracies are fractions: what differs beyond this digit is rounding, and would break ties between datasets.
_DIGITS = 12


@dataclass(frozen=True)
class _Comparison:
    """A row of the table."""

    scope: str
    metric: str
    model_a: str
    model_b: str
    test: str
    n: int
    note: str
    unit: str
    difference: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    p_corrected: float = float("nan")


def compare_models(table: pd.DataFrame, scheme: str, *, bootstraps: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Test each pair of models for a difference, and all of them together where there are more than two.

    Scope ``datasets``: accuracies in each dataset (means over the repeats), paired by Wilcoxon's signed-rank test with
    Pratt's treatment of equal pairs, and by Friedman's test for all models. Studies are what new data consists of, so
    this is the comparison that says which model to take. Friedman's p is an approximation that wants ten datasets.

    Scope ``seeds``, with two repeats or more: accuracy (``msa``) and mean class accuracy (``mca``) of each repeat by a
    t-test, and by ANOVA for all models, as published, where a p below `SEEDS_THRESHOLD` counts. It compares models on
    the samples at hand; any difference becomes significant with enough repeats.

    Parameters
    ----------
    table
        As `srna_tools.validation.out_of_fold` makes it.
    scheme
        How the samples were split; random folds get a note.
    bootstraps
        Draws of datasets behind the interval of a mean difference.

    Returns
    -------
    Columns `COMPARISON_COLUMNS`. ``difference`` is the mean of ``model_a`` less that of ``model_b``, with its 95 %
    interval (over datasets: bootstrap; over seeds: that of the t-test). ``p_corrected`` is Holm's over the pairs of a
    scope and metric; the baseline is no candidate, so pairs with it are corrected apart, and the tests of all models
    leave it out. NaN where a figure does not exist, which the note explains.

    References
    ----------
    Demsar 2006 (tests over datasets); Pratt 1959; Holm 1979; Wartmann et al. 2020, "Statistical Tests".
    """
    models = [model for model, _ in by_model(table)]
    rows = _over_datasets(_dataset_accuracies(table), models, scheme, (bootstraps, seed))
    for metric, figures in _repeat_accuracies(table).items():
        rows += _over_seeds(metric, figures, models)
    return pd.DataFrame([asdict(row) for row in rows], columns=list(COMPARISON_COLUMNS))


def _dataset_accuracies(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of each model (columns) in each dataset (rows), the mean over the repeats."""
    right = (table["true"] == table["predicted"]).astype(np.float64)
    in_repeats = right.groupby([table["model"], table["dataset"], table["repeat"]]).mean().rename("msa").reset_index()
    return in_repeats.pivot_table(index="dataset", columns="model", values="msa")


def _repeat_accuracies(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Both accuracies of each model (columns) in each repeat (rows)."""
    figures = [
        (
            model,
            int(repeat["repeat"].iloc[0]),
            *class_metrics.accuracies_of(repeat["true"].to_numpy(str), repeat["predicted"].to_numpy(str)),
        )
        for model, part in by_model(table)
        for repeat in repeats_of(part)
    ]
    long = pd.DataFrame(figures, columns=["model", "repeat", "msa", "mca"])
    return {metric: long.pivot_table(index="repeat", columns="model", values=metric) for metric in ("msa", "mca")}


def _over_datasets(
    accuracies: pd.DataFrame, models: Sequence[str], scheme: str, drawing: tuple[int, int]
) -> list[_Comparison]:
    note = _SEEN if scheme in RANDOM_SCHEMES else ""
    pairs = [_signed_rank(accuracies[[a, b]].dropna(), note, drawing) for a, b in combinations(models, 2)]
    candidates = [model for model in models if model != BASELINE]
    if len(candidates) > _PAIR:
        return [*_holm(pairs), _friedman(accuracies[candidates].dropna(), note)]
    return _holm(pairs)


def _signed_rank(pair: pd.DataFrame, note: str, drawing: tuple[int, int]) -> _Comparison:
    from scipy import stats

    differences = np.round((pair.iloc[:, 0] - pair.iloc[:, 1]).to_numpy(), _DIGITS)
    row = _Comparison(
        DATASETS,
        "mean_dataset_accuracy",
        str(pair.columns[0]),
        str(pair.columns[1]),
        "Wilcoxon signed-rank",
        len(pair),
        note,
        "datasets",
    )
    if len(pair):
        low, high = _interval_of_mean(differences, drawing)
        row = replace(row, difference=float(differences.mean()), low=low, high=high)
    if len(pair) < FEWEST_DATASETS:
        return replace(row, note=_joined(note, _FEW))
    if not differences.any():
        return replace(row, p=1.0)
    return replace(row, p=float(stats.wilcoxon(differences, zero_method="pratt").pvalue))


def _interval_of_mean(differences: np.ndarray, drawing: tuple[int, int]) -> tuple[float, float]:
    bootstraps, seed = drawing
    if len(differences) < FEWEST_DRAWN or bootstraps == 0:
        return float("nan"), float("nan")
    low, high = interval(dataset_draws(len(differences), bootstraps, seed) @ differences / len(differences))
    return float(low), float(high)


def _friedman(accuracies: pd.DataFrame, note: str) -> _Comparison:
    from scipy import stats

    row = _Comparison(DATASETS, "mean_dataset_accuracy", ALL_MODELS, "", "Friedman", len(accuracies), note, "datasets")
    if len(accuracies) < FEWEST_DATASETS:
        return replace(row, note=_joined(note, _FEW))
    figures = np.round(accuracies.to_numpy(), _DIGITS)
    if (figures == figures[:, :1]).all():
        return replace(row, p=1.0)
    return replace(row, p=float(stats.friedmanchisquare(*figures.T).pvalue))


def _over_seeds(metric: str, figures: pd.DataFrame, models: Sequence[str]) -> list[_Comparison]:
    pairs = list(_t_tests(metric, figures, models))
    candidates = [model for model in models if model != BASELINE]
    every = figures[candidates].dropna()
    if len(candidates) > _PAIR and len(every) >= _FEWEST_REPEATS:
        return [*_holm(pairs), _anova(metric, every)]
    return _holm(pairs)


def _t_tests(metric: str, figures: pd.DataFrame, models: Sequence[str]) -> Iterator[_Comparison]:
    from scipy import stats

    for a, b in combinations(models, 2):
        pair = figures[[a, b]].dropna()
        if len(pair) < _FEWEST_REPEATS:
            continue
        difference = float(pair[a].mean() - pair[b].mean())
        row = _Comparison(SEEDS, metric, a, b, "t-test", len(pair), _SAME_FOLDS, "repeats", difference)
        if _any_constant(pair):
            yield replace(row, note=_joined(_SAME_FOLDS, _CONSTANT))
        else:
            result = stats.ttest_ind(pair[a].to_numpy(), pair[b].to_numpy())
            ends = result.confidence_interval(0.95)
            yield replace(row, low=float(ends.low), high=float(ends.high), p=float(result.pvalue))


def _anova(metric: str, figures: pd.DataFrame) -> _Comparison:
    from scipy import stats

    row = _Comparison(SEEDS, metric, ALL_MODELS, "", "ANOVA", len(figures), _SAME_FOLDS, "repeats")
    if _any_constant(figures):
        return replace(row, note=_joined(_SAME_FOLDS, _CONSTANT))
    return replace(row, p=float(stats.f_oneway(*figures.to_numpy().T).pvalue))


def _any_constant(figures: pd.DataFrame) -> bool:
    values = np.round(figures.to_numpy(), _DIGITS)
    return bool((values == values[:1]).all(axis=0).any())


def _holm(rows: Sequence[_Comparison]) -> list[_Comparison]:
    """Correct the p of the pairs, those of candidates apart from those with the baseline."""
    corrected = list(rows)
    for with_baseline in (False, True):
        family = [
            place
            for place, row in enumerate(rows)
            if (BASELINE in (row.model_a, row.model_b)) == with_baseline and not np.isnan(row.p)
        ]
        if family:
            for place, value in zip(family, holm(np.array([rows[place].p for place in family])), strict=True):
                corrected[place] = replace(rows[place], p_corrected=float(value))
    return corrected


def holm(p: np.ndarray) -> np.ndarray:
    r"""Correct p of several tests for their number, so that one wrongly significant is rare among all of them.

    With p in ascending order, the largest up to each counts:

    .. math:: p'_{(i)} = \max_{j \le i} \min(1, (m - j + 1) \, p_{(j)})

    References
    ----------
    Holm, Scandinavian Journal of Statistics 6, 65-70 (1979).
    """
    ascending = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[ascending] = np.maximum.accumulate(np.arange(len(p), 0, -1) * p[ascending]).clip(max=1)
    return corrected


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
