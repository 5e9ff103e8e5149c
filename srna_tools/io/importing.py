"""The whole import: read each input, join them, add sheet and contaminants, and report what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import ColumnError, InputError, SampleError, counted, listed
from srna_tools.features import species as species_of_name
from srna_tools.io import oasis
from srna_tools.io.any_h5ad import read_any_h5ad
from srna_tools.io.contaminants import ContaminantMatch, add_contaminants
from srna_tools.io.matrix import read_matrix
from srna_tools.io.recognise import recognise
from srna_tools.io.sample_sheet import SheetMatch, attach, read_sheet, storable, study_name
from srna_tools.io.table import CountTable, join

_SHOWN = 20
_RPM_TOTAL = 1e6


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


@dataclass
class ImportReport:
    """What was read, in rows of ``item name number note``."""

    rows: list[tuple[str, str, Any, str]]

    def add(self, item: str, name: str, number: Any, note: str = "") -> None:
        """Add one row."""
        self.rows.append((item, name, number, note))

    def to_table(self) -> pd.DataFrame:
        """All rows as a table."""
        return pd.DataFrame(self.rows, columns=["item", "name", "number", "note"])

    def note(self, number: int, note: str, names: Sequence[str] = ()) -> None:
        """Add a sentence about what was left out or overridden: what a user must not miss."""
        self.add("note", listed(names), number, note)

    def notes(self) -> list[str]:
        """Return these sentences, with the names that they are about."""
        return [f"{note}: {name}" if name else note for item, name, _, note in self.rows if item == "note"]


def import_samples(inputs: Sequence[Path], settings: ImportSettings) -> tuple[anndata.AnnData, ImportReport]:
    """Read all inputs into one AnnData that follows the contract.

    Raises
    ------
    SrnaToolsError
        Any of the inputs, the sheet or the contaminant table is not as it should be.
    """
    report = ImportReport([])
    sheet = None if settings.samples is None else read_sheet(settings.samples, settings.sample_column)
    kinds = [_kind(path, settings) for path in inputs]
    column = settings.dataset_column
    if column is not None and (sheet is None or column not in sheet):
        _require_source_of(column, sheet, kinds)
    elif column is not None and sheet is not None:
        sheet, column = sheet.assign(**{schema.DATASET: sheet[column].map(study_name)}), None
    ids = () if sheet is None else tuple(sheet.index)
    names: list[str | None] = [*settings.names] or [None] * len(inputs)
    tables = [_read(path, kind, name, column, ids) for path, kind, name in zip(inputs, kinds, names, strict=True)]
    samples = join(tables, rpm=settings.values == schema.VALUES_RPM)
    _report_inputs(tables, report)
    _require_values(samples, settings, report)
    if settings.species:
        samples = keep_species(samples, settings.species, report)
    if settings.contaminants is not None:
        samples, contaminants = add_contaminants(samples, settings.contaminants)
        _report_contaminants(contaminants, report)
    if sheet is not None and settings.samples is not None:
        _report_match(attach(samples, sheet, settings.samples), report)
    if settings.species:
        samples.uns[schema.UNS]["species"] = settings.species.lower()
    samples.obs, samples.var = storable(samples.obs), storable(samples.var)
    _report_samples(samples, report)
    parameters = {key: value for key, value in asdict(settings).items() if value}
    schema.record_step(samples, "srna-import", {"inputs": [path.name for path in inputs], **parameters})
    return samples, report


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
    kept = samples[:, keep].copy()
    fresh = schema.assemble(
        kept.layers[schema.COUNTS],
        kept.obs,
        kept.var,
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        absent=str(samples.uns[schema.UNS]["absent"]),
        measured=schema.measured_of(kept),
    )
    schema.with_reads(fresh)
    return fresh


def _kind(path: Path, settings: ImportSettings) -> str:
    if not path.exists():
        raise InputError(path, "does not exist")
    return recognise(path) if settings.format == "auto" else settings.format


def _require_source_of(column: str, sheet: pd.DataFrame | None, kinds: Sequence[str]) -> None:
    """Refuse a dataset column that no sample sheet has and no h5ad can have."""
    if "h5ad" in kinds:
        return
    if sheet is None:
        raise SampleError(f"the dataset column '{column}' needs a table that has it; give it with --samples")
    raise ColumnError(column, sheet.columns)


def _read(path: Path, kind: str, name: str | None, dataset_column: str | None, ids: Sequence[str]) -> CountTable:
    if kind == "h5ad":
        return read_any_h5ad(path, name, dataset_column)
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


def _report_inputs(tables: Sequence[CountTable], report: ImportReport) -> None:
    for table in tables:
        note = f"{counted(table.counts.shape[0], 'sample')}, {counted(table.counts.shape[1], 'feature')}"
        report.add("input", Path(table.source).name, int(table.depth.sum()), note)


def _report_match(match: SheetMatch, report: ImportReport) -> None:
    _note_names(report, match.without_row, "sample", "without a row in the sample sheet, so not annotated by it")
    _note_names(report, match.without_counts, "row", "of the sample sheet without counts")
    _note_names(report, match.replaced_columns, "column", "of the input replaced by that of the sample sheet")
    if match.renamed_datasets:
        number = sum(match.renamed_datasets.values())
        samples = counted(number, "sample")
        report.note(number, f"the dataset of {samples} comes from the sample sheet, not from the input")
    for change, number in match.renamed_datasets.items():
        report.add("dataset from sheet", change, number, "samples")


def _report_contaminants(match: ContaminantMatch, report: ImportReport) -> None:
    without, unused = match.without_column, match.unused_columns
    _note_names(report, without, "sample", "without contaminants in the table, so theirs are not measured")
    _note_names(report, unused, "column", "of the contaminant table not used, since no sample has that name")
    if match.empty_cells:
        report.note(match.empty_cells, f"{counted(match.empty_cells, 'empty cell')} of the contaminant table read as 0")


def _note_names(report: ImportReport, names: Sequence[str], noun: str, what: str) -> None:
    if names:
        report.note(len(names), f"{counted(len(names), noun)} {what}", names)


def _report_samples(samples: anndata.AnnData, report: ImportReport) -> None:
    for kind, number in samples.var[schema.FEATURE_TYPE].astype(str).value_counts().items():
        report.add("feature type", str(kind), int(number))
    for dataset, number in samples.obs[schema.DATASET].astype(str).value_counts().sort_index().items():
        report.add("dataset", str(dataset), int(number), "samples")
    empty = samples.obs_names[samples.obs[schema.QUALITY_FLAG] == schema.NO_READS]
    _note_names(report, list(empty), "sample", "without reads, kept and flagged")
    depth = np.asarray(schema.counts_of(samples).sum(axis=1)).ravel()
    features = np.diff(schema.counts_of(samples).indptr)
    for name, reads, seen in zip(samples.obs_names, depth, features, strict=True):
        report.add(
            "sample", name, int(reads) if reads.is_integer() else float(reads), f"{counted(int(seen), 'feature')} seen"
        )
