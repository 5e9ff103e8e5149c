"""Which sets of features are found among the best of a class more often than by chance, or high in its ranking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.attribute.preranked import preranked
from srna_tools.attribute.ranked_features import RankedFeatures
from srna_tools.attribute.set_members import MeasuredSet

OVER_REPRESENTATION, GSEA = "over-representation", "gsea"
COLUMNS = (
    "class", "method", "set", "source", "size", "measured", "overlap", "expected", "score", "p", "q", "features",
)  # fmt: skip
SIGNIFICANT = 0.05
_UNTESTED = {"overlap": 0, "expected": np.nan, "score": np.nan, "p": 1.0, "features": ""}


@dataclass(frozen=True)
class Sizes:
    """Of how many measured members sets are tested; never of all features of the background."""

    least: int
    most: int

    def fit(self, one: MeasuredSet, background: int) -> bool:
        """Whether a set is tested."""
        return self.least <= len(one.features) <= min(self.most, background - 1)


def enrichment(
    ranked: RankedFeatures,
    sets: Sequence[MeasuredSet],
    methods: Collection[str],
    *,
    top: int,
    permutations: int,
    seed: int,
    threads: int = 1,
) -> pd.DataFrame:
    """Test all sets for all classes.

    Parameters
    ----------
    ranked
        Complete where `methods` has `GSEA`.
    sets
        Those to test, each with a measured member.
    methods
        Of `OVER_REPRESENTATION` and `GSEA`.
    top
        Number of best features of a class in which over-representation is looked for.
    permutations, seed, threads
        Of `preranked`; the seed also breaks ties.

    Returns
    -------
    Columns `COLUMNS`, a row for each class, method and set, sorted by class, method and p. ``q`` is corrected
    (Benjamini & Hochberg 1995) over all classes and sets of a method; sets of the same features count once.

    Raises
    ------
    MissingExtraError
        gseapy is not installed.
    """
    orders = ranked.orders(seed)
    tables = []
    for method in (name for name in (OVER_REPRESENTATION, GSEA) if name in methods):
        rows = []
        for name, scores, order in zip(ranked.classes, ranked.scores, orders, strict=True):
            if method == GSEA:
                tested = _by_rank(scores, order, ranked.features, sets, permutations, seed, threads)
            else:
                tested = _by_overlap(scores, order, ranked.features, sets, top)
            rows += [_row(name, method, one, values) for one, values in zip(sets, tested, strict=True)]
        tables.append(_corrected(pd.DataFrame(rows), sets))
    table = pd.concat(tables, ignore_index=True)
    place = {name: number for number, name in enumerate(ranked.classes)}
    key = table.assign(place=table["class"].map(place), later=table["method"] == GSEA)
    return key.sort_values(["place", "later", "p"], kind="stable", ignore_index=True)[list(COLUMNS)]


def best_features(ranked: RankedFeatures, top: int, seed: int) -> list[list[str]]:
    """Features of each class with the highest positive scores, `top` at most."""
    orders = ranked.orders(seed)
    return [
        [ranked.features[place] for place in _best(scores, order, top)]
        for scores, order in zip(ranked.scores, orders, strict=True)
    ]


def _best(scores: np.ndarray, order: np.ndarray, top: int) -> np.ndarray:
    first = order[:top]
    return np.asarray(first[scores[first] > 0])


def _by_overlap(
    scores: np.ndarray, order: np.ndarray, features: Sequence[str], sets: Sequence[MeasuredSet], top: int
) -> list[dict[str, object]]:
    r"""Overlap of each set with the best features of one class.

    .. math:: p = P(X \ge k), \quad X \sim \operatorname{Hypergeometric}(N, K, n)

    with `N` features in the background, `K` of them in the set, `n` the best of the class and `k` of these in the set.
    """
    from scipy.stats import hypergeom

    best = [features[place] for place in _best(scores, order, top)]
    tested = []
    for one in sets:
        shared = [feature for feature in best if feature in one.features]
        expected = len(best) * len(one.features) / len(features)
        p = float(hypergeom.sf(len(shared) - 1, len(features), len(one.features), len(best)))
        score = np.log2(len(shared) / expected) if shared else np.nan
        tested.append(
            # The sum of the upper tail may exceed 1 by its rounding.
            {"overlap": len(shared), "expected": expected, "score": score, "p": min(p, 1.0), "features": shared}
        )
    return tested


def _by_rank(
    scores: np.ndarray,
    order: np.ndarray,
    features: Sequence[str],
    sets: Sequence[MeasuredSet],
    permutations: int,
    seed: int,
    threads: int,
) -> list[dict[str, object]]:
    """GSEA of one class; sets whose features all have a score of zero say nothing, with p = 1."""
    place = {features[number]: rank for rank, number in enumerate(order)}
    ranks = [sorted(place[feature] for feature in one.features) for one in sets]
    sorted_scores = scores[order]
    told = [number for number, own in enumerate(ranks) if np.any(sorted_scores[own] != 0)]
    found = preranked(sorted_scores, [ranks[number] for number in told], permutations, seed, threads)
    tested: list[dict[str, object]] = [dict(_UNTESTED) for _ in sets]
    for number, one in zip(told, found, strict=True):
        leading = [features[order[rank]] for rank in one.leading_edge]
        tested[number] |= {"overlap": len(leading), "score": one.score, "p": one.p, "features": leading}
    return tested


def _row(name: str, method: str, one: MeasuredSet, values: dict[str, object]) -> dict[str, object]:
    shared = values["features"]
    return {
        "class": name,
        "method": method,
        "set": one.given.name,
        "source": one.given.source,
        "size": len(one.given.members),
        "measured": len(one.features),
        **values,
        "features": ",".join(shared) if isinstance(shared, list) else shared,
    }


def _corrected(table: pd.DataFrame, sets: Sequence[MeasuredSet]) -> pd.DataFrame:
    """Add q; sets of the same features, as several sources may have them, are one test."""
    from scipy.stats import false_discovery_control

    first: dict[frozenset[str], int] = {}
    same = [first.setdefault(one.features, number) for number, one in enumerate(sets)]
    test = pd.MultiIndex.from_arrays([table["class"], np.resize(same, len(table))])
    once = ~test.duplicated()
    q = false_discovery_control(table.loc[once, "p"].to_numpy(np.float64), method="bh")
    return table.assign(q=pd.Series(q, index=test[once]).loc[test].to_numpy())
