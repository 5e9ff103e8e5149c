"""Sequences that can be learned from: such as a model may accept, once in their family, and in one family only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from srna_tools.errors import counted, listed
from srna_tools.sequences.acceptable import left_out, refusal
from srna_tools.sequences.families import Families

DROP, TRUNCATE = "drop", "truncate"
OVER_LONG = (DROP, TRUNCATE)
_SHOWN = 3
_SHOWN_BASES = 20


class FamilySequence(NamedTuple):
    """A clean sequence, its id and its family."""

    family: str
    name: str
    sequence: str


def distinct_families(
    found: Iterable[FamilySequence], max_length: int, over_long: str = DROP
) -> tuple[Families, tuple[str, ...], tuple[str, ...]]:
    """Gather sequences into families.

    What prediction rejects whatever its score (`refusal`) is left out, for a model would never be asked about it. A
    sequence that several families have teaches a model to err in all but one of them, so it is taken out of all.

    Parameters
    ----------
    max_length
        Longest sequence in bases.
    over_long
        What becomes of longer ones: `DROP` or `TRUNCATE`, which keeps the first `max_length` bases.

    Returns
    -------
    The families with at least one sequence, sorted by name; the id of each sequence; and sentences about what was
    left out.
    """
    of_family: dict[str, dict[str, str]] = {}
    families_of: dict[str, list[str]] = {}
    long = repeated = 0
    refused: Counter[str] = Counter()
    for family, name, sequence in found:
        members = of_family.setdefault(family, {})
        if len(sequence) > max_length:
            long += 1
            if over_long == DROP:
                continue
        kept = sequence[:max_length]
        kind, _ = refusal(kept)
        if kind:
            refused[kind] += 1
            continue
        if kept in members:
            repeated += 1
            continue
        members[kept] = name
        families_of.setdefault(kept, []).append(family)
    shared = {sequence: families for sequence, families in families_of.items() if len(families) > 1}
    remaining = sum(map(len, of_family.values())) - sum(map(len, shared.values()))
    notes = _notes(long, refused, repeated, max_length, over_long) + _shared_notes(shared, of_family, remaining)
    for sequence, families in shared.items():
        for family in families:
            del of_family[family][sequence]
    empty = sorted(family for family, members in of_family.items() if not members)
    if empty and remaining:
        notes.append(f"{counted(len(empty), 'family', 'families')} left without sequences: {listed(empty)}.")
    return *_gathered(of_family), tuple(notes)


def _gathered(of_family: dict[str, dict[str, str]]) -> tuple[Families, tuple[str, ...]]:
    names = tuple(sorted(family for family, members in of_family.items() if members))
    sizes = [len(of_family[name]) for name in names]
    sequences = tuple(sequence for name in names for sequence in of_family[name])
    ids = tuple(one for name in names for one in of_family[name].values())
    return Families(names, sequences, np.repeat(np.arange(len(names), dtype=np.int64), sizes)), ids


def _notes(long: int, refused: Counter[str], repeated: int, max_length: int, over_long: str) -> list[str]:
    notes = []
    if long:
        done = "dropped" if over_long == DROP else f"truncated to {max_length:,} bases"
        notes.append(f"{counted(long, 'sequence')} of more than {max_length:,} bases {done}.")
    if refused:
        notes.append(f"{left_out(refused)}.")
    if repeated:
        notes.append(f"{counted(repeated, 'sequence')} dropped that the same family had already.")
    return notes


def _shared_notes(shared: dict[str, list[str]], of_family: dict[str, dict[str, str]], remaining: int) -> list[str]:
    if not shared:
        return []
    if not remaining:
        return ["no sequence is of one family only; give each family sequences of its own."]
    shown = []
    for sequence, families in list(shared.items())[:_SHOWN]:
        where = [f"{of_family[family][sequence]} of {family}" for family in families]
        bases = sequence if len(sequence) <= _SHOWN_BASES else f"{sequence[:_SHOWN_BASES]}..."
        shown.append(f"{bases} ({listed(where)})")
    more = f"; and {len(shared) - _SHOWN:,} more" if len(shared) > _SHOWN else ""
    return [
        f"{counted(len(shared), 'sequence')} taken out, as several families have"
        f" {'it' if len(shared) == 1 else 'them'}: {'; '.join(shown)}{more}."
    ]
