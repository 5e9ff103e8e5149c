"""The AnnData contract: where counts, datasets, measured features and the history of steps live.

Samples are rows. ``X`` holds the current values, ``layers["counts"]`` the raw counts, always whole.
``varm["measured"]`` says which features a resource could have reported: measured is not the same as zero.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.errors import ColumnError, InputError, SampleError, listed
from srna_tools.features import CONTAMINANT
from srna_tools.version import VERSION

if TYPE_CHECKING:
    import anndata

SCHEMA_VERSION = 1
UNS = "srna_tools"
COUNTS = "counts"
DATASET = "dataset"
RESOURCE = "resource"
PATIENT = "patient"
REPLICATE_OF = "replicate_of"
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
    return reads_in(counts_of(samples), samples.var)


def reads_in(counts: sparse.csr_matrix, var: pd.DataFrame) -> np.ndarray:
    """Reads of each row of counts; those of contaminants do not count, unless there is nothing else."""
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
