"""How far resources lie apart within one tissue."""

from __future__ import annotations

from itertools import combinations

import numpy as np


def share_between(values: np.ndarray, groups: np.ndarray) -> float:
    r"""Share of the variance that lies between groups, over all features.

    .. math:: \sum_g n_g \lVert \bar x_g - \bar x \rVert^2 / \sum_i \lVert x_i - \bar x \rVert^2

    Parameters
    ----------
    values
        Samples x features.
    groups
        Group of each sample.
    """
    centred = values - values.mean(axis=0)
    total = float((centred**2).sum())
    between = sum(
        float((groups == name).sum() * (centred[groups == name].mean(axis=0) ** 2).sum()) for name in np.unique(groups)
    )
    return between / total if total else np.nan


def share_by_chance(samples: int, groups: int) -> float:
    """Give the expectation of `share_between` when samples are dealt out to groups by chance."""
    return (groups - 1) / (samples - 1)


def pairwise_shares(values: np.ndarray, groups: np.ndarray) -> dict[tuple[str, str], float]:
    """Give `share_between` of each pair of groups; a bridge lies closer to both sides than they to each other."""
    shares = {}
    for pair in combinations(np.unique(groups).tolist(), 2):
        rows = np.isin(groups, pair)
        shares[pair] = share_between(values[rows], groups[rows])
    return shares


def silhouette(values: np.ndarray, groups: np.ndarray) -> float:
    """Give the mean silhouette of the samples with the resource as cluster: 1 is apart, 0 is mixed (Rousseeuw 1987)."""
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(values, groups))


def nearest_of_another(values: np.ndarray, groups: np.ndarray) -> float:
    """Give the share of samples whose nearest neighbour (Euclidean) is of another group; 0 where groups lie apart."""
    from scipy.spatial.distance import pdist, squareform

    distances = squareform(pdist(values))
    np.fill_diagonal(distances, np.inf)
    return float((groups[distances.argmin(axis=1)] != groups).mean())
