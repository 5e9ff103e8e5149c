"""Contaminant tables (taxon x sample) added to samples as features of type ``contaminant``."""

from __future__ import annotations

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import InputError, listed
from srna_tools.io.matrix import read_matrix

_TYPE = "contaminant"
_WITHOUT = "without contaminants"


def add_contaminants(samples: anndata.AnnData, path: Path) -> tuple[anndata.AnnData, list[str]]:
    """Join a taxon x sample table by sample id.

    Samples that the table does not name never had their contaminants measured; they become a resource
    of their own, so that nothing takes their zeros for measured ones.

    Returns
    -------
    The samples with the taxa as further features, and the ids of those without contaminants.

    Raises
    ------
    InputError
        No sample id matches (both id styles are shown), or a taxon has the name of a feature.
    """
    table = read_matrix(path, sample_ids=set(samples.obs_names))
    place = pd.Index(table.obs.index).get_indexer(samples.obs_names)
    known = place >= 0
    if not known.any():
        raise InputError(
            path,
            f"names none of the {samples.n_obs} samples: the counts have ids such as {listed(samples.obs_names, 3)}, "
            f"this table such as {listed(table.obs.index, 3)}",
        )
    shared = table.var.index.intersection(samples.var_names)
    if len(shared):
        raise InputError(path, f"{listed(shared)} is already the name of a feature; rename it in one of the tables")
    rows = sparse.csr_matrix(
        (np.ones(known.sum()), (np.flatnonzero(known), place[known])), (samples.n_obs, len(table.obs))
    )
    taxa = (rows @ table.counts).astype(table.counts.dtype)
    return _joined(samples, taxa, table.var, known), [str(name) for name in samples.obs_names[~known]]


def _joined(
    samples: anndata.AnnData, taxa: sparse.csr_matrix, taxa_annotation: pd.DataFrame, known: np.ndarray
) -> anndata.AnnData:
    obs = samples.obs.copy()
    measured = schema.measured_of(samples)
    resources = schema.resources_of(samples)
    if not known.all():
        marked = resources.where(known, resources + ", " + _WITHOUT)
        measured = measured.reindex(columns=sorted(set(marked)))
        for name in measured.columns:
            measured[name] = schema.measured_of(samples)[str(name).removesuffix(", " + _WITHOUT)]
        obs[schema.RESOURCE] = marked
    has_taxa = {name: not str(name).endswith(_WITHOUT) for name in measured.columns}
    rows_of_taxa = pd.DataFrame(has_taxa, index=taxa_annotation.index)
    annotation = taxa_annotation.assign(**{schema.FEATURE_TYPE: _TYPE})
    joined = schema.assemble(
        sparse.hstack([samples.layers[schema.COUNTS], taxa], format="csr"),
        obs,
        pd.concat([samples.var, annotation]),
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        absent=str(samples.uns[schema.UNS]["absent"]),
        measured=pd.concat([measured, rows_of_taxa]).astype(bool),
    )
    joined.uns[schema.UNS]["history"] = samples.uns[schema.UNS]["history"]
    return joined
