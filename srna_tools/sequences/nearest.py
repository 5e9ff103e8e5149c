"""The nearest neighbour by alignment: what BLAST against known families would say, as a model of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self, TypeGuard

import numpy as np

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import Alike, identity
from srna_tools.sequences.inner_split import inner_split
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.letters import LETTERS, UNKNOWN, packed
from srna_tools.validation.temperature import best_temperature

# blastn's scores (task blastn): a match, a mismatch, the first base of a gap and each further one.
_MATCH, _MISMATCH, _OPEN, _EXTEND = 2.0, -3.0, -7.0, -2.0
_BLOCK = 256
_LONGEST_WORD = 8
_OF_SCALE, _HELD_OUT = 10, 5  # sequences of a family that set the scale; one in so many of them is held out
_FIRST_SCALE, _LARGEST_SCALE = 0.1, 1.0  # from a difference of alignment scores to one of logits


@dataclass(frozen=True)
class NearestSettings:
    """How neighbours are looked for.

    Attributes
    ----------
    candidates
        Training sequences that are aligned: those whose words are most alike.
    word
        Bases of a word.
    """

    candidates: int = 20
    word: int = 5

    def __post_init__(self) -> None:
        """Refuse what finds nothing."""
        if self.candidates < 1:
            raise SampleError(f"at least 1 candidate must be aligned, not {self.candidates}")
        if not 1 <= self.word <= _LONGEST_WORD:
            raise SampleError(f"words of candidates must have 1 to {_LONGEST_WORD} bases, not {self.word}")


@dataclass(frozen=True)
class NearestModel:
    """Training sequences with their families.

    Attributes
    ----------
    codes, starts
        Training sequences, as `srna_tools.sequences.letters.packed` has them.
    members
        Family of each, int64, ascending.
    families
        Number of families.
    settings
        How neighbours are looked for.
    scale
        Times an alignment score makes a logit.
    """

    kinds: ClassVar[tuple[str, ...]] = ("nearest",)
    codes: np.ndarray
    starts: np.ndarray
    members: np.ndarray
    families: int
    settings: NearestSettings
    scale: float

    @property
    def outputs(self) -> int:
        """Number of families."""
        return self.families

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Scaled local alignment score of the best training sequence of each family; 0 where none was a candidate.

        Known are the ``identity`` to the best training sequence of all, of the shorter of both, and the alignment
        score with it for each base of the sequence, ``score-per-base`` (at most 2).
        """
        logits = np.zeros((len(sequences), self.families))
        identities, per_base = np.zeros(len(sequences)), np.zeros(len(sequences))
        for place, (best, places) in enumerate(self._aligned(sequences)):
            np.maximum.at(logits[place], self.members[places], best)
            if len(places) and sequences[place]:
                nearest = places[np.argmax(best)]
                identities[place] = identity(sequences[place], self._training[nearest])
                per_base[place] = best.max() / len(sequences[place])
        return FamilyScores(self.scale * logits, {"identity": identities, "score-per-base": per_base})

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Training sequences and their families; the numbers."""
        arrays = {"codes": self.codes, "starts": self.starts, "members": self.members}
        return arrays, {
            "families": self.families,
            "candidates": self.settings.candidates,
            "word": self.settings.word,
            "scale": self.scale,
        }

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            Sequences or families are missing or do not fit each other, or a number is out of its range.
        """
        families, candidates, word = (description.get(name) for name in ("families", "candidates", "word"))
        scale = description.get("scale")
        if not (_is_count(families) and _is_count(candidates) and _is_count(word) and _is_scale(scale)):
            raise BundleError("the numbers of the nearest-neighbour model are missing or out of their range")
        codes, starts, members = (arrays.get(name, np.empty(0)) for name in ("codes", "starts", "members"))
        if not (_are_sequences(codes, starts) and _are_members(members, len(starts) - 1, families)):
            raise BundleError("the sequences of the nearest-neighbour model do not fit their families, or are damaged")
        try:
            settings = NearestSettings(candidates, word)
        except SampleError as error:
            raise BundleError(f"the nearest-neighbour model cannot be applied: {error}") from error
        return cls(codes, starts, members, families, settings, scale)

    @cached_property
    def _training(self) -> list[str]:
        spelled = np.frombuffer((LETTERS + UNKNOWN).encode(), dtype=np.uint8)[self.codes].tobytes().decode()
        return [spelled[begin:end] for begin, end in pairwise(self.starts)]

    @cached_property
    def _alike(self) -> Alike:
        return Alike(self._training, self.settings.word)

    def _aligned(self, sequences: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Scores of the candidates of each sequence, and their places."""
        aligner = _local_aligner()
        found = []
        for start in range(0, len(sequences), _BLOCK):
            block = sequences[start : start + _BLOCK]
            for sequence, places in zip(block, self._alike.places(block, self.settings.candidates), strict=True):
                scores = [aligner.score(sequence, self._training[place]) if sequence else 0.0 for place in places]
                found.append((np.array(scores), places))
        return found


def train_nearest(families: Families, settings: NearestSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Keep the training sequences, and find the scale that makes logits of alignment scores.

    The scale is the best temperature of sequences that are held out of a draw of 10 a family.

    Parameters
    ----------
    threads
        Unused: there is nothing to fit but the scale.

    Raises
    ------
    SampleError
        A family has no sequences.
    """
    del threads
    empty = np.flatnonzero(families.sizes == 0)
    if len(empty):
        raise SampleError(f"the family {families.names[empty[0]]} has no sequences")
    scale = _FIRST_SCALE
    split = inner_split(families.members, most=_OF_SCALE, one_in=_HELD_OUT, seed=seed)
    if len(split.held_out):
        held_out = families.at(split.held_out)
        logits = _model(families.at(split.training), settings, _FIRST_SCALE).scores(held_out.sequences).logits
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        temperature = best_temperature(held_out.members, powers / powers.sum(axis=1, keepdims=True))
        scale = min(_FIRST_SCALE / temperature, _LARGEST_SCALE)
    return TrainedFamilyModel(_model(families, settings, scale), facts={"sequences": len(families.sequences)})


def _model(families: Families, settings: NearestSettings, scale: float) -> NearestModel:
    codes, starts = packed(families.sequences)
    return NearestModel(codes, starts, families.members, len(families.names), settings, scale)


def _local_aligner() -> Any:
    from Bio.Align import PairwiseAligner

    make: Any = PairwiseAligner
    aligner = make(mode="local", wildcard=UNKNOWN)
    aligner.match_score, aligner.mismatch_score = _MATCH, _MISMATCH
    aligner.open_gap_score, aligner.extend_gap_score = _OPEN, _EXTEND
    return aligner


def _is_count(number: object) -> TypeGuard[int]:
    return type(number) is int and number > 0


def _is_scale(scale: object) -> TypeGuard[float]:
    return isinstance(scale, float) and 0 < scale <= _LARGEST_SCALE


def _are_sequences(codes: np.ndarray, starts: np.ndarray) -> bool:
    return (
        codes.dtype == np.uint8
        and codes.ndim == 1
        and starts.dtype == np.int64
        and starts.ndim == 1
        and len(starts) > 1
        and starts[0] == 0
        and starts[-1] == len(codes)
        and bool((np.diff(starts) > 0).all())
        and bool((codes <= len(LETTERS)).all())
    )


def _are_members(members: np.ndarray, sequences: int, families: int) -> bool:
    return (
        members.dtype == np.int64
        and members.shape == (sequences,)
        and bool((np.diff(members) >= 0).all())
        and members[0] == 0
        and members[-1] == families - 1
    )
