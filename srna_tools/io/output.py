"""Outputs appear whole or not at all: written to a temporary name beside the target, then renamed."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from srna_tools.errors import InputError

_BREAKS_A_TABLE = re.compile(r"[\t\r\n]+")


@contextlib.contextmanager
def written_whole(target: Path, suffix: str | None = None) -> Iterator[Path]:
    """Give a temporary path beside the target; rename it to `target` when the block succeeds.

    Parameters
    ----------
    suffix
        Of the temporary name, for writers that choose the format by it; the target's own unless given.

    Raises
    ------
    InputError
        The target's folder does not exist or cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".partial-", suffix=suffix or target.suffix, dir=target.parent)
    except OSError as error:
        raise InputError(target, f"cannot be written ({error.strerror}); choose another output") from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o666 & ~_umask())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, target: Path) -> None:
    """Write a tab-separated table without index; numbers with 6 significant digits, missing values empty.

    Nothing is quoted, since Galaxy's tools on columns take quotation marks literally; tabs and line ends in
    text become a blank.
    """
    with table_in_parts(target) as write:
        write(table)


@contextlib.contextmanager
def table_in_parts(target: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Give a function that appends rows to a table, as `write_table` writes them; the first rows bring the header.

    The table appears when the block succeeds, so that one of any size needs little memory.
    """
    with written_whole(target) as partial, partial.open("w", encoding="utf-8", newline="") as stream:

        def write(rows: pd.DataFrame) -> None:
            lines = rows.apply(lambda column: column.map(_on_one_line) if column.dtype.kind == "O" else column)
            lines = lines.set_axis([_on_one_line(name) for name in rows.columns], axis=1)
            lines.to_csv(
                stream, sep="\t", index=False, header=stream.tell() == 0, float_format="%.6g", lineterminator="\n",
                quoting=csv.QUOTE_NONE,
            )  # fmt: skip

        yield write
        stream.flush()


def write_text(text: str, target: Path) -> None:
    """Write UTF-8 text with Unix line ends."""
    with written_whole(target) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def _on_one_line(cell: Any) -> Any:
    return _BREAKS_A_TABLE.sub(" ", cell) if isinstance(cell, str) else cell


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
