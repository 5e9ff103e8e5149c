"""Letters of RNA sequences: cleaned, as codes, and read from the other strand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.errors import SrnaToolsError

LETTERS = "ACGU"
UNKNOWN = "N"
#: Code of `UNKNOWN`; those of `LETTERS` are their places.
UNKNOWN_CODE = len(LETTERS)
_AMBIGUOUS = "RYSWKMBDHVN"
_GAPS = "-.~ \t"
_CLEAN = {ord(letter): letter for letter in LETTERS}
_CLEAN |= {ord("T"): "U"} | dict.fromkeys(map(ord, _AMBIGUOUS), UNKNOWN) | dict.fromkeys(map(ord, _GAPS), "")
_COMPLEMENT = str.maketrans(LETTERS + UNKNOWN, "UGCA" + UNKNOWN)
_ALLOWED = frozenset(map(chr, _CLEAN))
_CODES = np.full(256, UNKNOWN_CODE, dtype=np.uint8)
_CODES[[ord(letter) for letter in LETTERS]] = np.arange(len(LETTERS))


class LetterError(SrnaToolsError):
    """A sequence has letters that no nucleotide has; whoever knows the file and the record says where."""


def clean(text: str) -> str:
    """Spell a sequence in `LETTERS` and `UNKNOWN`: upper case, U for T, no gaps; other IUPAC letters are unknown.

    Raises
    ------
    LetterError
        A letter that stands for no nucleotide, as in proteins; the sentence names it.
    """
    upper = text.upper()
    strange = sorted(set(upper) - _ALLOWED)
    if strange:
        raise LetterError(
            f"has the letter '{strange[0]}', which stands for no nucleotide; give RNA or DNA, not proteins"
        )
    return upper.translate(_CLEAN)


def codes(sequence: str) -> np.ndarray:
    """Code of each base of a clean sequence, uint8: A 0, C 1, G 2, U 3, unknown 4."""
    return np.asarray(_CODES[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)])


def packed(sequences: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Codes of all sequences one after another, uint8, and where each begins; the last number is the end, int64."""
    starts = np.zeros(len(sequences) + 1, dtype=np.int64)
    np.cumsum([len(sequence) for sequence in sequences], out=starts[1:])
    return codes("".join(sequences)), starts


def reverse_complement(sequence: str) -> str:
    """Return what the other strand spells, in its own direction."""
    return sequence.translate(_COMPLEMENT)[::-1]
