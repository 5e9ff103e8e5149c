"""Names of samples and datasets taken from folders, where those say something."""

from __future__ import annotations

from pathlib import Path

# What programs and Galaxy call the folders that they write to, whatever the sample.
_SAY_NOTHING = {"", "count", "counts", "data", "excerpt", "files", "out", "output", "outputs", "result", "results",
                "sample", "srnabench", "tmp"}  # fmt: skip
NO_FOLDER = "files"


def telling_folder(path: Path, but: str = "") -> str:
    """Name of the nearest folder above a file that says something, other than `but`; ``files`` where none does."""
    return next((name for name in map(_telling, path.resolve().parents) if name and name != but), NO_FOLDER)


def sample_of_folder(path: Path) -> str | None:
    """Name of the folder that a file lies in, or None where it says nothing, such as ``results``."""
    return _telling(path.resolve().parent) or None


def _telling(folder: Path) -> str:
    """Name of a folder; empty where it says nothing, or is a number, as Galaxy calls its folders."""
    return "" if folder.name.lower() in _SAY_NOTHING or folder.name.isdigit() else folder.name
