"""Inputs of srna-family-train: families of enough sequences, and sequences of none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.family_files import read_family_files
from srna_tools.io.fasta import read_fasta
from srna_tools.sequences.acceptable import SHORTEST, left_out, refusal
from srna_tools.sequences.families import Families
from srna_tools.sequences.selection import at_most, with_at_least

#: Name of the group of members of families that were too small to train on.
SMALL = "families too small to train on"


@dataclass(frozen=True)
class TrainingInputs:
    """What to train on.

    Attributes
    ----------
    families
        Those of enough sequences.
    others
        Sequences of none of them, by the name of their group.
    negatives
        Which groups the user gave as such.
    notes
        Sentences about what was left out.
    """

    families: Families
    others: dict[str, tuple[str, ...]]
    negatives: tuple[str, ...]
    notes: list[str]


def read_inputs(inputs: Sequence[Path], negatives: Sequence[Path], options: dict[str, Any]) -> TrainingInputs:
    """Read and choose families and negatives as the options of srna-family-train say.

    Raises
    ------
    InputError
        A file cannot be read, or too few families are left.
    """
    read = read_family_files(
        inputs, names=options["names"], table=options["table"], max_length=options["max_length"],
        over_long=options["over_long"],
    )  # fmt: skip
    notes, least = list(read.notes), options["min_sequences"]
    families, small = with_at_least(read.families, least)
    others = {SMALL: _of(read.families, small)}
    if small:
        notes.append(
            f"left out: {counted(len(small), 'family', 'families')} of fewer than "
            f"{counted(least, 'sequence')} ({listed(small)})"
        )
    if len(families.names) < 2:  # noqa: PLR2004 - one family is no choice
        raise InputError(
            listed(inputs),
            f"only {counted(len(families.names), 'family', 'families')} of at least {counted(least, 'sequence')} "
            f"found, but a model needs 2; add families, or lower --min-sequences",
        )
    names = _names_of_groups(negatives)
    for name, path in zip(names, negatives, strict=True):
        others[name], sentences = _negatives(path, read.families, options["max_length"])
        notes += sentences
    if options["per_family"]:
        families = at_most(families, options["per_family"], options["seed"])
    return TrainingInputs(families, {name: found for name, found in others.items() if found}, names, notes)


def _names_of_groups(paths: Sequence[Path]) -> tuple[str, ...]:
    """Name each file without its ending; of two that are called the same, in full."""
    short = [path.name.split(".")[0] for path in paths]
    return tuple(name if short.count(name) == 1 else str(path) for name, path in zip(short, paths, strict=True))


def _of(families: Families, names: Sequence[str]) -> tuple[str, ...]:
    """Sequences of some families."""
    numbers = {families.names.index(name) for name in names}
    return tuple(
        sequence for sequence, family in zip(families.sequences, families.members, strict=True) if family in numbers
    )


def _negatives(path: Path, families: Families, max_length: int) -> tuple[tuple[str, ...], list[str]]:
    """Sequences of no family that a model could accept, and sentences about the others."""
    every = dict.fromkeys(record.sequence for record in read_fasta(path))
    members = set(families.sequences)
    refusals = {sequence: refusal(sequence, max_length)[0] for sequence in every}
    scored = [sequence for sequence, kind in refusals.items() if not kind]
    found = tuple(sequence for sequence in scored if sequence not in members)
    notes = []
    if len(scored) < len(every):
        notes.append(f"{path}: {left_out(Counter(kind for kind in refusals.values() if kind))}")
    if len(found) < len(scored):
        number = counted(len(scored) - len(found), "sequence")
        notes.append(f"{path}: {number} left out, which a family has as well")
    if not found:
        raise InputError(path, f"has no sequence of {SHORTEST} to {max_length} nt that no family has")
    return found, notes
