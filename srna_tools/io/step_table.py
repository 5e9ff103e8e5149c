"""Tables that other steps wrote: read back, with the columns and numbers that they must have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from srna_tools.errors import InputError, listed
from srna_tools.io.matrix import numbers_or_nan
from srna_tools.io.text import read_cells

FIRST_LINE = 2


def read_table(
    path: Path, needed: Sequence[str], maker: str, *, all_named: bool = True, may_be_empty: bool = False
) -> pd.DataFrame:
    """Read a table of text cells.

    Parameters
    ----------
    needed
        Columns that it must have.
    maker
        What writes such a table, for the sentence that asks for it.
    all_named
        Whether every cell of the first column must have a value.
    may_be_empty
        Whether there may be a header alone.

    Raises
    ------
    InputError
        It is no table, or lacks a column.
    """
    cells = read_cells(path, quoted=False, all_named=all_named, may_be_empty=may_be_empty)
    table = cells.reset_index(names=str(cells.index.name))
    missing = [column for column in needed if column not in table]
    if missing:
        raise InputError(
            path,
            f"lacks the column {listed(missing, 20)}; give the table of {maker} (found: {listed(table.columns, 10)})",
        )
    return table


def numbers_in(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """Read a column as numbers, NaN where it is empty.

    Raises
    ------
    InputError
        A cell is neither.
    """
    numbers = pd.Series(numbers_or_nan(table[column].to_numpy(dtype=object)), index=table.index)
    wrong = numbers.isna() & table[column].notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InputError(
            path, f"'{table[column].iloc[row]}' is not a number", f"column {column}, line {row + FIRST_LINE}"
        )
    return numbers


def require_once(table: pd.DataFrame, key: Sequence[str], path: Path) -> None:
    """Refuse a table in which two rows are of the same thing."""
    twice = table.duplicated(list(key)).to_numpy()
    if twice.any():
        row = int(twice.argmax())
        thing = ", ".join(f"{column} '{table[column].iloc[row]}'" for column in key)
        raise InputError(path, f"is the second row of {thing}; give one row of each", f"line {row + FIRST_LINE}")
