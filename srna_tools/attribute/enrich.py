"""A ranking and sets to a table of enrichment: background, names and sizes of the sets are settled first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srna_tools.attribute.circular_sets import circular, looking_derived
from srna_tools.attribute.enrichment import (
    GSEA,
    OVER_REPRESENTATION,
    SIGNIFICANT,
    Sizes,
    enrichment,
)
from srna_tools.attribute.ranked_features import Background, RankedFeatures
from srna_tools.attribute.ranking import default_top
from srna_tools.attribute.set_members import MeasuredSet, measured_sets
from srna_tools.errors import SampleError, counted, listed
from srna_tools.extras import require_installed
from srna_tools.features import feature_type
from srna_tools.io.gmt import FeatureSet
from srna_tools.namespace import Namespace

if TYPE_CHECKING:
    import pandas as pd

_LOG = logging.getLogger(__name__)
BOTH = "both"
_FULL_TABLE = "give the table of srna-attribute --ranking-output"


@dataclass(frozen=True)
class Comparison:
    """What is compared with what.

    Attributes
    ----------
    ranked
        Scores of the background.
    sets
        Those that are tested.
    methods
        By which.
    top
        Number of best features of a class in which over-representation is looked for.
    sentences
        What a user should know of it.
    """

    ranked: RankedFeatures
    sets: tuple[MeasuredSet, ...]
    methods: tuple[str, ...]
    top: int
    sentences: tuple[str, ...]

    def table(self, permutations: int, seed: int, threads: int = 1) -> pd.DataFrame:
        """Table of `enrichment`."""
        return enrichment(
            self.ranked,
            self.sets,
            self.methods,
            top=self.top,
            permutations=permutations,
            seed=seed,
            threads=threads,
        )


def compare(
    ranked: RankedFeatures,
    sets_for: Callable[[tuple[str, ...]], Iterable[FeatureSet]],
    background: Background | None,
    *,
    method: str = BOTH,
    top: int | None = None,
    sizes: Sizes,
    allow_derived: bool = False,
    seed: int = 0,
) -> Comparison:
    """Settle what is compared with what, and warn of sets that are, or look, derived from the same data.

    The background are the features of a complete ranking, else those of `background`; of these only the kinds of
    RNA that the sets are of, since sets of miRNAs say nothing about how the other features rank.

    Parameters
    ----------
    sets_for
        Gives the sets for the features of the background.
    background
        Also says which datasets the model was trained on, and which names are counted under one.
    top
        As in `enrichment`; `default_top` unless given.

    Raises
    ------
    SampleError
        The ranking is cut and there is no background, or it lacks ranked features; GSEA of a cut ranking; sets that
        would be circular; no member measured; no set of the sizes.
    """
    complete = ranked.is_complete
    methods = _possible(method, complete)
    ranked, sentences = _with_background(ranked, background, complete)
    sets = list(sets_for(ranked.features))
    warnings = circular(sets, background.datasets if background else None, allow_derived)
    namespace = background.namespace if background else Namespace.told_by(ranked.features)
    measured, found = measured_sets(sets, ranked.features, namespace)
    ranked, of_types = _of_the_types_of(ranked, measured)
    tested = tuple(one for one in measured if sizes.fit(one, len(ranked.features)))
    if not tested:
        raise SampleError(_why_none(measured, sizes, len(ranked.features)))
    chosen = top or default_top(len(ranked.features))
    sentences += [*found, *of_types, _sizes_in_words(measured, tested, sizes)]
    if method == BOTH and len(methods) == 1:
        sentences.append(f"without gsea: the ranking holds only the best features of each class; {_FULL_TABLE}")
    warnings += looking_derived(ranked, tested, chosen, seed)
    for warning in warnings:
        _LOG.warning(warning)
    return Comparison(ranked, tested, methods, chosen, (*sentences, *warnings))


def results_in_words(table: pd.DataFrame, comparison: Comparison, permutations: int) -> list[str]:
    """Sentences: how many sets of each class are significant, by each method."""
    lines = []
    if OVER_REPRESENTATION in comparison.methods:
        lines.append(f"over-representation is that among the best {comparison.top:,} features of each class")
    for name, rows in table.groupby("class", sort=False):
        parts = [
            f"{counted(int((own['q'] <= SIGNIFICANT).sum()), 'set')} by {method}"
            for method, own in rows.groupby("method", sort=False)
        ]
        lines.append(f"{name}: {' and '.join(parts)} with q <= {SIGNIFICANT:g}")
    by_rank = table[table["method"] == GSEA]
    # About half of the permutations have the sign of a score, and b = 0 is then the least p.
    least = 2 / permutations
    if len(by_rank) and (by_rank["q"] > SIGNIFICANT).all() and by_rank["p"].min() < 2 * least:
        lines.append(
            f"{permutations:,} permutations give p of about {least:g} at least, which {counted(len(by_rank), 'test')} "
            "leave no chance to be significant; give more --permutations"
        )
    return lines


def _possible(method: str, complete: bool) -> tuple[str, ...]:
    if method == GSEA and not complete:
        raise SampleError(f"gsea needs the scores of all features, but the ranking holds only the best; {_FULL_TABLE}")
    wanted = (OVER_REPRESENTATION, GSEA) if method == BOTH else (method,)
    possible = tuple(one for one in wanted if complete or one != GSEA)
    if GSEA in possible:
        require_installed("gseapy", needed_by=f"--method {method}")
    return possible


def _with_background(
    ranked: RankedFeatures, background: Background | None, complete: bool
) -> tuple[RankedFeatures, list[str]]:
    number = counted(len(ranked.features), "feature")
    if background is None and not complete:
        raise SampleError(
            "the ranking holds only the best features of its classes, so that nothing says what they were chosen "
            f"from; {_FULL_TABLE}, or give the model, an h5ad or a list of the measured features as --background"
        )
    if background is None:
        return ranked, [f"background: the {number} of the ranking"]
    absent = sorted(set(ranked.features).difference(background.features))
    if absent:
        raise SampleError(
            f"the background lacks {len(absent):,} of the {number} that are ranked ({listed(absent)}); give the "
            "background of this ranking"
        )
    if complete:
        return ranked, [f"background: the {number} of the ranking, which is complete"]
    every = f"{len(background.features):,} features"
    return ranked.among(background.features), [f"background: {every}, {len(ranked.features):,} of them ranked"]


def _of_the_types_of(ranked: RankedFeatures, measured: list[MeasuredSet]) -> tuple[RankedFeatures, list[str]]:
    members = {feature for one in measured for feature in one.features}
    kept = ranked.of_the_types_of(members)
    left_out = len(ranked.features) - len(kept.features)
    if not left_out:
        return ranked, []
    types = listed(sorted({feature_type(name) for name in members}), 20)
    sentence = f"{counted(left_out, 'feature')} of other kinds of RNA than the sets are of ({types}) do not count"
    return kept, [sentence]


def _sizes_in_words(measured: list[MeasuredSet], tested: tuple[MeasuredSet, ...], sizes: Sizes) -> str:
    small = sum(len(one.features) < sizes.least for one in measured)
    large = len(measured) - len(tested) - small
    return (
        f"{counted(len(tested), 'set')} tested; left out: {small:,} with fewer than {sizes.least} measured members, "
        f"{large:,} with more than {sizes.most:,} or all features"
    )


def _why_none(measured: list[MeasuredSet], sizes: Sizes, background: int) -> str:
    numbers = sorted(len(one.features) for one in measured)
    return (
        f"none of the {counted(len(measured), 'set')} has {sizes.least} to {sizes.most:,} measured members, and not "
        f"all of the {background:,} features: they have {numbers[0]} to {numbers[-1]}; change --min-size or "
        "--max-size, or give other sets"
    )
