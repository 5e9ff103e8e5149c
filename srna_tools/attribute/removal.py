"""Features removed from a sample one after another, along one path for each other class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from srna_tools.models.class_means import ClassMeans
from srna_tools.models.interface import Classifier
from srna_tools.models.random_forest import RandomForest

#: From model inputs, shape (samples, features), to the class number predicted for each.
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Removal:
    """One sample whose features are set to the reference in turn.

    Attributes
    ----------
    values, reference
        Model inputs of the sample and what a removed feature is set to, shape (features,), float32.
    own
        The class that the sample is of, and predicted as.
    targets
        The other class of each path, shape (paths,).
    moves
        Features in the order in which a path removes them, without those whose removal changes nothing,
        shape (paths, moves).
    steps
        Step of each move, shape (paths, moves): its place in the whole order, from 1.
    """

    values: np.ndarray
    reference: np.ndarray
    own: int
    targets: np.ndarray
    moves: np.ndarray
    steps: np.ndarray

    def inputs(self, path: int, done: int) -> np.ndarray:
        """Model inputs after so many moves of a path, shape (features,)."""
        removed = self.moves[path, :done]
        inputs = self.values.copy()
        inputs[removed] = self.reference[removed]
        return inputs

    def steps_after(self, moves: np.ndarray) -> np.ndarray:
        """Step of the last of so many moves of each path; 0 for none."""
        padded = np.concatenate([np.zeros((len(self.steps), 1), dtype=np.int64), self.steps], axis=1)
        return np.asarray(padded[np.arange(len(padded)), moves])


class Change(NamedTuple):
    """What happened along the paths of a removal, each of shape (paths,).

    Attributes
    ----------
    moves_to_change
        Moves until the predicted class was another than the sample's own; 0 where that never happened.
    changed_to
        What it was then; -1 where it never was another.
    moves_to_target
        Moves until the predicted class was the path's; 0 where that never happened.
    """

    moves_to_change: np.ndarray
    changed_to: np.ndarray
    moves_to_target: np.ndarray


class Search(Protocol):
    """A way to find where the predicted class changes."""

    def find(self, removals: Sequence[Removal]) -> list[Change]:
        """Follow all paths of some samples until both events happened or all features are removed."""


def removal_of(values: np.ndarray, reference: np.ndarray, scores: np.ndarray, own: int, matters: np.ndarray) -> Removal:
    r"""Order the features of a sample by what they add to its own class and not to the other.

    .. math:: D2_{ijk'} = C_{ij y_i} - C_{ijk'}

    from the largest down; equal values keep the order of the features.

    Parameters
    ----------
    scores
        Scores of the sample, shape (classes, features).
    matters
        Which features the model looks at, shape (features,): the others change nothing.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.3.4.
    """
    values, reference = np.asarray(values, dtype=np.float32), np.asarray(reference, dtype=np.float32)
    targets = np.delete(np.arange(len(scores)), own)
    scores = scores.astype(np.float64)
    order = np.argsort(scores[targets] - scores[own], axis=1, kind="stable")
    moves = (matters & (values != reference))[order]
    place = np.nonzero(moves)[1].reshape(len(targets), -1)
    return Removal(values, reference, own, targets, np.take_along_axis(order, place, axis=1), place + 1)


def features_that_matter(model: Classifier) -> np.ndarray:
    """Whether the model can look at each feature, shape (features,)."""
    if not isinstance(model, RandomForest | ClassMeans):
        return np.ones(model.inputs, dtype=bool)
    used = model.selected
    if isinstance(model, RandomForest):
        used = used[model.feature[model.feature >= 0]]
    return np.isin(np.arange(model.inputs), used)
