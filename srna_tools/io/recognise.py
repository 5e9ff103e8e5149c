"""Formats recognised by content, since Galaxy calls every input ``dataset_12.dat``."""

from __future__ import annotations

from pathlib import Path

import h5py

from srna_tools.errors import InputError, listed
from srna_tools.io.contaminants import PATHONOIA
from srna_tools.io.lines import read_head
from srna_tools.io.oasis import COUNT_FILE, is_archive
from srna_tools.io.quantifiers.marks import header_cells
from srna_tools.io.quantifiers.registry import QUANTIFIERS
from srna_tools.io.text import delimiter_of, read_text
from srna_tools.io.two_columns import any_zero, starts_without_header

FORMATS = ("oasis", "matrix", "h5ad", *(quantifier.name for quantifier in QUANTIFIERS))
# What a folder holds: the format, and names of its files.
_IN_FOLDERS = (
    ("oasis", "*_allspeciesCounts.txt"),
    *((quantifier.name, quantifier.in_folder) for quantifier in QUANTIFIERS if quantifier.in_folder),
)


def recognise(path: Path) -> str:
    """Format of an input, one of `FORMATS`.

    Raises
    ------
    InputError
        Missing, empty, none of them, or more than one.
    """
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise InputError(path, "does not exist")
    if is_archive(path):
        return "oasis"
    if h5py.is_hdf5(path) or path.suffix.lower() == ".h5ad":
        return "h5ad"
    if COUNT_FILE.search(path.name):
        return "oasis"
    return _of_text(path)


def _of_folder(path: Path) -> str:
    found = [
        name for name, pattern in _IN_FOLDERS if any(not file.name.startswith("._") for file in path.rglob(pattern))
    ]
    if not found:
        known = ", ".join(f"{pattern} ({name})" for name, pattern in _IN_FOLDERS)
        raise InputError(path, f"no count files in it; a folder must hold {known}")
    return _only(found, path)


def _only(found: list[str], path: Path) -> str:
    if len(found) > 1:
        options = " or ".join(f"--format {name}" for name in found)
        raise InputError(path, f"could be of the formats {' and '.join(found)}; say which it is with {options}")
    return found[0]


def _of_text(path: Path) -> str:
    lines = read_head(path)
    first_line = lines[0]
    if not first_line.strip():
        raise InputError(path, "is empty, or its first line is; no format starts like that")
    if set(PATHONOIA) <= set(header_cells(lines, delimiter_of(first_line))):
        raise InputError(path, "is a contaminant table of Pathonoia; give it with --contaminants")
    claimed = [quantifier.name for quantifier in QUANTIFIERS if quantifier.claims(lines)]
    if claimed:
        return _only(claimed, path)
    if len(first_line.split("\t")) == 2:  # noqa: PLR2004
        return _of_two_columns(path)
    if {"\t", ",", ";"} & set(first_line):
        return "matrix"
    raise InputError(
        path,
        f"is not a format that srna-import knows ({listed(FORMATS, len(FORMATS))}); "
        f"its first line is '{first_line[:60]}'",
    )


def _of_two_columns(path: Path) -> str:
    """Without header, and without zeros: what was seen, as OASIS lists it; else a full table."""
    rows = [line.split("\t") for line in read_text(path).split("\n") if line.strip()]
    if not starts_without_header(rows[0], (row[0] for row in rows[1:])):
        return "matrix"
    return "matrix" if any_zero(row[1] for row in rows if len(row) == 2) else "oasis"  # noqa: PLR2004
