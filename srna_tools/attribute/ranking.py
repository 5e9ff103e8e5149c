"""Which sRNAs decide for a class: DeepLIFT scores of its samples, compared with those of the other classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

COLUMNS = ("class", "rank", "feature", "score", "mean_rpm_class", "mean_rpm_others", "samples")
# Fiosina, Fiosins & Bonn 2019, sections 2.3.4 and 3.4.2.
PUBLISHED_TOP = 300


def class_differences(
    blocks: Iterable[tuple[np.ndarray, np.ndarray]], classes: int, features: int
) -> tuple[np.ndarray, np.ndarray]:
    r"""Average advantage that a feature gives a class over the others, among samples of that class.

    .. math:: D1_{jk} = \operatorname{mean}_{i : y_i = k}
        \Bigl(C_{ijk} - \frac{1}{K - 1} \sum_{k' \ne k} C_{ijk'}\Bigr)

    Parameters
    ----------
    blocks
        Scores :math:`C` of shape (samples, classes, features) and the class number of each of these samples (-1:
        of none), block by block, so that the scores of all samples need not be held at once.

    Returns
    -------
    :math:`D1` of shape (classes, features), NaN for classes without samples, and the samples of each class.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.3.4.
    """
    sums = np.zeros((classes, features))
    samples = np.zeros(classes, dtype=np.int64)
    for scores, codes in blocks:
        for code in np.unique(codes[codes >= 0]):
            own = scores[codes == code]
            total = own.sum(axis=1, dtype=np.float64)
            mine = own[:, code].astype(np.float64)
            sums[code] += (mine - (total - mine) / (classes - 1)).sum(axis=0)
            samples[code] += len(own)
    with np.errstate(invalid="ignore"):
        return np.where(samples[:, None] > 0, sums / np.maximum(samples, 1)[:, None], np.nan), samples


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
        As `class_differences` returns them.
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
        order = np.argsort(-differences[code], kind="stable")[:top]
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
