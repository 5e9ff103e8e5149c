"""Plain count matrices: tab, comma or semicolon, gzip or not, features in rows or in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import InputError, listed
from srna_tools.features import feature_type
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_cells

_SUFFIXES = (".gz", ".tsv", ".csv", ".txt", ".tab", ".tabular", ".dat")
_EXACT_FLOAT = 2**53


def read_matrix(path: Path, dataset: str | None = None, sample_ids: Collection[str] = ()) -> CountTable:
    """Read a count matrix; the dataset is the file's stem unless given.

    Parameters
    ----------
    sample_ids
        Ids of a sample sheet, which tell rows from columns where feature names do not.

    Raises
    ------
    InputError
        A missing, negative, infinite or non-numeric count (row and column named), or a duplicated name.
    """
    cells = read_cells(path)
    _require_header(cells, path)
    counts = numbers(cells, path)
    if not features_in_rows(cells.index, cells.columns, sample_ids):
        counts, cells = counts.T, cells.T
    repeated = [str(name) for name, times in Counter(cells.index).items() if times > 1]
    if repeated:
        raise InputError(path, f"the feature {listed(repeated)} stands twice; each feature must have one row")
    return require_reads(
        CountTable(
            source=str(path),
            counts=sparse.csr_matrix(counts.T),
            obs=pd.DataFrame(index=pd.Index([str(name).strip() for name in cells.columns], dtype=object)),
            var=pd.DataFrame(index=pd.Index([str(name) for name in cells.index], dtype=object)),
            dataset=dataset or stem(path),
            absent_is_zero=False,
        )
    )


def numbers(cells: pd.DataFrame, path: Path) -> np.ndarray:
    """Non-negative finite numbers of a table of text cells: int64 where all are whole, else float64.

    Raises
    ------
    InputError
        Names the row and column of the first cell that is not such a number.
    """
    texts = cells.to_numpy(dtype=object)
    with np.errstate(invalid="ignore"):
        values = pd.to_numeric(pd.Series(texts.ravel(), dtype=object), errors="coerce").to_numpy(np.float64)
    values = values.reshape(texts.shape)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        where = f"row {cells.index[row]}, column {cells.columns[column]}"
        raise InputError(path, _why_no_count(texts[row, column]), where)
    if np.array_equal(values, np.round(values)):
        return values.astype(np.int64) if values.max(initial=0) < _EXACT_FLOAT else _exact(texts)
    return values


def features_in_rows(rows: Collection[str], columns: Collection[str], sample_ids: Collection[str] = ()) -> bool:
    """Tell whether rows are features: by the sample sheet's ids, else by names that look like RNAs.

    Where neither tells, rows are features, which is the custom of the field.
    """
    known = set(sample_ids)
    in_rows, in_columns = (sum(str(name) in known for name in names) for names in (rows, columns))
    if in_rows != in_columns:
        return in_columns > in_rows
    rna_rows, rna_columns = (
        sum(feature_type(str(name)) != "other" for name in names) / max(len(names), 1) for names in (rows, columns)
    )
    return rna_rows >= rna_columns


def stem(path: Path) -> str:
    """File name without the suffixes of tables: ``counts.tsv.gz`` is ``counts``."""
    name = path.name
    while name.lower().endswith(_SUFFIXES) and name.rfind(".") > 0:
        name = name[: name.rfind(".")]
    return name


def _require_header(cells: pd.DataFrame, path: Path) -> None:
    first = str(cells.index.name or "")
    numeric = all(str(name).replace(".", "", 1).isdigit() for name in cells.columns)
    if numeric and feature_type(first) not in {"other", "gene"}:
        raise InputError(path, f"the first line ({first} ...) holds counts; a header line with sample names is needed")


def _exact(texts: np.ndarray) -> np.ndarray:
    """Whole numbers beyond float64's exact range, parsed from their digits."""
    whole = [int(text) if str(text).isdigit() else int(float(text)) for text in texts.ravel()]
    return np.array(whole, dtype=np.int64).reshape(texts.shape)


def _why_no_count(text: object) -> str:
    if text is None:
        return "the count is missing; write 0 for a measured zero, or leave the feature out"
    try:
        value = float(str(text))
    except ValueError:
        return f"'{str(text)[:40]}' is not a number; only the first row and column may hold names"
    if value < 0:
        return f"the count is negative ({text}); counts are 0 or more"
    return f"the count is {text}; a missing or infinite count cannot be used"
