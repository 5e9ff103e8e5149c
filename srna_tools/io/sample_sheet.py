"""Sample sheets: annotation of samples in a table, joined by sample id."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import assembly, schema
from srna_tools.errors import ColumnError, InputError, counted, listed
from srna_tools.io.cells import in_words, missing_words, study_name, without_missing
from srna_tools.io.text import read_cells

if TYPE_CHECKING:
    import anndata

# Codes such as patient 0012, or with more digits than a float keeps, are names and no numbers.
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_RESERVED = {"_index": "index"}
_PLACE = re.compile(r"#([1-9]\d{0,4})", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """A sample sheet that was read.

    Attributes
    ----------
    path
        The file.
    values
        Index sample id, one column an annotation; missing values are None or NaN.
    missing
        What stands in the cells without value, by column and then by sample.
    """

    path: Path
    values: pd.DataFrame
    missing: dict[str, pd.Series]

    def with_datasets(self, column: str) -> Sheet:
        """Return the sheet with a column taken for the datasets."""
        return replace(self, values=self.values.assign(**{schema.DATASET: self.values[column].map(study_name)}))


@dataclass(frozen=True)
class SheetMatch:
    """How a sample sheet fitted the samples.

    Attributes
    ----------
    without_row, without_counts
        Ids found on one side only.
    renamed_datasets
        Datasets that the sheet changed, ``old -> new``, with the number of their samples.
    replaced_columns
        Columns that the input had already and whose values the sheet replaced.
    """

    without_row: list[str]
    without_counts: list[str]
    renamed_datasets: dict[str, int]
    replaced_columns: list[str]


def named_column(path: Path, column: str) -> str:
    """Name of a column of a sheet, given by its name or by its place (``#2`` is the second), as Galaxy knows it.

    Raises
    ------
    InputError
        There are fewer columns.
    """
    place = _PLACE.fullmatch(column)
    if place is None:
        return column
    cells = read_cells(path)
    names = [str(cells.index.name or ""), *map(str, cells.columns)]
    if column in names:
        return column
    if int(place[1]) > len(names):
        raise InputError(path, f"has {counted(len(names), 'column')}, so that there is no column {column}")
    return names[int(place[1]) - 1]


def read_sheet(path: Path, sample_column: str | None = None) -> Sheet:
    """Read a sample sheet; columns in which all values are numbers become numbers.

    Parameters
    ----------
    sample_column
        The column that holds the sample ids; the first one unless given.

    Raises
    ------
    ColumnError, InputError
        The sample column does not exist; a sample id stands twice.
    """
    cells = read_cells(path)
    if sample_column is not None:
        cells = _indexed_by(cells, sample_column)
    cells = cells[cells.index.notna()]
    repeated = [str(name) for name, times in Counter(cells.index).items() if times > 1]
    if repeated:
        raise InputError(path, f"the sample {listed(repeated)} has two rows; each sample must have one")
    names = [_RESERVED.get(name, name.replace("/", "_")) for name in cells.columns]
    if len(set(names)) < len(names):
        raise InputError(path, f"has two columns of one name; a slash counts as an underscore ({listed(names, 30)})")
    cells = cells.set_axis(names, axis=1)
    sheet = Sheet(path, without_missing(cells).apply(_numbers_where_all_are), missing_words(cells))
    return sheet.with_datasets(schema.DATASET) if schema.DATASET in cells else sheet


def attach(samples: anndata.AnnData, sheet: Sheet) -> SheetMatch:
    """Add the sheet's columns to the samples, in place.

    Where the sheet has no value, what the input says stands, else the value is missing.

    Raises
    ------
    InputError
        No sample id is in the sheet; ids of both are shown.
    """
    found = samples.obs_names.isin(sheet.values.index)
    if not found.any():
        raise InputError(
            sheet.path,
            f"matches none of the {samples.n_obs} samples: the counts have ids such as "
            f"{listed(samples.obs_names, 3)}, the sheet such as {listed(sheet.values.index, 3)}; "
            "choose another --sample-column or correct the ids",
        )
    changes: dict[str, dict[str, int]] = {}
    for column in (str(name) for name in sheet.values if name != schema.QUALITY_FLAG):
        values = sheet.values[column].reindex(samples.obs_names)
        if column in samples.obs:
            before = samples.obs[column].astype(object)
            values = values.astype(object).where(values.notna(), before)
            changes[column] = _changes(before, values)
        if column == schema.RESOURCE:
            resources = schema.resources_of(samples)
            assembly.assign_resources(samples, values.where(values.notna(), resources))
        else:
            samples.obs[column] = values
    renamed = changes.pop(schema.DATASET, {})
    return SheetMatch(
        without_row=[str(name) for name in samples.obs_names[~found]],
        without_counts=[str(name) for name in sheet.values.index if name not in set(samples.obs_names)],
        renamed_datasets=renamed,
        replaced_columns=[column for column, changed in changes.items() if changed],
    )


def storable(annotation: pd.DataFrame) -> pd.DataFrame:
    """Columns as h5ad can hold them: all numbers, all true or false, or text with missing values."""
    return annotation.apply(_of_one_kind) if len(annotation.columns) else annotation


def _of_one_kind(column: pd.Series) -> pd.Series:
    if column.dtype != object:
        return column
    column = column.where(column.notna(), None)
    present = column.dropna()
    if present.map(lambda value: isinstance(value, str)).all() and len(present):
        return column
    if present.map(lambda value: isinstance(value, bool | np.bool_)).all() and len(present) == len(column):
        return column.astype(bool)
    if not present.map(lambda value: isinstance(value, int | float | np.number) and not isinstance(value, bool)).all():
        return column.map(in_words, na_action="ignore")
    return pd.to_numeric(column)


def _changes(before: pd.Series, after: pd.Series) -> dict[str, int]:
    pairs = zip(before.map(study_name), after.map(study_name), strict=True)
    return dict(Counter(f"{old} -> {new}" for old, new in pairs if old is not None and old != new))


def _indexed_by(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    if column == cells.index.name:
        return cells
    if column not in cells:
        raise ColumnError(column, [str(cells.index.name or "(first column)"), *cells.columns])
    first = cells.index.to_frame(name=str(cells.index.name)) if cells.index.name else pd.DataFrame(index=cells.index)
    return pd.concat([first, cells], axis=1).set_index(column)


def _numbers_where_all_are(column: pd.Series) -> pd.Series:
    column = column.map(lambda word: None if word is None else str(word).strip())
    present = column.dropna()
    if present.empty or present.map(_NUMBER.fullmatch).isna().any():
        return column
    return pd.to_numeric(column.map(lambda word: None if word is None else _number(word)))


def _number(word: str) -> int | float:
    """Parse to the last digit, which pandas does not."""
    return int(word) if word.lstrip("+-").isdigit() else float(word)
