"""Tables of explanations that a report shows: top features, stability and similarity, enrichment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from srna_tools.errors import InputError
from srna_tools.io.step_table import FIRST_LINE, numbers_in, read_table, require_once

if TYPE_CHECKING:
    import pandas as pd

_TOP_FEATURES = ("class", "rank", "feature", "score")
_FURTHER_NUMBERS = (
    "mean_rpm_class", "mean_rpm_others", "samples", "rank_low", "rank_high", "datasets", "supporting_datasets",
    "dataset_rank_low", "dataset_rank_high",
)  # fmt: skip
_STEPS = ("mean_steps", "median_steps")
_COUNTS = ("samples", "censored")
_ENRICHMENT_NUMBERS = ("size", "measured", "overlap", "expected", "score", "p", "q")
_ENRICHMENT_KEY = ("class", "method", "source", "set")


def read_top_features(path: Path) -> pd.DataFrame:
    """Read the table of srna-attribute; columns that older tables lack may be missing."""
    table = read_table(path, _TOP_FEATURES, "srna-attribute")
    for column in ("rank", "score", *(name for name in _FURTHER_NUMBERS if name in table)):
        table[column] = numbers_in(table, column, path)
    if "note" in table:
        table["note"] = table["note"].fillna("")
    return table


def read_changes(path: Path, option: str) -> pd.DataFrame:
    """Read a table of the steps until samples of one class are taken for another.

    Parameters
    ----------
    option
        Of srna-attribute, which writes it.

    Raises
    ------
    InputError
        A column is missing, a number cannot be read or is impossible, or a pair of classes stands twice.
    """
    maker = f"srna-attribute {option}"
    table = read_table(path, ("from", "to", *_STEPS, *_COUNTS), maker, may_be_empty=True)
    for column in (*_STEPS, *_COUNTS):
        table[column] = numbers_in(table, column, path)
    _require_all(table, _COUNTS, path)
    for column in (*_STEPS, *_COUNTS):
        _refuse(table[column] < 0, f"the column {column} has a number below 0", path)
    _refuse(table["censored"] > table["samples"], "more samples are censored than there are", path)
    require_once(table, ("from", "to"), path)
    return table


def read_enrichment(path: Path) -> pd.DataFrame:
    """Read the table of srna-enrich.

    Raises
    ------
    InputError
        A column is missing, a number cannot be read, p or q is no probability, or a set stands twice.
    """
    table = read_table(path, ("class", "method", "set", "source", *_ENRICHMENT_NUMBERS, "features"), "srna-enrich")
    for column in _ENRICHMENT_NUMBERS:
        table[column] = numbers_in(table, column, path)
    _require_all(table, ("measured", "overlap", "p", "q"), path)
    for column in ("p", "q"):
        _refuse(~table[column].between(0, 1), f"the column {column} has a number that is not between 0 and 1", path)
    for column in ("set", "source", "features"):
        table[column] = table[column].fillna("")
    require_once(table, _ENRICHMENT_KEY, path)
    return table


def _require_all(table: pd.DataFrame, columns: Sequence[str], path: Path) -> None:
    for column in columns:
        _refuse(table[column].isna(), f"the column {column} is empty", path)


def _refuse(wrong: pd.Series, problem: str, path: Path) -> None:
    """Refuse the first row that is wrong."""
    if wrong.any():
        raise InputError(path, problem, f"line {int(wrong.to_numpy().argmax()) + FIRST_LINE}")
