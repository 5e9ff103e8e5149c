"""Sets that come from the data which ranked the features: what they find there is no finding."""

from __future__ import annotations

from collections.abc import Sequence

from srna_tools.attribute.derived_sets import derived_from
from srna_tools.attribute.enrichment import best_features
from srna_tools.attribute.ranked_features import RankedFeatures
from srna_tools.attribute.set_members import MeasuredSet
from srna_tools.errors import SampleError, counted, listed
from srna_tools.io.gmt import FeatureSet

# Two sets are nearly the same if they share this much of all that either has (Jaccard index).
_NEARLY_THE_SAME = 0.8
# A few features may well be the best of a class, as miR-192, miR-194 and miR-215 of the intestine.
_FEWEST_ALIKE = 10


def why_circular(one: FeatureSet, training: frozenset[str] | None) -> str:
    """Why a set may come from the data that ranked the features; empty where it does not.

    Parameters
    ----------
    training
        Datasets that the ranking's model was trained on, None where that is not known.
    """
    datasets = derived_from(one.description)
    if datasets is None:
        return ""
    if training is None:
        return "nothing says which datasets the ranking comes from"
    if not datasets:
        return "its own datasets cannot be read"
    shared = sorted(training.intersection(datasets))
    return f"the model was trained on {listed(shared)} too" if shared else ""


def circular(sets: Sequence[FeatureSet], training: frozenset[str] | None, allow: bool) -> list[str]:
    """Refuse sets that were derived from the training data, or warn of them if they are allowed.

    Raises
    ------
    SampleError
        A set comes, or may come, from the data that ranked the features, and `allow` is not set.
    """
    reasons = {f"{one.name} ({one.source})": why_circular(one, training) for one in sets}
    found = [name for name, reason in reasons.items() if reason]
    if not found:
        return []
    what = f"{counted(len(found), 'set')} ({listed(found)}) derived from a model, and {reasons[found[0]]}"
    if allow:
        return [f"the sets hold {what}; that these are enriched is no evidence"]
    advice = "give the ranking's model as --background" if training is None else "use sets of other data"
    raise SampleError(f"the sets hold {what}, so that the test would be circular; {advice}, or --allow-derived")


def looking_derived(ranked: RankedFeatures, sets: Sequence[MeasuredSet], top: int, seed: int) -> list[str]:
    """Warn of unmarked sets that are nearly the best features of a class.

    They are compared with the `top` best, and with as many of the best as the set has features.
    """
    best = dict(zip(ranked.classes, best_features(ranked, len(ranked.features), seed), strict=True))
    warnings = []
    for one in sets:
        if len(one.features) < _FEWEST_ALIKE or derived_from(one.given.description) is not None:
            continue
        alike = [
            name
            for name, features in best.items()
            if any(_nearly_equal(one.features, features[:number]) for number in (top, len(one.features)))
        ]
        if alike:
            warnings.append(
                f"the set {one.given.name} ({one.given.source}) is nearly the list of the best features of "
                f"{listed(alike)}; if it was derived from the same data, that it is enriched is no evidence"
            )
    return warnings


def _nearly_equal(one: frozenset[str], features: Sequence[str]) -> bool:
    other = frozenset(features)
    return len(one & other) >= _NEARLY_THE_SAME * len(one | other)
