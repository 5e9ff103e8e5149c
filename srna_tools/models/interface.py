"""What every classifier can do, whatever it is inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import pandas as pd


class Classifier(Protocol):
    """A trained model: numpy arrays and the arithmetic to apply them; nothing in it executes code from a file."""

    kinds: ClassVar[tuple[str, ...]]

    @property
    def inputs(self) -> int:
        """Number of model features."""

    @property
    def outputs(self) -> int:
        """Number of classes."""

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Class probabilities, shape (samples, classes), from model inputs of shape (samples, features)."""

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays and JSON from which `from_state` makes the same model."""

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote; raises BundleError where shapes or indices do not fit."""


@dataclass(frozen=True)
class TrainingSamples:
    """What a model learns from.

    Attributes
    ----------
    values
        Model inputs, shape (samples, features).
    codes
        Class number of each sample, below `classes`.
    classes
        Number of classes.
    datasets
        Name of the dataset of each sample.
    resources
        Name of the resource of each sample, where there are several.
    names
        Name of each class, for messages.
    """

    values: np.ndarray
    codes: np.ndarray
    classes: int
    datasets: np.ndarray
    resources: np.ndarray | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainedModel:
    """A classifier fresh from training.

    Attributes
    ----------
    classifier
        The model as it is stored and applied.
    curve
        One row an epoch (``epoch loss accuracy``), empty for models without epochs.
    keras
        The Keras model, for those who want a ``.keras`` file; None for other kinds.
    chosen
        Settings that the training chose itself, by their names.
    facts
        What else the bundle should know about this training, as JSON can hold it.
    """

    classifier: Classifier
    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    keras: Any = None
    chosen: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


#: From samples, settings, seed and threads to a trained model.
Train = Callable[[TrainingSamples, Any, int, int], TrainedModel]


def balanced_weights(codes: np.ndarray, classes: int) -> np.ndarray:
    r"""Weight of each sample so that all classes weigh the same, :math:`n / (K n_k)`."""
    return np.asarray(len(codes) / (classes * np.bincount(codes, minlength=classes)[codes]))
