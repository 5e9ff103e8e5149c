"""smallrnaseq: ``*_counts.csv`` with the counts of all samples, and two-column count files of one sample.

Farrell 2017, smallrnaseq: short non coding RNA-seq analysis with Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError, counted
from srna_tools.io.lines import read_head
from srna_tools.io.matrix import numbers, read_matrix, require_unique_features
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.sample_names import stem
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_cells

_REFERENCE, _TOTAL, _MEAN = "ref", "total_reads", "mean_norm"
_NORMALISED = " norm"


def claims(lines: Sequence[str]) -> bool:
    """``name,ref``, the samples, and the columns that sum them up."""
    cells = header_cells(lines, ",")
    return cells[:2] == ["name", _REFERENCE] and {_TOTAL, _MEAN} <= set(cells)


def read(path: Path, name: str | None = None) -> CountTable:
    """Read the counts of the samples; a cell is empty where a sample had no read of the sRNA.

    Raises
    ------
    InputError
        There is no sample, a feature stands twice, or a cell is no count (row and column named).
    """
    if not claims(read_head(path)):
        return read_matrix(path, name)
    cells = read_cells(path)
    samples = [
        column for column in map(str, cells)
        if column not in {_REFERENCE, _TOTAL, _MEAN} and not column.endswith(_NORMALISED)
    ]  # fmt: skip
    if not samples:
        raise InputError(path, "has no columns of samples after 'ref'", "line 1")
    require_unique_features(cells.index, path)
    empty = cells[samples].isna()
    counts = numbers(cells[samples].where(~empty, "0"), path)
    table = CountTable(
        source=str(path),
        counts=sparse.csr_matrix(counts.T),
        obs=pd.DataFrame(index=pd.Index(samples, dtype=object)),
        var=pd.DataFrame({_REFERENCE: list(cells[_REFERENCE])}, index=pd.Index(list(cells.index), dtype=object)),
        dataset=name or stem(path),
        absent_is_zero=False,
    )
    return require_reads(replace(table, notes=_notes(table, cells[[_TOTAL]], int(empty.to_numpy().sum()), path)))


def _notes(table: CountTable, totals: pd.DataFrame, empty: int, path: Path) -> tuple[str, ...]:
    notes = [f"{counted(empty, 'empty cell')} read as 0, as smallrnaseq writes it"] if empty else []
    stated = numbers(totals.where(totals.notna(), "0"), path).ravel()
    others = int((table.counts.sum(axis=0) != stated).sum())
    if others:
        notes.append(f"{counted(others, 'row')} whose total_reads is not the sum of the samples; the samples were read")
    return tuple(notes)
