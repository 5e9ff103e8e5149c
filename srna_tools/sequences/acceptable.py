"""Which sequences a model of families rejects whatever its score: also useless to train it on or to judge it by."""

from __future__ import annotations

from collections import Counter

from srna_tools.errors import counted
from srna_tools.sequences.letters import UNKNOWN

#: Reasons in one word each, for counting.
OVER_LONG, TOO_SHORT, UNKNOWN_LETTERS = "over-long", "too short", "unknown letters"
#: Shortest sequence that may be accepted: the shortest mature miRNAs of miRBase have 15 bases or more.
SHORTEST = 15
# Of a sequence of which more is unknown, the rest is too little to go by.
_MOST_UNKNOWN = 0.25


def refusal(sequence: str, max_length: float = float("inf")) -> tuple[str, str]:
    """Kind and sentence of why a clean sequence is rejected whatever its score; empty where it is not.

    Parameters
    ----------
    max_length
        Longest sequence in bases.
    """
    length, unknown = len(sequence), sequence.count(UNKNOWN)
    if length < SHORTEST:
        return TOO_SHORT, f"too short ({length} nt, fewer than {SHORTEST})"
    if unknown > _MOST_UNKNOWN * length:
        return UNKNOWN_LETTERS, f"{unknown} of {length} letters are unknown"
    if length > max_length:
        return OVER_LONG, f"over-long ({length} nt, the model takes up to {max_length})"
    return "", ""


def left_out(refused: Counter[str]) -> str:
    """Say how many sequences `refusal` leaves out: ``3 sequences left out, which ...``."""
    return f"{counted(refused.total(), 'sequence')} left out, which prediction rejects anyway ({reasons(refused)})"


def reasons(refused: Counter[str]) -> str:
    """Name each kind of refusal with its number: ``2 over-long, 1 too short``."""
    return ", ".join(f"{number:,} {kind}" for kind, number in refused.most_common())
