"""When a prediction is not to be trusted: the rules, in the order in which they apply."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOW_QUALITY, UNKNOWN, AMBIGUOUS = "ok", "low_quality", "unknown", "ambiguous"
# From the best to the worst, as tables and pictures show them.
STATUS_ORDER = (OK, AMBIGUOUS, UNKNOWN, LOW_QUALITY)


@dataclass(frozen=True)
class Thresholds:
    """Below which a prediction is refused (DESIGN section 3)."""

    min_depth: int = 1
    min_coverage: float = 0.5
    min_probability: float = 0.5
    min_margin: float = 0.1


def status_of(  # noqa: PLR0911 - one return a rule
    depth: float,
    model_reads: float,
    coverage: float,
    probability: float,
    margin: float,
    thresholds: Thresholds,
    low_coverage: str,
    no_class: str = "",
) -> tuple[str, str]:
    """Status of one prediction, and its reason in words.

    Parameters
    ----------
    depth
        Reads on the types of features that the model uses, contaminants not counted.
    model_reads
        Reads on the model's own features.
    probability, margin
        NaN where the model has none, as it predicts numbers.
    low_coverage
        What to say where coverage is too low: which names were found against which are expected.
    no_class
        What to say where the model found no class at all, or the best one is the catch-all class; else empty.
    """
    if depth <= 0:
        return LOW_QUALITY, "no reads of the kinds of RNA that the model uses"
    if depth < thresholds.min_depth:
        return LOW_QUALITY, f"{depth:,.0f} reads, fewer than {thresholds.min_depth:,}"
    if coverage < thresholds.min_coverage:
        return UNKNOWN, f"coverage {_below(coverage, thresholds.min_coverage)}: {low_coverage}"
    if model_reads <= 0:
        return LOW_QUALITY, "no reads on the features that the model uses"
    if no_class:
        return UNKNOWN, no_class
    if probability < thresholds.min_probability:
        return UNKNOWN, f"probability {_below(probability, thresholds.min_probability)}"
    if margin < thresholds.min_margin:
        return AMBIGUOUS, f"margin to the runner-up {_below(margin, thresholds.min_margin)}"
    return OK, ""


def _below(value: float, limit: float) -> str:
    """Value with two decimals, or as many as show that it is below its limit, and the limit."""
    texts = [f"{value:.{decimals}f}" for decimals in range(2, 18)]
    return f"{next((text for text in texts if float(text) < limit), texts[-1])} is below {limit:g}"
