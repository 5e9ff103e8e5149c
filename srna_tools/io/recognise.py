"""Formats recognised by content, since Galaxy calls every input ``dataset_12.dat``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py

from srna_tools.errors import InputError, listed
from srna_tools.features import feature_type
from srna_tools.io.oasis import COUNT_FILE, is_archive
from srna_tools.io.text import read_text

FORMATS = ("oasis", "matrix", "h5ad")


def recognise(path: Path) -> str:
    """Format of an input: ``oasis`` (archive, folder or count file), ``matrix`` or ``h5ad``.

    Raises
    ------
    InputError
        Missing, empty, or none of these.
    """
    if path.is_dir():
        return "oasis"
    if not path.is_file():
        raise InputError(path, "does not exist")
    if is_archive(path):
        return "oasis"
    if h5py.is_hdf5(path) or path.suffix.lower() == ".h5ad":
        return "h5ad"
    if COUNT_FILE.search(path.name):
        return "oasis"
    return _of_text(path)


def _of_text(path: Path) -> str:
    lines = read_text(path).split("\n")
    first_line = lines[0]
    if not first_line.strip():
        raise InputError(path, "is empty, or its first line is; no format starts like that")
    cells = first_line.split("\t")
    if len(cells) == 2 and cells[1].strip().lstrip("-").replace(".", "", 1).isdigit():  # noqa: PLR2004
        return "matrix" if _is_header(cells[0], lines[1:]) else "oasis"
    if len(cells) > 1 or "," in first_line or ";" in first_line:
        return "matrix"
    raise InputError(
        path, f"is not a format that srna-import knows ({listed(FORMATS)}); its first line is '{first_line[:60]}'"
    )


def _is_header(first_id: str, lines: Sequence[str]) -> bool:
    """Whether the first of two columns starts with a name that is no RNA's (``id``, ``ID``), while all others are.

    The number beside it then is the name of a sample. Words in capitals look like gene symbols: they are no
    name of an RNA where no other line is of a gene.
    """
    first = feature_type(first_id.strip())
    others = {feature_type(line.split("\t", 1)[0].strip()) for line in lines if line.strip()}
    return first in {"other", "gene"} and bool(others) and others.isdisjoint({first, "other"})
