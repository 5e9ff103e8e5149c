"""Mature miRNAs inside precursors: where each begins and ends, and how much of a motif's windows lies in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from srna_tools.sequences.motifs import Motif

#: Shorter sequences are found in precursors by chance.
SHORTEST_MATURE = 15


class MatureHit(NamedTuple):
    """A mature sequence in a precursor: bases `start` to `end`, counted from 0, the end not included."""

    name: str
    start: int
    end: int
    mismatches: int


class MatureIndex:
    """Mature sequences, ready to be found in precursors with at most one base that differs.

    Parameters
    ----------
    records
        Name and clean sequence of each; of equal sequences the first gives the name. Those that are shorter than
        `SHORTEST_MATURE` are left out.
    """

    def __init__(self, records: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, str] = {}
        # With one mismatch one half is still the same: each half leads to the sequences that have it.
        self._by_half: dict[tuple[int, int, str], list[str]] = {}
        for name, sequence in records:
            if len(sequence) >= SHORTEST_MATURE and sequence not in self._names:
                self._names[sequence] = name
                for half, text in enumerate(_halves(sequence)):
                    self._by_half.setdefault((len(sequence), half, text), []).append(sequence)
        self._lengths = sorted({len(sequence) for sequence in self._names})

    def __len__(self) -> int:
        return len(self._names)

    def hits(self, precursor: str) -> tuple[MatureHit, ...]:
        """Mature sequences of a precursor that do not overlap, by place: those that fit best, then the longest."""
        found = sorted(self._found(precursor), key=lambda hit: (hit.mismatches, hit.start - hit.end, hit.start))
        kept: list[MatureHit] = []
        for hit in found:
            if all(hit.end <= other.start or other.end <= hit.start for other in kept):
                kept.append(hit)
        return tuple(sorted(kept, key=lambda hit: hit.start))

    def _found(self, precursor: str) -> Iterator[MatureHit]:
        for length in self._lengths:
            for start in range(len(precursor) - length + 1):
                window = precursor[start : start + length]
                if window in self._names:
                    yield MatureHit(self._names[window], start, start + length, 0)
                    continue
                for half, text in enumerate(_halves(window)):
                    for mature in self._by_half.get((length, half, text), ()):
                        if sum(one != other for one, other in zip(window, mature, strict=True)) == 1:
                            yield MatureHit(self._names[mature], start, start + length, 1)


@dataclass(frozen=True)
class MatureOverlap:
    """How the windows of a motif lie to the mature miRNAs of their precursors.

    Attributes
    ----------
    sequences
        Precursors with a mature miRNA and a window of the motif.
    share
        Mean share of a window's bases that lie in a mature miRNA; NaN without sequences.
    chance
        Mean share of all bases of these precursors that do: what windows anywhere would have.
    name
        Mature miRNA that windows most often overlap, empty if none does.
    starts
        First base of each overlapping window within the mature miRNA that it shares most bases with, counted from 0;
        negative where the window begins before it.
    """

    sequences: int
    share: float
    chance: float
    name: str
    starts: np.ndarray


def mature_overlap(motif: Motif, sequences: Sequence[str], hits: Sequence[Sequence[MatureHit]]) -> MatureOverlap:
    """Compare a motif's windows with the mature miRNAs that were found in each sequence.

    Parameters
    ----------
    motif
        Of `srna_tools.sequences.motifs.find_motifs`.
    sequences
        Those that the motif was sought in.
    hits
        Mature miRNAs of each.
    """
    shares, chances, starts, names = [], [], [], Counter[str]()
    for place, start in zip(motif.sequences, motif.starts, strict=True):
        if not hits[place]:
            continue
        shared = [min(start + motif.width, hit.end) - max(start, hit.start) for hit in hits[place]]
        shares.append(sum(max(bases, 0) for bases in shared) / motif.width)
        chances.append(sum(hit.end - hit.start for hit in hits[place]) / len(sequences[place]))
        most = int(np.argmax(shared))
        if shared[most] > 0:
            starts.append(start - hits[place][most].start)
            names[hits[place][most].name] += 1
    # Of equally frequent names the first by the alphabet.
    name = min(names, key=lambda one: (-names[one], one), default="")
    share, chance = (float(np.mean(values)) if values else np.nan for values in (shares, chances))
    return MatureOverlap(len(shares), share, chance, name, np.array(starts, np.int64))


def _halves(sequence: str) -> tuple[str, str]:
    return sequence[: len(sequence) // 2], sequence[len(sequence) // 2 :]
