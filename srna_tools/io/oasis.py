"""OASIS 2 results: a zip archive, its unpacked folder, or single ``<sample>_allspeciesCounts.txt`` files.

A count file has two tab-separated columns without header, sRNA id and read count; what it does not name is 0.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from tqdm import tqdm

from srna_tools.errors import InputError
from srna_tools.io.archive import members
from srna_tools.io.cells import why_no_count
from srna_tools.io.lines import GZIP_MAGIC, starts_with
from srna_tools.io.sample_names import telling_folder
from srna_tools.io.table import CountTable, require_reads
from srna_tools.io.text import read_content

COUNT_FILE = re.compile(r"(?:^|/)(?P<sample>[^/]+)_allspeciesCounts\.txt$")
_LAYOUT = "OASIS 2 archives hold data/counts/<sample>_allspeciesCounts.txt"
_ROWS = re.compile(rb"(?:[^\t\r\n\x00]+\t[0-9]{1,18}(?:\r?\n|\Z))*\s*")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Of an archive with members, without any, and of one that was split into volumes.
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEADER = "; count files have no header, remove this line"
_NOT_WHOLE = "but OASIS 2 counts are whole numbers written in digits; import tables with fractions as a matrix"


def is_archive(path: Path) -> bool:
    """Whether a file is, or was meant to be, a zip archive: by its first bytes or its name."""
    return starts_with(path, *_ZIP_MAGICS) or (path.is_file() and path.suffix.lower() == ".zip")


def read(path: Path, name: str | None = None) -> CountTable:
    """Read an archive, a folder or a single count file; `name` as those take it."""
    if path.is_dir():
        return read_folder(path, name)
    if is_archive(path) or (_is_binary(path) and not starts_with(path, GZIP_MAGIC)):
        return read_archive(path, name)
    return read_file(path, name)


def read_archive(path: Path, dataset: str | None = None) -> CountTable:
    """Read an OASIS 2 result archive; the dataset is the archive's stem unless given.

    Raises
    ------
    InputError
        Not a readable archive, no counts in it, or a count file that is not as OASIS 2 writes it.
    """
    contents = ((f"{path}:{name}", _sample_of(name), content) for name, content in members(path, COUNT_FILE))
    return _table(contents, str(path), dataset or path.stem)


def read_folder(path: Path, dataset: str | None = None) -> CountTable:
    """Read an unpacked OASIS 2 archive; the dataset is the folder's name unless given."""
    files = sorted(file for file in path.rglob("*_allspeciesCounts.txt") if not file.name.startswith("._"))
    contents = ((str(file), _sample_of(file.name), file.read_bytes()) for file in files)
    return _table(contents, str(path), dataset or path.resolve().name)


def read_file(path: Path, sample: str | None = None) -> CountTable:
    """Read one count file, gzip or plain; the dataset is the folder of the archive that it was unpacked from."""
    named = COUNT_FILE.search(path.name.removesuffix(".gz"))
    sample = sample or (named.group("sample") if named else path.stem)
    return _table([(str(path), sample, read_content(path))], str(path), telling_folder(path))


def parse_counts(content: bytes, source: str) -> tuple[list[str], np.ndarray]:
    """Ids and whole counts of one count file.

    Raises
    ------
    InputError
        A header, more than two columns, a negative, fractional or non-numeric count, or a duplicated id;
        the line is named.
    """
    content = content.removeprefix(_BYTE_ORDER_MARK)
    if not _ROWS.fullmatch(content):
        raise _first_bad_line(content, source)
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").rstrip()
    except UnicodeDecodeError as error:
        raise InputError(source, f"is not UTF-8 text ({error.reason} at byte {error.start})") from error
    cells = text.replace("\n", "\t").split("\t") if text else []
    ids, counts = cells[0::2], cells[1::2]
    if len(set(ids)) < len(ids):
        repeated = Counter(ids).most_common(1)[0][0]
        raise InputError(source, f"the id {repeated} stands twice; each sRNA must have one line", _lines(ids, repeated))
    return ids, np.fromiter(map(int, counts), np.int64, len(counts))


def _table(contents: Iterable[tuple[str, str, bytes]], source: str, dataset: str) -> CountTable:
    place_of: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    columns: list[np.ndarray] = []
    values: list[np.ndarray] = []
    samples: list[str] = []
    for name, sample, content in tqdm(
        contents, desc=f"reading {Path(source).name}", unit=" samples", leave=False, disable=None
    ):
        if not sample.isprintable():
            raise InputError(source, "the name of a count file is not UTF-8 text; rename it", ascii(sample))
        ids, counts = parse_counts(content, name)
        columns.append(np.fromiter(map(place_of.__getitem__, ids), np.int32, len(ids)))
        values.append(counts)
        samples.append(sample)
    if not samples:
        raise InputError(source, f"no count files in it; {_LAYOUT}")
    ends = np.concatenate([[0], np.cumsum([len(part) for part in columns])])
    data, indices = np.concatenate(values), np.concatenate(columns)
    counts_matrix = sparse.csr_matrix((data, indices, ends), shape=(len(samples), len(place_of)), dtype=np.int64)
    counts_matrix.eliminate_zeros()
    return require_reads(
        CountTable(
            source=source,
            counts=counts_matrix,
            obs=pd.DataFrame(index=pd.Index(samples, dtype=object)),
            var=pd.DataFrame(index=pd.Index(list(place_of), dtype=object)),
            dataset=dataset,
            absent_is_zero=True,
        )
    )


def _is_binary(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"\x00" in stream.read(4096)


def _sample_of(name: str) -> str:
    found = COUNT_FILE.search(name)
    assert found is not None  # noqa: S101 - callers pass only names that match
    return found.group("sample")


def _lines(ids: list[str], name: str) -> str:
    return "lines " + " and ".join(str(place + 1) for place, other in enumerate(ids) if other == name)


def _first_bad_line(content: bytes, source: str) -> InputError:
    lines = content.decode("utf-8", errors="replace").rstrip().split("\n")
    for number, line in enumerate(lines, start=1):
        problem = _problem_of(line.rstrip("\r"), number)
        if problem:
            return InputError(source, problem, f"line {number}")
    return InputError(source, "is not a count file: id, tab, whole number on each line")


def _problem_of(line: str, number: int) -> str:
    """Say what is wrong with one line of a count file, or nothing where it is right."""
    cells = line.split("\t")
    if not line.strip():
        return "the line is empty"
    if len(cells) != 2:  # noqa: PLR2004
        return f"expected 2 tab-separated columns (id, count), found {len(cells)}: '{line[:80]}'"
    name, count = cells
    if "\x00" in line:
        return "the line is binary, not text"
    if not name:
        return "the sRNA id is empty"
    if count.isascii() and count.isdigit():
        return "" if len(count) <= 18 else f"the count {count[:30]} is too large"  # noqa: PLR2004
    problem = why_no_count(count, _HEADER if number == 1 else "") or f"is {count}, {_NOT_WHOLE}"
    return f"the count of {name[:40]} {problem}"
