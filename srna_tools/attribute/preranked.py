"""GSEA of one ranking by gseapy, with p-values that are never zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from srna_tools.extras import import_from_extra

_NEGLIGIBLE = 1e-9


class Preranked(NamedTuple):
    """What GSEA found of one set.

    Attributes
    ----------
    score
        Normalised enrichment score (NES): above 0 where the set lies high in the ranking, below 0 where it lies low.
    p
        Of a set of that size by chance, among those with a score of the same sign.
    leading_edge
        Ranks of the members that the score comes from, counted from 0, the best first.
    """

    score: float
    p: float
    leading_edge: tuple[int, ...]


def preranked(
    scores: np.ndarray, sets: Sequence[Sequence[int]], permutations: int, seed: int, threads: int = 1
) -> list[Preranked]:
    r"""Gene set enrichment analysis of a ranking, weighted by the scores.

    The enrichment score ES is the largest deviation from zero of a running sum down the ranking, in which members of
    the set add their absolute score (as a share of that of all members), others subtract equal parts. Permutations of
    the features give ES by chance, and with :math:`m` of these of the sign of ES, :math:`b` of them as far from zero:

    .. math:: p = (b + 1) / (m + 1)

    gseapy gives :math:`b / m`, which is 0 for a set that no permutation reaches, however few there were.

    Parameters
    ----------
    scores
        Of all features, from the highest to the lowest.
    sets
        Ranks of the features of each set, fewer than all; one of them has a score that is not 0.

    Raises
    ------
    MissingExtraError
        gseapy is not installed.

    References
    ----------
    Subramanian et al. 2005; Phipson & Smyth 2010 for the 1 that is added.
    """
    if not sets:
        return []
    found = _run(
        # gseapy takes capitals for gene symbols and changes the case of names: numbers have none.
        pd.Series(_strictly_falling(scores), index=[str(rank) for rank in range(len(scores))]),
        {str(number): [str(rank) for rank in ranks] for number, ranks in enumerate(sets)},
        {"permutation_num": permutations, "seed": seed, "threads": threads},
    )
    return [found[str(number)] for number in range(len(sets))]


def _strictly_falling(scores: np.ndarray) -> np.ndarray:
    """Scores in which the order of equal ones shows, by the least that numbers can differ.

    Those of zero get a weight that no other will notice: without one, gseapy divides by zero for permutations that
    put zeros alone into a set, and for models that use few features these are many.
    """
    sizes = np.abs(scores[scores != 0])
    falling = np.where(scores == 0, min(_NEGLIGIBLE * sizes.max(), sizes.min() / 2), scores).astype(np.float64)
    for rank in range(1, len(falling)):
        falling[rank] = min(falling[rank], np.nextafter(falling[rank - 1], -np.inf))
    return falling


def _run(ranking: pd.Series, sets: dict[str, list[str]], settings: dict[str, Any]) -> dict[str, Preranked]:
    gseapy = import_from_extra("gseapy")
    by_chance: dict[str, np.ndarray] = {}

    class KeepsTheNull(gseapy.Prerank):  # type: ignore[misc, name-defined]
        """GSEA that keeps the scores of the permutations, of which gseapy's tables have only a share."""

        def to_df(self, gsea_summary: Any, *arguments: Any, **named: Any) -> None:
            by_chance.update({one.term: np.asarray(one.esnull) for one in gsea_summary})
            super().to_df(gsea_summary, *arguments, **named)

    analysis = KeepsTheNull(
        ranking, sets, outdir=None, no_plot=True, min_size=1, max_size=len(ranking), weight=1.0, **settings
    )
    analysis.run()
    table = analysis.res2d
    return {
        name: Preranked(float(nes), _p(float(es), by_chance[name]), tuple(sorted(map(int, leading.split(";")))))
        for name, es, nes, leading in zip(table["Term"], table["ES"], table["NES"], table["Lead_genes"], strict=True)
    }


def _p(score: float, by_chance: np.ndarray) -> float:
    same_sign = by_chance[by_chance * score > 0]
    return float((np.sum(np.abs(same_sign) >= abs(score)) + 1) / (len(same_sign) + 1))
