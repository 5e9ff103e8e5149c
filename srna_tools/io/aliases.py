"""Alias tables: other names of the same miRNAs, such as those of another miRBase release or of MirGeneDB."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from srna_tools.errors import InputError
from srna_tools.features import feature_type
from srna_tools.io.cells import is_missing
from srna_tools.io.text import read_text

_DELIMITERS = ("\t", ";", ",", "|")
_VARIANT = re.compile(r"^(.+)-v\d+$")
_TWO = 2


def read_aliases(path: Path) -> dict[str, str | None]:
    """Read names and their aliases from the first two columns of a table; further columns are not read.

    The delimiter may be a tab, semicolon, comma, bar or blanks; a first line that names no miRNA is a header.
    An alias ``None``, or an empty one, says that there is none.

    Raises
    ------
    InputError
        Empty, one column only, or a name with two different aliases; the line is named.
    """
    lines = read_text(path).split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputError(path, "is empty; an alias table has a name and its alias on each line")
    aliases: dict[str, str | None] = {}
    for number, cells in enumerate(_rows(lines, first), start=1):
        if not cells or not cells[0]:
            continue
        if len(cells) < _TWO:
            raise InputError(
                path, f"has one column only ('{cells[0][:40]}'); a name and its alias are needed", f"line {number}"
            )
        name, alias = cells[0], None if is_missing(cells[1]) or cells[1].lower() == "none" else cells[1]
        if not aliases and number == 1 and feature_type(name) != "miRNA":
            continue
        if aliases.get(name, alias) != alias:
            raise InputError(path, f"{name} has two aliases, {aliases[name]} and {alias}; keep one", f"line {number}")
        aliases[name] = alias
    if not aliases:
        raise InputError(path, "names no miRNA in its first column")
    return _without_variants(aliases) | aliases


def _without_variants(aliases: dict[str, str | None]) -> dict[str, str | None]:
    """Names without the number of a MirGeneDB variant (``-v1``), where all variants have one alias."""
    of_name: dict[str, set[str | None]] = {}
    for name, alias in aliases.items():
        found = _VARIANT.match(name)
        if found:
            of_name.setdefault(found.group(1), set()).add(alias)
    return {name: several.pop() for name, several in of_name.items() if len(several) == 1}


def _rows(lines: list[str], first: str) -> list[list[str]]:
    delimiter = next((one for one in _DELIMITERS if one in first), None)
    if delimiter is None:
        return [line.split() for line in lines]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
