"""Section of the report: what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import counted, listed
from srna_tools.report.figure import in_natural_order

if TYPE_CHECKING:
    import anndata

Row = tuple[Any, ...]
_VALUES = {
    schema.VALUES_COUNTS: "read counts",
    schema.VALUES_FRACTIONAL: "read counts with fractions",
    schema.VALUES_RPM: "reads per million",
}


@dataclass(frozen=True)
class WhatWasRead:
    """Samples, datasets and features in numbers.

    Attributes
    ----------
    summary
        One sentence.
    datasets
        Name, samples, median reads, samples without reads.
    types
        Feature type, features, share of all reads.
    samples
        Name, dataset, reads, features seen, note.
    inputs
        File, reads, what was in it; from the import report.
    notes
        What a reader must not miss.
    groups
        Label, samples, group, what was decided; from the mapping table.
    """

    summary: str = ""
    datasets: list[Row] = field(default_factory=list)
    types: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)
    inputs: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)


def what_was_read(
    samples: anndata.AnnData | None, import_report: pd.DataFrame | None, mapping: pd.DataFrame | None
) -> WhatWasRead | None:
    """Describe the samples, with what the import and the grouping of labels had to say; None without any of them."""
    if samples is None and import_report is None and mapping is None:
        return None
    facts: dict[str, Any] = {}
    if import_report is not None:
        facts |= _from_report(import_report)
    if samples is not None:
        facts |= _from_samples(samples)
    if not facts.get("summary") and facts.get("samples"):
        facts["summary"] = f"{counted(len(facts['samples']), 'sample')} of {counted(len(facts['datasets']), 'dataset')}"
    if mapping is not None:
        facts["groups"] = [_group(row) for row in mapping.fillna("").to_dict("records")]
    return WhatWasRead(**facts)


def reads_of(samples: anndata.AnnData) -> pd.Series:
    """All counts of each sample."""
    return pd.Series(np.asarray(schema.counts_of(samples).sum(axis=1)).ravel(), index=samples.obs_names)


def _from_samples(samples: anndata.AnnData) -> dict[str, Any]:
    counts, reads = schema.counts_of(samples), reads_of(samples)
    seen = np.diff(counts.indptr)
    datasets = samples.obs[schema.DATASET].astype(str)
    flags = samples.obs[schema.QUALITY_FLAG].astype(str) if schema.QUALITY_FLAG in samples.obs else None
    notes = flags.to_list() if flags is not None else [""] * samples.n_obs
    names = sorted(datasets.unique(), key=in_natural_order)
    return {
        "summary": _sentence(samples, len(names)),
        "datasets": [_dataset(name, reads[(datasets == name).to_numpy()]) for name in names],
        "types": _types(samples, np.asarray(counts.sum(axis=0)).ravel()),
        "samples": list(zip(samples.obs_names, datasets, reads, seen.tolist(), notes, strict=True)),
    }


def _sentence(samples: anndata.AnnData, datasets: int) -> str:
    kinds = sorted({_VALUES.get(kind, kind) for kind in schema.values_of(samples).values()})
    species = schema.species_of(samples)
    kept = f", features of species {species} only" if species else ""
    return (
        f"{counted(samples.n_obs, 'sample')} of {counted(datasets, 'dataset')} "
        f"with {counted(samples.n_vars, 'feature')} ({' and '.join(kinds)}{kept})"
    )


def _dataset(name: str, reads: pd.Series) -> Row:
    return name, len(reads), float(reads.median()), int((reads == 0).sum())


def _types(samples: anndata.AnnData, reads: np.ndarray) -> list[Row]:
    table = pd.DataFrame({"type": samples.var[schema.FEATURE_TYPE].astype(str).to_numpy(), "reads": reads})
    summed = table.groupby("type")["reads"].agg(["size", "sum"]).sort_values("size", ascending=False, kind="stable")
    total = float(reads.sum()) or 1.0
    return [(str(name), int(row["size"]), float(row["sum"]) / total) for name, row in summed.iterrows()]


def _from_report(report: pd.DataFrame) -> dict[str, Any]:
    """Read the rows of the import report; counts of datasets and types where the samples are not given."""
    parts = {str(item): rows.fillna("").to_dict("records") for item, rows in report.groupby("item", sort=False)}
    numbered = {
        item: [(row["name"], _number(row["number"]), row["note"]) for row in rows] for item, rows in parts.items()
    }
    return {
        "inputs": numbered.get("input", []),
        "notes": [f"{name}: {note}" if name else note for name, _, note in numbered.get("note", [])],
        "datasets": [(name, number, None, None) for name, number, _ in numbered.get("dataset", [])],
        "types": [(name, number, None) for name, number, _ in numbered.get("feature type", [])],
        "samples": [(name, "", number, note, "") for name, number, note in numbered.get("sample", [])],
    }


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _group(row: Mapping[Any, Any]) -> Row:
    kept = str(row["kept"]).lower() in {"yes", "true", "1"}
    decision = str(row["reason"]) or ("" if kept else "not used")
    return row["label"] or "(missing)", row["samples"], row["group"] if kept else "", decision


def flagged(read: WhatWasRead) -> str:
    """Name the samples with a quality flag, or nothing."""
    names = [str(name) for name, *_, note in read.samples if note]
    return f"{counted(len(names), 'sample')} flagged at import: {listed(names, 10)}" if names else ""
