"""What one cell of a table means, in whatever input it stands: no value, the name of a study, no count."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

# "none" is not among them: as a treatment or a disease it is a category.
_MISSING_WORDS = {"", "na", "n/a", "nan", "null", "unknown", "not available", "not applicable"}
# pandas writes whole-number columns with gaps as 31.0; as a name that is 31.
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0$")


def is_missing(value: Any) -> bool:
    """Whether a cell holds no value: empty, a word that says so, None, NaN or pandas' NA."""
    return value.strip().lower() in _MISSING_WORDS if isinstance(value, str) else bool(pd.isna(value))


def without_missing(annotation: pd.DataFrame) -> pd.DataFrame:
    """Return the annotation with None in every cell without value; columns that have such words become objects."""
    return annotation.apply(_without_words) if len(annotation.columns) else annotation


def missing_words(annotation: pd.DataFrame) -> dict[str, pd.Series]:
    """What stands in the cells without value, by column and then by sample; empty text where nothing does."""
    words = {}
    for name in annotation:
        column = annotation[name].astype(object)
        blank = column[column.map(is_missing).astype(bool)]
        if len(blank):
            words[str(name)] = blank.map(lambda value: value.strip() if isinstance(value, str) else "")
    return words


def study_name(value: object) -> str | None:
    """Name of a study as text; missing stays missing."""
    return None if is_missing(value) else in_words(value)


def in_words(value: object) -> str:
    """Text of a value; ``31.0`` becomes ``31``."""
    return _WHOLE_FLOAT.sub(r"\1", str(value).strip())


def why_no_count(cell: object, of_text: str = "") -> str | None:
    """What keeps a cell from being a finite number of 0 or more, as the end of "the count ..."; None if nothing does.

    Parameters
    ----------
    of_text
        What to add where the cell holds other text than a number.
    """
    if is_missing(cell):
        return "is missing; write 0 for a measured zero, or leave the feature out"
    try:
        value = float(str(cell))
    except ValueError:
        return f"is '{str(cell)[:40]}', which is not a number{of_text}"
    if value < 0:
        return f"is negative ({cell}); counts are 0 or more"
    return "is infinite; an infinite count cannot be used" if value == float("inf") else None


def _without_words(column: pd.Series) -> pd.Series:
    cells = column.astype(object)
    missing = cells.map(is_missing).astype(bool)
    return cells.where(~missing, None) if missing.any() and not pd.api.types.is_numeric_dtype(column) else column
