"""Sequences whose family is sought: FASTA, or the novel miRNAs of a miRDeep2 result, a table or an OASIS 2 archive."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from srna_tools.errors import InputError
from srna_tools.io import mirdeep2_novel, novel_table
from srna_tools.io.archive import members
from srna_tools.io.fasta import EXPECTED, SUFFIXES, FastaRecord, Lines, is_fasta, read_fasta, records
from srna_tools.io.lines import read_head, read_lines, unix_lines
from srna_tools.io.oasis import is_archive

PRECURSOR, MATURE = "precursor", "mature"
PARTS = (PRECURSOR, MATURE)
_HEAD = 1_000_000
# In an archive; miRDeep2, which OASIS 2 predicts novel miRNAs with, calls its result result_<date>.csv, and its FASTA
# novel_pres_*, novel_mature_* and novel_star_*. The same miRNAs may be there as FASTA and as a table: FASTA goes first.
_MEMBERS = tuple(
    re.compile(rf"^(?!.*_allspeciesCounts\.txt$).*(?:novel|predict|(?:^|/)result_).*(?:{suffixes})$", re.IGNORECASE)
    for suffixes in ("|".join(map(re.escape, SUFFIXES)), r"\.csv|\.tsv|\.txt")
)
_OTHER_PART = {
    PRECURSOR: re.compile(r"mature|star", re.IGNORECASE),
    MATURE: re.compile(r"star|precursor|hairpin|stem-?loop|(?:^|[_-])pres?(?=[_.-])", re.IGNORECASE),
}
_ReadNovel = Callable[[Callable[[], Lines], str, str], Iterator[FastaRecord]]


def read_sequences(path: Path, part: str = PRECURSOR) -> Iterator[FastaRecord]:
    """Read the sequences of a FASTA, or the novel miRNAs of a miRDeep2 result, table or OASIS 2 archive, by content.

    Of an archive, what has ``novel`` or ``predict`` in its name, or is called as miRDeep2's results are, is read.

    Parameters
    ----------
    part
        Which sequence of a novel miRNA: ``precursor`` or ``mature``. A FASTA is read as it is.

    Raises
    ------
    InputError
        As `srna_tools.io.fasta.read_fasta`; or an archive or result without novel miRNAs.
    """
    if part not in PARTS:
        raise ValueError(f"part is one of {', '.join(PARTS)}, not {part!r}")
    if is_archive(path):
        return _of_archive(path, part)
    head = read_head(path, EXPECTED)
    reader = _reader(head, part)
    return reader(lambda: read_lines(path), str(path), part) if reader else read_fasta(path)


def _reader(head: list[str], part: str) -> _ReadNovel | None:
    """What reads the novel miRNAs of a text that starts so, if it is of a form that has any; FASTA is not."""
    if is_fasta(head):
        return None
    if mirdeep2_novel.claims(head):
        return mirdeep2_novel.records
    return novel_table.records if novel_table.claims(head, part) else None


def _of_archive(path: Path, part: str) -> Iterator[FastaRecord]:
    """Novel miRNAs of all members that hold this part; one that several members have is met once."""
    seen: dict[str, str] = {}
    for pattern in _MEMBERS:
        for name, content in members(path, pattern):
            if _OTHER_PART[part].search(PurePosixPath(name).name):
                continue
            for record in _of_member(f"{path}:{name}", content, part):
                if record.name not in seen:
                    seen[record.name] = record.sequence
                    yield record
                elif seen[record.name] != record.sequence:
                    raise InputError(
                        f"{path}:{name}",
                        f"'{record.name}' has another sequence in another file of the archive",
                    )
        if seen:
            return
    raise InputError(
        path,
        f"has no {part} sequences of novel miRNAs: no FASTA, table or miRDeep2 result with 'novel' or 'predict' in its"
        " name; give the sequences as FASTA",
    )


def _of_member(source: str, content: bytes, part: str) -> Iterator[FastaRecord]:
    """Sequences of a FASTA, a result or a table; other members, such as lists of counts, have none."""
    text = _decoded(content, source)
    head = text[:_HEAD].split("\n")
    if is_fasta(head):
        return records(lambda: _numbered(text), source)
    reader = _reader(head, part)
    return reader(lambda: _numbered(text), source, part) if reader else iter(())


def _decoded(content: bytes, source: str) -> str:
    try:
        return unix_lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(source, f"is not UTF-8 text ({error.reason} at byte {error.start})") from error


def _numbered(text: str) -> Lines:
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            yield number, line.rstrip("\n")
