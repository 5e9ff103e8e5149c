"""miRBase's files about stem-loops: families (miFam.dat) and places in the genome (GFF3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from srna_tools.errors import InputError
from srna_tools.io.gmt import FeatureSet
from srna_tools.io.lines import read_lines

FAMILY_TABLE = "family table"
_STEM_LOOP, _MATURE = "miRNA_primary_transcript", "miRNA"
_COLUMNS = 9
_WORDS = 2


class Locus(NamedTuple):
    """One stem-loop in the genome.

    Attributes
    ----------
    name
        Of the stem-loop.
    chromosome, strand, start, end
        Its place; counted from 1, both ends included.
    matures
        Names of its mature miRNAs.
    """

    name: str
    chromosome: str
    strand: str
    start: int
    end: int
    matures: tuple[str, ...]


def read_families(path: Path) -> list[FeatureSet]:
    """Read the families of miFam.dat: blocks of AC (accession), ID (name) and MI (a stem-loop each), ended by ``//``.

    A name that several families have is followed by the accession.

    Raises
    ------
    InputError
        A line that is none of these, or a family without name or stem-loops; the line is named. No family at all.
    """
    blocks = list(_blocks(path))
    if not blocks:
        raise InputError(path, "is empty; miRBase's miFam.dat has lines AC, ID and MI, and // after each family")
    times = Counter(name for _, name, _ in blocks)
    return [
        FeatureSet(
            name if times[name] == 1 else f"{name} ({accession})",
            f"miRBase family {accession}",
            tuple(dict.fromkeys(members)),
            FAMILY_TABLE,
        )
        for accession, name, members in blocks
    ]


def read_loci(path: Path) -> list[Locus]:
    """Read the stem-loops of a miRBase GFF3, in the file's order.

    Raises
    ------
    InputError
        A line that is none of GFF3's (named), or no stem-loop at all.
    """
    places: dict[str, tuple[str, str, str, int, int]] = {}
    matures: dict[str, list[str]] = {}
    for number, line in read_lines(path):
        if line.startswith("#"):
            continue
        cells, attributes = _gff_line(path, number, line)
        if cells[2] == _STEM_LOOP:
            name = _attribute(path, number, attributes, "Name")
            start, end = _place(path, number, cells)
            places[_attribute(path, number, attributes, "ID")] = (name, cells[0], cells[6], start, end)
        elif cells[2] == _MATURE:
            parent = _attribute(path, number, attributes, "Derives_from")
            matures.setdefault(parent, []).append(_attribute(path, number, attributes, "Name"))
    if not places:
        raise InputError(path, f"has no line of the type {_STEM_LOOP}; give a GFF3 of miRBase, such as hsa.gff3")
    return [Locus(*place, tuple(matures.get(accession, ()))) for accession, place in places.items()]


def _blocks(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Accession, name and stem-loops of each family."""
    accession, name, number = "", "", 0
    members: list[str] = []
    for number, line in read_lines(path):
        key, *words = line.split()
        if key == "//":
            yield _whole_block(path, number, accession, name, members)
            accession, name, members = "", "", []
        elif key in {"AC", "ID"} and words:
            accession, name = (words[0], name) if key == "AC" else (accession, words[0])
        elif key == "MI" and len(words) == _WORDS:
            members.append(words[1])
        else:
            raise InputError(
                path, f"'{line[:40]}' is no line of miRBase's miFam.dat: AC, ID, MI or //", f"line {number}"
            )
    if accession or name or members:
        yield _whole_block(path, number, accession, name, members)


def _whole_block(path: Path, number: int, accession: str, name: str, members: list[str]) -> tuple[str, str, list[str]]:
    if not (accession and name and members):
        raise InputError(path, "the family that ends here lacks its AC, ID or MI lines", f"line {number}")
    return accession, name, members


def _gff_line(path: Path, number: int, line: str) -> tuple[list[str], dict[str, str]]:
    cells = line.split("\t")
    if len(cells) != _COLUMNS:
        raise InputError(
            path, f"has {len(cells)} columns between tabs, but lines of a GFF3 have {_COLUMNS}", f"line {number}"
        )
    pairs = (part.partition("=") for part in cells[8].split(";"))
    return cells, {key.strip(): unquote(value.strip()) for key, _, value in pairs}


def _attribute(path: Path, number: int, attributes: dict[str, str], key: str) -> str:
    if not attributes.get(key):
        raise InputError(path, f"the miRNA has no {key} in its last column", f"line {number}")
    return attributes[key]


def _place(path: Path, number: int, cells: list[str]) -> tuple[int, int]:
    if not (cells[3].isdecimal() and cells[4].isdecimal() and int(cells[3]) <= int(cells[4])):
        raise InputError(path, f"'{cells[3]}' to '{cells[4]}' is no place on a chromosome", f"line {number}")
    return int(cells[3]), int(cells[4])
