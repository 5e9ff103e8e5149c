"""nf-core/smrnaseq: ``mature_counts.csv`` and ``hairpin_counts.csv`` (samples in rows), mirtop's ``mirna.tsv``.

Ewels et al. 2020, The nf-core framework for community-curated bioinformatics pipelines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from srna_tools.io.matrix import read_matrix
from srna_tools.io.quantifiers.marks import header_cells, row_names
from srna_tools.io.table import CountTable
from srna_tools.io.text import delimiter_of

# Of the steps that a sample's file went through: s1_mature, s1.hairpin.sorted, s1_mature_hairpin.
_SUFFIX = re.compile(r"(?:[._](?:mature|hairpin))+(?:[._]sorted)?$|[._]sorted$")


def claims(lines: Sequence[str]) -> bool:
    """A matrix whose samples all carry a suffix of the pipeline; without it, it is a matrix like any other."""
    delimiter = delimiter_of(lines[0])
    first, *columns = header_cells(lines, delimiter)
    return first in {"", "miRNA"} and any(map(_all_carry_suffix, (columns, row_names(lines, delimiter))))


def read(path: Path, name: str | None = None) -> CountTable:
    """Read the matrix, and take the suffix off the samples where all carry one and names stay unique.

    Raises
    ------
    InputError
        As `read_matrix`.
    """
    table = read_matrix(path, name)
    names = list(table.obs.index)
    short = [_SUFFIX.sub("", sample) for sample in names]
    if not _all_carry_suffix(names) or len(set(short)) < len(short):
        return table
    return replace(table, obs=pd.DataFrame(index=pd.Index(short, dtype=object)))


def _all_carry_suffix(names: Sequence[str]) -> bool:
    return len(names) > 0 and all(_SUFFIX.search(name) and _SUFFIX.sub("", name) for name in names)
