"""The counts of one input, before inputs are joined, and how they are joined into samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import InputError, SampleError, counted, listed
from srna_tools.features import CONTAMINANT
from srna_tools.namespace import Namespace

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True)
class LeftOut:
    """What a reader left out of a file, and why.

    Attributes
    ----------
    number
        Number of lines or rows.
    what
        Noun in the singular: ``line``, ``row``.
    why
        What they are, as the rest of the sentence: ``that mirtop filtered (low_counts)``.
    reads
        Sum of their counts over all samples.
    """

    number: int
    what: str
    why: str
    reads: float

    def in_words(self) -> str:
        """Say it without the reads: ``3 lines that mirtop filtered (low_counts)``."""
        return f"{counted(self.number, self.what)} {self.why}"


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
    rpm
        The source says that its values are reads per million.
    missing
        What stands in the cells of `obs` without value, by column and then by sample.
    notes
        What was guessed in reading, for the user to check.
    left_out
        What is in the source but not in `counts`.
    species
        The species that an earlier import kept.
    namespace
        How an earlier srna-harmonize named the miRNAs.
    """

    source: str
    counts: sparse.csr_matrix
    obs: pd.DataFrame
    var: pd.DataFrame
    dataset: str
    absent_is_zero: bool
    measured: pd.DataFrame | None = None
    rpm: bool = False
    missing: dict[str, pd.Series] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    species: str | None = None
    namespace: Namespace | None = None

    @property
    def depth(self) -> np.ndarray:
        """Sum of the counts of each sample."""
        return np.asarray(self.counts.sum(axis=1)).ravel()


def require_reads(table: CountTable) -> CountTable:
    """Return `table` if at least one of its samples has a read.

    Raises
    ------
    InputError
        It has no sample or no feature, or no sample has a read; a single empty sample is flagged later instead.
    """
    if len(table.obs) == 0:
        raise InputError(table.source, "has no samples")
    if table.depth.sum() == 0:
        names = listed(table.obs.index)
        number = counted(len(table.obs), "sample")
        raise InputError(table.source, f"none of the {number} has a read ({names}); check the mapping")
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
    _require_one_kind(tables, [not table.absent_is_zero for table in tables], "all features", "the non-zero ones")
    if not rpm:
        _require_one_kind(tables, [table.rpm for table in tables], "reads per million", "counts")
    features = pd.Index(sorted(set().union(*(table.var.index for table in tables))))
    obs = _with_resources(tables, pd.concat([_with_dataset(table) for table in tables]).rename_axis(index=None))
    counts = sparse.vstack([_onto(table, features) for table in tables], format="csr")
    joined = assembly.assemble(
        counts,
        obs,
        _joined_annotation(tables, features),
        rpm=rpm or tables[0].rpm,
        absent=schema.ABSENT_ZERO if tables[0].absent_is_zero else schema.ABSENT_UNMEASURED,
        measured=_measured(tables, obs, features),
    )
    if tables[0].species and len({table.species for table in tables}) == 1:
        joined.uns[schema.UNS]["species"] = tables[0].species
    namespace = joined_namespace(tables)
    if namespace is not None:
        namespace.record(joined)
    return joined


def joined_namespace(tables: Sequence[CountTable]) -> Namespace | None:
    """Namespace of all tables together; None where one of them was not harmonised, or to another level."""
    joined = tables[0].namespace
    for table in tables[1:]:
        joined = joined.joined_with(table.namespace) if joined and table.namespace else None
    return joined


def _require_one_kind(tables: Sequence[CountTable], marked: Sequence[bool], kind: str, other: str) -> None:
    if len(set(marked)) > 1:
        sources = listed(table.source for table, mark in zip(tables, marked, strict=True) if mark)
        raise SampleError(f"{sources} holds {kind}, but other inputs only {other}; import them separately")


def _with_dataset(table: CountTable) -> pd.DataFrame:
    """Sample annotation as plain columns, whatever their kind, with a dataset for every sample."""
    obs = table.obs.astype(object)
    stated = obs[schema.DATASET] if schema.DATASET in obs else pd.Series(None, index=obs.index, dtype=object)
    return obs.assign(**{schema.DATASET: stated.where(stated.notna(), table.dataset)})


def _onto(table: CountTable, features: pd.Index) -> sparse.csr_matrix:
    """Columns of one table moved to their place among all features."""
    place = features.get_indexer(table.var.index)
    counts = table.counts.tocoo()
    shape = (counts.shape[0], len(features))
    return sparse.csr_matrix((counts.data, (counts.row, place[counts.col])), shape=shape)


def _joined_annotation(tables: Sequence[CountTable], features: pd.Index) -> pd.DataFrame:
    """Feature annotation of all tables; where two differ the first one's stands.

    Flags are False for the features of tables that do not have the flag.
    """
    joined = pd.DataFrame(index=features)
    for table in tables:
        for column in table.var:
            values = table.var[column].astype(object).reindex(features)
            joined[column] = joined[column].where(joined[column].notna(), values) if column in joined else values
    flags = {str(name) for table in tables for name in table.var if pd.api.types.is_bool_dtype(table.var[name])}
    return joined.assign(**{name: joined[name].eq(True) for name in flags})


def _own(tables: Sequence[CountTable]) -> pd.Series:
    """Name each table after its dataset, with a number where two datasets have one name."""
    names: dict[str, int] = {}
    own = []
    for table in tables:
        names[table.dataset] = names.get(table.dataset, 0) + 1
        number = f" ({names[table.dataset]})" if names[table.dataset] > 1 else ""
        own.append(pd.Series(table.dataset + number, index=table.obs.index, dtype=object))
    return pd.concat(own)


def _with_resources(tables: Sequence[CountTable], obs: pd.DataFrame) -> pd.DataFrame:
    """Name the resource of every sample where the inputs say it, or could report different features."""
    same = len({frozenset(_reportable(table)) for table in tables}) == 1
    if schema.RESOURCE not in obs and same:
        return obs
    stated = obs[schema.RESOURCE] if schema.RESOURCE in obs else pd.Series(None, index=obs.index, dtype=object)
    return obs.assign(**{schema.RESOURCE: stated.where(stated.notna(), _own(tables))})


def _reportable(table: CountTable) -> pd.Index:
    """Features that only tables which name them have measured: all, or where absent means zero the contaminants."""
    if not table.absent_is_zero:
        return table.var.index
    types = table.var.get(schema.FEATURE_TYPE, pd.Series("", index=table.var.index))
    return table.var.index[(types == CONTAMINANT).to_numpy()]


def _measured(tables: Sequence[CountTable], obs: pd.DataFrame, features: pd.Index) -> pd.DataFrame:
    """Features x resources; a resource of several tables measured what all of them did."""
    resources = schema.resources_of_table(obs)
    measured = pd.DataFrame(True, index=features, columns=sorted(set(resources)))
    of_some = features.isin(pd.Index([]).append([_reportable(table) for table in tables]))
    for table in tables:
        for resource in set(resources[table.obs.index]):
            could = pd.Series(~of_some, index=features)
            stated = None if table.measured is None else table.measured.get(resource)
            could[table.var.index] = True if stated is None else stated.to_numpy(bool)
            measured[resource] &= could
    return measured
