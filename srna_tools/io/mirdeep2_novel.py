"""Novel miRNAs of miRDeep2: a section of ``result_<date>.csv``, whose columns are separated by tabs.

Friedlaender et al. 2012, miRDeep2 accurately identifies known and hundreds of novel microRNA genes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from srna_tools.errors import InputError
from srna_tools.io import fasta
from srna_tools.io.fasta import FastaRecord, Lines

_SECTION = "novel miRNAs predicted by miRDeep2"
# Of the sections before and behind it: a line without columns, or the first cell of the scores' header.
_OTHER_SECTIONS = ("mature miRBase miRNAs detected", "#miRBase miRNAs not detected", "miRBase miRNAs not detected")
_ID, _SCORE, _PLACE = "provisional id", "miRDeep2 score", "precursor coordinate"
_SEQUENCE = "consensus {} sequence"
_NONE = {"", "-"}


def claims(lines: Sequence[str]) -> bool:
    """Whether a file's first lines are those of a result, or of its novel section alone."""
    first = next((line for line in lines if line.strip()), "")
    return first.split("\t")[0].strip() in {_ID, _SCORE, _SECTION} or any(line.strip() == _SECTION for line in lines)


def records(open_lines: Callable[[], Lines], source: str, part: str) -> Iterator[FastaRecord]:
    """Novel miRNAs with their ids, and with score and place in the genome as description.

    Parameters
    ----------
    part
        ``precursor`` or ``mature``.

    Raises
    ------
    InputError
        No novel miRNA, a column is missing, a row is short, or what `fasta.records` refuses; the line is named.
    """
    if not any(_rows(open_lines(), source, part)):
        raise InputError(source, f"has no novel miRNAs; they stand below '{_SECTION}' in a result of miRDeep2.pl")
    return fasta.records(lambda: _rows(open_lines(), source, part), source)


def _rows(lines: Lines, source: str, part: str) -> Lines:
    """Novel miRNAs as lines of a FASTA, each with the number of the line it is from."""
    columns: list[str] = []
    inside = False
    for number, line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[0] == _ID:
            columns, inside = cells, True
            _require_columns(columns, source, number, part)
        elif cells[0] == _SECTION:
            inside = False
        elif cells[0].startswith(_OTHER_SECTIONS):
            return
        elif inside:
            yield from _row(dict(zip(columns, cells, strict=False)), source, number, part)


def _require_columns(columns: Sequence[str], source: str, number: int, part: str) -> None:
    if _SEQUENCE.format(part) not in columns:
        raise InputError(source, f"the column '{_SEQUENCE.format(part)}' of miRDeep2 is missing", f"line {number}")


def _row(row: dict[str, str], source: str, number: int, part: str) -> Lines:
    sequence = row.get(_SEQUENCE.format(part), "")
    if sequence in _NONE:
        raise InputError(source, f"the novel miRNA '{row[_ID]}' has no {part} sequence", f"line {number}")
    facts = [f"{name}={row[column]}" for name, column in (("score", _SCORE), ("place", _PLACE)) if row.get(column)]
    yield number, " ".join([f">{row[_ID]}", *facts])
    yield number, sequence
