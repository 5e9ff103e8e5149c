"""Delimited text: opened whether compressed or not, its delimiter recognised, its header and cells checked."""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from srna_tools.errors import InputError, listed
from srna_tools.io.lines import GZIP_MAGIC, binary, damaged, not_utf8, require_file, unix_lines

_LARGEST_TEXT = 8_000_000_000
_NUMERIC = ("int64", "float64")


@dataclass(frozen=True)
class _Form:
    """How a table is written: its file, delimiter, and whether quotation marks are literal (csv.QUOTE_NONE)."""

    path: Path
    delimiter: str
    quoting: Literal[0, 3]


@dataclass(frozen=True)
class _Opened:
    """A table whose header is read: its form, column names (the first may be empty), and the text of its rows."""

    form: _Form
    header: list[str]
    rows: str
    first_row: int


def read_content(path: Path) -> bytes:
    """Bytes of a file, unpacked where it is gzip.

    Raises
    ------
    InputError
        Missing, a folder, truncated gzip, or unpacking to absurd size.
    """
    require_file(path)
    content = path.read_bytes()
    return _unpacked(content, path) if content.startswith(GZIP_MAGIC) else content


def read_text(path: Path) -> str:
    """Whole text of a file, gzip or plain, without a byte order mark, with Unix line ends.

    Raises
    ------
    InputError
        As `read_content`; or binary, or not UTF-8.
    """
    content = read_content(path)
    if b"\x00" in content:
        raise binary(path)
    try:
        return unix_lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise not_utf8(path, error) from error


def read_json(path: Path) -> Any:
    """Read what a JSON file holds.

    Raises
    ------
    InputError
        Missing, or not JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not JSON ({error})") from error


def delimiter_of(first_line: str) -> str:
    """Tab where there is one, else the commoner of comma and semicolon; a blank where there are only blanks."""
    if "\t" in first_line:
        return "\t"
    if not {",", ";"} & set(first_line) and " " in first_line.strip():
        return " "
    return ";" if first_line.count(";") > first_line.count(",") else ","


def read_cells(
    path: Path, *, quoted: bool = True, comment: str = "", all_named: bool = True, may_be_empty: bool = False
) -> pd.DataFrame:
    """Table of text cells with a header line; the first column is the index.

    The header may lack the name of the first column, as R writes it. Missing cells are None.

    Parameters
    ----------
    quoted
        Cells may stand in quotation marks; not in the tables that srna-tools writes, where these are literal.
    comment
        How lines before the header start that belong to no table.
    all_named
        Whether every row must have a name; else the first column may be empty.
    may_be_empty
        Whether there may be a header alone.

    Raises
    ------
    InputError
        Empty, without delimiter, a row longer than the header, a column without name, or two of one name.
    """
    opened = _opened(path, quoted, comment)
    table = _named(_body(opened), opened, all_named, may_be_empty)
    cells = table.astype(object)
    return cells.where(cells.notna(), None)


def read_numbers(path: Path) -> pd.DataFrame | None:
    """As `read_cells`, with numbers for cells, parsed in C: for large tables, several times faster and smaller.

    Returns
    -------
    Columns of int64 or float64, empty cells NaN; None where a cell is anything else or a row has too many, which is
    for `read_cells` to look at.
    """
    opened = _opened(path, quoted=True, comment="")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            body = pd.read_csv(
                io.BytesIO(opened.rows.encode()), sep=opened.form.delimiter, header=None,
                names=range(len(opened.header)), index_col=False, dtype={0: str}, keep_default_na=False,
                na_values=[""], float_precision="round_trip", low_memory=False,
            )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError, OverflowError):
        return None
    if not all(dtype in _NUMERIC for dtype in body.dtypes.iloc[1:]):
        return None
    return _named(body, opened)


def _opened(path: Path, quoted: bool, comment: str) -> _Opened:
    text, skipped = read_text(path), 0
    while comment and text.startswith(comment):
        text, skipped = text.partition("\n")[2], skipped + 1
    first_line, _, rows = text.partition("\n")
    if not first_line.strip():
        raise InputError(path, "is empty, or its first line is; a header line with column names is needed")
    form = _Form(path, delimiter_of(first_line), csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    header = _split(first_line, form)
    second_line = rows[: rows.find("\n")] if "\n" in rows else rows
    if second_line.strip() and len(_split(second_line, form)) == len(header) + 1:
        header = ["", *header]
    if len(header) == 1:
        raise InputError(path, "has one column only; separate columns by tab or comma")
    return _Opened(form, header, rows, skipped + 2)


def _named(body: pd.DataFrame, opened: _Opened, all_named: bool = True, may_be_empty: bool = False) -> pd.DataFrame:
    """Rows under their names and columns under theirs, which must be there and differ."""
    path, header = opened.form.path, opened.header
    if body.empty and not may_be_empty:
        raise InputError(path, "has a header but no rows")
    # Spreadsheets end lines with a delimiter too many, which makes a last column without name or cells.
    kept = [0, *(place for place in range(1, len(header)) if header[place] or body[place].notna().any())]
    if len(kept) < len(header):
        header, body = [header[place] for place in kept], body[kept]
    if "" in header[1:]:
        raise InputError(
            path, f"column {header.index('', 1) + 1} has no name; name or remove it", f"line {opened.first_row - 1}"
        )
    repeated = [name for name, times in Counter(header[1:]).items() if times > 1]
    if repeated:
        raise InputError(path, f"the column name {listed(repeated)} stands twice; rename or remove one")
    names = body[0].str.strip().fillna("")
    if all_named and (names == "").any():
        raise InputError(path, "the first column, which names the row, is empty", f"row {(names == '').argmax() + 1}")
    return body.iloc[:, 1:].set_axis(header[1:], axis=1).set_axis(pd.Index(names, dtype=object, name=header[0]), axis=0)


def _split(line: str, form: _Form) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=form.delimiter, quoting=form.quoting))]
    except csv.Error as error:
        raise InputError(form.path, f"is not a table ({error}); give tab- or comma-separated text") from error


def _body(opened: _Opened) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # pandas only warns when it cuts a row that is longer than the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(opened.rows), sep=opened.form.delimiter, quoting=opened.form.quoting, header=None,
                names=range(len(opened.header)), index_col=False, dtype=str, keep_default_na=False, na_values=[""],
            )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        raise _longest_row(opened) from error


def _longest_row(opened: _Opened) -> InputError:
    """Say which row is longer than the header; else it is a quotation mark that nothing closes."""
    path, width = opened.form.path, len(opened.header)
    for number, line in enumerate(opened.rows.split("\n"), start=opened.first_row):
        cells = len(_split(line, opened.form)) if line else 0
        if cells > width:
            return InputError(path, f"the row has {cells} cells, but the header {width}", f"line {number}")
    return InputError(path, "a quotation mark is opened and never closed; remove it")


def _unpacked(content: bytes, path: Path) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = stream.read(_LARGEST_TEXT + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, error) from error
    if len(unpacked) > _LARGEST_TEXT:
        raise InputError(path, f"unpacks to more than {_LARGEST_TEXT:,} bytes; no count table does, so it is refused")
    return unpacked
