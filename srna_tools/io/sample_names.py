"""Names of samples and datasets, taken from files and from folders where those say something."""

from __future__ import annotations

from pathlib import Path

_SUFFIXES = (".gz", ".tsv", ".csv", ".txt", ".tab", ".tabular", ".dat", ".gff", ".gff3", ".mirna", ".grouped")
# What programs and servers call the folders that they write to, whatever the sample.
_SAY_NOTHING = {"", "count", "counts", "data", "database", "datasets", "excerpt", "files", "inputs", "objects", "out",
                "output", "outputs", "result", "results", "srnabench", "tmp"}  # fmt: skip
NO_FOLDER = "files"


def telling_folder(path: Path, but: str = "") -> str:
    """Name of the nearest folder above a file that says something, other than `but`; ``files`` where none does."""
    return next((name for name in map(_telling, path.resolve().parents) if name and name != but), NO_FOLDER)


def sample_of(path: Path, *names_of_program: str) -> str:
    """Sample of a file that a program calls the same for every sample: the folder's name, unless it says nothing.

    A file with another name than the program gives it, and one whose folder says nothing, is named by its stem.

    Parameters
    ----------
    names_of_program
        Patterns of the names that the program gives, such as ``readCounts_*.txt``.
    """
    name = path.name.removesuffix(".gz")
    renamed = not any(Path(name).match(pattern) for pattern in names_of_program)
    return stem(path) if renamed else _telling(path.resolve().parent) or stem(path)


def stem(path: Path) -> str:
    """File name without the suffixes of tables: ``counts.tsv.gz`` is ``counts``."""
    name = path.name
    while name.lower().endswith(_SUFFIXES) and name.rfind(".") > 0:
        name = name[: name.rfind(".")]
    return name


def _telling(folder: Path) -> str:
    """Name of a folder; empty where it says nothing: a common word, a number or a single letter."""
    name = folder.name
    return "" if name.lower() in _SAY_NOTHING or name.isdigit() or len(name) == 1 else name
