"""Samples put together, and parts of them taken, so that the AnnData contract holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.features import feature_type

if TYPE_CHECKING:
    import anndata


def assemble(
    counts: sparse.csr_matrix,
    obs: pd.DataFrame,
    var: pd.DataFrame,
    *,
    rpm: bool = False,
    absent: str = schema.ABSENT_UNMEASURED,
    measured: pd.DataFrame | None = None,
) -> anndata.AnnData:
    """Put counts and their annotation together according to the contract.

    Parameters
    ----------
    counts
        Raw values, shape (samples, features), non-negative and finite.
    obs, var
        Sample and feature annotation; `obs` has a ``dataset`` column, `var` may have ``feature_type``.
    rpm
        The values are reads per million, not counts.
    absent
        ``zero`` where the source lists only non-zero rows, so that what it does not name was measured as zero.
    measured
        Boolean, features x resources. Without it every resource measured every feature.

    Returns
    -------
    AnnData with ``layers["counts"]`` (int64, or float64 where there are fractions), ``X`` float32 and
    a ``quality_flag`` for samples without reads.
    """
    import anndata

    by_name = pd.Series([feature_type(name) for name in var.index], index=var.index, dtype=object)
    stated = var[schema.FEATURE_TYPE].astype(object) if schema.FEATURE_TYPE in var else by_name
    var = var.assign(**{schema.FEATURE_TYPE: stated.where(stated.notna(), by_name)})
    obs = obs.copy()
    if schema.RESOURCE in obs:
        obs[schema.RESOURCE] = _as_keys(obs[schema.RESOURCE])
    obs[schema.QUALITY_FLAG] = _quality_flags(counts, var)
    resources = schema.resources_of_table(obs)
    values = _kinds_of_values(counts, resources, rpm)
    if all(kind == schema.VALUES_COUNTS for kind in values.values()):
        counts = counts.astype(np.int64)
    samples = anndata.AnnData(X=compact(counts), obs=obs, var=var)
    samples.layers[schema.COUNTS] = counts
    if measured is None:
        measured = pd.DataFrame(True, index=var.index, columns=sorted(set(resources)))
    measured = measured.loc[var.index]
    samples.varm[schema.MEASURED] = measured.set_axis(_as_keys(measured.columns), axis=1)
    samples.uns[schema.UNS] = {
        "schema_version": schema.SCHEMA_VERSION,
        "values": values,
        "absent": absent,
        "history": np.array([], dtype=object),
    }
    return samples


def subset(samples: anndata.AnnData, rows: np.ndarray, columns: np.ndarray) -> anndata.AnnData:
    """Return a copy of some samples and features in which everything that depends on them is true again.

    Resources without samples leave ``varm["measured"]``, samples without reads on these features are flagged, and
    the kinds of values are told anew. All else is kept: history, species, recorded transform, what others added.

    Parameters
    ----------
    rows, columns
        Boolean masks, or positions, of the samples and the features to keep.
    """
    kept = samples[rows][:, columns].copy()
    kept.X = None if kept.X is None else compact(kept.X)
    set_counts(kept, sparse.csr_matrix(kept.layers[schema.COUNTS]))
    measured, present = schema.measured_of(kept), set(schema.resources_of(kept))
    kept.varm[schema.MEASURED] = measured[[name for name in measured if name in present]]
    return kept


def set_counts(samples: anndata.AnnData, counts: sparse.csr_matrix) -> None:
    """Give samples other raw counts, in place; the quality flags and the kinds of values follow, ``X`` does not."""
    values = _kinds_of_values(counts, schema.resources_of(samples), _rpm(samples))
    whole = all(kind == schema.VALUES_COUNTS for kind in values.values())
    samples.layers[schema.COUNTS] = counts.astype(np.int64) if whole else counts
    samples.obs[schema.QUALITY_FLAG] = _quality_flags(counts, samples.var)
    samples.uns[schema.UNS]["values"] = values


def compact(values: Any) -> Any:
    """Store values as float32, sparse while more than half of them are zero."""
    if not isinstance(values, np.ndarray):
        stored = sparse.csr_matrix(values)
        is_sparse = stored.count_nonzero() * 2 < np.prod(stored.shape)
        return stored.astype(np.float32) if is_sparse else stored.toarray().astype(np.float32)
    if np.count_nonzero(values) * 2 < values.size:
        return sparse.csr_matrix(values, dtype=np.float32)
    return values.astype(np.float32)


def assign_resources(samples: anndata.AnnData, resources: pd.Series) -> None:
    """Give samples other resources, in place; each measured what all resources that it is made of measured."""
    before, measured = schema.resources_of(samples), schema.measured_of(samples)
    resources = _as_keys(resources)
    merged = {name: measured[sorted(set(before[resources == name]))].all(axis=1) for name in sorted(set(resources))}
    samples.obs[schema.RESOURCE] = resources
    samples.varm[schema.MEASURED] = pd.DataFrame(merged, index=samples.var_names)
    samples.uns[schema.UNS]["values"] = _kinds_of_values(schema.counts_of(samples), resources, _rpm(samples))


def _as_keys(names: Any) -> Any:
    """Names of resources as h5ad can store them: HDF5 reads a slash as a folder."""
    return names.astype(str).str.replace("/", "_")


def _kinds_of_values(counts: sparse.csr_matrix, resources: pd.Series, rpm: bool) -> dict[str, str]:
    kinds = {}
    for name in sorted(set(resources)):
        values = counts[(resources == name).to_numpy()].data
        kinds[name] = schema.VALUES_COUNTS if np.array_equal(values, np.round(values)) else schema.VALUES_FRACTIONAL
    return dict.fromkeys(kinds, schema.VALUES_RPM) if rpm else kinds


def _quality_flags(counts: sparse.csr_matrix, var: pd.DataFrame) -> np.ndarray:
    return np.where(schema.reads_in(counts, var) > 0, "", schema.NO_READS)


def _rpm(samples: anndata.AnnData) -> bool:
    return schema.VALUES_RPM in schema.values_of(samples).values()
