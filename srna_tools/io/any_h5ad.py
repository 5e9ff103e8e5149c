"""Any h5ad with counts, not only our own, turned into the contract's form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import ColumnError, InputError, listed
from srna_tools.features import FEATURE_TYPES
from srna_tools.io.cells import missing_words, study_name, without_missing
from srna_tools.io.h5ad import open_h5ad
from srna_tools.io.table import CountTable, require_reads
from srna_tools.namespace import Namespace

if TYPE_CHECKING:
    import anndata

_OURS = (schema.QUALITY_FLAG,)


def read_any_h5ad(path: Path, dataset: str | None = None, dataset_column: str | None = None) -> CountTable:
    """Read counts from ``layers["counts"]`` or else ``X``, with all sample and feature columns.

    Boolean ``var`` columns that are named like the values of ``obs["resource"]`` say what each resource
    measured; they and all other columns are kept.

    Raises
    ------
    ColumnError, InputError
        The dataset column does not exist; counts are missing, negative or infinite (sample and feature named).
    """
    data = open_h5ad(path)
    counts = _counts(data, path)
    stated = data.obs.drop(columns=[column for column in _OURS if column in data.obs])
    obs = without_missing(stated)
    _require_counts(counts, obs.index, data.var_names, path)
    if not data.var_names.is_unique:
        raise InputError(path, f"features stand twice: {listed(data.var_names[data.var_names.duplicated()])}")
    if dataset_column is not None:
        if dataset_column not in obs:
            raise ColumnError(dataset_column, obs.columns)
        obs[schema.DATASET] = obs[dataset_column].map(study_name).astype(object)
    elif schema.DATASET in obs:
        obs[schema.DATASET] = obs[schema.DATASET].map(study_name).astype(object)
    contract = data.uns.get(schema.UNS, {})
    return require_reads(
        CountTable(
            source=str(path),
            counts=counts,
            obs=obs,
            var=_with_our_types(data.var),
            dataset=dataset or path.stem,
            absent_is_zero=str(contract.get("absent", schema.ABSENT_UNMEASURED)) == schema.ABSENT_ZERO,
            measured=_measured(data.var, obs, data.varm.get(schema.MEASURED)),
            missing=missing_words(stated),
            rpm=schema.VALUES_RPM in contract.get("values", {}).values(),
            species=str(contract.get("species", "")) or None,
            namespace=Namespace.recorded_in(data),
        )
    )


def _counts(data: anndata.AnnData, path: Path) -> sparse.csr_matrix:
    values = data.layers.get(schema.COUNTS, data.X)
    if values is None or np.dtype(values.dtype).kind not in "biuf":
        raise InputError(path, "has no numbers in X or layers['counts']; one of them must hold the counts")
    counts = sparse.csr_matrix(values)
    counts.eliminate_zeros()
    whole = np.isfinite(counts.data).all() and np.array_equal(counts.data, np.round(counts.data))
    return counts.astype(np.int64 if whole else np.float64)


def _with_our_types(var: pd.DataFrame) -> pd.DataFrame:
    """Feature types of another vocabulary (CELLxGENE's biotypes) keep their values under another name."""
    if schema.FEATURE_TYPE not in var or var[schema.FEATURE_TYPE].dropna().isin(FEATURE_TYPES).all():
        return var
    return var.rename(columns={schema.FEATURE_TYPE: f"source_{schema.FEATURE_TYPE}"})


def _require_counts(counts: sparse.csr_matrix, samples: pd.Index, features: pd.Index, path: Path) -> None:
    wrong = np.flatnonzero(~np.isfinite(counts.data) | (counts.data < 0))
    if len(wrong):
        row = int(np.searchsorted(counts.indptr, wrong[0], side="right") - 1)
        feature = features[counts.indices[wrong[0]]]
        raise InputError(
            path,
            f"the count is {counts.data[wrong[0]]:g}; X (or layers['counts']) must hold raw counts, 0 or more",
            f"sample {samples[row]}, feature {feature}",
        )


def _measured(var: pd.DataFrame, obs: pd.DataFrame, recorded: pd.DataFrame | None) -> pd.DataFrame | None:
    if recorded is not None:
        return pd.DataFrame(recorded).set_axis(var.index, axis=0).astype(bool)
    resources = sorted(set(schema.resources_of_table(obs)))
    flags = [name for name in resources if name in var and pd.api.types.is_bool_dtype(var[name])]
    if not flags:
        return None
    return pd.DataFrame(
        {name: var[name].fillna(False).astype(bool) if name in flags else True for name in resources}, index=var.index
    )
