"""Families from files: a FASTA each, one FASTA that names them in its headers, or a FASTA and a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.family_of_id import UNTOLD, read_family_table
from srna_tools.io.fasta import SUFFIXES, FastaRecord, is_fasta, read_fasta
from srna_tools.io.lines import read_head
from srna_tools.sequences.distinct import OVER_LONG, FamilySequence, distinct_families
from srna_tools.sequences.families import Families, is_plain_name

_IN_DESCRIPTION = re.compile(r"(?:^|[\s\[;,])family=(?:\"([^\"]+)\"|([^\s;,\]\"]+))", re.IGNORECASE)
_MIRBASE_ACCESSION = re.compile(r"MI(?:MAT)?\d{7}$")
_HOW = "write it after the id, as in '>id let-7', or as family=let-7 in the description; or give a table"


@dataclass(frozen=True)
class ReadFamilies:
    """Families that were read, and what was left out.

    Attributes
    ----------
    families
        Families with at least one sequence, sorted by name; no sequence is in it twice.
    ids
        Id of each sequence.
    notes
        Sentences about what was dropped, and how many.
    """

    families: Families
    ids: tuple[str, ...]
    notes: tuple[str, ...]


class _Found(NamedTuple):
    sequences: list[FamilySequence]
    notes: list[str]


def read_family_files(
    inputs: Sequence[Path],
    *,
    names: Sequence[str] = (),
    table: Path | None = None,
    max_length: int = 200,
    over_long: str = "drop",
) -> ReadFamilies:
    """Read families, and leave out what would teach a model nothing or two things at once.

    Parameters
    ----------
    inputs
        Folders and files with a FASTA for each family; or one FASTA with the families in its headers; or, with
        `table`, FASTA files such as miRBase's hairpin.fa or mature.fa.
    names
        Names of the families, one for each of several files, instead of the files' own.
    table
        miRBase's miFam.dat, or two columns, id and family. Mature miRNAs have the family of their stem-loop.
    max_length
        Longest sequence in bases.
    over_long
        What becomes of longer sequences: ``drop`` or ``truncate``.

    Raises
    ------
    InputError
        A file is no FASTA or damaged, no family is named, two files are of one name, or there are fewer than two
        families in the end.
    """
    if over_long not in OVER_LONG:
        raise ValueError(f"over_long is one of {', '.join(OVER_LONG)}, not {over_long!r}")
    files, notes = _files(inputs)
    if names and (table or len(names) != len(inputs) or len(files) != len(inputs) or len(files) == 1):
        raise InputError(
            inputs[0],
            f"{counted(len(names), 'name')} for {counted(len(inputs), 'input')}; names are for several files"
            " of a family each, one for every file, without a table",
        )
    if table is not None:
        found = _by_table(files, table)
    elif len(files) == 1 and not inputs[0].is_dir():
        found = _by_header(files[0])
    else:
        found = _by_file(files, names)
    _require_plain(found.sequences, inputs)
    families, ids, left_out = distinct_families(found.sequences, max_length, over_long)
    notes += found.notes
    if len(families.names) < 2:  # noqa: PLR2004 - one family needs no model
        left = f"has sequences of {families.names[0]} only" if families.names else "leaves no family to learn"
        why = " ".join([*notes, *left_out]) or "give a FASTA for each family, or name the families in the headers"
        raise InputError(", ".join(map(str, inputs[:3])), f"{left}, but two families are the least; {why}")
    return ReadFamilies(families, ids, (*notes, *_repeated_ids(found.sequences), *left_out))


def _require_plain(found: Sequence[FamilySequence], inputs: Sequence[Path]) -> None:
    strange = next((one.family for one in found if not is_plain_name(one.family)), None)
    if strange is not None:
        raise InputError(
            listed(inputs, 3),
            f"the name {strange!r} of a family has a line end, a tab or another control character; rename the family",
        )


def _repeated_ids(found: Sequence[FamilySequence]) -> list[str]:
    """Sentence about ids that several files have; within a file each stands once."""
    twice = [name for name, times in Counter(one.name for one in found).items() if times > 1]
    if not twice:
        return []
    return [f"{counted(len(twice), 'id')} in several files, each taken for a sequence of its own: {listed(twice, 3)}."]


def _files(inputs: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Files of all inputs, those of a folder sorted by name, and a sentence about what a folder holds besides."""
    files: list[Path] = []
    notes: list[str] = []
    for path in inputs:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(one for one in path.iterdir() if not one.name.startswith("."))
        fasta = [one for one in inside if one.is_file() and _looks_like_fasta(one)]
        others = [one.name for one in inside if one not in set(fasta)]
        if not fasta:
            raise InputError(path, "has no FASTA files in it; put one for each family there, such as let-7.fa")
        if others:
            notes.append(f"{path}: {listed(others)} left out, which are no FASTA files.")
        files += fasta
    return files, notes


def _looks_like_fasta(path: Path) -> bool:
    """Whether a file's name says that it is a FASTA; or, where it says nothing known, its content."""
    if path.name.lower().removesuffix(".gz").endswith(SUFFIXES):
        return True
    try:
        return is_fasta(read_head(path))
    except InputError:
        return False


def _by_file(files: Sequence[Path], names: Sequence[str]) -> _Found:
    families = list(names) if names else [_family_name(path) for path in files]
    twice = [name for name, times in Counter(families).items() if times > 1]
    if twice:
        first, second = [path for path, name in zip(files, families, strict=True) if name == twice[0]][:2]
        raise InputError(second, f"is of the family '{twice[0]}', as is {first}; name the families, or join the files")
    pairs = zip(files, families, strict=True)
    progress = tqdm(pairs, desc="reading families", unit=" files", total=len(files), leave=False, disable=None)
    return _Found([_member(family, record) for path, family in progress for record in read_fasta(path)], [])


def _family_name(path: Path) -> str:
    """Name of a file without what says that it is a FASTA."""
    name = path.name
    for suffix in (".gz", *SUFFIXES):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
    return name


def _by_header(path: Path) -> _Found:
    found: list[FamilySequence] = []
    second_words: dict[str, None] = {}
    for record in _with_progress([path]):
        family, is_second_word = _family_in(record, path)
        found.append(_member(family, record))
        if is_second_word:
            second_words[family] = None
    if all(_MIRBASE_ACCESSION.match(one.family) for one in found):
        raise InputError(
            path, f"names no families, but miRBase's accessions, such as {found[0].family}; give miFam.dat as the table"
        )
    # Where the word is part of a description, as in '>id Homo sapiens', this is how it shows.
    notes = [f"families from the second word of the headers: {listed(second_words, 3)}."] if second_words else []
    return _Found(found, notes)


def _family_in(record: FastaRecord, path: Path) -> tuple[str, bool]:
    """Name of the family, and whether it is only the word after the id."""
    named = _IN_DESCRIPTION.search(record.description)
    if named:
        return (named[1] or named[2]).strip(), False
    if not record.description:
        raise InputError(path, f"names no family; {_HOW}", f"record '{record.name}'")
    return record.description.split()[0], True


def _by_table(files: Sequence[Path], path: Path) -> _Found:
    table = read_family_table(path)
    found: list[FamilySequence] = []
    left: dict[str, list[str]] = {}
    for record in _with_progress(files):
        family, why = table.family(record.name)
        if family is None:
            left.setdefault(why, []).append(record.name)
        else:
            found.append(_member(family, record))
    if not found:
        raise InputError(
            path, f"names none of the ids in {', '.join(map(str, files[:3]))}, such as {listed(left.popitem()[1], 3)}"
        )
    notes = []
    for why, ids in sorted(left.items()):
        reason = "stem-loops of several families" if why == UNTOLD else f"no family in {path.name}"
        notes.append(
            f"{counted(len(ids), 'sequence')} left out, as the {'id has' if len(ids) == 1 else 'ids have'} {reason}"
            f" ({listed(ids, 3)})."
        )
    return _Found(found, notes)


def _with_progress(files: Sequence[Path]) -> Iterator[FastaRecord]:
    records = (record for path in files for record in read_fasta(path))
    return iter(tqdm(records, desc="reading families", unit=" sequences", leave=False, disable=None))


def _member(family: str, record: FastaRecord) -> FamilySequence:
    return FamilySequence(family, record.name, record.sequence)
