"""The metrics table of an evaluation of families: accuracy over all, by family, flanks, identity and training size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.sequences.evaluation_design import ALL, FLANKS, TEST
from srna_tools.sequences.evaluation_open_set import rejection_rows
from srna_tools.validation.bootstrap import FEWEST_DRAWN, dataset_draws, interval
from srna_tools.validation.class_metrics import ratio
from srna_tools.validation.metrics import METRIC_COLUMNS

OVERALL, FAMILY, IDENTITY, TRAINING = "overall", "family", "identity", "training"
#: Ranges of the identity to the most similar training sequence; the first two are those of interest.
IDENTITIES = (
    ("below 0.5", 0.0, 0.5), ("0.5 and above", 0.5, np.inf), ("0.5 to 0.7", 0.5, 0.7), ("0.7 to 0.9", 0.7, 0.9),
    ("0.9 and above", 0.9, np.inf),
)  # fmt: skip
_METRICS = ("accuracy", "balanced_accuracy", "macro_f1")

_Row = tuple[str, str, str, float, float, float]


@dataclass(frozen=True)
class _Counts:
    """Of each family in one repeat: tested, right, and predicted as it; float64, shape (families,)."""

    tested: np.ndarray
    right: np.ndarray
    predicted: np.ndarray

    def values(self, weights: np.ndarray) -> np.ndarray:
        """Metrics `_METRICS` under each weighting of the families, shape (draws, metrics)."""
        exists = weights * (self.tested > 0)
        recall = ratio(self.right, self.tested, 0.0)
        f1 = ratio(2 * self.right, self.tested + self.predicted, 0.0)
        return np.stack(
            [
                ratio(weights @ self.right, weights @ self.tested),
                ratio(exists @ recall, exists.sum(axis=1)),
                ratio(exists @ f1, exists.sum(axis=1)),
            ],
            axis=1,
        )


def measure_families(predictions: pd.DataFrame, *, bootstraps: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Measure every model under every scheme.

    Metrics are computed in each repeat and averaged over the repeats. Intervals are 95 % percentiles of draws of whole
    families: what one would see with other families, not with other sequences of these. ``macro_f1`` is the mean of
    the F scores of the families that are tested (Tang & Sun 2019, Table 3).

    Parameters
    ----------
    predictions
        As `srna_tools.sequences.evaluation.evaluate_families` makes it.

    Returns
    -------
    Columns `METRIC_COLUMNS`; scopes ``overall``, ``family``, ``flanks``, ``identity``, ``training``, ``others``.
    """
    rows = []
    for (model, scheme), part in predictions.groupby(["model", "scheme"], sort=False):
        rows += [(model, scheme, *row) for row in _rows(part.dropna(axis=1, how="all"), bootstraps, seed)]
    return pd.DataFrame(rows, columns=list(METRIC_COLUMNS))


def _rows(part: pd.DataFrame, bootstraps: int, seed: int) -> Iterator[_Row]:
    sizes = list(dict.fromkeys(part["training"]))
    largest = ALL if ALL in sizes else max(sizes)
    is_test = part["asked"] == TEST
    names = sorted(set(part.loc[is_test, "true"]))
    draws = dataset_draws(len(names), bootstraps, seed)
    main = part[part["training"] == largest]
    test = main[main["asked"] == TEST]
    yield from _of_families(test, names, draws)
    for flanks in dict.fromkeys(asked for asked in main["asked"] if asked.startswith(FLANKS)):
        bases = flanks.removeprefix(FLANKS).strip()
        yield from _accuracies(main[main["asked"] == flanks], names, draws, FLANKS, bases)
    if "identity" in test:
        yield from _by_identity(test, names, draws)
    for size in sizes if len(sizes) > 1 else []:
        of_size = part[is_test & (part["training"] == size)]
        yield from _accuracies(of_size, names, draws, TRAINING, "all" if size == ALL else str(size))
    yield from rejection_rows(main)


def _of_families(test: pd.DataFrame, names: Sequence[str], draws: np.ndarray) -> Iterator[_Row]:
    repeats = _counts(test, names)
    tested = np.mean([one.tested for one in repeats], axis=0)
    yield OVERALL, "", "sequences", float(tested.sum()), np.nan, np.nan
    yield OVERALL, "", "families", float(np.mean([(one.tested > 0).sum() for one in repeats])), np.nan, np.nan
    yield from _accuracies(test, names, draws, OVERALL, "")
    everything = np.ones((1, len(names)))
    if len(repeats) > 1:
        of_repeats = np.concatenate([one.values(everything) for one in repeats])
        for metric, value in zip(_METRICS, of_repeats.std(axis=0, ddof=1), strict=True):
            yield OVERALL, "", f"{metric}_sd", float(value), np.nan, np.nan
    right, predicted = (np.mean([getattr(one, of) for one in repeats], axis=0) for of in ("right", "predicted"))
    figures = {
        "sequences": tested, "recall": ratio(right, tested), "precision": ratio(right, predicted, 0.0),
        "f1": ratio(2 * right, tested + predicted, 0.0),
    }  # fmt: skip
    for place, name in enumerate(names):
        for metric, values in figures.items():
            yield FAMILY, name, metric, float(values[place]), np.nan, np.nan


def _by_identity(test: pd.DataFrame, names: Sequence[str], draws: np.ndarray) -> Iterator[_Row]:
    repeats = test["repeat"].nunique()
    for name, low, high in IDENTITIES:
        inside = test[(test["identity"] >= low) & (test["identity"] < high)]
        yield IDENTITY, name, "sequences", len(inside) / repeats, np.nan, np.nan
        if len(inside):
            yield from _accuracies(inside, names, draws, IDENTITY, name, ("accuracy",))


def _accuracies(
    table: pd.DataFrame, names: Sequence[str], draws: np.ndarray, scope: str, name: str,
    metrics: Sequence[str] = _METRICS,
) -> Iterator[_Row]:  # fmt: skip
    repeats = _counts(table, names)
    values = _mean([one.values(np.ones((1, len(names)))) for one in repeats])[0]
    low, high = np.full((2, len(_METRICS)), np.nan)
    if len(names) >= FEWEST_DRAWN and len(draws):
        low, high = interval(_mean([one.values(draws) for one in repeats]))
    for metric, *numbers in zip(_METRICS, values, low, high, strict=True):
        if metric in metrics:
            value, lowest, highest = map(float, numbers)
            yield scope, name, metric, value, lowest, highest


def _counts(table: pd.DataFrame, names: Sequence[str]) -> list[_Counts]:
    counts = []
    for _, repeat in table.groupby("repeat", sort=True):
        true, predicted = (pd.Categorical(repeat[of], categories=list(names)).codes for of in ("true", "predicted"))
        right = true[true == predicted]
        # A family that no test sequence has may be predicted: nobody's F score knows it.
        numbers = [np.bincount(of[of >= 0], minlength=len(names)).astype(float) for of in (true, right, predicted)]
        counts.append(_Counts(*numbers))
    return counts


def _mean(repeats: Sequence[np.ndarray]) -> np.ndarray:
    """Mean over the repeats in which a figure exists."""
    stacked = np.stack(repeats)
    exists = ~np.isnan(stacked)
    return ratio(np.where(exists, stacked, 0.0).sum(axis=0), exists.sum(axis=0).astype(float))


def mistakes(predictions: pd.DataFrame) -> pd.DataFrame:
    """Count which families are taken for which others, over all repeats, the commonest first.

    Returns
    -------
    Columns ``model scheme true predicted sequences share``; ``share`` is that of the tested sequences of the true
    family. Pairs that never occur have no row.
    """
    test = predictions[predictions["asked"] == TEST]
    test = test[test["training"] == (ALL if (test["training"] == ALL).any() else test["training"].max())]
    keys = ["model", "scheme", "true"]
    tested = test.groupby(keys, sort=False).size().rename("tested").reset_index()
    wrong = test[test["true"] != test["predicted"]].groupby([*keys, "predicted"], sort=False).size()
    table = wrong.rename("sequences").reset_index().merge(tested, on=keys, how="left")
    table = table.assign(share=table["sequences"] / table["tested"]).drop(columns="tested")
    return table.sort_values(["sequences", "share"], ascending=False, kind="stable", ignore_index=True)
