"""Lengths of features in nucleotides, from a two-column table."""

from __future__ import annotations

from pathlib import Path

from srna_tools.errors import InputError
from srna_tools.io.text import read_cells


def read_lengths(path: Path) -> tuple[tuple[str, float], ...]:
    """Feature and length from the first two columns of a table with a header.

    Raises
    ------
    InputError
        A length is missing or not a positive number; the feature is named.
    """
    lengths = {}
    for feature, text in read_cells(path).iloc[:, 0].items():
        try:
            length = float(text)
        except (TypeError, ValueError):
            length = 0.0
        if not 0 < length < float("inf"):
            raise InputError(path, f"the length is '{text}', but must be a positive number", f"feature {feature}")
        lengths[str(feature)] = length
    return tuple(lengths.items())
