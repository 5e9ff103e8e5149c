"""Tables that say which family a sequence is of: miRBase's miFam.dat, or two columns."""

from __future__ import annotations

import re
from pathlib import Path

from srna_tools import mirna_names
from srna_tools.errors import InputError
from srna_tools.io.lines import read_head, read_lines
from srna_tools.io.mirbase import read_families

_MIRBASE_LINE = re.compile(r"(?:AC|ID|MI)\s+\S|//\s*$")
# Several products of one arm are numbered, as in ath-miR161.1 and mmu-miR-3102-5p.2-5p; their stem-loop is not.
_PRODUCT = re.compile(r"(?:-[35]p)?\.\d+")
_DELIMITERS = "\t,;"
_TWO = 2
NO_FAMILY, UNTOLD = "no family", "untold"
#: Species, name without species, arm and copy number, and copy number or None for all copies.
_Locus = tuple[str | None, str, str | None]


class FamilyTable:
    """Family of each id; mature miRNAs have the family of their stem-loop.

    Parameters
    ----------
    family_of
        Family of each id, as the table has them.
    """

    def __init__(self, family_of: dict[str, str]) -> None:
        self._family_of = family_of
        self._by_locus: dict[_Locus, set[str]] = {}
        for name, family in family_of.items():
            for locus in _loci(name):
                self._by_locus.setdefault(locus, set()).add(family)

    def family(self, name: str) -> tuple[str | None, str]:
        """Family of an id, or None and why: `NO_FAMILY`, or `UNTOLD` where its stem-loops are of several families."""
        if name in self._family_of:
            return self._family_of[name], ""
        for locus in _loci(name, of_mature=True):
            families = self._by_locus.get(locus, set())
            if families:
                return (next(iter(families)), "") if len(families) == 1 else (None, UNTOLD)
        return None, NO_FAMILY


def read_family_table(path: Path) -> FamilyTable:
    """Read miRBase's miFam.dat, or a table of an id and its family on each line (tab, comma, semicolon or blanks).

    Raises
    ------
    InputError
        Empty, neither of the two, or an id in two families; the line is named.
    """
    first = next((line for line in read_head(path) if line.strip() and not line.startswith("#")), "")
    if _MIRBASE_LINE.match(first):
        return FamilyTable({member: one.name for one in read_families(path) for member in one.members})
    return FamilyTable(_two_columns(path, first))


def _two_columns(path: Path, first: str) -> dict[str, str]:
    delimiter = next((mark for mark in _DELIMITERS if mark in first), None)
    family_of: dict[str, str] = {}
    for number, line in read_lines(path):
        if line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split(delimiter)]
        if len(cells) != _TWO or not all(cells):
            raise InputError(
                path,
                f"'{line[:40]}' is not an id and its family; give these two columns, or miFam.dat",
                f"line {number}",
            )
        name, family = cells
        if family_of.setdefault(name, family) != family:
            raise InputError(
                path, f"'{name}' is in two families, '{family_of[name]}' and '{family}'; keep one", f"line {number}"
            )
    if not family_of:
        raise InputError(path, "is empty; give an id and its family on each line, or miRBase's miFam.dat")
    return family_of


def _loci(name: str, of_mature: bool = False) -> list[_Locus]:
    """What the names of a stem-loop and of its mature miRNAs have in common, first with the copy number if it has one.

    With `of_mature` there is nothing for the name of a stem-loop, whose family the table says itself.
    """
    parsed = mirna_names.parse(_PRODUCT.sub("", name))
    if parsed is None or (of_mature and parsed.level == mirna_names.STEM_LOOP):
        return []
    every = (parsed.species, parsed.locus, None)
    return [(parsed.species, parsed.locus, parsed.copy), every] if parsed.copy else [every]
