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
from srna_tools.io.text import read_cells

_MISSING = {"", "na", "n/a", "nan", "none", "null", "unknown", "not available", "not applicable"}
# pandas writes whole-number columns with gaps as 31.0; as a name of a study that is 31.
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0$")


@dataclass(frozen=True)
class SheetMatch:
    """How a sample sheet fitted the samples: ids found on one side only, and datasets that it renamed."""

    without_row: list[str]
    without_counts: list[str]
    renamed_datasets: dict[str, int]


def read_sheet(path: Path, sample_column: str | None = None, dataset_column: str | None = None) -> pd.DataFrame:
    """Read a sample sheet: index sample id, one column an annotation, numbers where a column is all numbers.

    Parameters
    ----------
    sample_column
        The column that holds the sample ids; the first one unless given.
    dataset_column
        The column that becomes ``dataset``; a column of that name is used without being asked for.

    Raises
    ------
    ColumnError, InputError
        A named column does not exist; a sample id stands twice.
    """
    cells = read_cells(path)
    if sample_column is not None:
        cells = _indexed_by(cells, sample_column)
    sheet = cells[cells.index.notna()]
    repeated = [str(name) for name, times in Counter(sheet.index).items() if times > 1]
    if repeated:
        raise InputError(path, f"the sample {listed(repeated)} has two rows; each sample must have one")
    sheet = sheet.apply(_without_missing_words)
    if dataset_column is not None:
        if dataset_column not in sheet:
            raise ColumnError(dataset_column, sheet.columns)
        sheet = sheet.assign(**{schema.DATASET: sheet[dataset_column]})
    datasets = sheet.pop(schema.DATASET) if schema.DATASET in sheet else None
    sheet = sheet.apply(_numbers_where_all_are)
    if datasets is not None:
        sheet[schema.DATASET] = datasets.map(study_name)
    return sheet


def attach(samples: anndata.AnnData, sheet: pd.DataFrame, path: Path) -> SheetMatch:
    """Add the sheet's columns to the samples, in place; samples without a row keep missing values.

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
    renamed: dict[str, int] = {}
    for column in sheet.columns:
        values = sheet[column].reindex(samples.obs_names)
        if column == schema.DATASET:
            before = samples.obs[schema.DATASET].astype(str)
            values = values.where(values.notna(), before)
            changed = (values != before).to_numpy()
            renamed = dict(
                Counter(f"{old} -> {new}" for old, new in zip(before[changed], values[changed], strict=True))
            )
        samples.obs[str(column)] = values
    return SheetMatch(
        without_row=[str(name) for name in samples.obs_names[~found]],
        without_counts=[str(name) for name in sheet.index if name not in set(samples.obs_names)],
        renamed_datasets=renamed,
    )


def study_name(value: object) -> str | None:
    """Name of a study as text: ``31.0`` becomes ``31``, missing stays missing."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return _WHOLE_FLOAT.sub(r"\1", str(value).strip())


def _indexed_by(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    if column == cells.index.name:
        return cells
    if column not in cells:
        raise ColumnError(column, [str(cells.index.name or "(first column)"), *cells.columns])
    first = cells.index.to_frame(name=str(cells.index.name)) if cells.index.name else pd.DataFrame(index=cells.index)
    return pd.concat([first, cells], axis=1).set_index(column)


def _without_missing_words(column: pd.Series) -> pd.Series:
    words = column.map(lambda cell: None if cell is None else str(cell).strip())
    return words.map(lambda word: None if word is None or word.lower() in _MISSING else word)


def _numbers_where_all_are(column: pd.Series) -> pd.Series:
    present = column.dropna()
    numbers = pd.to_numeric(present, errors="coerce")
    return pd.to_numeric(column) if len(present) and numbers.notna().all() else column
