"""Which sRNAs decide for a class: the scores of its samples, compared with those of the other classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError, listed

COLUMNS = ("class", "rank", "feature", "score", "mean_rpm_class", "mean_rpm_others", "samples")
RANKING_COLUMNS = ("class", "rank", "feature", "score", "feature_type")
# Fiosina, Fiosins & Bonn 2019, sections 2.3.4 and 3.4.2.
PUBLISHED_TOP = 300
_TOP_FRACTION = 0.1


class ClassDifferences:
    r"""Average advantage that a feature gives a class over the others, among samples of that class.

    .. math:: D1_{jk} = \operatorname{mean}_{i : y_i = k}
        \Bigl(C_{ijk} - \frac{1}{K - 1} \sum_{k' \ne k} C_{ijk'}\Bigr)

    with scores :math:`C` that come block by block, so that those of all samples need not be held at once.

    Parameters
    ----------
    codes
        Class number of each sample, -1 for those of none.
    classes, features
        Their numbers.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.3.4.
    """

    def __init__(self, codes: np.ndarray, classes: int, features: int) -> None:
        self.codes = codes
        self._sums = np.zeros((classes, features))
        self._samples = np.zeros(classes, dtype=np.int64)

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Take the scores of some samples, shape (rows, classes, features)."""
        codes = self.codes[rows]
        for code in np.unique(codes[codes >= 0]).tolist():
            self.take(code, rows[codes == code], own_advantages(scores[codes == code], code))

    def take(self, code: int, rows: np.ndarray, own: np.ndarray) -> None:
        """Take `own_advantages` of samples of one class, shape (rows, features), and their rows."""
        self._sums[code] += own.sum(axis=0)
        self._samples[code] += len(rows)

    def differences(self) -> tuple[np.ndarray, np.ndarray]:
        """:math:`D1` of shape (classes, features), NaN for classes without samples, and the samples of each class."""
        sums, samples = self._sums, self._samples
        with np.errstate(invalid="ignore"):
            return np.where(samples[:, None] > 0, sums / np.maximum(samples, 1)[:, None], np.nan), samples


def own_advantages(scores: np.ndarray, code: int) -> np.ndarray:
    """Score of each feature for the class `code`, less its mean score for the other classes.

    Parameters
    ----------
    scores
        Shape (samples, classes, features).

    Returns
    -------
    Shape (samples, features), float64.
    """
    total = scores.sum(axis=1, dtype=np.float64)
    own = scores[:, code].astype(np.float64)
    return np.asarray(own - (total - own) / (scores.shape[1] - 1))


def falling(scores: np.ndarray) -> np.ndarray:
    """Order by falling score along the last axis; of equals the first."""
    return np.argsort(-scores, axis=-1, kind="stable")


def ranks_of(scores: np.ndarray) -> np.ndarray:
    """Rank of each score along the last axis, 1 for the largest; equal scores keep their order."""
    order = falling(scores)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(1, scores.shape[-1] + 1), order.shape), axis=-1)
    return ranks


def default_top(features: int) -> int:
    """A tenth of the ranked features, at most the 300 of the paper: the best are few even where few were measured.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 3.4.2.
    """
    return max(1, min(PUBLISHED_TOP, round(_TOP_FRACTION * features)))


def top_features(
    differences: np.ndarray,
    samples: np.ndarray,
    rpm_sums: np.ndarray,
    measured: np.ndarray,
    features: Sequence[str],
    classes: Sequence[str],
    top: int = PUBLISHED_TOP,
) -> pd.DataFrame:
    """Rank the features of every class that has samples; equal scores keep the order of the features.

    Parameters
    ----------
    differences, samples
        As `ClassDifferences` gives them.
    rpm_sums
        Sum of the reads per million over the samples of each class, shape (classes, features).
    measured
        Number of the samples of each class that measured a feature, same shape: the means run over these.

    Returns
    -------
    Columns `COLUMNS`, at most `top` rows a class.
    """
    with np.errstate(invalid="ignore"):
        own_mean = rpm_sums / measured
        other_mean = (rpm_sums.sum(axis=0) - rpm_sums) / (measured.sum(axis=0) - measured)
    tables = []
    for code in np.flatnonzero(samples).tolist():
        order = falling(differences[code])[:top]
        tables.append(
            pd.DataFrame(
                {
                    "class": classes[code],
                    "rank": np.arange(1, len(order) + 1),
                    "feature": np.asarray(features)[order],
                    "score": differences[code, order],
                    "mean_rpm_class": own_mean[code, order],
                    "mean_rpm_others": other_mean[code, order],
                    "samples": samples[code],
                },
                columns=list(COLUMNS),
            )
        )
    return pd.concat(tables, ignore_index=True)


def full_ranking(table: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """What enrichment needs of a table of `top_features` that lists all of them.

    Parameters
    ----------
    types
        Type of each feature.

    Returns
    -------
    Columns `RANKING_COLUMNS`; every class lists the same features.
    """
    return table.assign(feature_type=table["feature"].map(types))[list(RANKING_COLUMNS)]


def columns_of_types(types: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Positions of the model's features that are of the wanted types; without a wish, of all.

    Raises
    ------
    SampleError
        The model has no feature of a wanted type.
    """
    lacking = [kind for kind in wanted if kind not in types]
    if lacking:
        raise SampleError(
            f"--feature-types: the model has no feature of the type {listed(lacking, 99)}; it has: "
            f"{listed(sorted(set(types)), 99)}"
        )
    return np.flatnonzero(np.isin(types, wanted)) if wanted else np.arange(len(types))
