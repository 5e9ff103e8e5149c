"""A sample column as something to compare with: text, numbers or truths, and which samples have no value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import ColumnError

if TYPE_CHECKING:
    import anndata

TEXT, NUMBERS, TRUTHS, NOTHING = "text", "numbers", "true or false", "no value"


@dataclass(frozen=True)
class SampleColumn:
    """Values of one column, all of one kind.

    Attributes
    ----------
    name
        Of the column.
    kind
        `TEXT`, `NUMBERS`, `TRUTHS`, or `NOTHING` where all values are missing.
    values, missing
        Shape (samples,); what stands in `values` where a value is missing means nothing.
    """

    name: str
    kind: str
    values: np.ndarray
    missing: np.ndarray


def sample_column(samples: anndata.AnnData, name: str) -> SampleColumn:
    """Read a column; text is without blanks around it, and empty text is missing.

    Raises
    ------
    ColumnError
        The column does not exist.
    """
    if name not in samples.obs:
        raise ColumnError(name, samples.obs.columns)
    column = samples.obs[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object).infer_objects()
    missing = column.isna().to_numpy()
    if missing.all():
        return SampleColumn(name, NOTHING, np.full(len(missing), None), missing)
    if pd.api.types.is_bool_dtype(column):
        return SampleColumn(name, TRUTHS, column.fillna(False).to_numpy(bool), missing)
    if pd.api.types.is_numeric_dtype(column):
        if column.dtype.kind == "i" and not missing.any():
            return SampleColumn(name, NUMBERS, column.to_numpy(np.int64), missing)
        return SampleColumn(name, NUMBERS, column.to_numpy(np.float64, na_value=math.nan), missing)
    text = schema.labels_of(samples, name)
    return SampleColumn(name, TEXT, text.to_numpy(object), text.isna().to_numpy())
