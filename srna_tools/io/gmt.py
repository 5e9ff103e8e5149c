"""Sets of features, and the GMT files that hold them: a set a line, name, description and members between tabs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from srna_tools.errors import InputError
from srna_tools.io.lines import read_lines

_FEWEST_CELLS = 3
_FORM = "a GMT line is a name, a description and at least one member, separated by tabs"


@dataclass(frozen=True)
class FeatureSet:
    """Features that belong together.

    Attributes
    ----------
    name, description
        What they have in common, in a word and in a sentence.
    members
        Names of the features, each once.
    source
        Where the set comes from; sets of one name from several sources are different sets.
    """

    name: str
    description: str
    members: tuple[str, ...]
    source: str


def read_gmt(path: Path, source: str) -> list[FeatureSet]:
    """Read the sets of a GMT file.

    Parameters
    ----------
    source
        What to call the file.

    Raises
    ------
    InputError
        A line that is none of GMT's, or a name that stands twice; the line is named. No set at all.
    """
    line_of: dict[str, int] = {}
    sets = []
    for number, line in read_lines(path):
        name, description, *members = _cells(path, number, line)
        if name in line_of:
            raise InputError(
                path, f"the set {name} stands on line {line_of[name]} too; rename or remove one", f"line {number}"
            )
        line_of[name] = number
        sets.append(FeatureSet(name, description, tuple(dict.fromkeys(members)), source))
    if not sets:
        raise InputError(path, f"is empty; {_FORM}")
    return sets


def _cells(path: Path, number: int, line: str) -> list[str]:
    """Cells of a line; spreadsheets fill short lines with empty ones at the end."""
    cells = [cell.strip() for cell in line.rstrip().split("\t")]
    if len(cells) < _FEWEST_CELLS or not cells[0]:
        raise InputError(path, f"'{line.strip()[:40]}' is no set; {_FORM}", f"line {number}")
    if "" in cells[2:]:
        raise InputError(path, f"member {cells.index('', 2) - 1} of the set {cells[0]} has no name", f"line {number}")
    return cells
