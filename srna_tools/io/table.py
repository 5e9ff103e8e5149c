"""The counts of one input, before inputs are joined, and how they are joined into samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import InputError, SampleError, listed


@dataclass(frozen=True)
class CountTable:
    """What one input file, folder or archive holds.

    Attributes
    ----------
    source
        The input, as the user named it.
    counts
        Shape (samples, features), int64 where the source holds whole numbers, else float64.
    obs, var
        Sample and feature annotation; their indices are the sample ids and the feature ids.
    dataset
        The study that the samples come from unless the sample sheet says otherwise.
    absent_is_zero
        The source lists only non-zero rows.
    measured
        Features x resources, where the source says so.
    """

    source: str
    counts: sparse.csr_matrix
    obs: pd.DataFrame
    var: pd.DataFrame
    dataset: str
    absent_is_zero: bool
    measured: pd.DataFrame | None = None

    @property
    def depth(self) -> np.ndarray:
        """Sum of the counts of each sample."""
        return np.asarray(self.counts.sum(axis=1)).ravel()


def require_reads(table: CountTable) -> CountTable:
    """Return `table` if at least one of its samples has a read.

    Raises
    ------
    InputError
        No sample has one; a single empty sample among others is flagged later instead.
    """
    if table.depth.sum() == 0:
        names = listed(table.obs.index)
        raise InputError(table.source, f"none of the {len(table.obs)} samples has a read ({names}); check the mapping")
    return table


def require_unique_samples(tables: Sequence[CountTable]) -> None:
    """Refuse two samples of one name, within an input or across inputs."""
    seen: dict[str, str] = {}
    for table in tables:
        repeated = [name for name, times in Counter(table.obs.index).items() if times > 1]
        if repeated:
            raise InputError(table.source, f"two samples have the name {listed(repeated)}; rename one of them")
        for name in table.obs.index:
            if name in seen:
                raise SampleError(
                    f"the sample {name} is in {seen[name]} and again in {table.source}; leave one out or rename it"
                )
            seen[name] = table.source


def join(tables: Sequence[CountTable], rpm: bool) -> anndata.AnnData:
    """Join the samples of all inputs over the union of their features.

    Where an input lists only non-zero rows, a feature it does not name is a measured zero. Full tables
    measured just their own features: tables that differ in them become resources of their own.

    Raises
    ------
    SampleError
        Two samples of one name, or inputs of both kinds.
    """
    require_unique_samples(tables)
    if len({table.absent_is_zero for table in tables}) > 1:
        full = listed(table.source for table in tables if not table.absent_is_zero)
        raise SampleError(f"{full} holds all features, but other inputs only the non-zero ones; import them separately")
    features = pd.Index(sorted(set().union(*(table.var.index for table in tables))))
    obs = pd.concat([_with_dataset(table) for table in tables])
    measured = None
    if not tables[0].absent_is_zero:
        obs, measured = _measured_by_resource(tables, obs, features)
    counts = sparse.vstack([_onto(table, features) for table in tables], format="csr")
    return schema.assemble(
        counts,
        obs,
        _joined_annotation(tables, features),
        rpm=rpm,
        absent=schema.ABSENT_ZERO if tables[0].absent_is_zero else schema.ABSENT_UNMEASURED,
        measured=measured,
    )


def _with_dataset(table: CountTable) -> pd.DataFrame:
    if schema.DATASET in table.obs:
        return table.obs
    return table.obs.assign(**{schema.DATASET: table.dataset})


def _onto(table: CountTable, features: pd.Index) -> sparse.csr_matrix:
    """Columns of one table moved to their place among all features."""
    place = features.get_indexer(table.var.index)
    counts = table.counts.tocoo()
    shape = (counts.shape[0], len(features))
    return sparse.csr_matrix((counts.data, (counts.row, place[counts.col])), shape=shape)


def _joined_annotation(tables: Sequence[CountTable], features: pd.Index) -> pd.DataFrame:
    """Feature annotation of all tables; where two differ the first one's stands."""
    joined = tables[0].var.reindex(features)
    for table in tables[1:]:
        joined = joined.combine_first(table.var)
    return joined.reindex(features)


def _measured_by_resource(
    tables: Sequence[CountTable], obs: pd.DataFrame, features: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    same_features = all(set(table.var.index) == set(features) for table in tables)
    if schema.RESOURCE not in obs and not same_features:
        own = [pd.Series(table.dataset, index=table.obs.index) for table in tables]
        obs = obs.assign(**{schema.RESOURCE: pd.concat(own)})
    resources = schema.resources_of_table(obs)
    measured = pd.DataFrame(False, index=features, columns=sorted(set(resources)))
    for table in tables:
        for resource in set(resources[table.obs.index]):
            known = table.var.index
            if table.measured is not None and resource in table.measured:
                known = known[table.measured[resource].to_numpy(bool)]
            measured.loc[known, resource] = True
    return obs, measured
