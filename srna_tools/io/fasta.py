"""FASTA: records read one after another, cleaned, so that files of any size need little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from srna_tools.errors import InputError
from srna_tools.io.lines import read_lines
from srna_tools.sequences.letters import LetterError, clean

SUFFIXES = (".fa", ".fasta", ".fas", ".fna", ".ffn", ".frn", ".mfa", ".fsa")
Lines = Iterator[tuple[int, str]]
#: What errors about files that are no text say is expected.
EXPECTED = "FASTA; give text in which a line '>id' stands before each sequence"
_START = ">"
# Ids that are kept as Python integers before they are packed, of which each then takes 8 bytes.
_LOOSE_IDS = 100_000


class FastaRecord(NamedTuple):
    """One record.

    Attributes
    ----------
    name
        Id: what stands between ``>`` and the first blank.
    description
        The rest of that line.
    sequence
        Cleaned (`srna_tools.sequences.letters.clean`).
    """

    name: str
    description: str
    sequence: str


class _RawRecord(NamedTuple):
    number: int
    title: str
    sequence: str


def read_fasta(path: Path) -> Iterator[FastaRecord]:
    """Read the records of a FASTA, gzip or plain, with any line ends; of a file with n records 8 n bytes stay.

    Raises
    ------
    InputError
        Empty, binary, FASTQ or no FASTA; a record without id or sequence, or with letters of proteins; an id that
        stands twice. The line and the record are named.
    """
    return records(lambda: read_lines(path, EXPECTED), str(path))


def is_fasta(lines: list[str]) -> bool:
    """Whether a file's first lines are of a FASTA: the first that is not empty starts with ``>``."""
    return next((line for line in lines if line.strip()), "").startswith(_START)


def records(open_lines: Callable[[], Lines], source: str) -> Iterator[FastaRecord]:
    """Read records from numbered lines, as `read_fasta` does from a file.

    Parameters
    ----------
    open_lines
        Starts again at the first line; done a second time only to say where an id stood before.
    source
        What errors call the place that the lines are from.
    """
    seen = _SeenIds()
    for record in _raw_records(open_lines(), source):
        name, _, description = record.title.partition(" ")
        where = f"line {record.number}"
        if not name:
            raise InputError(source, "the record has no id; write one directly after '>'", where)
        if seen.has(name):
            _refuse_twice(name, record.number, open_lines(), source)
        try:
            sequence = clean(record.sequence)
        except LetterError as error:
            raise InputError(source, f"the sequence of '{name}' {error}", where) from error
        if not sequence:
            raise InputError(source, f"the record '{name}' has no sequence; add it or remove the record", where)
        yield FastaRecord(name, description, sequence)


class _SeenIds:
    """Ids by their hashes: the last ones as a set, the others sorted in an array, which is a tenth as large."""

    def __init__(self) -> None:
        self._last: set[int] = set()
        self._packed = np.empty(0, dtype=np.int64)

    def has(self, name: str) -> bool:
        """Whether an id of this hash was asked for before."""
        code = hash(name)
        place = int(self._packed.searchsorted(code)) if len(self._packed) else 0
        if code in self._last or (place < len(self._packed) and int(self._packed[place]) == code):
            return True
        self._last.add(code)
        if len(self._last) == _LOOSE_IDS:
            last = np.fromiter(self._last, np.int64, len(self._last))
            self._packed = np.sort(np.concatenate([self._packed, last]), kind="stable")
            self._last.clear()
        return False


def _raw_records(lines: Lines, source: str) -> Iterator[_RawRecord]:
    """Line, title and joined lines of each record."""
    number, title = 0, ""
    parts: list[str] = []
    for at, line in lines:
        if line.startswith(_START):
            if number:
                yield _RawRecord(number, title, "".join(parts))
            number, title = at, " ".join(line[1:].split())
            parts = []
        elif number:
            parts.append(line)
        else:
            raise _no_fasta(source, at, line)
    if not number:
        raise InputError(source, "is empty; give FASTA, with a line '>id' before each sequence")
    yield _RawRecord(number, title, "".join(parts))


def _no_fasta(source: str, number: int, line: str) -> InputError:
    if line.startswith("@"):
        problem = "starts with '@', as FASTQ and SAM do; give FASTA, such as 'seqtk seq -a' makes of FASTQ"
    else:
        problem = f"'{line[:40]}' stands before the first '>'; FASTA has a line '>id' before each sequence"
    return InputError(source, problem, f"line {number}")


def _refuse_twice(name: str, second: int, lines: Lines, source: str) -> None:
    """Raise if an id did stand before, and was not just taken for another of the same hash."""
    for number, line in lines:
        if number >= second:
            return
        if line.startswith(_START) and line[1:].split()[:1] == [name]:
            raise InputError(
                source, f"the id '{name}' stands twice; give each record its own id", f"lines {number} and {second}"
            )
