"""Secondary structure of RNA by ViennaRNA: base-pair probabilities, best structure and its free energy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from srna_tools.extras import import_from_extra, require_installed

T = TypeVar("T")

#: Below this probability a pair is left out: the default T of Tang & Sun 2019, section "Classification performance of
#: probability and pair matrix".
THRESHOLD = 1e-4
_BASE_PAIR = 0  # kind of an entry of ViennaRNA's list of pairs; others are motifs such as G-quadruplexes
_WORTH_PROCESSES = 64  # fewer sequences are folded sooner than processes start
_BATCH = 16
# Sums over structures of longer sequences leave the range of numbers unless they are scaled by the best structure.
_LONGEST_UNSCALED = 500


class BasePairs(NamedTuple):
    """Base pairs of one sequence.

    Attributes
    ----------
    first, second
        Places of the two bases, from 0, int64; ``first < second``, in ascending order.
    probability
        Of the pair over all structures, float64.
    """

    first: np.ndarray
    second: np.ndarray
    probability: np.ndarray


class Fold(NamedTuple):
    """What ViennaRNA says about one sequence.

    Attributes
    ----------
    pairs
        Those with at least the wanted probability.
    structure
        Of minimum free energy, as dots and brackets.
    energy
        Minimum free energy, kcal/mol.
    """

    pairs: BasePairs
    structure: str
    energy: float


def base_pairs(sequence: str, threshold: float = THRESHOLD) -> BasePairs:
    """Pairs of a clean sequence that are at least as probable as `threshold`; unknown bases pair with nothing.

    Raises
    ------
    MissingExtraError
        ViennaRNA is not installed.
    """
    rna = import_from_extra("RNA")
    if not sequence:
        return _pairs_of([])
    if len(sequence) > _LONGEST_UNSCALED:
        return fold(sequence, threshold).pairs
    compound = rna.fold_compound(sequence)
    compound.pf()
    return _pairs_of(compound.plist_from_probs(threshold))


def fold(sequence: str, threshold: float = THRESHOLD) -> Fold:
    """Base pairs, best structure and its energy of a clean sequence, as ``RNAfold -p`` computes them.

    Raises
    ------
    MissingExtraError
        ViennaRNA is not installed.
    """
    rna = import_from_extra("RNA")
    if not sequence:
        return Fold(_pairs_of([]), "", 0.0)
    compound = rna.fold_compound(sequence)
    structure, energy = compound.mfe()
    compound.exp_params_rescale(energy)
    compound.pf()
    return Fold(_pairs_of(compound.plist_from_probs(threshold)), structure, round(float(energy), 2))


def folded(
    function: Callable[[str, float], T], sequences: Sequence[str], threshold: float, threads: int = 1
) -> Iterator[T]:
    """Apply `base_pairs` or `fold` to many sequences, one after another in their order.

    Raises
    ------
    MissingExtraError
        ViennaRNA is not installed.
    """
    require_installed("RNA")
    if threads == 1 or len(sequences) < _WORTH_PROCESSES:
        return (function(sequence, threshold) for sequence in sequences)
    from joblib import Parallel, delayed

    workers = Parallel(n_jobs=threads, batch_size=_BATCH, return_as="generator")
    return iter(workers(delayed(function)(sequence, threshold) for sequence in sequences))


def _pairs_of(entries: Sequence[Any]) -> BasePairs:
    pairs = sorted((entry.i - 1, entry.j - 1, entry.p) for entry in entries if entry.type == _BASE_PAIR)
    first, second, probability = zip(*pairs, strict=True) if pairs else ((), (), ())
    return BasePairs(np.array(first, np.int64), np.array(second, np.int64), np.minimum(probability, 1.0))
