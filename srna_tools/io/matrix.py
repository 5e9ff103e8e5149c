"""Plain count matrices: tab, comma or semicolon, gzip or not, features in rows or in columns; or of one sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError, listed
from srna_tools.features import feature_type
from srna_tools.io.cells import why_no_count
from srna_tools.io.orientation import told_features_in_rows
from srna_tools.io.sample_names import stem, telling_folder
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_cells, read_numbers
from srna_tools.io.two_columns import any_zero, starts_without_header

_EXACT_FLOAT = 2**53
_OF_TEXT = "; only the first row and the first column may hold text"
_GUESSED = "rows were taken as features; give --samples if they are samples"


def read_matrix(path: Path, name: str | None = None, sample_ids: Collection[str] = ()) -> CountTable:
    """Read a count matrix, or a full table of one sample: two columns without header in which some counts are 0.

    Parameters
    ----------
    name
        The dataset of a matrix, by default the file's stem; the sample of a table without header, by default the
        stem too, whose dataset is the folder.
    sample_ids
        Ids of a sample sheet, which tell rows from columns where feature names do not.

    Raises
    ------
    InputError
        A missing, negative, infinite or non-numeric count (row and column named), or a duplicated name.
    """
    cells = read_numbers(path)
    counts = None if cells is None else _plain(cells.to_numpy())
    if cells is None or counts is None:
        cells = read_cells(path)
        counts = numbers(cells, path)
    names, columns = cells.index, cells.columns
    if _is_full_table_without_header(names, columns, counts):
        first = numbers(pd.DataFrame({columns[0]: [columns[0]]}, dtype=object), path)
        names = pd.Index([str(names.name), *names], dtype=object)
        counts, columns = np.vstack([first, counts]), pd.Index([name or stem(path)], dtype=object)
        return _table(counts, names, columns, path, telling_folder(path))
    _require_header(cells, path)
    in_rows = told_features_in_rows(names, columns, sample_ids)
    notes = _notes(in_rows, columns)
    if in_rows is False:
        counts, names, columns = counts.T, columns, names
    return replace(_table(counts, names, columns, path, name or stem(path)), notes=notes)


def _table(counts: np.ndarray, features: pd.Index, samples: pd.Index, path: Path, dataset: str) -> CountTable:
    require_unique_features(features, path)
    return require_reads(
        CountTable(
            source=str(path),
            counts=sparse.csr_matrix(counts.T),
            obs=pd.DataFrame(index=pd.Index(list(samples), dtype=object)),
            var=pd.DataFrame(index=pd.Index(list(features), dtype=object)),
            dataset=dataset,
            absent_is_zero=False,
        )
    )


def require_unique_features(names: Collection[str], path: Path) -> None:
    """Refuse two features of one name."""
    repeated = [str(name) for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise InputError(path, f"the feature {listed(repeated)} stands twice; each feature must have one row")


def numbers(cells: pd.DataFrame, path: Path) -> np.ndarray:
    """Non-negative finite numbers of a table of text cells: int64 where all are whole, else float64.

    Raises
    ------
    InputError
        Names the row and column of the first cell that is not such a number.
    """
    texts = cells.to_numpy(dtype=object)
    values = numbers_or_nan(texts)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        where = f"row {cells.index[row]}, column {cells.columns[column]}"
        raise InputError(path, f"the count {why_no_count(texts[row, column], _OF_TEXT)}", where)
    if np.array_equal(values, np.round(values)):
        return values.astype(np.int64) if values.max(initial=0) < _EXACT_FLOAT else _exact(texts, path)
    return values


def _plain(values: np.ndarray) -> np.ndarray | None:
    """Counts that were parsed in C, or None where one of them is unusual or too large to be exact."""
    if values.dtype == np.int64:
        return None if values.min(initial=0) < 0 else values
    if not np.isfinite(values).all() or values.min(initial=0) < 0 or values.max(initial=0) >= _EXACT_FLOAT:
        return None
    return values.astype(np.int64) if np.array_equal(values, np.round(values)) else values


def _is_full_table_without_header(names: pd.Index, columns: pd.Index, counts: np.ndarray) -> bool:
    if len(columns) != 1 or (counts.all() and not any_zero(columns)):
        return False
    return starts_without_header([str(names.name), *columns], names)


def _notes(in_rows: bool | None, columns: pd.Index) -> tuple[str, ...]:
    """What the user should check: which side was guessed to be features, and a name that may have been none."""
    if len(columns) == 1 and in_rows is not False:
        return (f"the sample name '{columns[0]}' was taken from the header",)
    return (_GUESSED,) if in_rows is None else ()


def _require_header(cells: pd.DataFrame, path: Path) -> None:
    first = str(cells.index.name or "")
    numeric = all(str(name).replace(".", "", 1).isdigit() for name in cells.columns)
    kind = feature_type(first)
    if kind == "miRNA" or (numeric and kind not in {"other", "gene"}):
        raise InputError(path, f"the first line ({first} ...) holds counts; a header line with sample names is needed")


def numbers_or_nan(texts: np.ndarray) -> np.ndarray:
    """Numbers to the last digit, of the shape of `texts`; NaN where a cell is none."""
    try:
        return texts.astype(np.float64)
    except (TypeError, ValueError):
        # pandas' own parser reads beyond its memory on exponents of many digits.
        return np.fromiter(map(_number_or_nan, texts.ravel()), np.float64, texts.size).reshape(texts.shape)


def _number_or_nan(cell: object) -> float:
    try:
        return float(cell) if isinstance(cell, str) else np.nan
    except ValueError:
        return np.nan


def _exact(texts: np.ndarray, path: Path) -> np.ndarray:
    """Whole numbers beyond float64's exact range, parsed from their digits."""
    try:
        return np.array([int(Decimal(text.strip())) for text in texts.ravel()], dtype=np.int64).reshape(texts.shape)
    except OverflowError as error:
        raise InputError(path, "a count is larger than 9.2e18; no library has so many reads") from error
