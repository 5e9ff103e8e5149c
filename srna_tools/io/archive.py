"""Zip archives read without unpacking them, and refused where reading them would be unsafe."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
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
            for entry in entries:
                _require_inside(path, entry.filename)
            for entry in (entry for entry in entries if pattern.search(entry.filename) and not _is_litter(entry)):
                _require_sane_size(path, entry)
                yield entry.filename, archive.read(entry)
    except zipfile.BadZipFile as error:
        raise InputError(path, f"is not a zip archive, or is truncated ({error}); download it again") from error
    except (zlib.error, EOFError) as error:
        raise InputError(path, f"is a damaged zip archive ({error}); download it again") from error
    except (RuntimeError, NotImplementedError) as error:
        raise InputError(path, f"cannot be read ({error}); make a plain zip without password") from error


def _require_inside(path: Path, name: str) -> None:
    plain = name.replace("\\", "/")
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in PurePosixPath(plain).parts:
        raise InputError(path, f"the member '{name}' would leave the folder; this archive is not safe to use")


def _require_sane_size(path: Path, entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > _LARGEST_MEMBER or (entry.file_size > _LARGEST_UNCHECKED and ratio > _LARGEST_RATIO):
        raise InputError(
            path,
            f"the member '{entry.filename}' unpacks from {entry.compress_size:,} to {entry.file_size:,} bytes; "
            "no count file does, so it is refused",
        )


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    """Tell the copies that macOS adds to archives from real members."""
    parts = PurePosixPath(entry.filename).parts
    return "__MACOSX" in parts or parts[-1].startswith("._")
