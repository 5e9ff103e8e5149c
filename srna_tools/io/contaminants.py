"""Contaminant tables (taxon x sample) added to samples as features of type ``contaminant``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import InputError, listed
from srna_tools.features import CONTAMINANT
from srna_tools.io.matrix import numbers, require_unique_features
from srna_tools.io.orientation import features_in_rows
from srna_tools.io.text import read_cells

_WITHOUT = ", without contaminants"


@dataclass(frozen=True)
class ContaminantMatch:
    """How a contaminant table fitted the samples.

    Attributes
    ----------
    without_column
        Samples that the table lacks.
    unused_columns
        Columns that are no sample.
    empty_cells
        Number of empty cells, which were read as 0.
    """

    without_column: list[str]
    unused_columns: list[str]
    empty_cells: int


def add_contaminants(samples: anndata.AnnData, path: Path) -> tuple[anndata.AnnData, ContaminantMatch]:
    """Join a taxon x sample table (either way round) by sample id.

    Columns that are no sample, such as the names and ranks of taxa, are left out. An empty cell is 0: the
    programs that make these tables name a taxon only in the samples in which they found it. Samples that the table
    does not name never had their contaminants measured; they become a resource of their own, so that
    nothing takes their zeros for measured ones.

    Returns
    -------
    The samples with the taxa as further features, and how the table fitted them.

    Raises
    ------
    InputError
        No sample id matches (both id styles are shown), a sample or taxon stands twice, a count is not one,
        or a taxon has the name of a feature.
    """
    cells = read_cells(path)
    ids = set(samples.obs_names)
    if not features_in_rows(cells.index, cells.columns, ids):
        cells = cells.T
    chosen = [name for name in cells.columns if name in ids]
    if not chosen:
        raise InputError(
            path,
            f"names none of the {samples.n_obs} samples: the counts have ids such as {listed(samples.obs_names, 3)}, "
            f"this table such as {listed(cells.columns, 3)}",
        )
    repeated = [name for name, times in Counter(chosen).items() if times > 1]
    if repeated:
        raise InputError(path, f"the sample {listed(repeated)} stands twice; each sample must have one column")
    require_unique_features(cells.index, path)
    shared = cells.index.intersection(samples.var_names)
    if len(shared):
        raise InputError(path, f"{listed(shared)} is already the name of a feature; rename it in one of the tables")
    found = cells[chosen]
    counts = sparse.csr_matrix(numbers(found.where(found.notna(), "0"), path).T)
    place = pd.Index(chosen).get_indexer(samples.obs_names)
    match = ContaminantMatch(
        without_column=[str(name) for name in samples.obs_names[place < 0]],
        unused_columns=[str(name) for name in cells.columns if name not in ids],
        empty_cells=int(found.isna().to_numpy().sum()),
    )
    return _joined(samples, counts, cells.index, place), match


def _joined(samples: anndata.AnnData, taxa: sparse.csr_matrix, names: pd.Index, place: np.ndarray) -> anndata.AnnData:
    known = place >= 0
    rows = sparse.csr_matrix((np.ones(known.sum()), (np.flatnonzero(known), place[known])), (len(known), taxa.shape[0]))
    samples = samples.copy()
    if not known.all():
        resources = schema.resources_of(samples)
        schema.assign_resources(samples, resources.where(known, resources + _WITHOUT))
    measured = schema.measured_of(samples)
    of_taxa = {name: known[(schema.resources_of(samples) == name).to_numpy()].all() for name in measured}
    flags = [name for name in samples.var if pd.api.types.is_bool_dtype(samples.var[name])]
    annotation = pd.DataFrame(dict.fromkeys(flags, False), index=names.rename(None))
    joined = schema.assemble(
        sparse.hstack([samples.layers[schema.COUNTS], (rows @ taxa).astype(taxa.dtype)], format="csr"),
        samples.obs,
        pd.concat([samples.var, annotation.assign(**{schema.FEATURE_TYPE: CONTAMINANT})]),
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        absent=str(samples.uns[schema.UNS]["absent"]),
        measured=pd.concat([measured, pd.DataFrame(of_taxa, index=names)]),
    )
    joined.uns[schema.UNS]["history"] = samples.uns[schema.UNS]["history"]
    return joined
