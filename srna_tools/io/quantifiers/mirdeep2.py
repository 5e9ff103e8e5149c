"""miRDeep2: ``miRNAs_expressed_all_samples_*.csv`` of quantifier.pl, a row for each miRNA and precursor.

Friedlaender et al. 2012, miRDeep2 accurately identifies known and hundreds of novel microRNA genes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError
from srna_tools.io.matrix import numbers
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.sample_names import stem
from srna_tools.io.table import CountTable, LeftOut, require_reads
from srna_tools.io.text import read_cells

_MIRNA = "#miRNA"
_OF_ALL_SAMPLES = ("read_count", "precursor", "total")
_NORMALISED = "(norm)"


def claims(lines: Sequence[str]) -> bool:
    """``#miRNA read_count precursor total`` and the samples, separated by tabs in spite of the file's name."""
    cells = header_cells(lines)
    return cells[0] == _MIRNA and set(_OF_ALL_SAMPLES) <= set(cells)


def read(path: Path, name: str | None = None) -> CountTable:
    """Read the counts of the samples; of a miRNA with several precursors the largest of each sample.

    A read that maps to several precursors counts in the row of each, so their sum would count it several times.

    Raises
    ------
    InputError
        A column is missing, there is no sample, or a cell is no count (row and column named).
    """
    cells = read_cells(path)
    missing = [column for column in _OF_ALL_SAMPLES if column not in cells]
    if missing:
        raise InputError(path, f"the column '{missing[0]}' of miRDeep2's quantifier.pl is missing", "line 1")
    samples = [
        column for column in map(str, cells) if column not in _OF_ALL_SAMPLES and not column.endswith(_NORMALISED)
    ]
    if not samples:
        raise InputError(path, "has no columns of samples after 'total'", "line 1")
    counts = numbers(cells[samples], path)
    rows = pd.DataFrame(counts, columns=samples).groupby(np.array(cells.index), sort=False)
    largest = rows.max()
    repeated = len(cells) - len(largest)
    left_out = LeftOut(
        repeated, "row", "of a further precursor of the same miRNA", (counts.sum() - largest.to_numpy().sum()).item()
    )
    return require_reads(
        CountTable(
            source=str(path),
            counts=sparse.csr_matrix(largest.to_numpy().T),
            obs=pd.DataFrame(index=pd.Index(samples, dtype=object)),
            var=pd.DataFrame(index=pd.Index(largest.index, dtype=object, name=None)),
            dataset=name or stem(path),
            absent_is_zero=False,
            left_out=(left_out,) if repeated else (),
        )
    )
