"""Profiles and k-mers together: the one sees where in a sequence its bases stand, the other what any part holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from srna_tools.errors import BundleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.inner_split import inner_split
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.kmer import KmerModel, KmerSettings, train_kmer
from srna_tools.sequences.profile_model import ProfileModel, ProfileSettings, train_profile

_DRAWN, _ONE_IN = 60, 5
# Of models that nothing is held out of: what is found for precursors, about.
_FIRST_WEIGHTS = (0.2, 1.0)
_LEAST_WEIGHT, _MOST_WEIGHT = 1e-3, 10.0
_PARTS = ("profile", "kmer")


@dataclass(frozen=True)
class CombinedSettings(KmerSettings, ProfileSettings):
    """The settings of both models."""

    def __post_init__(self) -> None:
        """Refuse what either refuses."""
        KmerSettings.__post_init__(self)
        ProfileSettings.__post_init__(self)


@dataclass(frozen=True)
class CombinedModel:
    """Two models whose logits are added.

    Attributes
    ----------
    weights
        Of the logits of the profiles, and of those of the k-mers.
    """

    kinds: ClassVar[tuple[str, ...]] = ("combined",)
    profile: ProfileModel
    kmer: KmerModel
    weights: tuple[float, float]

    @property
    def outputs(self) -> int:
        """Number of families."""
        return self.profile.outputs

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Weighted sums of both models' logits; known are the scores of both, and their ``sum`` as it is weighted."""
        profile, kmer = self.profile.scores(sequences), self.kmer.scores(sequences)
        of_profile, of_kmer = self.weights
        logits = of_profile * profile.logits + of_kmer * kmer.logits
        return FamilyScores(logits, {**profile.known, **kmer.known, "sum": logits.max(axis=1)})

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """States of both models, the names of arrays with the model's before them, and the weights."""
        states = {"profile": self.profile.to_state(), "kmer": self.kmer.to_state()}
        arrays = {f"{part}.{name}": array for part, (own, _) in states.items() for name, array in own.items()}
        return arrays, {"weights": list(self.weights)} | {part: about for part, (_, about) in states.items()}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            A part is missing or damaged, the parts know different numbers of families, or weights are no weights.
        """
        weights = description.get("weights")
        if not isinstance(weights, list) or len(weights) != len(_PARTS) or not all(map(_is_weight, weights)):
            raise BundleError("the combined model lacks the weights of its two parts")
        if not all(isinstance(description.get(part), dict) for part in _PARTS):
            raise BundleError("the combined model lacks one of its two parts")
        states = ((_of_part(arrays, part), description[part]) for part in _PARTS)
        model = cls(ProfileModel.from_state(*next(states)), KmerModel.from_state(*next(states)), tuple(weights))
        if model.profile.outputs != model.kmer.outputs:
            raise BundleError("the parts of the combined model do not know the same number of families")
        return model


def train_combined(families: Families, settings: CombinedSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Train both models, and weigh them by the log loss of sequences that neither was trained on.

    The weights come from models of at most 48 sequences a family, judged by 12 others; the models that are kept
    know all sequences.
    """
    split = inner_split(families.members, most=_DRAWN, one_in=_ONE_IN, seed=seed)
    weights = _FIRST_WEIGHTS
    if len(split.held_out):
        held_out = families.at(split.held_out)
        profile, kmer = _both(families.at(split.training), settings, seed, threads)
        weights = best_weights(
            profile.scores(held_out.sequences).logits, kmer.scores(held_out.sequences).logits, held_out.members
        )
    profile, kmer = _both(families, settings, seed, threads)
    facts = {"weight_of_profile": weights[0], "weight_of_kmer": weights[1], "words": len(kmer.kept)}
    return TrainedFamilyModel(CombinedModel(profile, kmer, weights), facts=facts)


def best_weights(first: np.ndarray, second: np.ndarray, members: np.ndarray) -> tuple[float, float]:
    """Weights of two models' logits whose sum has the smallest log loss; a convex problem of two numbers.

    Parameters
    ----------
    first, second
        Logits, shape (sequences, families).
    members
        Family of each sequence.
    """
    from scipy.optimize import minimize

    rows = np.arange(len(members))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = weights[0] * first + weights[1] * second
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        total = powers.sum(axis=1)
        shares = powers / total[:, np.newaxis]
        slopes = [((shares * own).sum(axis=1) - own[rows, members]).mean() for own in (first, second)]
        return float((np.log(total) - logits[rows, members]).mean()), np.array(slopes)

    bounds = 2 * [(_LEAST_WEIGHT, _MOST_WEIGHT)]
    found = minimize(loss, _FIRST_WEIGHTS, jac=True, method="L-BFGS-B", bounds=bounds)
    return float(found.x[0]), float(found.x[1])


def _both(families: Families, settings: CombinedSettings, seed: int, threads: int) -> tuple[ProfileModel, KmerModel]:
    profile = train_profile(families, settings, seed, threads).model
    kmer = train_kmer(families, settings, seed, threads).model
    if not (isinstance(profile, ProfileModel) and isinstance(kmer, KmerModel)):
        raise TypeError("a training function returned the model of another kind")
    return profile, kmer


def _of_part(arrays: dict[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{part}."): array for name, array in arrays.items() if name.startswith(f"{part}.")}


def _is_weight(weight: object) -> bool:
    return isinstance(weight, float) and _LEAST_WEIGHT <= weight <= _MOST_WEIGHT
