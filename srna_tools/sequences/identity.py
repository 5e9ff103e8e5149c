"""How alike sequences are: near-copies found, and the distance of a sequence to what a model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from srna_tools.sequences.families import Families
from srna_tools.sequences.kmer_counts import kmer_counts
from srna_tools.sequences.letters import UNKNOWN

# CD-HIT-EST's scores. A score is multiplied by _UNIT, and an identical column adds one, so that the best score
# says by itself how many columns are identical: as many as possible among the best alignments.
_MATCH, _MISMATCH, _OPEN, _EXTEND = 2, -2, -6, -1
_UNIT = 2**20
_WORD = 4  # of the bound on shared words
_NEAREST_WORD, _NEAREST_CANDIDATES = 5, 10
_BLOCK = 256


def identity(first: str, second: str) -> float:
    """Share of identical bases, of the shorter sequence, in the best global alignment with free ends, 0 to 1.

    A letter that is unknown is identical to nothing. Of several best alignments the one with most identical bases
    counts. This is CD-HIT's definition and its scores (Li & Godzik 2006): 2 a match, -2 a mismatch, -6 for the
    first base of a gap and -1 for each further one.
    """
    return _identity(_aligner(), first, second)


def identity_clusters(families: Families, least: float = 0.8) -> np.ndarray:
    """Cluster number of each sequence, int64; a cluster lies within one family.

    Sequences of a family that have at least the identity `least` are in one cluster, and so are those that a chain of
    such pairs joins (single linkage): no sequence has a near-copy in another cluster of its family, as it may where
    clusters form around representatives. Only pairs that share as many words of 4 bases as that identity leaves with
    one gap are aligned.
    """
    clusters = np.zeros(len(families.sequences), dtype=np.int64)
    aligner, made = _aligner(), 0
    for family in range(len(families.names)):
        places = np.flatnonzero(families.members == family)
        own = _linked([families.sequences[place] for place in places], least, aligner)
        clusters[places] = own + made
        made += int(own.max(initial=-1)) + 1
    return clusters


def nearest_identity(sequences: Sequence[str], training: Sequence[str]) -> np.ndarray:
    """Identity of each sequence to the most similar training sequence, 0 to 1; 0 where there is none.

    Aligned are the 10 training sequences whose 5-mers are most alike (cosine of their numbers).
    """
    found = np.zeros(len(sequences))
    aligner = _aligner()
    for place, candidates in enumerate(most_alike(sequences, training, _NEAREST_CANDIDATES, _NEAREST_WORD)):
        found[place] = max((_identity(aligner, sequences[place], training[other]) for other in candidates), default=0.0)
    return found


def most_alike(sequences: Sequence[str], among: Sequence[str], most: int, k: int) -> np.ndarray:
    """Places of the `most` sequences of `among` whose k-mers are most alike, best first, the earlier of equals.

    Returns
    -------
    int64, shape (sequences, at most `most`).
    """
    return Alike(among, k).places(sequences, most)


class Alike:
    """Sequences that are looked up by the cosine of their k-mer numbers."""

    def __init__(self, among: Sequence[str], k: int) -> None:
        self._k = k
        self._columns = sparse.csr_array(_unit_rows(kmer_counts(among, k)).T)

    def places(self, sequences: Sequence[str], most: int) -> np.ndarray:
        """Places of the `most` that are most alike, best first, the earlier of equals; int64."""
        every = self._columns.shape[1]
        found = np.zeros((len(sequences), min(most, every)), dtype=np.int64)
        for start in range(0, len(sequences), _BLOCK):
            block = slice(start, start + _BLOCK)
            alike = np.asarray((_unit_rows(kmer_counts(sequences[block], self._k)) @ self._columns).todense())
            # Rounded, so that equals are equal whatever order their products were added in.
            found[block] = _largest(np.round(alike, 5), found.shape[1])
        return found


def _largest(values: np.ndarray, most: int) -> np.ndarray:
    """Columns of the largest values of each row, in falling order, the first of equals."""
    if most == values.shape[1]:
        return np.argsort(-values, axis=1, kind="stable")
    least = -np.partition(-values, most - 1, axis=1)[:, most - 1]
    chosen = np.zeros((len(values), most), dtype=np.int64)
    for row, (line, edge) in enumerate(zip(values, least, strict=True)):
        candidates = np.flatnonzero(line >= edge)
        chosen[row] = candidates[np.argsort(-line[candidates], kind="stable")[:most]]
    return chosen


def _unit_rows(counts: sparse.csr_array) -> sparse.csr_array:
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.where(length > 0, length, 1)) @ counts)


def _linked(sequences: Sequence[str], least: float, aligner: Any) -> np.ndarray:
    order = sorted(range(len(sequences)), key=lambda place: -len(sequences[place]))
    words = kmer_counts([sequences[place] for place in order], _WORD).toarray().astype(np.uint8)
    # Of each sequence in that order, the cluster as the first of its members; pairs of one cluster need no alignment.
    first = np.arange(len(sequences))
    for number, place in enumerate(order):
        shared = np.minimum(words[:number], words[number]).sum(axis=1, dtype=np.int64)
        length = len(sequences[place])
        needed = length - _WORD + 1 - np.floor((1 - least) * length + 1e-9) * _WORD - (_WORD - 1)
        candidates = np.flatnonzero(shared >= needed)
        for other in candidates[np.argsort(-shared[candidates], kind="stable")]:
            joined = first[other] != first[number]
            if joined and _identity(aligner, sequences[place], sequences[order[other]]) >= least:
                first[first == max(first[other], first[number])] = min(first[other], first[number])
    clusters = np.zeros(len(sequences), dtype=np.int64)
    clusters[order] = np.unique(first, return_inverse=True)[1]
    return clusters


def _aligner() -> Any:
    from Bio.Align import PairwiseAligner

    make: Any = PairwiseAligner
    aligner = make(mode="global", wildcard=UNKNOWN)
    aligner.match_score, aligner.mismatch_score = _MATCH * _UNIT + 1, _MISMATCH * _UNIT
    aligner.open_gap_score, aligner.extend_gap_score = _OPEN * _UNIT, _EXTEND * _UNIT
    aligner.end_gap_score = 0
    return aligner


def _identity(aligner: Any, first: str, second: str) -> float:
    shorter = min(len(first), len(second))
    return round(aligner.score(first, second)) % _UNIT / shorter if shorter else 0.0
