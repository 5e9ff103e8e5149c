"""Outputs appear whole or not at all: written to a temporary name beside the target, then renamed."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from srna_tools.errors import InputError
from srna_tools.io import unfinished
from srna_tools.io.full_disk import named_if_full

if TYPE_CHECKING:
    import pandas as pd

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
    FullDiskError
        The disk became full.
    """
    handle = -1

    def make() -> Path:
        nonlocal handle
        handle, name = tempfile.mkstemp(prefix=".partial-", suffix=suffix or target.suffix, dir=target.parent)
        return Path(name)

    try:
        with named_if_full(target):
            partial = unfinished.begun(make)
    except OSError as error:
        raise InputError(target, f"cannot be written ({error.strerror}); choose another output") from error
    try:
        with named_if_full(target):
            yield partial
            partial.chmod(0o666 & ~_umask())
            # Network file systems tell only now that something could not be stored, and only who had it open.
            os.fsync(handle)
            unfinished.finish(partial, target)
    finally:
        os.close(handle)
        unfinished.remove(partial)


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, and those that it lies in, where they are missing.

    Raises
    ------
    InputError
        It cannot be made.
    """
    try:
        with named_if_full(folder):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(folder, f"cannot be made ({error.strerror}); choose another folder") from error


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
    with _stream(target) as stream:

        def write(rows: pd.DataFrame) -> None:
            lines = rows.apply(lambda column: column.map(_on_one_line) if column.dtype.kind == "O" else column)
            lines = lines.set_axis([_on_one_line(name) for name in rows.columns], axis=1)
            with named_if_full(target):
                lines.to_csv(
                    stream, sep="\t", index=False, header=stream.tell() == 0, float_format="%.6g",
                    lineterminator="\n", quoting=csv.QUOTE_NONE,
                )  # fmt: skip

        yield write


@contextlib.contextmanager
def lines_in_parts(target: Path) -> Iterator[Callable[[Iterable[str]], None]]:
    """Give a function that appends lines, which end with line ends, to a text that appears when the block succeeds."""
    with _stream(target) as stream:

        def write(lines: Iterable[str]) -> None:
            # Joined before: another disk that is full is not to be taken for this one.
            text = "".join(lines)
            with named_if_full(target):
                stream.write(text)

        yield write


def write_text(text: str, target: Path) -> None:
    """Write UTF-8 text with Unix line ends."""
    with written_whole(target) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def _stream(target: Path) -> Iterator[TextIO]:
    with written_whole(target) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        yield stream
        stream.flush()


def _on_one_line(cell: Any) -> Any:
    return _BREAKS_A_TABLE.sub(" ", cell) if isinstance(cell, str) else cell


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
