"""Families with their sequences: what models are trained on and judged by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def is_plain_name(name: str) -> bool:
    """Whether a family's name stays on one line of a table or FASTA and does nothing to a terminal."""
    return _CONTROL.search(name) is None


@dataclass(frozen=True)
class Families:
    """Sequences of known families.

    Attributes
    ----------
    names
        Name of each family.
    sequences
        Clean sequences (`srna_tools.sequences.letters.clean`) of all families, no family having one twice.
    members
        Family number of each sequence, int64; ascending.
    """

    names: tuple[str, ...]
    sequences: tuple[str, ...]
    members: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Number of sequences of each family."""
        return np.bincount(self.members, minlength=len(self.names))

    def of(self, family: int) -> tuple[str, ...]:
        """Sequences of one family."""
        return tuple(self.sequences[place] for place in np.flatnonzero(self.members == family))

    def at(self, places: np.ndarray | Sequence[int]) -> Families:
        """Some of the sequences, by their places, of the same families, even if some are left empty."""
        chosen = np.sort(np.asarray(places, dtype=np.int64))
        return Families(self.names, tuple(self.sequences[place] for place in chosen), self.members[chosen])

    def without_empty(self) -> Families:
        """Return the same sequences, numbered among the families that have any."""
        kept = np.flatnonzero(self.sizes)
        numbers = np.full(len(self.names), -1, dtype=np.int64)
        numbers[kept] = np.arange(len(kept))
        return Families(tuple(self.names[family] for family in kept), self.sequences, numbers[self.members])
