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
from srna_tools.errors import InputError, SampleError, listed
from srna_tools.features import species as species_of_name
from srna_tools.io import oasis
from srna_tools.io.any_h5ad import read_any_h5ad
from srna_tools.io.contaminants import add_contaminants
from srna_tools.io.matrix import read_matrix
from srna_tools.io.recognise import recognise
from srna_tools.io.sample_sheet import SheetMatch, attach, read_sheet
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

    def notes(self) -> list[str]:
        """Sentences about what was left out or overridden: what a user must not miss."""
        return [f"{name}: {note}" if name else note for item, name, _, note in self.rows if note and item == "note"]


def import_samples(inputs: Sequence[Path], settings: ImportSettings) -> tuple[anndata.AnnData, ImportReport]:
    """Read all inputs into one AnnData that follows the contract.

    Raises
    ------
    SrnaToolsError
        Any of the inputs, the sheet or the contaminant table is not as it should be.
    """
    report = ImportReport([])
    sheet = None
    if settings.samples is not None:
        sheet = read_sheet(settings.samples, settings.sample_column, settings.dataset_column)
    ids = tuple(sheet.index) if sheet is not None else ()
    names: list[str | None] = [*settings.names] or [None] * len(inputs)
    tables = [_read(path, name, settings, ids) for path, name in zip(inputs, names, strict=True)]
    samples = join(tables, rpm=settings.values == schema.VALUES_RPM)
    _report_inputs(tables, report)
    _require_values(samples, settings, report)
    if settings.species:
        samples = keep_species(samples, settings.species, report)
    if settings.contaminants is not None:
        samples, without = add_contaminants(samples, settings.contaminants)
        _report_names(
            report, without, "samples without a column in the contaminant table; theirs count as not measured"
        )
    if sheet is not None and settings.samples is not None:
        _report_match(attach(samples, sheet, settings.samples), report)
    if settings.species:
        samples.uns[schema.UNS]["species"] = settings.species
    _report_samples(samples, report)
    parameters = {key: value for key, value in asdict(settings).items() if value}
    schema.record_step(samples, "srna-import", {"inputs": [path.name for path in inputs], **parameters})
    return samples, report


def keep_species(samples: anndata.AnnData, species: str, report: ImportReport) -> anndata.AnnData:
    """Drop the features whose name carries another species' prefix; names without prefix stay.

    Raises
    ------
    SampleError
        No feature is left; the prefixes that were found are listed.
    """
    of_names = np.array([species_of_name(name) or "" for name in samples.var_names])
    keep = np.isin(of_names, ["", species.lower()])
    if not (of_names == species.lower()).any():
        found = sorted(set(of_names) - {""})
        raise SampleError(
            f"no feature is of species '{species}'; the prefixes found are: {listed(found, _SHOWN) or 'none'}"
        )
    dropped_reads = int(samples[:, ~keep].layers[schema.COUNTS].sum())
    if not keep.all():
        note = f"features of other species than {species} left out, with {dropped_reads:,} reads"
        report.add("note", f"{int((~keep).sum()):,}", int((~keep).sum()), note)
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


def _read(path: Path, name: str | None, settings: ImportSettings, sheet_ids: Sequence[str]) -> CountTable:
    kind = recognise(path) if settings.format == "auto" else settings.format
    if not path.exists():
        raise InputError(path, "does not exist")
    if kind == "h5ad":
        return read_any_h5ad(path, name, settings.dataset_column if settings.samples is None else None)
    if kind == "matrix":
        return read_matrix(path, name, sheet_ids)
    if path.is_dir():
        return oasis.read_folder(path, name)
    if path.suffix.lower() == ".zip" or path.read_bytes()[:2] == b"PK" or _is_binary(path):
        return oasis.read_archive(path, name)
    return oasis.read_file(path, name)


def _is_binary(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"\x00" in stream.read(4096)


def _require_values(samples: anndata.AnnData, settings: ImportSettings, report: ImportReport) -> None:
    fractional = [name for name, kind in schema.values_of(samples).items() if kind == schema.VALUES_FRACTIONAL]
    if fractional and settings.values == schema.VALUES_COUNTS:
        raise SampleError("--values counts was given, but there are fractional values; use --values auto or rpm")
    if fractional:
        report.add("note", "", len(fractional), "the values have fractions; steps that need whole counts will say so")
        totals = np.asarray(samples.layers[schema.COUNTS].sum(axis=1)).ravel()
        if np.allclose(totals[totals > 0], _RPM_TOTAL, rtol=1e-3):
            report.add("note", "", len(totals), "each sample sums to a million: if these are RPM, say --values rpm")


def _report_inputs(tables: Sequence[CountTable], report: ImportReport) -> None:
    for table in tables:
        note = f"{table.counts.shape[0]} samples, {table.counts.shape[1]:,} features"
        report.add("input", Path(table.source).name, int(table.depth.sum()), note)


def _report_match(match: SheetMatch, report: ImportReport) -> None:
    _report_names(report, match.without_row, "samples without a row in the sample sheet; their annotation is missing")
    _report_names(report, match.without_counts, "rows of the sample sheet without counts")
    if match.renamed_datasets:
        number = sum(match.renamed_datasets.values())
        report.add(
            "note",
            "",
            number,
            f"the dataset of {number} samples comes from the sample sheet, not from the input's name",
        )
    for change, number in match.renamed_datasets.items():
        report.add("dataset from sheet", change, number, "samples")


def _report_names(report: ImportReport, names: Sequence[str], sentence: str) -> None:
    if names:
        report.add("note", listed(names), len(names), f"{len(names)} {sentence}")


def _report_samples(samples: anndata.AnnData, report: ImportReport) -> None:
    for kind, number in samples.var[schema.FEATURE_TYPE].astype(str).value_counts().items():
        report.add("feature type", str(kind), int(number))
    for dataset, number in samples.obs[schema.DATASET].astype(str).value_counts().sort_index().items():
        report.add("dataset", str(dataset), int(number), "samples")
    empty = samples.obs_names[samples.obs[schema.QUALITY_FLAG] == schema.NO_READS]
    _report_names(report, list(empty), "samples without reads; they are kept and flagged")
    depth = np.asarray(schema.counts_of(samples).sum(axis=1)).ravel()
    features = np.diff(schema.counts_of(samples).indptr)
    for name, reads, seen in zip(samples.obs_names, depth, features, strict=True):
        report.add("sample", name, int(reads) if reads.is_integer() else float(reads), f"{seen:,} features seen")
