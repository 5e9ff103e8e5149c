"""The whole import: read each input, join them, add sheet and contaminants, and report what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from srna_tools import assembly, schema
from srna_tools.errors import ColumnError, InputError, SampleError, counted, listed
from srna_tools.features import species as species_of_name
from srna_tools.io import oasis
from srna_tools.io.any_h5ad import read_any_h5ad
from srna_tools.io.contaminants import add_contaminants, read_contaminants
from srna_tools.io.import_report import (
    ImportReport,
    report_contaminants,
    report_inputs,
    report_match,
    report_missing,
    report_namespaces,
    report_samples,
)
from srna_tools.io.matrix import read_matrix
from srna_tools.io.quantifiers import excerpt
from srna_tools.io.quantifiers.registry import QUANTIFIERS
from srna_tools.io.recognise import recognise
from srna_tools.io.replicates import SUM, combine_replicates
from srna_tools.io.sample_sheet import Sheet, attach, named_column, read_sheet, storable
from srna_tools.io.table import CountTable, join

if TYPE_CHECKING:
    import anndata

_SHOWN = 20
_RPM_TOTAL = 1e6
_QUANTIFIERS = {quantifier.name: quantifier for quantifier in QUANTIFIERS}


@dataclass(frozen=True)
class ImportSettings:
    """What the user asked for; see ``srna-import --help`` for each."""

    format: str = "auto"
    names: Sequence[str] = ()
    samples: Path | None = None
    sample_column: str | None = None
    dataset_column: str | None = None
    contaminants: Path | None = None
    species: str | None = None
    values: str = "auto"
    replicate_column: str | None = None
    replicates: str = SUM


def import_samples(inputs: Sequence[Path], settings: ImportSettings) -> tuple[anndata.AnnData, ImportReport]:
    """Read all inputs into one AnnData that follows the contract; without inputs, the contaminant table alone.

    Raises
    ------
    SrnaToolsError
        Any of the inputs, the sheet or the contaminant table is not as it should be.
    """
    report = ImportReport([])
    settings = _with_named_columns(settings)
    sheet = None if settings.samples is None else read_sheet(settings.samples, settings.sample_column)
    kinds = [_kind(path, settings) for path in inputs]
    column = settings.dataset_column
    if column is not None and (sheet is None or column not in sheet.values):
        _require_source_of(column, sheet, kinds)
    elif column is not None and sheet is not None:
        sheet, column = sheet.with_datasets(column), None
    tables = _tables(inputs, kinds, column, () if sheet is None else tuple(sheet.values.index), settings)
    samples = join(tables, rpm=settings.values == schema.VALUES_RPM)
    report_inputs(tables, report)
    report_namespaces(tables, report)
    _require_values(samples, settings, report)
    if settings.species:
        samples = keep_species(samples, settings.species, report)
    if inputs and settings.contaminants is not None:
        samples, contaminants = add_contaminants(samples, settings.contaminants)
        report_contaminants(contaminants, report)
    if sheet is not None:
        report_match(attach(samples, sheet), report)
    report_missing(samples, tables, sheet, report)
    if settings.species:
        samples.uns[schema.UNS]["species"] = settings.species.lower()
    if settings.replicate_column is not None:
        samples, sentences = combine_replicates(samples, settings.replicate_column, settings.replicates)
        for sentence in sentences:
            report.note(samples.n_obs, sentence)
    samples.obs, samples.var = storable(samples.obs), storable(samples.var)
    report_samples(samples, report)
    parameters = {key: value for key, value in asdict(settings).items() if value}
    schema.record_step(samples, "srna-import", {"inputs": [path.name for path in inputs], **parameters})
    return samples, report


def _with_named_columns(settings: ImportSettings) -> ImportSettings:
    """Name the columns of the sample sheet that were given by their place; one without name is the first."""
    if settings.samples is None:
        return settings
    samples, dataset = (
        named_column(settings.samples, column) if column is not None else None
        for column in (settings.sample_column, settings.dataset_column)
    )
    return replace(settings, sample_column=samples or None, dataset_column=dataset)


def _tables(
    inputs: Sequence[Path], kinds: Sequence[str], column: str | None, ids: Sequence[str], settings: ImportSettings
) -> list[CountTable]:
    """Read every input, or the contaminant table alone where there is none."""
    names: list[str | None] = [*settings.names] or [None] * max(len(inputs), 1)
    if inputs:
        read = (_read(path, kind, name, column, ids) for path, kind, name in zip(inputs, kinds, names, strict=True))
        return excerpt.put_together([_called(table, name, names) for table, name in zip(read, names, strict=True)])
    if settings.contaminants is None:
        raise SampleError("there is nothing to import; give inputs or a contaminant table")
    return [read_contaminants(settings.contaminants, names[0], ids)]


def _called(table: CountTable, name: str | None, names: Sequence[str | None]) -> CountTable:
    """Call an input by the name that it was given, in reports and errors, where no other has it."""
    return replace(table, source=name) if name and names.count(name) == 1 else table


def keep_species(samples: anndata.AnnData, species: str, report: ImportReport) -> anndata.AnnData:
    """Drop the features whose name carries another species' prefix; names without prefix stay.

    Raises
    ------
    SampleError
        Names have prefixes, but none of this species; those that were found are listed.
    """
    of_names = np.array([species_of_name(name) or "" for name in samples.var_names])
    keep = np.isin(of_names, ["", species.lower()])
    found = sorted(set(of_names) - {""})
    if not found:
        report.note(samples.n_vars, f"no name has a species prefix, so --species {species} leaves nothing out")
        return samples
    if species.lower() not in found:
        raise SampleError(f"no feature is of species '{species}'; the prefixes found are: {listed(found, _SHOWN)}")
    if not keep.all():
        dropped = int((~keep).sum())
        reads = samples[:, ~keep].layers[schema.COUNTS].sum()
        report.note(dropped, f"{counted(dropped, 'feature')} of other species left out, with {reads:,.16g} reads")
    kept = assembly.subset(samples, np.full(samples.n_obs, True), keep)
    schema.with_reads(kept)
    return kept


def _kind(path: Path, settings: ImportSettings) -> str:
    if not path.exists():
        raise InputError(path, "does not exist")
    return recognise(path) if settings.format == "auto" else settings.format


def _require_source_of(column: str, sheet: Sheet | None, kinds: Sequence[str]) -> None:
    """Refuse a dataset column that no sample sheet has and no h5ad can have."""
    if "h5ad" in kinds:
        return
    if sheet is None:
        raise SampleError(f"the dataset column '{column}' needs a table that has it; give it with --samples")
    raise ColumnError(column, sheet.values.columns)


def _read(path: Path, kind: str, name: str | None, dataset_column: str | None, ids: Sequence[str]) -> CountTable:
    if kind == "h5ad":
        return read_any_h5ad(path, name, dataset_column)
    if kind in _QUANTIFIERS:
        return _QUANTIFIERS[kind].read(path, name)
    return read_matrix(path, name, ids) if kind == "matrix" else oasis.read(path, name)


def _require_values(samples: anndata.AnnData, settings: ImportSettings, report: ImportReport) -> None:
    fractional = [name for name, kind in schema.values_of(samples).items() if kind == schema.VALUES_FRACTIONAL]
    if fractional and settings.values == schema.VALUES_COUNTS:
        raise SampleError("--values counts was given, but there are fractional values; use --values auto or rpm")
    if fractional:
        report.note(len(fractional), "the values have fractions; steps that need whole counts will say so")
        totals = np.asarray(samples.layers[schema.COUNTS].sum(axis=1)).ravel()
        if np.allclose(totals[totals > 0], _RPM_TOTAL, rtol=1e-3):
            report.note(len(totals), "each sample sums to a million: if these are RPM, say --values rpm")
