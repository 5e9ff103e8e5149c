"""mirtop: mirGFF3 (also of programs that write it themselves, such as OptimiR), and the table of mirtop counts.

Desvignes et al. 2020, Unification of miRNA and isomiR research: the mirGFF3 format and the mirtop API.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from srna_tools.errors import InputError
from srna_tools.io.lines import read_head
from srna_tools.io.quantifiers import mirgff3
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.quantifiers.reads import ReadLine, count_of, rows_of, table_of_reads
from srna_tools.io.sample_names import stem
from srna_tools.io.table import CountTable

_COLUMNS = ("UID", "Read", "miRNA", "Variant")
_OF_VARIANTS = "iso_"
_STATS = "# mirtop stats"
_OF_STATS = {"category", "sample", "counts"}
_OF_PROST = {"Sequence", "Loc_idx", "BinStarter", "CIGARs_5pto3p"}


def claims(lines: Sequence[str]) -> bool:
    """Tell by the marks of mirGFF3 or the columns of mirtop counts; or of other tables of mirtop, to refuse them."""
    return mirgff3.claims(lines) or _is_counts(lines) or bool(_why_not(lines))


def read(path: Path, name: str | None = None) -> CountTable:
    """Read all samples of a file; each read counts once, however many precursors it lies on.

    Raises
    ------
    InputError
        Not one of these files, no samples, or a line that is not as the format asks for; the line is named.
    """
    lines = read_head(path)
    refused = _why_not(lines)
    if refused:
        raise InputError(path, refused, "line 1")
    dataset = name or stem(path)
    return _read_counts(path, dataset) if _is_counts(lines) else mirgff3.read(path, dataset)


def _read_counts(path: Path, dataset: str) -> CountTable:
    fixed = set(_COLUMNS)
    samples = [
        cell for cell in header_cells(read_head(path)) if cell not in fixed and not cell.startswith(_OF_VARIANTS)
    ]
    if not samples:
        raise InputError(path, "has no columns of samples after those of the variants", "line 1")
    return table_of_reads(_counted(path, samples), samples, path, dataset)


def _counted(path: Path, samples: Sequence[str]) -> Iterator[ReadLine]:
    for number, row in rows_of(path, _COLUMNS):
        if not row["miRNA"]:
            raise InputError(path, "the column 'miRNA' is empty; it must name a miRNA", f"line {number}")
        read = row["Read"] or row["UID"] or f"line {number}"
        yield ReadLine(read, (row["miRNA"],), tuple(count_of(row[sample], path, number) for sample in samples))


def _is_counts(lines: Sequence[str]) -> bool:
    return set(_COLUMNS) <= set(header_cells(lines))


def _why_not(lines: Sequence[str]) -> str:
    """Say why a table is none of counts per miRNA, or nothing where it may be one."""
    if lines[0].startswith(_STATS) or any(set(header_cells(lines, mark)[1:4]) == _OF_STATS for mark in ",\t"):
        return "is a table of mirtop stats, not of counts of miRNAs; import the GFF3 file or the table of mirtop counts"
    if set(header_cells(lines)) >= _OF_PROST:
        return "is a table of Prost!, which is not read; make mirGFF3 of it (mirtop gff --format prost) and import that"
    return ""
