"""Outputs with a line for each read: their lines, and reads on several lines, which count once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError, listed
from srna_tools.io.cells import why_no_count
from srna_tools.io.lines import read_lines
from srna_tools.io.table import CountTable, LeftOut, require_reads

_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d{1,2})?|\.\d+", re.ASCII)
_DIGITS = 18
_LARGEST = 2**63
_AGAIN = "of a read that stands on another line too"


class ReadLine(NamedTuple):
    """A read, the miRNAs that a line places it on, its counts, one a sample, and why the line does not count."""

    read: str
    names: tuple[str, ...]
    counts: tuple[float, ...]
    left_out: str = ""


def rows_of(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells, by column, of each line of a tab-separated table with a header.

    Raises
    ------
    InputError
        A required column is missing, a column stands twice, or a line has more or fewer cells than the header.
    """
    lines = read_lines(path)
    header = [cell.strip() for cell in next(lines, (0, ""))[1].split("\t")]
    missing = [name for name in required if name not in header]
    if missing:
        raise InputError(path, f"the column '{missing[0]}' is missing; the columns are: {listed(header, 20)}", "line 1")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(path, f"the column name {twice[0]} stands twice; rename or remove one", "line 1")
    for number, line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(header):
            raise InputError(path, f"the line has {len(cells)} cells, but the header {len(header)}", f"line {number}")
        yield number, dict(zip(header, cells, strict=True))


def count_of(text: str, path: Path, line: int) -> float:
    """Count in a cell: an int where it is whole, to the last digit.

    Raises
    ------
    InputError
        It is missing, negative, infinite, too large or no number; the line is named.
    """
    cell = text.strip()
    if cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS:
        return int(cell)
    if not _NUMBER.fullmatch(cell):
        problem = why_no_count(cell) or "is no plain number"
        raise InputError(path, f"the count {problem}", f"line {line}")
    exact = Decimal(cell)
    if exact >= _LARGEST:
        raise InputError(
            path, f"the count {cell[:40]} is larger than 9.2e18; no library has so many reads", f"line {line}"
        )
    return int(exact) if exact == exact.to_integral_value() else float(cell)


def pool_reads(lines: Iterable[ReadLine]) -> tuple[dict[str, tuple[float, ...]], tuple[LeftOut, ...]]:
    """Counts of each miRNA in which every read counts once, and what was left out for which reason.

    A read on several lines of one miRNA (one a precursor) counts for it; one on lines of different miRNAs counts
    under their merged name, ``a/b`` in alphabetical order. Where its lines differ, the largest count of each sample
    is taken.
    """
    of_read: dict[str, tuple[frozenset[str], tuple[float, ...]]] = {}
    left_out: dict[str, tuple[int, float]] = {}
    for line in lines:
        why, reads = line.left_out, sum(line.counts)
        if not why and line.read in of_read:
            of_read[line.read], reads = _once(of_read[line.read], frozenset(line.names), line.counts)
            why = _AGAIN
        elif not why:
            of_read[line.read] = frozenset(line.names), line.counts
        if why:
            number, before = left_out.get(why, (0, 0))
            left_out[why] = number + 1, before + reads
    pooled: dict[str, tuple[float, ...]] = {}
    for members, counts in of_read.values():
        name = "/".join(sorted(members))
        pooled[name] = tuple(map(sum, zip(pooled[name], counts, strict=True))) if name in pooled else counts
    return pooled, tuple(LeftOut(number, "line", why, reads) for why, (number, reads) in left_out.items())


def _once(
    before: tuple[frozenset[str], tuple[float, ...]], names: frozenset[str], counts: tuple[float, ...]
) -> tuple[tuple[frozenset[str], tuple[float, ...]], float]:
    """Names and counts of a read with one more line, and the reads that this line says again."""
    larger = tuple(map(max, before[1], counts))
    return (before[0] | names, larger), sum(before[1]) + sum(counts) - sum(larger)


def table_of_reads(lines: Iterable[ReadLine], samples: Sequence[str], path: Path, dataset: str) -> CountTable:
    """Pool the reads of a file into a table; what the file does not name was not seen.

    Raises
    ------
    InputError
        No line counts, or no sample has a read.
    """
    pooled, left_out = pool_reads(lines)
    if left_out and not pooled:
        raise InputError(path, f"all of it would be left out: {listed(part.in_words() for part in left_out)}")
    values = np.array(list(pooled.values()) or np.zeros((0, len(samples)), np.int64)).reshape(len(pooled), len(samples))
    return require_reads(
        CountTable(
            source=str(path),
            counts=sparse.csr_matrix(values.T),
            obs=pd.DataFrame(index=pd.Index(list(samples), dtype=object)),
            var=pd.DataFrame(index=pd.Index(list(pooled), dtype=object)),
            dataset=dataset,
            absent_is_zero=True,
            left_out=left_out,
        )
    )
