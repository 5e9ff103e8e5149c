"""featureCounts (Subread): features in rows, with their place on the genome before the counts.

Liao, Smyth & Shi 2014, featureCounts: an efficient general purpose program for assigning sequence reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.lines import read_head
from srna_tools.io.matrix import numbers, numbers_or_nan, require_unique_features
from srna_tools.io.quantifiers.marks import header_cells, row_names
from srna_tools.io.sample_names import stem
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_cells

_PROGRAM = "# Program:featureCounts"
_FEATURE, _LENGTH = "Geneid", "Length"
_PLACE = ("Chr", "Start", "End", "Strand", _LENGTH)
_ALIGNMENT = re.compile(r"(?:\.sorted)?\.(?:bam|sam)$", re.IGNORECASE)


def claims(lines: Sequence[str]) -> bool:
    """Tell by the line of the program, by ``Geneid Chr Start End Strand Length``, or by the rows of its summary."""
    cells = header_cells(lines)
    return lines[0].startswith(_PROGRAM) or (cells[0] == _FEATURE and set(_PLACE) <= set(cells)) or _is_summary(lines)


def read(path: Path, name: str | None = None) -> CountTable:
    """Read the counts and the lengths; samples lose the folder and the suffix of their alignment.

    Raises
    ------
    InputError
        The summary of the run instead of its counts, a column is missing, a feature stands twice, or a cell is no
        count (row and column named).
    """
    if _is_summary(read_head(path)):
        raise InputError(path, "is the summary of featureCounts; import the table beside it, without '.summary'")
    cells = read_cells(path, comment="# ")
    missing = [column for column in _PLACE if column not in cells]
    if missing:
        raise InputError(path, f"the column '{missing[0]}' of featureCounts is missing")
    columns = [column for column in map(str, cells) if column not in _PLACE]
    # --extraAttributes puts columns of text before the samples.
    attributes = [column for column in columns if np.isnan(numbers_or_nan(cells[column].to_numpy())).all()]
    samples = [column for column in columns if column not in attributes]
    if not samples:
        raise InputError(path, "has no columns of samples after 'Length'")
    require_unique_features(cells.index, path)
    lengths = numbers(cells[[_LENGTH]], path).ravel()
    note = f"{counted(len(attributes), 'column')} of attributes not read: {listed(attributes)}"
    return require_reads(
        CountTable(
            source=str(path),
            counts=sparse.csr_matrix(numbers(cells[samples], path).T),
            obs=pd.DataFrame(index=pd.Index(_samples_of(samples), dtype=object)),
            var=pd.DataFrame({"length": lengths}, index=pd.Index(list(cells.index), dtype=object)),
            dataset=name or stem(path),
            absent_is_zero=False,
            notes=(note,) if attributes else (),
        )
    )


def _is_summary(lines: Sequence[str]) -> bool:
    return header_cells(lines)[0] == "Status" and {"Assigned", "Unassigned_NoFeatures"} <= set(row_names(lines))


def _samples_of(alignments: Sequence[str]) -> list[str]:
    """Names of alignments without folder and suffix, or as they are where that makes two of them the same."""
    short = [_ALIGNMENT.sub("", PurePosixPath(name).name) for name in alignments]
    return short if len(set(short)) == len(short) else list(alignments)
