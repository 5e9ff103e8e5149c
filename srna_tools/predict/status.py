"""When a prediction is not to be trusted: the rules, in the order in which they apply."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOW_QUALITY, UNKNOWN, AMBIGUOUS = "ok", "low_quality", "unknown", "ambiguous"


@dataclass(frozen=True)
class Thresholds:
    """Below which a prediction is refused (DESIGN section 3)."""

    min_depth: int = 1
    min_coverage: float = 0.5
    min_probability: float = 0.5
    min_margin: float = 0.1


def status_of(
    depth: float, coverage: float, probability: float, margin: float, thresholds: Thresholds, low_coverage: str
) -> tuple[str, str]:
    """Status of one prediction, and its reason in words.

    Parameters
    ----------
    depth
        Reads on the features that the model uses.
    low_coverage
        What to say where coverage is too low: which names were found against which are expected.
    """
    if depth <= 0:
        return LOW_QUALITY, "no reads on the features that the model uses"
    if depth < thresholds.min_depth:
        return LOW_QUALITY, f"{depth:,.0f} reads, fewer than {thresholds.min_depth:,}"
    if coverage < thresholds.min_coverage:
        return UNKNOWN, f"coverage {coverage:.2f} is below {thresholds.min_coverage:g}: {low_coverage}"
    if probability < thresholds.min_probability:
        return UNKNOWN, f"probability {probability:.2f} is below {thresholds.min_probability:g}"
    if margin < thresholds.min_margin:
        return AMBIGUOUS, f"margin {margin:.2f} to the runner-up is below {thresholds.min_margin:g}"
    return OK, ""
