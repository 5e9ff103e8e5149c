"""How far the rank of a feature can be trusted: bootstraps over samples and over datasets, and datasets that agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from srna_tools.attribute.ranking import ClassDifferences, ranks_of
from srna_tools.errors import counted
from srna_tools.validation.bootstrap import FEWEST_DRAWN, dataset_draws, interval

COLUMNS = (
    "rank_low", "rank_high", "datasets", "supporting_datasets", "dataset_rank_low", "dataset_rank_high", "note",
)  # fmt: skip
#: How far down a dataset may rank a feature that it supports: so many, this share, or so many times its rank in all.
SUPPORTED_TOP, SUPPORTED_SHARE, SUPPORTED_FACTOR = 20, 0.1, 2
_NUMBERS_OF_DRAWS = np.uint16


class RankConfidence(ClassDifferences):
    """Class differences that also know how they vary with samples and with datasets.

    Beside the sums of `ClassDifferences` it holds those of each class in each dataset, and those of each draw: draws x
    classes x features numbers, whatever the number of samples.

    Parameters
    ----------
    codes
        Class number of each sample, -1 for those of none.
    datasets
        Dataset of each sample.
    classes
        Their number.
    columns
        Positions of the features that are ranked.
    features
        Number of all features.
    draws
        Number of draws; 0 for no intervals.
    seed
        Of the draws.
    """

    def __init__(
        self, codes: np.ndarray, datasets: np.ndarray, classes: int, columns: np.ndarray, features: int,
        *, draws: int, seed: int,
    ) -> None:  # fmt: skip
        super().__init__(codes, classes, features)
        self.columns, self.draws, self.seed = columns, draws, seed
        _, numbers = np.unique(datasets, return_inverse=True)
        pairs, place = np.unique(np.column_stack([codes, numbers]), axis=0, return_inverse=True)
        self._pair_of_sample, self._code_of_pair = place.ravel(), pairs[:, 0]
        self._pair_samples = np.bincount(self._pair_of_sample, minlength=len(pairs))
        self._pair_sums = np.zeros((len(pairs), len(columns)))
        self._weights = sample_draws(codes, draws, seed)
        self._draw_sums = np.zeros((classes, draws, len(columns)))

    def take(self, code: int, rows: np.ndarray, own: np.ndarray) -> None:
        """Take `own_advantages` of samples of one class, shape (rows, features), and their rows."""
        super().take(code, rows, own)
        own = own[:, self.columns]
        pairs = self._pair_of_sample[rows]
        for pair in np.unique(pairs):
            self._pair_sums[pair] += own[pairs == pair].sum(axis=0)
        # One thread: how a product is divided among threads may change its rounding.
        with threadpool_limits(1, user_api="blas"):
            self._draw_sums[code] += self._weights[:, rows].astype(np.float64) @ own

    def datasets_of(self, code: int) -> int:
        """Count the datasets that have samples of a class."""
        return int((self._code_of_pair == code).sum())

    def dataset_differences(self, code: int) -> np.ndarray:
        """:math:`D1` of a class in each of its datasets, shape (datasets, ranked features)."""
        pairs = self._code_of_pair == code
        return np.asarray(self._pair_sums[pairs] / self._pair_samples[pairs, None])

    def supporting(self, code: int) -> np.ndarray:
        """Count the datasets that support each ranked feature, shape (ranked features,).

        A dataset does where, by its own samples of the class alone, the difference is above zero and ranks among the
        best 20, among the best 10 % of all ranked features, or at most twice as far down as by all samples.
        """
        differences = self.dataset_differences(code)
        overall = ranks_of(self.differences()[0][code, self.columns])
        least = max(SUPPORTED_TOP, SUPPORTED_SHARE * len(self.columns))
        supports = (differences > 0) & (ranks_of(differences) <= np.maximum(SUPPORTED_FACTOR * overall, least))
        return np.asarray(supports.sum(axis=0))

    def sample_interval(self, code: int) -> tuple[np.ndarray, np.ndarray]:
        """95 % percentile interval of each rank over draws of samples inside the class.

        NaN without draws, and for a class of one sample, of which every draw is the same.
        """
        drawn = self._draw_sums[code]
        return _whole(drawn if self._samples[code] >= FEWEST_DRAWN else drawn[:0])

    def dataset_interval(self, code: int) -> tuple[np.ndarray, np.ndarray]:
        """95 % percentile interval of each rank over draws of datasets, NaN for a class of one dataset.

        Samples of a drawn dataset are pooled, so that a large dataset keeps its weight.
        """
        pairs = self._code_of_pair == code
        drawn = dataset_draws(int(pairs.sum()), self.draws, self.seed)
        if pairs.sum() < FEWEST_DRAWN:
            drawn = drawn[:0]
        with threadpool_limits(1, user_api="blas"):
            return _whole(drawn @ self._pair_sums[pairs] / (drawn @ self._pair_samples[pairs])[:, None])


def sample_draws(codes: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw the samples of each class with replacement, as many as it has.

    Returns
    -------
    How often each draw holds each sample, shape (draws, samples); 0 for samples of no class.
    """
    weights = np.zeros((draws, len(codes)), _NUMBERS_OF_DRAWS)
    for code in np.unique(codes[codes >= 0]).tolist():
        rows = np.flatnonzero(codes == code)
        shares = np.full(len(rows), 1.0 / len(rows))
        weights[:, rows] = np.random.default_rng([seed, code]).multinomial(len(rows), shares, size=draws)
    return weights


def with_confidence(
    table: pd.DataFrame, confidence: RankConfidence, features: Sequence[str], classes: Sequence[str]
) -> pd.DataFrame:
    """Add `COLUMNS` to the table of `ranking.top_features`.

    Parameters
    ----------
    features, classes
        Names of all features and classes of the model.
    """
    place = {features[column]: position for position, column in enumerate(confidence.columns.tolist())}
    code_of = {name: code for code, name in enumerate(classes)}
    parts = []
    for name, rows in table.groupby("class", sort=False):
        code = code_of[str(name)]
        chosen = np.array([place[feature] for feature in rows["feature"]])
        datasets, supporting = confidence.datasets_of(code), confidence.supporting(code)[chosen]
        ends = [end[chosen] for end in (*confidence.sample_interval(code), *confidence.dataset_interval(code))]
        notes = [_note(int(number), datasets) for number in supporting]
        values = (ends[0], ends[1], datasets, supporting, ends[2], ends[3], notes)
        parts.append(rows.assign(**dict(zip(COLUMNS, values, strict=True))))
    return pd.concat(parts)


def suspicious(table: pd.DataFrame, top: int = SUPPORTED_TOP) -> list[str]:
    """Say which classes rest on one study, as a whole or in some of their first features."""
    leading = table[table["rank"] <= top]
    single = leading.loc[leading["datasets"] < FEWEST_DRAWN, "class"].drop_duplicates().tolist()
    several = leading[leading["datasets"] >= FEWEST_DRAWN]
    lonely = (several["supporting_datasets"] < FEWEST_DRAWN).groupby(several["class"], sort=False).sum()
    sentences = []
    if len(lonely):
        names = ", ".join(f"{name} {number}" for name, number in lonely[lonely > 0].items())
        sentences.append(f"top {top} features that at most one of several datasets supports: {names or 'none'}")
    if single:
        which = f"{counted(len(single), 'class has', 'classes have')} samples of one dataset only"
        sentences.append(f"{which}, so that class and study cannot be told apart there: {', '.join(single)}")
    return sentences


def _whole(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the ranks in the draws (draws, features), widened to whole ranks."""
    if not len(drawn):
        return np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    low, high = interval(ranks_of(drawn).astype(np.float64))
    return np.floor(low), np.ceil(high)


def _note(supporting: int, datasets: int) -> str:
    if datasets < FEWEST_DRAWN:
        return "one dataset only"
    return f"supported by {supporting} of {datasets} datasets" if supporting < FEWEST_DRAWN else ""
