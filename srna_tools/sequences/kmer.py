"""The k-mer model of families: one linear support vector machine a family, on the words of a sequence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from srna_tools.errors import BundleError, SampleError, listed
from srna_tools.sequences.families import Families
from srna_tools.sequences.inner_split import inner_split
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.kmer_counts import MOST_LETTERS, word_features
from srna_tools.validation.temperature import best_temperature

_BLOCK = 512
# Each has up to 65,536 columns, of which scikit-learn takes 2^31 in all; the defaults are 8 patterns.
_MOST_PATTERNS = 64
_PATTERN = re.compile("1([01]{0,18}1)?")
_OF_SCALE = 20  # sequences of a family, drawn to find the scale of the margins
_HELD_OUT = 4  # of them, one in four
_FIRST_SCALE = 10.0  # of margins that nothing is held out of; close to what is found elsewhere
_LARGEST_SCALE = 30.0  # where all that is held out is right, no scale is too large for it


@dataclass(frozen=True)
class KmerSettings:
    """Hyperparameters.

    Attributes
    ----------
    k
        Lengths of the k-mers.
    gapped
        Patterns of words with gaps: ``1`` a base that is read, ``0`` any. A changed base leaves more of them whole.
    C
        Inverse strength of the penalty.
    """

    k: tuple[int, ...] = (3, 4, 5, 6)
    gapped: tuple[str, ...] = ("1101011", "1011011", "11010111", "11101011")
    C: float = 1.0

    def __post_init__(self) -> None:
        """Refuse words that cannot be read or would need too many columns."""
        if not self.patterns:
            raise SampleError("a k-mer model needs at least one length of k-mers, or a pattern")
        if not all(1 <= k <= MOST_LETTERS for k in self.k):
            raise SampleError(f"the lengths of k-mers must be 1 to {MOST_LETTERS}, not {listed(self.k)}")
        strange = [pattern for pattern in self.gapped if not _is_pattern(pattern)]
        if strange:
            raise SampleError(
                f"'{strange[0]}' is no pattern of a word; write 1 for a base that is read and 0 for any, begin and "
                f"end with 1, and read at most {MOST_LETTERS} bases, for example 1101011"
            )
        if len(self.patterns) > _MOST_PATTERNS:
            raise SampleError(f"a k-mer model takes up to {_MOST_PATTERNS} patterns of words, not {len(self.patterns)}")
        if not 0 < self.C < np.inf:
            raise SampleError(f"C must be above 0 and finite, not {self.C}")

    @property
    def patterns(self) -> tuple[str, ...]:
        """Patterns of all words, each once."""
        return tuple(dict.fromkeys([*(k * "1" for k in self.k), *self.gapped]))


@dataclass(frozen=True)
class KmerModel:
    """Weights of the words, one column a family.

    Attributes
    ----------
    patterns
        Patterns of the words.
    kept
        Columns of `word_features` that occur in the training sequences, int32, ascending.
    weights
        float32, shape (kept, families).
    bias
        float32, shape (families,).
    scale
        Times a margin makes a logit.
    """

    kinds: ClassVar[tuple[str, ...]] = ("kmer",)
    patterns: tuple[str, ...]
    kept: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    scale: float

    @property
    def outputs(self) -> int:
        """Number of families."""
        return len(self.bias)

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Scaled margins; known is the largest ``margin``, which is above 0 inside a family's half-space."""
        margins = np.empty((len(sequences), self.outputs))
        for start in range(0, len(sequences), _BLOCK):
            block = slice(start, start + _BLOCK)
            features = word_features(sequences[block], self.patterns)[:, self.kept]
            margins[block] = features @ self.weights + self.bias
        return FamilyScores(self.scale * margins, {"margin": margins.max(axis=1)})

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Three arrays, the patterns and the scale."""
        arrays = {"kept": self.kept, "weights": self.weights, "bias": self.bias}
        return arrays, {"patterns": list(self.patterns), "scale": self.scale}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            A pattern that cannot be read, arrays that do not fit it or each other, a number that is not finite.
        """
        patterns, scale = description.get("patterns"), description.get("scale")
        if not isinstance(patterns, list) or not patterns or not all(map(_is_pattern, patterns)):
            raise BundleError("the k-mer model has no patterns of words that can be read")
        if len(patterns) > _MOST_PATTERNS or len(set(patterns)) < len(patterns):
            raise BundleError(f"the k-mer model has more than {_MOST_PATTERNS} patterns of words, or one twice")
        if not isinstance(scale, float) or not 0 < scale < np.inf:
            raise BundleError("the scale of the k-mer model is not a number above 0")
        kept, weights, bias = (arrays.get(name, np.empty(0)) for name in ("kept", "weights", "bias"))
        columns = sum(4 ** pattern.count("1") for pattern in patterns)
        if not (_are_columns(kept, columns) and _are_weights(weights, bias, len(kept))):
            raise BundleError("the weights of the k-mer model do not fit its words, or are not finite")
        return cls(tuple(patterns), kept, weights, bias, scale)


def train_kmer(families: Families, settings: KmerSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Fit one support vector machine a family, and the scale that makes their margins logits.

    The scale is the best temperature of margins of held-out sequences; a draw of 20 sequences a family is enough for
    this one number.

    Parameters
    ----------
    threads
        Unused: the fit runs on one thread.

    Raises
    ------
    SampleError
        Fewer than two families, or a family without sequences.
    """
    del threads
    _require_families(families)
    features = word_features(families.sequences, settings.patterns)
    scale = _scale(features, families.members, settings, seed)
    kept = np.flatnonzero(np.bincount(features.indices, minlength=features.shape[1])).astype(np.int32)
    weights, bias = _fit(sparse.csr_array(features[:, kept]), families.members, settings, seed)
    model = KmerModel(settings.patterns, kept, weights.astype(np.float32), bias.astype(np.float32), scale)
    return TrainedFamilyModel(model, facts={"words": len(kept)})


def _fit(
    features: sparse.csr_array, members: np.ndarray, settings: KmerSettings, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=settings.C, dual=True, random_state=seed)
    machine.fit(features, members)
    weights, bias = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:  # scikit-learn stores two classes as one machine.
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _scale(features: sparse.csr_array, members: np.ndarray, settings: KmerSettings, seed: int) -> float:
    training, held_out = inner_split(members, most=_OF_SCALE, one_in=_HELD_OUT, seed=seed)
    if not len(held_out):
        return _FIRST_SCALE
    weights, bias = _fit(features[training], members[training], settings, seed)
    logits = _FIRST_SCALE * (features[held_out] @ weights + bias)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    best = _FIRST_SCALE / best_temperature(members[held_out], powers / powers.sum(axis=1, keepdims=True))
    return min(best, _LARGEST_SCALE)


def _require_families(families: Families) -> None:
    if len(families.names) < 2:  # noqa: PLR2004
        raise SampleError("a k-mer model needs at least two families")
    empty = np.flatnonzero(families.sizes == 0)
    if len(empty):
        raise SampleError(f"the family {families.names[empty[0]]} has no sequences")


def _is_pattern(pattern: object) -> bool:
    return isinstance(pattern, str) and _PATTERN.fullmatch(pattern) is not None and pattern.count("1") <= MOST_LETTERS


def _are_columns(kept: np.ndarray, columns: int) -> bool:
    return (
        kept.dtype == np.int32
        and kept.ndim == 1
        and bool(((kept >= 0) & (kept < columns)).all())
        and bool((np.diff(kept) > 0).all())
    )


def _are_weights(weights: np.ndarray, bias: np.ndarray, words: int) -> bool:
    return (
        all(array.dtype == np.float32 and bool(np.isfinite(array).all()) for array in (weights, bias))
        and bias.ndim == 1
        and len(bias) > 1
        and weights.shape == (words, len(bias))
    )
