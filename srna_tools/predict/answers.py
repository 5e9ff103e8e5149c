"""What a model answers for each sample, before the rules of the status: its best class, or a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from srna_tools.bundle import Bundle
from srna_tools.errors import counted
from srna_tools.models.class_means import NO_CLASS, ClassMeans
from srna_tools.models.spline_profiles import SplineProfiles

_DIGITS = 4
_FIGURES = ("median_absolute_error", "median_absolute_error_of_the_median", "pearson", "samples")


@dataclass(frozen=True)
class Answers:
    """One answer a sample; all arrays have the shape (samples,).

    Attributes
    ----------
    label
        The best class or the number, as text; empty where the model found none.
    probability, margin
        Of the best class, and its lead over the second; NaN for numbers.
    runner_up
        The second class; empty where there is none.
    no_class
        Why the model found no class of its own, in words, else empty.
    remark
        What to know of an answer that is to be believed, else empty.
    """

    label: np.ndarray
    probability: np.ndarray
    margin: np.ndarray
    runner_up: np.ndarray
    no_class: np.ndarray
    remark: np.ndarray


def best_classes(bundle: Bundle, probabilities: np.ndarray, values: np.ndarray) -> Answers:
    """Best and second class of each sample; of equals the first.

    Parameters
    ----------
    probabilities
        Shape (samples, classes).
    values
        The model inputs they come from, shape (samples, features).
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    rows = np.arange(len(probabilities))
    best, second = order[:, 0], order[:, 1]
    classes = np.array(bundle.classes)
    none = np.zeros(len(rows), dtype=bool)
    if isinstance(bundle.model, ClassMeans):
        none = bundle.model.resembles_none(values)
    why = np.where(none, NO_CLASS, np.where(classes[best] == bundle.catch_all, _catch_all(bundle), ""))
    return Answers(
        label=np.where(none, "", classes[best]),
        probability=probabilities[rows, best],
        margin=probabilities[rows, best] - probabilities[rows, second],
        runner_up=np.where(none, "", classes[second]),
        no_class=why,
        remark=np.full(len(rows), ""),
    )


def best_numbers(model: SplineProfiles, values: np.ndarray) -> Answers:
    """Number of each sample with four significant digits, and whether it is the first or last that the model knows."""
    numbers = model.numbers(values)
    nothing, unknown = np.full(len(numbers), ""), np.full(len(numbers), np.nan)
    low, high = model.grid[0], model.grid[-1]
    remark = f"at an end of the training range, {_short(low)} to {_short(high)}: the truth may lie beyond"
    return Answers(
        label=np.array([_short(number) for number in numbers], dtype=str),
        probability=unknown,
        margin=unknown,
        runner_up=nothing,
        no_class=nothing,
        remark=np.where((numbers == low) | (numbers == high), remark, ""),
    )


def held_out_error(evaluation: dict[str, Any]) -> str:
    """Say how far the numbers of a model were off on samples that it did not see; empty where that is not known."""
    figures = [evaluation.get(name) for name in _FIGURES]
    known = [float(one) for one in figures if isinstance(one, int | float) and math.isfinite(one)]
    if len(known) < len(_FIGURES):
        return ""
    error, of_median, pearson, samples = known
    return (
        f"on {counted(int(samples), 'held-out sample')} half of the predictions were off by at most {_short(error)} "
        f"(always saying the median: {_short(of_median)}); correlation with the truth {pearson:.2f}"
    )


def _catch_all(bundle: Bundle) -> str:
    named = counted(len(bundle.classes) - 1, "named class", "named classes")
    return f"most like the catch-all class '{bundle.catch_all}': none of the model's {named}"


def _short(number: float) -> str:
    """Four significant digits, without an exponent."""
    return np.format_float_positional(float(f"{number:.{_DIGITS}g}"), trim="-")
