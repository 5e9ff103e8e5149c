"""exceRpt: ``readCounts_*_sense.txt`` of one sample, folders of them, and the matrices of merged samples.

Rozowsky et al. 2019, exceRpt: a comprehensive analytic platform for extracellular RNA profiling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from scipy import sparse
from tqdm import tqdm

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.lines import read_head
from srna_tools.io.matrix import numbers, read_matrix
from srna_tools.io.quantifiers.excerpt_ids import annotate, name_of, names_species
from srna_tools.io.quantifiers.marks import header_cells, row_names
from srna_tools.io.quantifiers.one_sample import LibraryCounts, table_of_samples
from srna_tools.io.quantifiers.same_names import summed_by_name
from srna_tools.io.sample_names import sample_of, telling_folder
from srna_tools.io.table import CountTable
from srna_tools.io.text import read_cells

IN_FOLDER = "readCounts_*_sense*.txt"
_ALL = "readCounts_*.txt"
_FEATURE = {"ReferenceID", "GeneSymbol"}
# Each read once in all, split over the places that it maps to; what exceRpt's own merging takes.
_COUNT = "multimapAdjustedReadCount"
_COLUMNS = {"uniqueReadCount", "totalReadCount", _COUNT}
_OF_GENES = "_geneLevel"


def claims(lines: Sequence[str]) -> bool:
    """Tell by the columns of a sample's file, or by a merged matrix with ids such as ``hsa-let-7a-5p:MIMAT0000062``."""
    return _is_of_one_sample(lines) or (header_cells(lines)[0] == "" and any(map(names_species, row_names(lines))))


def read(path: Path, name: str | None = None) -> CountTable:
    """Read a file of one sample, its folder, a folder of such folders, or a merged matrix.

    Raises
    ------
    InputError
        No such files, or a cell is no count (row and column named).
    """
    if path.is_dir():
        return _read_folder(path, name)
    if _is_of_one_sample(read_head(path)):
        sample = name or sample_of(path, _ALL)
        return table_of_samples({sample: _library([path])}, str(path), telling_folder(path, but=sample))
    return _cut_names(read_matrix(path, name))


def put_together(tables: Sequence[CountTable]) -> list[CountTable]:
    """Join exceRpt's tables of one sample that share no feature, such as files of its RNA types; others stay alone."""
    joined: list[CountTable] = []
    for table in tables:
        place = next((place for place, other in enumerate(joined) if _completes(other, table)), None)
        if place is None:
            joined.append(table)
        else:
            before = joined[place]
            joined[place] = replace(
                before,
                source=f"{before.source} and {Path(table.source).name}",
                counts=sparse.hstack([before.counts, table.counts], format="csr"),
                var=pd.concat([before.var, table.var]),
                left_out=before.left_out + table.left_out,
                notes=before.notes + table.notes,
            )
    return joined


def _completes(one: CountTable, other: CountTable) -> bool:
    if not all({"biotype", "symbol"} <= set(table.var) for table in (one, other)):
        return False
    same_sample = len(one.obs) == len(other.obs) == 1 and one.obs.index[0] == other.obs.index[0]
    return same_sample and one.absent_is_zero and other.absent_is_zero and not set(one.var.index) & set(other.var.index)


def _read_folder(path: Path, name: str | None) -> CountTable:
    files = sorted(file for file in path.rglob(_ALL) if not file.name.startswith("._"))
    chosen = _chosen(files)
    if not chosen:
        raise InputError(path, "no readCounts_*_sense.txt in it, which exceRpt writes for each sample")
    folders = sorted({file.parent for file in chosen})
    alone = folders == [path]
    progress = tqdm(folders, desc=f"reading {path.name}", unit=" samples", leave=False, disable=None)
    samples = [
        (
            name if alone and name else folder.resolve().name,
            _library([file for file in chosen if file.parent == folder]),
        )
        for folder in progress
    ]
    others = sorted({file.name for file in files} - {file.name for file in chosen})
    note = f"{counted(len(others), 'kind')} of files not read, antisense or in another file too: {listed(others, 10)}"
    dataset = telling_folder(path) if alone else name or path.resolve().name
    return table_of_samples(samples, str(path), dataset, (note,) if others else ())


def _chosen(files: Sequence[Path]) -> list[Path]:
    """Sense files; of one that stands by transcript and by gene only that by gene."""
    sense = [file for file in files if file.match(IN_FOLDER)]
    by_gene = {file.with_name(file.name.replace(_OF_GENES, "")) for file in sense if _OF_GENES in file.name}
    return [file for file in sense if file not in by_gene]


def _library(files: Sequence[Path]) -> LibraryCounts:
    """Counts of all files of one sample; rows that come to one name are summed."""
    rows = pd.concat([_rows(file) for file in files])
    counts = rows.pop("count")
    return LibraryCounts(counts.groupby(level=0, sort=False).sum().to_numpy(), rows[~rows.index.duplicated()])


def _rows(path: Path) -> pd.DataFrame:
    cells = read_cells(path)
    if _COUNT not in cells:
        raise InputError(path, f"has no column '{_COUNT}'; the columns are: {listed(cells.columns, 30)}", "line 1")
    by_gene = cells.index.name == "GeneSymbol"
    return annotate(cells.index, by_gene).assign(count=numbers(cells[[_COUNT]], path).ravel())


def _cut_names(table: CountTable) -> CountTable:
    """A merged matrix under the short names; rows that come to one name are summed."""
    counts, _ = summed_by_name(table.counts, [name_of(str(feature)) for feature in table.var.index])
    var = annotate(table.var.index, by_gene=False)
    return replace(table, counts=counts, var=var[~var.index.duplicated()])


def _is_of_one_sample(lines: Sequence[str]) -> bool:
    cells = header_cells(lines)
    return cells[0] in _FEATURE and set(cells) >= _COLUMNS
