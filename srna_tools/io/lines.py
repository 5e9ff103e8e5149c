"""Text files by their first lines, or line by line, compressed or not; and the sentences about what is no text."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from srna_tools.errors import InputError

GZIP_MAGIC = b"\x1f\x8b"
_HEAD = 1_000_000
_LARGEST_LINE = 100_000_000
_TABLE = "a table; give tab- or comma-separated UTF-8 text"


def starts_with(path: Path, *magics: bytes) -> bool:
    """Whether the file's first bytes are one of `magics`; a folder or missing file has none."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(max(map(len, magics))).startswith(magics)


def read_head(path: Path, expected: str = _TABLE) -> list[str]:
    """First lines of a file, gzip or plain: whole lines of about a megabyte, enough to tell its format.

    Parameters
    ----------
    expected
        As of `read_lines`.

    Raises
    ------
    InputError
        Missing, a folder, binary, or damaged gzip. What is not UTF-8 is for the reader to say.
    """
    require_file(path)
    try:
        with _opened(path) as stream:
            content = stream.read(_HEAD)
            content += stream.readline(_LARGEST_LINE)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, error) from error
    if b"\x00" in content:
        raise binary(path, expected)
    return unix_lines(content.decode("utf-8-sig", errors="replace")).split("\n")


def read_lines(path: Path, expected: str = _TABLE) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not empty, one after another, so that large files need little memory.

    Parameters
    ----------
    expected
        What the file should be, and what to do, for the sentence about a binary file.

    Raises
    ------
    InputError
        Missing, a folder, binary, not UTF-8, or damaged gzip.
    """
    require_file(path)
    try:
        with _opened(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig") as text:
            for number, line in enumerate(text, start=1):
                if "\x00" in line:
                    raise binary(path, expected)
                if line.strip():
                    yield number, line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise not_utf8(path, error) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, error) from error


def unix_lines(text: str) -> str:
    """Text with Unix line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def require_file(path: Path) -> None:
    """Refuse a folder, a pipe or device, and what does not exist."""
    if path.is_dir():
        raise InputError(path, "is a folder; give the file itself")
    if not path.exists():
        raise InputError(path, "does not exist")
    if not path.is_file():  # a pipe can be read once only, but the format is looked up before
        raise InputError(path, "is not a regular file; give a file")


def binary(path: Path, expected: str = _TABLE) -> InputError:
    """Say that a file is no text."""
    return InputError(path, f"is a binary file, not {expected}")


def not_utf8(path: Path, error: UnicodeDecodeError) -> InputError:
    """Say that a file is text of another encoding."""
    return InputError(path, f"is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8")


def damaged(path: Path, error: Exception) -> InputError:
    """Say that a gzip file cannot be unpacked."""
    return InputError(path, f"is a truncated or damaged gzip file ({error}); download it again")


def _opened(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path) if starts_with(path, GZIP_MAGIC) else path.open("rb")
