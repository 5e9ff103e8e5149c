"""Sequences that belong to no family, read for an evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from srna_tools.errors import InputError, counted
from srna_tools.io.fasta import read_fasta
from srna_tools.sequences.acceptable import SHORTEST, reasons, refusal
from srna_tools.sequences.evaluation_design import Others

#: Others of this class may be members of families that models are trained on.
_MEMBERS = "mirna"
_UNNAMED = "others"


def read_others(paths: Sequence[Path], longest: int) -> tuple[Others, tuple[str, ...]]:
    """Read sequences of no family: FASTA whose class is the word after the id.

    Sequences that prediction rejects whatever their score (`refusal`) are left out, and so are those of the class
    ``miRNA``, which may be members of families that models are trained on.

    Returns
    -------
    The sequences, and sentences about what was left out.

    Raises
    ------
    InputError
        As `read_fasta`; or nothing is left.
    """
    rows: list[tuple[str, str, str]] = []
    members = 0
    refused: Counter[str] = Counter()
    for path in paths:
        before = len(rows)
        for record in read_fasta(path):
            kind = next(iter(record.description.split()), _UNNAMED)
            if kind.lower() == _MEMBERS:
                members += 1
            elif reason := refusal(record.sequence, longest)[0]:
                refused[reason] += 1
            else:
                rows.append((record.name, record.sequence, kind))
        if len(rows) == before:
            raise InputError(
                path, f"has no sequence of {SHORTEST} to {longest} nt that is no miRNA; give other sequences"
            )
    notes = [
        f"left out {counted(number, 'sequence')} of the others: {why}"
        for number, why in (
            (refused.total(), f"prediction rejects them anyway ({reasons(refused)})"),
            (members, "of the class miRNA, which may belong to a family"),
        )
        if number
    ]
    return Others(*(tuple(column) for column in zip(*rows, strict=True))) if rows else Others(), tuple(notes)
