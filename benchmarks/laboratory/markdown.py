"""Tables and numbers in Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

NONE = "-"


def table_of(rows: Sequence[Mapping[str, object]]) -> str:
    """Write rows as a table whose columns are those of the first row; empty text where there are no rows."""
    if not rows:
        return ""
    columns = list(rows[0])
    lines = [_line(columns), "|" + "---|" * len(columns)]
    lines += [_line([row.get(column, NONE) for column in columns]) for row in rows]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Three digits after the point; a dash for what could not be measured."""
    return NONE if math.isnan(value) else f"{value:.3f}"


def interval(value: float, low: float, high: float) -> str:
    """Give a number with its interval, where it has one."""
    return number(value) if math.isnan(low) or math.isnan(high) else f"{value:.3f} ({low:.3f} to {high:.3f})"


def spread(mean: float, deviation: float) -> str:
    """Give a mean with the standard deviation around it, where it has one."""
    return number(mean) if math.isnan(deviation) else f"{mean:.3f} ± {deviation:.3f}"


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
