"""Delimited text: opened whether compressed or not, its delimiter recognised, its header and cells checked."""

from __future__ import annotations

import csv
import gzip
import io
import warnings
import zlib
from collections import Counter
from pathlib import Path

import pandas as pd

from srna_tools.errors import InputError, listed

_GZIP_MAGIC = b"\x1f\x8b"
_HEAD = 1 << 16
_LARGEST_TEXT = 8_000_000_000


def read_text(path: Path) -> str:
    """Whole text of a file, gzip or plain, without a byte order mark.

    Raises
    ------
    InputError
        Missing, binary, not UTF-8, truncated gzip, or unpacking to absurd size.
    """
    if not path.is_file():
        raise InputError(path, "does not exist" if not path.exists() else "is a folder; give the table itself")
    content = path.read_bytes()
    if content.startswith(_GZIP_MAGIC):
        content = _unpacked(content, path)
    if b"\x00" in content[:_HEAD]:
        raise InputError(path, "is a binary file, not a table; give tab- or comma-separated text")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-8 text ({error.reason} at byte {error.start})") from error


def delimiter_of(first_line: str) -> str:
    """Tab where there is one, else the commoner of comma and semicolon."""
    if "\t" in first_line:
        return "\t"
    return ";" if first_line.count(";") > first_line.count(",") else ","


def read_cells(path: Path) -> pd.DataFrame:
    """Table of text cells with a header line; the first column is the index.

    The header may lack the name of the first column, as R writes it. Missing cells are None.

    Raises
    ------
    InputError
        Empty, without delimiter, a row of another length than the header, or a repeated column name.
    """
    text = read_text(path)
    lines = text.split("\n", 2)
    if not lines[0].strip():
        raise InputError(path, "is empty, or its first line is; a header line with column names is needed")
    delimiter = delimiter_of(lines[0])
    header = next(csv.reader([lines[0]], delimiter=delimiter))
    second = next(csv.reader([lines[1]], delimiter=delimiter)) if len(lines) > 1 and lines[1].strip() else None
    if second is not None and len(second) == len(header) + 1:
        header = ["", *header]
    if len(header) == 1:
        raise InputError(path, "has one column only; separate columns by tab or comma")
    repeated = [name for name, times in Counter(header[1:]).items() if times > 1]
    if repeated:
        raise InputError(path, f"the column name {listed(repeated)} stands twice; rename or remove one")
    return _indexed(_body(text[len(lines[0]) + 1 :], header, delimiter, path), path)


def _body(text: str, header: list[str], delimiter: str, path: Path) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # pandas only warns when it cuts a row that is longer than the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text), sep=delimiter, header=None, names=header, index_col=False, dtype=str,
                keep_default_na=False, na_values=[""],
            )  # fmt: skip
    except pd.errors.EmptyDataError:
        raise InputError(path, "has a header but no rows") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        raise InputError(path, f"has a row of another length than the header ({error})") from error


def _indexed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    names = table.iloc[:, 0]
    if names.isna().any():
        raise InputError(
            path, "the first column, which names the row, is empty", f"line {int(names.isna().argmax()) + 2}"
        )
    cells = table.iloc[:, 1:].astype(object)
    return cells.where(cells.notna(), None).set_axis(pd.Index(names.str.strip(), dtype=object, name=names.name), axis=0)


def _unpacked(content: bytes, path: Path) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = stream.read(_LARGEST_TEXT + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(path, f"is a truncated or damaged gzip file ({error}); download it again") from error
    if len(unpacked) > _LARGEST_TEXT:
        raise InputError(path, f"unpacks to more than {_LARGEST_TEXT:,} bytes; no count table does, so it is refused")
    return unpacked
