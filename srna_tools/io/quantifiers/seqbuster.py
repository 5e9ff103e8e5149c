"""seqbuster (miraligner): ``.mirna``, a line for each read and precursor.

Pantano, Estivill & Marti 2010, SeqBuster, a bioinformatic tool for the processing and analysis of small RNAs datasets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.quantifiers.reads import ReadLine, count_of, rows_of, table_of_reads
from srna_tools.io.sample_names import stem, telling_folder
from srna_tools.io.table import CountTable

_COLUMNS = ("seq", "name", "mir", "precursor")
_FREQUENCY = "freq"
# Collapsed reads are called seq_<number>_x<count>.
_COUNT_IN_NAME = re.compile(r"_x(\d+)$")


def claims(lines: Sequence[str]) -> bool:
    """Tell by the columns ``seq name mir precursor`` and ``mism``."""
    return {*_COLUMNS, "mism"} <= set(header_cells(lines))


def read(path: Path, name: str | None = None) -> CountTable:
    """Read one sample, called `name` or the file's stem; a read is a sequence and its name.

    Raises
    ------
    InputError
        A column is missing, or a line holds no count; the line is named.
    """
    return table_of_reads(_reads(path), [name or stem(path)], path, telling_folder(path))


def _reads(path: Path) -> Iterator[ReadLine]:
    for number, row in rows_of(path, _COLUMNS):
        if not row["mir"]:
            raise InputError(path, "the column 'mir' is empty; it must name a miRNA", f"line {number}")
        yield ReadLine(f"{row['seq']}\t{row['name']}", (row["mir"],), (_count(row, path, number),))


def _count(row: dict[str, str], path: Path, number: int) -> float:
    if _FREQUENCY in row:
        return count_of(row[_FREQUENCY], path, number)
    found = _COUNT_IN_NAME.search(row["name"])
    if not found:
        raise InputError(
            path,
            f"there is no column 'freq', and the name '{row['name'][:60]}' does not end with _x and the count",
            f"line {number}",
        )
    return int(found.group(1))
