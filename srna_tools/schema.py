"""The AnnData contract: where counts, datasets, measured features and the history of steps live.

Samples are rows. ``X`` holds the current values, ``layers["counts"]`` the raw counts, always whole.
``varm["measured"]`` says which features a resource could have reported: measured is not the same as zero.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import ColumnError, InputError, SampleError, listed
from srna_tools.features import CONTAMINANT, feature_type
from srna_tools.version import VERSION

SCHEMA_VERSION = 1
UNS = "srna_tools"
COUNTS = "counts"
DATASET = "dataset"
RESOURCE = "resource"
QUALITY_FLAG = "quality_flag"
FEATURE_TYPE = "feature_type"
SELECTED = "selected"
PREDICTIONS = "predictions"
NAMESPACE = "namespace"
MEASURED = "measured"
ONLY_RESOURCE = "all"

ABSENT_ZERO = "zero"
ABSENT_UNMEASURED = "unmeasured"

VALUES_COUNTS = "counts"
VALUES_FRACTIONAL = "fractional"
VALUES_RPM = "rpm"

NO_READS = "no reads"

_NO_COUNTS = {VALUES_RPM: "reads per million", VALUES_FRACTIONAL: "fractional, not whole numbers"}


def assemble(
    counts: sparse.csr_matrix,
    obs: pd.DataFrame,
    var: pd.DataFrame,
    *,
    rpm: bool = False,
    absent: str = ABSENT_UNMEASURED,
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
    by_name = pd.Series([feature_type(name) for name in var.index], index=var.index, dtype=object)
    stated = var[FEATURE_TYPE].astype(object) if FEATURE_TYPE in var else by_name
    var = var.assign(**{FEATURE_TYPE: stated.where(stated.notna(), by_name)})
    obs = obs.copy()
    if RESOURCE in obs:
        obs[RESOURCE] = _as_keys(obs[RESOURCE])
    obs[QUALITY_FLAG] = _quality_flags(counts, var)
    resources = resources_of_table(obs)
    values = _kinds_of_values(counts, resources, rpm)
    if all(kind == VALUES_COUNTS for kind in values.values()):
        counts = counts.astype(np.int64)
    samples = anndata.AnnData(X=compact(counts), obs=obs, var=var)
    samples.layers[COUNTS] = counts
    if measured is None:
        measured = pd.DataFrame(True, index=var.index, columns=sorted(set(resources)))
    measured = measured.loc[var.index]
    samples.varm[MEASURED] = measured.set_axis(_as_keys(measured.columns), axis=1)
    samples.uns[UNS] = {
        "schema_version": SCHEMA_VERSION,
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
    set_counts(kept, sparse.csr_matrix(kept.layers[COUNTS]))
    measured, present = measured_of(kept), set(resources_of(kept))
    kept.varm[MEASURED] = measured[[name for name in measured if name in present]]
    return kept


def set_counts(samples: anndata.AnnData, counts: sparse.csr_matrix) -> None:
    """Give samples other raw counts, in place; the quality flags and the kinds of values follow, ``X`` does not."""
    values = _kinds_of_values(counts, resources_of(samples), _rpm(samples))
    whole = all(kind == VALUES_COUNTS for kind in values.values())
    samples.layers[COUNTS] = counts.astype(np.int64) if whole else counts
    samples.obs[QUALITY_FLAG] = _quality_flags(counts, samples.var)
    samples.uns[UNS]["values"] = values


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
    before, measured = resources_of(samples), measured_of(samples)
    resources = _as_keys(resources)
    merged = {name: measured[sorted(set(before[resources == name]))].all(axis=1) for name in sorted(set(resources))}
    samples.obs[RESOURCE] = resources
    samples.varm[MEASURED] = pd.DataFrame(merged, index=samples.var_names)
    samples.uns[UNS]["values"] = _kinds_of_values(counts_of(samples), resources, _rpm(samples))


def _as_keys(names: Any) -> Any:
    """Names of resources as h5ad can store them: HDF5 reads a slash as a folder."""
    return names.astype(str).str.replace("/", "_")


def _kinds_of_values(counts: sparse.csr_matrix, resources: pd.Series, rpm: bool) -> dict[str, str]:
    kinds = {}
    for name in sorted(set(resources)):
        values = counts[(resources == name).to_numpy()].data
        kinds[name] = VALUES_COUNTS if np.array_equal(values, np.round(values)) else VALUES_FRACTIONAL
    return dict.fromkeys(kinds, VALUES_RPM) if rpm else kinds


def check(samples: anndata.AnnData, source: object) -> anndata.AnnData:
    """Return `samples` if they follow the contract, else say what is missing.

    Raises
    ------
    InputError
        The file was not written by srna-import, or by a newer schema.
    """
    contract = samples.uns.get(UNS)
    if contract is None or COUNTS not in samples.layers:
        raise InputError(str(source), "this h5ad was not made by srna-import; import it first: "
                         "srna-import --format h5ad --dataset-column <study column> -o samples.h5ad")  # fmt: skip
    found = int(contract["schema_version"])
    if found != SCHEMA_VERSION:
        raise InputError(str(source), f"has schema version {found}, but srna-tools {VERSION} reads {SCHEMA_VERSION}; "
                         "import the original files again")  # fmt: skip
    for needed, column in ((samples.obs, DATASET), (samples.var, FEATURE_TYPE), (samples.varm, MEASURED)):
        if column not in needed:
            raise InputError(
                str(source), f"lacks '{column}', which srna-import writes; import the original files again"
            )
    if samples.n_obs == 0 or samples.n_vars == 0:
        raise InputError(str(source), f"has {samples.n_obs} samples and {samples.n_vars} features")
    return samples


def counts_of(samples: anndata.AnnData) -> sparse.csr_matrix:
    """Raw counts, shape (samples, features), float64 so that sums of large libraries stay exact."""
    return sparse.csr_matrix(samples.layers[COUNTS], dtype=np.float64)


def resources_of(samples: anndata.AnnData) -> pd.Series:
    """Resource (processing pipeline) of each sample; one name for all where there is no such column."""
    return resources_of_table(samples.obs)


def resources_of_table(obs: pd.DataFrame) -> pd.Series:
    """As `resources_of`, from the sample annotation alone."""
    return obs[RESOURCE].astype(str) if RESOURCE in obs else pd.Series(ONLY_RESOURCE, index=obs.index)


def measured_of(samples: anndata.AnnData) -> pd.DataFrame:
    """Which features each resource could have reported: boolean, features x resources."""
    measured = pd.DataFrame(samples.varm[MEASURED])
    return measured.set_axis(samples.var_names, axis=0).astype(bool)


def absent_is_zero(samples: anndata.AnnData) -> bool:
    """Whether features that the source does not name were measured as zero (OASIS) or not measured."""
    return str(samples.uns[UNS]["absent"]) == ABSENT_ZERO


def species_of(samples: anndata.AnnData) -> str | None:
    """Return the species that the import kept, or None where it kept everything."""
    recorded = samples.uns[UNS].get("species", "")
    return str(recorded) or None


def values_of(samples: anndata.AnnData) -> dict[str, str]:
    """Return what the values of each resource are: ``counts``, ``fractional`` or ``rpm``."""
    return {str(name): str(kind) for name, kind in samples.uns[UNS]["values"].items()}


def require_counts(samples: anndata.AnnData, option: str) -> None:
    """Refuse an option that only makes sense for counts.

    Raises
    ------
    SampleError
        The values of a resource are reads per million, or fractional.
    """
    kinds = {name: kind for name, kind in values_of(samples).items() if kind in _NO_COUNTS}
    if kinds:
        are = " and ".join(sorted({_NO_COUNTS[kind] for kind in kinds.values()}))
        raise SampleError(f"{option} needs counts, but the values of {listed(kinds)} are {are}; leave it out")


def _rpm(samples: anndata.AnnData) -> bool:
    return VALUES_RPM in values_of(samples).values()


def labels_of(samples: anndata.AnnData, label: str) -> pd.Series:
    """Return the labels of all samples as text; missing ones are None.

    Raises
    ------
    ColumnError
        The column does not exist.
    """
    if label not in samples.obs:
        raise ColumnError(label, samples.obs.columns)
    column = samples.obs[label]
    text = column.astype(object).where(column.notna(), None)
    labels: pd.Series = text.map(lambda value: (_in_words(value) or None) if value is not None else None)
    return labels


def _in_words(value: object) -> str:
    """Text of one value; numbers that are whole lose the fraction that missing neighbours give them."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def with_reads(samples: anndata.AnnData) -> np.ndarray:
    """Boolean mask of the samples that have at least one read that is not of a contaminant.

    Raises
    ------
    SampleError
        None has.
    """
    has_reads = reads_of(samples) > 0
    if not has_reads.any():
        raise SampleError(f"none of the {samples.n_obs} samples has reads ({listed(samples.obs_names)})")
    return has_reads


def reads_of(samples: anndata.AnnData) -> np.ndarray:
    """Reads of each sample, float64; those of contaminants do not count, unless there is nothing else."""
    return _reads(counts_of(samples), samples.var)


def _quality_flags(counts: sparse.csr_matrix, var: pd.DataFrame) -> np.ndarray:
    return np.where(_reads(counts, var) > 0, "", NO_READS)


def _reads(counts: sparse.csr_matrix, var: pd.DataFrame) -> np.ndarray:
    contaminants = (var[FEATURE_TYPE] == CONTAMINANT).to_numpy()
    return np.asarray(
        (counts if contaminants.all() else counts[:, ~contaminants]).sum(axis=1, dtype=np.float64)
    ).ravel()


def record_step(samples: anndata.AnnData, step: str, parameters: Mapping[str, Any]) -> None:
    """Append a step, its parameters and the package version to the history."""
    entry = json.dumps({"step": step, "version": VERSION, "parameters": dict(parameters)}, default=str, sort_keys=True)
    past = [str(line) for line in np.atleast_1d(samples.uns[UNS]["history"])]
    samples.uns[UNS]["history"] = np.array([*past, entry], dtype=object)


def history_of(samples: anndata.AnnData) -> list[dict[str, Any]]:
    """All recorded steps, oldest first."""
    return [json.loads(str(entry)) for entry in np.atleast_1d(samples.uns[UNS]["history"])]
