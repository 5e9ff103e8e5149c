"""What every model of families can do, whatever it is inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import pandas as pd

from srna_tools.sequences.families import Families

if TYPE_CHECKING:
    import numpy as np

#: Longest sequence, in nt, that a model may be made for.
LONGEST = 100_000


@dataclass(frozen=True)
class FamilyScores:
    """What a model says about sequences.

    Attributes
    ----------
    logits
        Score of each family on the scale of natural logarithms, so that a softmax gives probabilities, float64,
        shape (sequences, families); finite.
    known
        Further scores of how much each sequence looks like what the model knows, larger is more, by name; each of
        shape (sequences,). The largest probability and the energy need not be here: they follow from the logits.
    """

    logits: np.ndarray
    known: dict[str, np.ndarray] = field(default_factory=dict)


class FamilyModel(Protocol):
    """A trained model of families: numpy arrays and the arithmetic to apply them; nothing executes code from a file."""

    kinds: ClassVar[tuple[str, ...]]

    @property
    def outputs(self) -> int:
        """Number of families."""

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Score clean sequences, on one thread; a sequence's scores do not depend on the others."""

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays and JSON from which `from_state` makes the same model."""

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote; raises BundleError where shapes, types or indices do not fit."""


@dataclass(frozen=True)
class TrainedFamilyModel:
    """A model fresh from training.

    Attributes
    ----------
    model
        As it is stored and applied.
    curve
        One row an epoch (``epoch loss accuracy``), empty for models without epochs.
    keras
        The Keras model, for those who want a ``.keras`` file; None for other kinds.
    facts
        What the bundle should know about this training, as JSON can hold it.
    """

    model: FamilyModel
    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    keras: Any = None
    facts: dict[str, Any] = field(default_factory=dict)


#: From families, settings, seed and threads to a trained model.
TrainFamilies = Callable[[Families, Any, int, int], TrainedFamilyModel]
