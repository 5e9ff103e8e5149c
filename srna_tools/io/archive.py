"""Zip archives read without unpacking them, and refused where reading them would be unsafe."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from srna_tools.errors import InputError

# A count file compresses about four-fold; archives above both limits are made to fill the machine.
_LARGEST_RATIO = 200
_LARGEST_UNCHECKED = 50_000_000
_LARGEST_MEMBER = 2_000_000_000
_DRIVE = re.compile(r"^[A-Za-z]:")


def members(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the members whose name matches `pattern`, sorted by name.

    Raises
    ------
    InputError
        Not a zip archive, truncated, encrypted, corrupt, a member path that leaves the folder, or absurd size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            if any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise InputError(path, "is an Excel workbook; save the sheet as tab-separated text")
            for entry in entries:
                _require_inside(path, _plain(entry))
            chosen = [entry for entry in entries if pattern.search(_plain(entry)) and not _is_litter(_plain(entry))]
            _require_sane_size(path, chosen)
            for entry in chosen:
                yield _plain(entry), archive.read(entry)
    except zipfile.BadZipFile as error:
        raise InputError(path, f"is not a zip archive, or is truncated ({error}); download it again") from error
    except (zlib.error, EOFError, struct.error, OverflowError, ValueError, OSError) as error:
        raise InputError(path, f"is a damaged zip archive ({error}); download it again") from error
    except (RuntimeError, NotImplementedError) as error:
        raise InputError(path, f"cannot be read ({error}); make a plain zip without password") from error


def _plain(entry: zipfile.ZipInfo) -> str:
    """Name of a member with the separators that the zip format asks for; some Windows programs write others."""
    return entry.filename.replace("\\", "/")


def _require_inside(path: Path, name: str) -> None:
    if name.startswith("/") or _DRIVE.match(name) or ".." in PurePosixPath(name).parts:
        raise InputError(path, f"the member '{name}' would leave the folder; this archive is not safe to use")


def _require_sane_size(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse members, and members that together, unpack to what no counts need."""
    for entry in entries:
        _require_sane(path, f"the member '{entry.filename}' unpacks", entry.compress_size, entry.file_size)
        if entry.file_size > _LARGEST_MEMBER:
            raise InputError(path, f"the member '{entry.filename}' has {entry.file_size:,} bytes; no count file does")
    packed, unpacked = (sum(getattr(entry, size) for entry in entries) for size in ("compress_size", "file_size"))
    _require_sane(path, "the count files unpack", packed, unpacked)


def _require_sane(path: Path, what: str, packed: int, unpacked: int) -> None:
    if unpacked > _LARGEST_UNCHECKED and unpacked > _LARGEST_RATIO * packed:
        raise InputError(path, f"{what} from {packed:,} to {unpacked:,} bytes; no counts do, so it is refused")


def _is_litter(name: str) -> bool:
    """Tell the copies that macOS adds to archives from real members."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith("._")
