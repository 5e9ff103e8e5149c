"""What every engine can do that turns the inputs of samples into votes of features for classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

AUTO, ZERO, MEAN = "auto", "zero", "mean"
REFERENCES = (AUTO, ZERO, MEAN)
BUILT_IN, PACKAGE = "built-in", "deeplift"
ENGINES = (BUILT_IN, PACKAGE)


class Engine(Protocol):
    """Scores of the features of samples by one method, for one model."""

    @property
    def block(self) -> int:
        """Samples to score at a time: some seconds of work at most, so that progress shows and memory is bounded."""

    @property
    def reference(self) -> np.ndarray:
        """The neutral input, shape (features,): what a feature is set to when it is removed."""

    def scores(self, values: np.ndarray) -> np.ndarray:
        """What each feature adds to the output of each class, shape (samples, classes, features), float32."""

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """Outputs that are explained, shape (samples, classes): scores of a sample sum to them less `start`."""

    def start(self) -> np.ndarray:
        """Outputs where the scores begin to count, shape (classes,)."""

    def facts(self) -> dict[str, str]:
        """Method, rule and reference, for files: short words."""

    def describe(self) -> str:
        """Say how the scores come about, in a line for captions."""


class Collector(Protocol):
    """What takes the scores of all samples block by block, so that they need not be held at once."""

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Take the scores of some samples, shape (rows, classes, features), and their rows."""


def reference_in_words(reference: str) -> str:
    """What stands where a feature is removed."""
    return "inputs of zero" if reference == ZERO else "the average training sample"
