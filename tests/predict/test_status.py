"""The status rules: their order, and the values on their limits."""

from __future__ import annotations

import math

import pytest

from srna_tools.predict.status import AMBIGUOUS, LOW_QUALITY, OK, UNKNOWN, Thresholds, status_of

LIMITS = Thresholds(min_depth=1000, min_coverage=0.5, min_probability=0.6, min_margin=0.2)
NAMES = "the samples have names of one kind, the model of another"


@pytest.mark.parametrize(
    ("depth", "model_reads", "coverage", "probability", "margin", "status", "reason"),
    [
        (1000, 1, 0.5, 0.6, 0.2, OK, ""),
        (0, 0, 0.0, 0.0, 0.0, LOW_QUALITY, "no reads of the kinds of RNA that the model uses"),
        (999, 0, 0.1, 0.1, 0.1, LOW_QUALITY, "999 reads, fewer than 1,000"),
        (1000, 0, 0.49, 0.1, 0.1, UNKNOWN, f"coverage 0.49 is below 0.5: {NAMES}"),
        (1000, 0, 0.5, 0.1, 0.1, LOW_QUALITY, "no reads on the features that the model uses"),
        (1000, 1, 0.5, 0.59, 0.1, UNKNOWN, "probability 0.59 is below 0.6"),
        (1000, 1, 0.5, 0.6, 0.19, AMBIGUOUS, "margin to the runner-up 0.19 is below 0.2"),
    ],
)
def test_the_first_rule_that_applies_counts(depth, model_reads, coverage, probability, margin, status, reason):
    assert status_of(depth, model_reads, coverage, probability, margin, LIMITS, NAMES) == (status, reason)


def test_without_a_class_the_model_says_why_unless_the_sample_is_unusable_anyway():
    assert status_of(1000, 1, 0.5, 0.9, 0.9, LIMITS, NAMES, "resembles none") == (UNKNOWN, "resembles none")
    assert status_of(1000, 1, 0.4, 0.9, 0.9, LIMITS, NAMES, "resembles none")[1].startswith("coverage")
    assert status_of(999, 1, 0.5, 0.9, 0.9, LIMITS, NAMES, "resembles none")[0] == LOW_QUALITY


def test_numbers_have_no_probability_to_be_judged_by():
    assert status_of(1000, 1, 0.5, math.nan, math.nan, LIMITS, NAMES) == (OK, "")
    assert status_of(1000, 1, 0.4, math.nan, math.nan, LIMITS, NAMES)[0] == UNKNOWN


def test_the_defaults():
    """DESIGN section 3 fixes the coverage; a sample with a single read is judged by the other rules."""
    assert Thresholds() == Thresholds(min_depth=1, min_coverage=0.5, min_probability=0.5, min_margin=0.1)
    assert status_of(1, 1, 0.5, 0.5, 0.1, Thresholds(), NAMES) == (OK, "")


@pytest.mark.parametrize(
    ("probability", "margin", "reason"),
    [(0.4999, 0.4, "probability 0.4999 is below 0.5"), (0.9, 0.09996, "margin to the runner-up 0.09996 is below 0.1")],
)
def test_a_reason_never_reads_as_if_a_value_were_below_itself(probability, margin, reason):
    assert status_of(1, 1, 1.0, probability, margin, Thresholds(), NAMES)[1] == reason


@pytest.mark.parametrize(
    ("coverage", "model_reads", "probability", "margin", "status", "reason"),
    [
        (0.5, 1, 0.9, 0.8, UNKNOWN, "most like none"),
        (0.5, 1, 0.1, 0.1, UNKNOWN, "most like none"),
        (0.49, 1, 0.9, 0.8, UNKNOWN, f"coverage 0.49 is below 0.5: {NAMES}"),
        (0.5, 0, 0.9, 0.8, LOW_QUALITY, "no reads on the features that the model uses"),
    ],
)
def test_the_catch_all_class_is_unknown_where_the_sample_can_be_judged(
    coverage, model_reads, probability, margin, status, reason
):
    found = status_of(1000, model_reads, coverage, probability, margin, LIMITS, NAMES, "most like none")
    assert found == (status, reason)
