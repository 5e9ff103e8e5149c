"""Simulated studies in the forms that users have: OASIS 2 archives, tables, AnnData."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.io.output import write_table, written_whole
from srna_tools.simulate.study import Simulation

if TYPE_CHECKING:
    import anndata

COUNT_FILE = "data/counts/{sample}_allspeciesCounts.txt"
SUMMARY = "summary.html"
# Without meta element and links: Galaxy refuses archives whose first files hold those.
_SUMMARY_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{dataset}: sRNA detection summary</title></head><body>\n"
    "<h1>sRNA detection summary of {dataset}</h1>\n"
    "<p>This data is simulated by srna-tools: no such study exists. {samples} samples.</p>\n</body></html>\n"
)
# The earliest date that zip archives can hold: the same simulation gives the same bytes on any day.
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def write_oasis_archives(simulation: Simulation, folder: Path) -> list[Path]:
    """Write one OASIS 2 archive a study: a summary and one count file a sample, non-zero rows only.

    Returns
    -------
    The archives, ``<dataset>.zip``, in the order of the studies.
    """
    archives = []
    for dataset, samples in simulation.samples.groupby("dataset", sort=False)["sample"]:
        archive = folder / f"{dataset}.zip"
        page = _SUMMARY_PAGE.format(dataset=dataset, samples=len(samples))
        with written_whole(archive) as partial, zipfile.ZipFile(partial, "w") as members:
            _add(members, SUMMARY, page)
            for sample in samples:
                _add(members, COUNT_FILE.format(sample=sample), _count_file(simulation.counts.loc[sample]))
        archives.append(archive)
    return archives


def write_sample_sheet(simulation: Simulation, path: Path) -> None:
    """Write the sample annotation: ``sample``, ``dataset``, ``tissue``, ``sex``, ``age``."""
    write_table(simulation.samples, path)


def write_contaminants(simulation: Simulation, path: Path) -> None:
    """Write the contaminants, taxa in rows: ``taxon`` and one column a sample."""
    write_table(simulation.contaminants.reset_index(), path)


def to_anndata(simulation: Simulation) -> anndata.AnnData:
    """Give the counts as srna-import would import the archives with their sample sheet."""
    counts = sparse.csr_matrix(simulation.counts.to_numpy())
    obs = simulation.samples.set_index("sample").rename_axis(None)
    var = pd.DataFrame(index=simulation.counts.columns)
    return assembly.assemble(counts, obs, var, absent=schema.ABSENT_ZERO)


def _count_file(counts: pd.Series) -> str:
    return "".join(f"{name}\t{reads}\n" for name, reads in counts[counts > 0].items())


def _add(members: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _TIMESTAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    members.writestr(entry, text)
