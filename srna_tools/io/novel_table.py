"""Tables of novel miRNAs: a header that names the sequences, and a miRNA on each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from srna_tools.errors import InputError
from srna_tools.io import fasta
from srna_tools.io.fasta import FastaRecord, Lines

_DELIMITERS = ("\t", ";", ",")
_WORDS = {"precursor": ("precursor", "hairpin", "stem-loop", "pre-mirna"), "mature": ("mature",)}
_ID_WORDS = ("id", "name", "mirna")
_NONE = {"", "-", "NA"}


def claims(lines: Sequence[str], part: str) -> bool:
    """Whether the first line names an id and the sequence of this part."""
    first = next((line for line in lines if line.strip()), "")
    return _columns(first, part) is not None


def records(open_lines: Callable[[], Lines], source: str, part: str) -> Iterator[FastaRecord]:
    """Read the sequences of one part, ``precursor`` or ``mature``, from a table that `claims` knows.

    Raises
    ------
    InputError
        A row without a sequence of this part, or what `fasta.records` refuses; the line is named.
    """
    return fasta.records(lambda: _rows(open_lines(), source, part), source)


def _rows(lines: Lines, source: str, part: str) -> Lines:
    columns: tuple[str, int, int] | None = None
    for number, line in lines:
        if columns is None:
            columns = _columns(line, part)
            continue
        delimiter, of_id, of_sequence = columns
        cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
        if len(cells) <= max(of_id, of_sequence) or cells[of_sequence] in _NONE:
            raise InputError(source, f"the novel miRNA '{cells[0][:40]}' has no {part} sequence", f"line {number}")
        yield number, f">{cells[of_id]}"
        yield number, cells[of_sequence]


def _columns(header: str, part: str) -> tuple[str, int, int] | None:
    """Delimiter, column of the ids and column of the sequences; None where the header names none."""
    delimiter = next((mark for mark in _DELIMITERS if mark in header), None)
    if delimiter is None:
        return None
    names = [name.strip().strip('"').lower() for name in header.split(delimiter)]
    of_sequence = [at for at, name in enumerate(names) if "seq" in name and any(word in name for word in _WORDS[part])]
    of_id = [at for at, name in enumerate(names) if "seq" not in name and any(word in name for word in _ID_WORDS)]
    return (delimiter, of_id[0], of_sequence[0]) if of_id and of_sequence else None
