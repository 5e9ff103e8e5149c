"""sRNAbench: ``mature_sense.grouped`` and ``microRNAannotation.txt`` of one sample, or a folder of them.

Aparicio-Puerta et al. 2019, sRNAbench and sRNAtoolbox 2019: intuitive fast small RNA profiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.lines import read_head
from srna_tools.io.matrix import numbers
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.quantifiers.one_sample import LibraryCounts, table_of_samples
from srna_tools.io.quantifiers.reads import ReadLine, count_of, rows_of, table_of_reads
from srna_tools.io.sample_names import sample_of, telling_folder
from srna_tools.io.table import CountTable, LeftOut
from srna_tools.io.text import read_cells

IN_FOLDER = "mature_sense.grouped"
_FILES = ("*.grouped", "microRNAannotation.txt")
_PLAIN = "read count"
# Best first: a read that maps to several sRNAs counts once in all of them, for one of them, or for each.
_COUNTS = ("read count (mult. map. adj.)", "read count (SA)", _PLAIN)
_ANNOTATION = ("sequence", "matureName", "hairpinName", "readCount")
_JOINS_NAMES = "$"
_ALIGNED = "#sense"


def claims(lines: Sequence[str]) -> bool:
    """Columns of the grouped counts or of the annotation of reads; or the older list of reads, which is refused."""
    return _is_grouped(lines) or _is_annotation(lines) or _is_list_of_reads(lines)


def read(path: Path, name: str | None = None) -> CountTable:
    """Read a file of one sample, or the ``mature_sense.grouped`` of every folder in a folder.

    Raises
    ------
    InputError
        No table of counts, a column is missing, or a cell is no count (row or line named).
    """
    if path.is_dir():
        return _read_folder(path, name)
    lines = read_head(path)
    if _is_list_of_reads(lines):
        raise InputError(
            path, "is sRNAbench's reads.annotation, which does not say what counts for a miRNA; "
            "import microRNAannotation.txt or mature_sense.grouped of the same folder", "line 1",
        )  # fmt: skip
    sample = name or sample_of(path, *_FILES)
    if _is_annotation(lines):
        return table_of_reads(_annotated(path), [sample], path, telling_folder(path, but=sample))
    return table_of_samples({sample: _grouped(path)}, str(path), telling_folder(path, but=sample))


def _read_folder(path: Path, name: str | None) -> CountTable:
    files = sorted(file for file in path.rglob(IN_FOLDER) if not file.name.startswith("._"))
    if not files:
        raise InputError(path, f"no {IN_FOLDER} in it, which sRNAbench writes for each sample")
    alone = [file.parent for file in files] == [path]
    progress = tqdm(files, desc=f"reading {path.name}", unit=" samples", leave=False, disable=None)
    samples = [(name if alone and name else file.parent.resolve().name, _grouped(file)) for file in progress]
    others = sorted({file.name for file in path.rglob("*.grouped") if file.name != IN_FOLDER})
    note = f"{counted(len(others), 'kind')} of files not read: {listed(others)}"
    dataset = telling_folder(path) if alone else name or path.resolve().name
    return table_of_samples(samples, str(path), dataset, (note,) if others else ())


def _grouped(path: Path) -> LibraryCounts:
    """Counts by name: those adjusted for multiple mapping are summed, of plain ones the largest is taken."""
    cells = read_cells(path)
    column = next((name for name in _COUNTS if name in cells), None)
    if column is None:
        raise InputError(path, f"has no column '{_PLAIN}'; the columns are: {listed(cells.columns, 30)}", "line 1")
    counts = pd.Series(numbers(cells[[column]], path).ravel())
    rows = counts.groupby(np.array(cells.index), sort=False)
    pooled = rows.max() if column == _PLAIN else rows.sum()
    again = LeftOut(
        len(counts) - len(pooled),
        "row",
        "of a name that stands on another row too",
        (counts.to_numpy().sum() - pooled.to_numpy().sum()).item(),
    )
    var = pd.DataFrame(index=pd.Index(pooled.index, dtype=object, name=None))
    return LibraryCounts(pooled.to_numpy(), var, (again,) if column == _PLAIN and again.number else ())


def _annotated(path: Path) -> Iterator[ReadLine]:
    for number, row in rows_of(path, _ANNOTATION):
        names = tuple(filter(None, row["matureName"].split(_JOINS_NAMES)))
        if not names:
            raise InputError(path, "the column 'matureName' is empty; it must name a miRNA", f"line {number}")
        yield ReadLine(row["sequence"], names, (count_of(row["readCount"], path, number),))


def _is_grouped(lines: Sequence[str]) -> bool:
    cells = header_cells(lines)
    return cells[0] == "name" and "unique reads" in cells and bool(set(_COUNTS) & set(cells))


def _is_annotation(lines: Sequence[str]) -> bool:
    return {*_ANNOTATION, "isoLabel"} <= set(header_cells(lines))


def _is_list_of_reads(lines: Sequence[str]) -> bool:
    """No header; sequence, count, RPM, and where it aligns: ``mature#sense``."""
    cells = header_cells(lines)
    return len(cells) > 4 and cells[1].isdigit() and cells[3].endswith(_ALIGNED)  # noqa: PLR2004
