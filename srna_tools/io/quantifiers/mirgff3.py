"""The mirGFF3 format: samples in a header line, and a line for each read and precursor with its counts.

Desvignes et al. 2020, https://github.com/miRTop/mirGFF3 (versions 1.1 and 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from srna_tools.errors import InputError, listed
from srna_tools.io.lines import read_lines
from srna_tools.io.quantifiers.reads import ReadLine, count_of, table_of_reads
from srna_tools.io.table import CountTable

_MARK = re.compile(r"##\s*(?:mirGFF3|GFF3 adapted for miRNA|COLDATA:)", re.IGNORECASE)
_SAMPLES = re.compile(r"##\s*COLDATA:\s*(.*)", re.IGNORECASE)
_TYPES = ("ref_miRNA", "isomiR")
_COLUMNS = 9
_PASSED = "pass"


def claims(lines: Sequence[str]) -> bool:
    """Tell by a header line of mirGFF3, or by a first feature that is a miRNA or isomiR."""
    header = [line for line in lines if line.startswith("#")]
    first = next((line.split("\t") for line in lines if line.strip() and not line.startswith("#")), [])
    return any(map(_MARK.match, header)) or (len(first) == _COLUMNS and first[2] in _TYPES)


def read(path: Path, dataset: str) -> CountTable:
    """Read the samples of ``## COLDATA:``; lines that did not pass the program's filter are left out and counted.

    Raises
    ------
    InputError
        No samples before the first feature, or a line that is not as the format asks for; the line is named.
    """
    samples = _samples(path)
    return table_of_reads(_reads(path, samples), samples, path, dataset)


def _reads(path: Path, samples: Sequence[str]) -> Iterator[ReadLine]:
    for number, line in read_lines(path):
        if not line.startswith("#"):
            yield _feature(line, samples, path, number)


def _samples(path: Path) -> list[str]:
    lines = read_lines(path)
    number, line = next(((number, line) for number, line in lines if _SAMPLES.match(line) or line[0] != "#"), (0, ""))
    found = _SAMPLES.match(line)
    if not found:
        where = f"line {number}" if number else ""
        raise InputError(
            path, "a line '## COLDATA: <samples>' must name the samples before the first feature; add it", where
        )
    samples = [name.strip() for name in found.group(1).split(",")]
    if not all(samples):
        raise InputError(path, "'## COLDATA:' has a sample without name", f"line {number}")
    twice = sorted({name for name in samples if samples.count(name) > 1})
    if twice:
        raise InputError(path, f"'## COLDATA:' names the sample {listed(twice)} twice; rename one", f"line {number}")
    return samples


def _feature(line: str, samples: Sequence[str], path: Path, number: int) -> ReadLine:
    """Read of one line, after checking that it is as the format asks for."""
    where = f"line {number}"
    cells = line.split("\t")
    if len(cells) != _COLUMNS:
        raise InputError(path, f"the line has {len(cells)} tab-separated columns, but mirGFF3 {_COLUMNS}", where)
    if cells[2] not in _TYPES:
        raise InputError(path, f"the type is '{cells[2][:40]}', but must be {' or '.join(_TYPES)}", where)
    attributes = _attributes(cells[8])
    missing = [key for key in ("name", "expression") if not attributes.get(key)]
    if missing:
        raise InputError(path, f"the attribute {missing[0].capitalize()} is missing", where)
    counts = attributes["expression"].split(",")
    if len(counts) != len(samples):
        raise InputError(path, f"Expression has {len(counts)} numbers, but there are {len(samples)} samples", where)
    read = attributes.get("read") or attributes.get("uid") or where
    verdict = attributes.get("filter", _PASSED)
    why = "" if verdict.lower() == _PASSED else f"that mirtop filtered ({verdict})"
    return ReadLine(read, (attributes["name"],), tuple(count_of(cell, path, number) for cell in counts), why)


def _attributes(text: str) -> dict[str, str]:
    """Attributes by their keys in lower case."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {key.strip().lower(): value.strip() for key, _, value in pairs}
