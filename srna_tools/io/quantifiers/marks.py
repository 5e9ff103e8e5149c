"""The marks by which outputs are recognised: cells of the header line and names of rows."""

from __future__ import annotations

from collections.abc import Sequence


def header_cells(lines: Sequence[str], delimiter: str = "\t") -> list[str]:
    """Cells of the first line, without quotation marks."""
    return _cells(lines[0], delimiter) if lines else []


def row_names(lines: Sequence[str], delimiter: str = "\t") -> list[str]:
    """First cells of the lines after the header that are not empty."""
    return [_bare(line.split(delimiter, 1)[0]) for line in lines[1:] if line.strip()]


def _cells(line: str, delimiter: str) -> list[str]:
    return [_bare(cell) for cell in line.split(delimiter)]


def _bare(cell: str) -> str:
    return cell.strip().strip('"')
