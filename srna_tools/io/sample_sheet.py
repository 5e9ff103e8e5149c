"""Sample sheets: annotation of samples in a table, joined by sample id."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import ColumnError, InputError, listed
from srna_tools.io.text import MISSING_WORDS, read_cells

# pandas writes whole-number columns with gaps as 31.0; as a name of a study that is 31.
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0$")
# Codes such as patient 0012, or with more digits than a float keeps, are names and no numbers.
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_RESERVED = {"_index": "index"}


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


def read_sheet(path: Path, sample_column: str | None = None) -> pd.DataFrame:
    """Read a sample sheet: index sample id, one column an annotation, numbers where a column is all numbers.

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
    sheet = cells[cells.index.notna()]
    repeated = [str(name) for name, times in Counter(sheet.index).items() if times > 1]
    if repeated:
        raise InputError(path, f"the sample {listed(repeated)} has two rows; each sample must have one")
    names = [_RESERVED.get(name, name.replace("/", "_")) for name in sheet.columns]
    if len(set(names)) < len(names):
        raise InputError(path, f"has two columns of one name; a slash counts as an underscore ({listed(names, 30)})")
    sheet = sheet.set_axis(names, axis=1).apply(_without_missing_words)
    datasets = {schema.DATASET: sheet[schema.DATASET].map(study_name)} if schema.DATASET in sheet else {}
    return sheet.apply(_numbers_where_all_are).assign(**datasets)


def attach(samples: anndata.AnnData, sheet: pd.DataFrame, path: Path) -> SheetMatch:
    """Add the sheet's columns to the samples, in place.

    Where the sheet has no value, what the input says stands, else the value is missing.

    Raises
    ------
    InputError
        No sample id is in the sheet; ids of both are shown.
    """
    found = samples.obs_names.isin(sheet.index)
    if not found.any():
        raise InputError(
            path,
            f"matches none of the {samples.n_obs} samples: the counts have ids such as "
            f"{listed(samples.obs_names, 3)}, the sheet such as {listed(sheet.index, 3)}; "
            "choose another --sample-column or correct the ids",
        )
    changes: dict[str, dict[str, int]] = {}
    for column in (name for name in sheet.columns if name != schema.QUALITY_FLAG):
        values = sheet[column].reindex(samples.obs_names)
        if column in samples.obs:
            before = samples.obs[column].astype(object)
            values = values.astype(object).where(values.notna(), before)
            changes[column] = _changes(before, values)
        if column == schema.RESOURCE:
            resources = schema.resources_of(samples)
            schema.assign_resources(samples, values.where(values.notna(), resources))
        else:
            samples.obs[column] = values
    renamed = changes.pop(schema.DATASET, {})
    return SheetMatch(
        without_row=[str(name) for name in samples.obs_names[~found]],
        without_counts=[str(name) for name in sheet.index if name not in set(samples.obs_names)],
        renamed_datasets=renamed,
        replaced_columns=[column for column, changed in changes.items() if changed],
    )


def study_name(value: object) -> str | None:
    """Name of a study as text: ``31.0`` becomes ``31``, missing stays missing."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return _WHOLE_FLOAT.sub(r"\1", str(value).strip())


def storable(annotation: pd.DataFrame) -> pd.DataFrame:
    """Columns as h5ad can hold them: all numbers, all true or false, or text with missing values."""
    return annotation.apply(_of_one_kind) if len(annotation.columns) else annotation


def _of_one_kind(column: pd.Series) -> pd.Series:
    if column.dtype != object:
        return column
    present = column.dropna()
    if present.map(lambda value: isinstance(value, str)).all() and len(present):
        return column.where(column.notna(), None)
    if present.map(lambda value: isinstance(value, bool | np.bool_)).all() and len(present) == len(column):
        return column.astype(bool)
    if not present.map(lambda value: isinstance(value, int | float | np.number) and not isinstance(value, bool)).all():
        return column.map(study_name)
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


def _without_missing_words(column: pd.Series) -> pd.Series:
    words = column.map(lambda cell: None if cell is None else str(cell).strip())
    return words.map(lambda word: None if word is None or word.lower() in MISSING_WORDS else word)


def _numbers_where_all_are(column: pd.Series) -> pd.Series:
    present = column.dropna()
    if present.empty or present.map(_NUMBER.fullmatch).isna().any():
        return column
    return pd.to_numeric(column.map(lambda word: None if word is None else _number(word)))


def _number(word: str) -> int | float:
    """Parse to the last digit, which pandas does not."""
    return int(word) if word.lstrip("+-").isdigit() else float(word)
