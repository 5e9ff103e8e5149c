"""Contaminant tables (taxon x sample): added to samples as features of type ``contaminant``, or read alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import InputError, counted, listed
from srna_tools.features import CONTAMINANT
from srna_tools.io.matrix import numbers, require_unique_features
from srna_tools.io.orientation import features_in_rows
from srna_tools.io.sample_names import stem
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_cells

if TYPE_CHECKING:
    import anndata

_WITHOUT = ", without contaminants"
# Columns of Pathonoia's tables between the taxon's id and the samples.
PATHONOIA = _NAME, _LEVEL, _PARENT = "species_name", "phylo_level", "parent"


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


@dataclass(frozen=True)
class _Taxa:
    """A contaminant table: text cells, taxa x samples, and what it says about the taxa (index: their names)."""

    cells: pd.DataFrame
    var: pd.DataFrame

    def counts(self, path: Path) -> sparse.csr_matrix:
        """Counts, samples x taxa; an empty cell is 0."""
        return sparse.csr_matrix(numbers(self.cells.where(self.cells.notna(), "0"), path).T)

    @property
    def empty_cells(self) -> int:
        """Number of empty cells."""
        return int(self.cells.isna().to_numpy().sum())


def add_contaminants(samples: anndata.AnnData, path: Path) -> tuple[anndata.AnnData, ContaminantMatch]:
    """Join a taxon x sample table (either way round, or in Pathonoia's layout) by sample id.

    Columns that are no sample are left out. An empty cell is 0: the programs that make these tables name a taxon
    only in the samples in which they found it. Samples that the table does not name never had their contaminants
    measured; they become a resource of their own, so that nothing takes their zeros for measured ones.

    Returns
    -------
    The samples with the taxa as further features, and how the table fitted them.

    Raises
    ------
    InputError
        No sample id matches (both id styles are shown), a sample or taxon stands twice, a count is not one,
        or a taxon has the name of a feature.
    """
    ids = set(samples.obs_names)
    taxa = _read_taxa(path, ids)
    columns = taxa.cells.columns
    chosen = [name for name in columns if name in ids]
    if not chosen:
        raise InputError(
            path,
            f"names none of the {samples.n_obs} samples: the counts have ids such as {listed(samples.obs_names, 3)}, "
            f"this table such as {listed(columns, 3)}",
        )
    repeated = [name for name, times in Counter(chosen).items() if times > 1]
    if repeated:
        raise InputError(path, f"the sample {listed(repeated)} stands twice; each sample must have one column")
    shared = taxa.var.index.intersection(samples.var_names)
    if len(shared):
        raise InputError(path, f"{listed(shared)} is already the name of a feature; rename it in one of the tables")
    found = _Taxa(taxa.cells[chosen], taxa.var)
    place = pd.Index(chosen).get_indexer(samples.obs_names)
    match = ContaminantMatch(
        without_column=[str(name) for name in samples.obs_names[place < 0]],
        unused_columns=[str(name) for name in columns if name not in ids],
        empty_cells=found.empty_cells,
    )
    return _joined(samples, found.counts(path), found.var, place), match


def read_contaminants(path: Path, dataset: str | None = None, sample_ids: Collection[str] = ()) -> CountTable:
    """Read a contaminant table alone: all features are contaminants.

    Parameters
    ----------
    dataset
        The study of its samples, by default the file's stem.
    sample_ids
        Ids of a sample sheet, which tell samples from taxa where the names do not.

    Raises
    ------
    InputError
        A taxon stands twice, a count is not one, or no sample has a read.
    """
    taxa = _read_taxa(path, sample_ids)
    empty = f"{counted(taxa.empty_cells, 'empty cell')} of the contaminant table read as 0"
    return require_reads(
        CountTable(
            source=str(path),
            counts=taxa.counts(path),
            obs=pd.DataFrame(index=pd.Index(list(taxa.cells.columns), dtype=object)),
            var=taxa.var.assign(**{schema.FEATURE_TYPE: CONTAMINANT}),
            dataset=dataset or stem(path),
            absent_is_zero=False,
            notes=(empty,) if taxa.empty_cells else (),
        )
    )


def _read_taxa(path: Path, sample_ids: Collection[str]) -> _Taxa:
    cells = read_cells(path)
    if set(PATHONOIA) <= set(cells.columns):
        var, cells = _described(cells), cells.drop(columns=list(PATHONOIA))
    else:
        cells = cells if features_in_rows(cells.index, cells.columns, sample_ids) else cells.T
        var = pd.DataFrame(index=pd.Index(list(cells.index), dtype=object))
    require_unique_features(var.index, path)
    return _Taxa(cells, var)


def _described(cells: pd.DataFrame) -> pd.DataFrame:
    """Taxa of Pathonoia's layout under their names; one that two taxa share is followed by the id."""
    ids = pd.Series(cells.index, index=cells.index, dtype=object)
    names = cells[_NAME].where(cells[_NAME].notna(), ids)
    names = names.where(~names.duplicated(keep=False), names + " (" + ids + ")")
    return pd.DataFrame(
        {"taxon_id": list(ids), "phylo_level": list(cells[_LEVEL]), "taxon_parent": list(cells[_PARENT])},
        index=pd.Index(list(names), dtype=object),
    )


def _joined(samples: anndata.AnnData, taxa: sparse.csr_matrix, var: pd.DataFrame, place: np.ndarray) -> anndata.AnnData:
    known = place >= 0
    rows = sparse.csr_matrix((np.ones(known.sum()), (np.flatnonzero(known), place[known])), (len(known), taxa.shape[0]))
    samples = samples.copy()
    if not known.all():
        resources = schema.resources_of(samples)
        assembly.assign_resources(samples, resources.where(known, resources + _WITHOUT))
    measured = schema.measured_of(samples)
    of_taxa = {name: known[(schema.resources_of(samples) == name).to_numpy()].all() for name in measured}
    flags = [name for name in samples.var if pd.api.types.is_bool_dtype(samples.var[name])]
    annotation = var.assign(**dict.fromkeys(flags, False))
    joined = assembly.assemble(
        sparse.hstack([samples.layers[schema.COUNTS], (rows @ taxa).astype(taxa.dtype)], format="csr"),
        samples.obs,
        pd.concat([samples.var, annotation.assign(**{schema.FEATURE_TYPE: CONTAMINANT})]),
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        absent=str(samples.uns[schema.UNS]["absent"]),
        measured=pd.concat([measured, pd.DataFrame(of_taxa, index=var.index)]),
    )
    joined.uns[schema.UNS]["history"] = samples.uns[schema.UNS]["history"]
    return joined
