"""Delimited text: opened whether compressed or not, its delimiter recognised, its header and cells checked."""

from __future__ import annotations

import csv
import gzip
import io
import warnings
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from srna_tools.errors import InputError, listed

GZIP_MAGIC = b"\x1f\x8b"
_LARGEST_TEXT = 8_000_000_000


@dataclass(frozen=True)
class _Form:
    """How a table is written: its file, delimiter, and whether quotation marks are literal (csv.QUOTE_NONE)."""

    path: Path
    delimiter: str
    quoting: Literal[0, 3]


def starts_with(path: Path, *magics: bytes) -> bool:
    """Whether the file's first bytes are one of `magics`; a folder or missing file has none."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(max(map(len, magics))).startswith(magics)


def read_content(path: Path) -> bytes:
    """Bytes of a file, unpacked where it is gzip.

    Raises
    ------
    InputError
        Missing, a folder, truncated gzip, or unpacking to absurd size.
    """
    if path.is_dir():
        raise InputError(path, "is a folder; give the file itself")
    if not path.exists():
        raise InputError(path, "does not exist")
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
        raise InputError(path, "is a binary file, not a table; give tab- or comma-separated UTF-8 text")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8") from error


def delimiter_of(first_line: str) -> str:
    """Tab where there is one, else the commoner of comma and semicolon."""
    if "\t" in first_line:
        return "\t"
    return ";" if first_line.count(";") > first_line.count(",") else ","


def read_cells(path: Path, *, quoted: bool = True) -> pd.DataFrame:
    """Table of text cells with a header line; the first column is the index.

    The header may lack the name of the first column, as R writes it. Missing cells are None.

    Parameters
    ----------
    quoted
        Cells may stand in quotation marks; not in the tables that srna-tools writes, where these are literal.

    Raises
    ------
    InputError
        Empty, without delimiter, a row longer than the header, a column without name, or two of one name.
    """
    text = read_text(path)
    lines = text.split("\n", 2)
    if not lines[0].strip():
        raise InputError(path, "is empty, or its first line is; a header line with column names is needed")
    form = _Form(path, delimiter_of(lines[0]), csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    header = _split(lines[0], form)
    if len(lines) > 1 and lines[1].strip() and len(_split(lines[1], form)) == len(header) + 1:
        header = ["", *header]
    if len(header) == 1:
        raise InputError(path, "has one column only; separate columns by tab or comma")
    body = _body(text[len(lines[0]) + 1 :], len(header), form)
    if body.empty:
        raise InputError(path, "has a header but no rows")
    # Spreadsheets end lines with a delimiter too many, which makes a last column without name or cells.
    kept = [0, *(place for place in range(1, len(header)) if header[place] or body[place].notna().any())]
    header, body = [header[place] for place in kept], body[kept]
    if "" in header[1:]:
        raise InputError(path, f"column {header.index('', 1) + 1} has no name; name or remove it", "line 1")
    repeated = [name for name, times in Counter(header[1:]).items() if times > 1]
    if repeated:
        raise InputError(path, f"the column name {listed(repeated)} stands twice; rename or remove one")
    return _indexed(body, header, path)


def _split(line: str, form: _Form) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=form.delimiter, quoting=form.quoting))]
    except csv.Error as error:
        raise InputError(form.path, f"is not a table ({error}); give tab- or comma-separated text") from error


def _body(text: str, width: int, form: _Form) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # pandas only warns when it cuts a row that is longer than the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text), sep=form.delimiter, quoting=form.quoting, header=None, names=range(width),
                index_col=False, dtype=str, keep_default_na=False, na_values=[""],
            )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        raise _longest_row(text, width, form) from error


def _longest_row(text: str, width: int, form: _Form) -> InputError:
    """Say which row is longer than the header; else it is a quotation mark that nothing closes."""
    for number, line in enumerate(text.split("\n"), start=2):
        cells = len(_split(line, form)) if line else 0
        if cells > width:
            return InputError(form.path, f"the row has {cells} cells, but the header {width}", f"line {number}")
    return InputError(form.path, "a quotation mark is opened and never closed; remove it")


def _indexed(table: pd.DataFrame, header: list[str], path: Path) -> pd.DataFrame:
    names = table[0].str.strip().fillna("")
    if (names == "").any():
        raise InputError(path, "the first column, which names the row, is empty", f"row {(names == '').argmax() + 1}")
    cells = table.iloc[:, 1:].astype(object).set_axis(header[1:], axis=1)
    return cells.where(cells.notna(), None).set_axis(pd.Index(names, dtype=object, name=header[0]), axis=0)


def _unpacked(content: bytes, path: Path) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = stream.read(_LARGEST_TEXT + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(path, f"is a truncated or damaged gzip file ({error}); download it again") from error
    if len(unpacked) > _LARGEST_TEXT:
        raise InputError(path, f"unpacks to more than {_LARGEST_TEXT:,} bytes; no count table does, so it is refused")
    return unpacked
