"""What an import tells its user: what was read, and what was left out, overridden or guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import counted, listed
from srna_tools.io.contaminants import ContaminantMatch
from srna_tools.io.sample_sheet import Sheet, SheetMatch
from srna_tools.io.table import CountTable

if TYPE_CHECKING:
    import anndata


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

    def note_names(self, names: Sequence[str], noun: str, what: str) -> None:
        """Add a sentence that counts and names things, if there are any."""
        if names:
            self.note(len(names), f"{counted(len(names), noun)} {what}", names)

    def notes(self) -> list[str]:
        """Return these sentences, with the names that they are about."""
        return [f"{note}: {name}" if name else note for item, name, _, note in self.rows if item == "note"]


def report_inputs(tables: Sequence[CountTable], report: ImportReport) -> None:
    """Size and reads of each input, and what was guessed or left out in reading it."""
    for table in tables:
        samples, features = table.counts.shape
        name = Path(table.source).name
        held = f"{counted(samples, 'sample')}, {counted(features, 'feature')}"
        report.add("input", name, _number(table.depth.sum()), held)
        for note in table.notes:
            report.note(samples, note, [name])
        for part in table.left_out:
            report.add("left out", name, part.reads, part.in_words())
            report.note(part.number, f"{part.in_words()} left out, with {part.reads:,.16g} reads", [name])


def report_namespaces(tables: Sequence[CountTable], report: ImportReport) -> None:
    """Say so where inputs were harmonised apart, so that one may pool what another counts separately."""
    pools = [table.namespace.pools if table.namespace else None for table in tables]
    if any(one != pools[0] for one in pools):
        report.note(len(tables), "the inputs were harmonised apart; run srna-harmonize on the joined samples")


def report_match(match: SheetMatch, report: ImportReport) -> None:
    """How the sample sheet fitted the samples."""
    report.note_names(match.without_row, "sample", "without a row in the sample sheet, so not annotated by it")
    report.note_names(match.without_counts, "row", "of the sample sheet without counts")
    report.note_names(match.replaced_columns, "column", "of the input replaced by that of the sample sheet")
    if match.renamed_datasets:
        number = sum(match.renamed_datasets.values())
        samples = counted(number, "sample")
        report.note(number, f"the dataset of {samples} comes from the sample sheet, not from the input")
    for change, number in match.renamed_datasets.items():
        report.add("dataset from sheet", change, number, "samples")


def report_contaminants(match: ContaminantMatch, report: ImportReport) -> None:
    """How the contaminant table fitted the samples."""
    without, unused = match.without_column, match.unused_columns
    report.note_names(without, "sample", "without contaminants in the table, so theirs are not measured")
    report.note_names(unused, "column", "of the contaminant table not used, since no sample has that name")
    if match.empty_cells:
        report.note(match.empty_cells, f"{counted(match.empty_cells, 'empty cell')} of the contaminant table read as 0")


def report_missing(
    samples: anndata.AnnData, tables: Sequence[CountTable], sheet: Sheet | None, report: ImportReport
) -> None:
    """Samples that have a cell in a column but no value, and the words that were read as such."""
    stated = [table.missing for table in tables] + ([sheet.missing] if sheet else [])
    for column in samples.obs:
        without = samples.obs_names[samples.obs[column].isna()]
        cells = pd.concat([pd.Series(dtype=object), *(words[column] for words in stated if column in words)])
        cells = cells[cells.index.isin(without)]
        if len(cells):
            number, words = cells.index.nunique(), listed(sorted(set(cells) - {""}))
            note = f"{column}: {counted(number, 'sample')} without a value"
            report.note(number, f"{note} ({words})" if words else note)
    without_study = _without_study(samples, tables, sheet)
    report.note_names(without_study, "sample", "without a study, which take the name of their input as dataset")


def report_samples(samples: anndata.AnnData, report: ImportReport) -> None:
    """Feature types, datasets, samples without reads, and each sample's reads."""
    for kind, number in samples.var[schema.FEATURE_TYPE].astype(str).value_counts().items():
        report.add("feature type", str(kind), int(number))
    for dataset, number in samples.obs[schema.DATASET].astype(str).value_counts().sort_index().items():
        report.add("dataset", str(dataset), int(number), "samples")
    empty = samples.obs_names[samples.obs[schema.QUALITY_FLAG] == schema.NO_READS]
    report.note_names(list(empty), "sample", "without reads, kept and flagged")
    depth = np.asarray(schema.counts_of(samples).sum(axis=1)).ravel()
    features = np.diff(schema.counts_of(samples).indptr)
    for name, reads, seen in zip(samples.obs_names, depth, features, strict=True):
        report.add("sample", name, _number(reads), f"{counted(int(seen), 'feature')} seen")


def _number(reads: np.number[Any]) -> int | float:
    """Reads as a whole number where they are one."""
    return int(reads) if float(reads).is_integer() else float(reads)


def _without_study(samples: anndata.AnnData, tables: Sequence[CountTable], sheet: Sheet | None) -> list[str]:
    """Samples whose dataset column has a gap wherever there is one."""
    annotations = [table.obs for table in tables] + ([sheet.values] if sheet else [])
    columns = [annotation[schema.DATASET] for annotation in annotations if schema.DATASET in annotation]
    gaps = {name for column in columns for name in column.index[column.isna()]}
    stated = {name for column in columns for name in column.index[column.notna()]}
    return [str(name) for name in samples.obs_names if name in gaps - stated]
