"""miRge3 (and miRge2): ``miR.Counts.csv``, miRNAs in rows, also of SNP and extended variants of a miRNA.

Patil & Halushka 2021, miRge3.0: a comprehensive microRNA and tRF sequencing analysis pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.io.matrix import read_matrix
from srna_tools.io.quantifiers.marks import header_cells, row_names
from srna_tools.io.quantifiers.same_names import summed_by_name
from srna_tools.io.table import CountTable, LeftOut, require_reads

TOTAL = "miRNAtotal"
# Hsa-Mir-122_3p*.SNPA chr18 segs:1-30 cds:+:58451122-58451151
_VARIANT = re.compile(r"^(?P<mirna>\S+?)(?:\.SNP\S*)?(?: chr\S* .*)?$")


def claims(lines: Sequence[str]) -> bool:
    """A comma table of ``miRNA``, with names that only miRge writes; without them it is a matrix like any other."""
    names = row_names(lines, ",")
    return header_cells(lines, ",")[0] == "miRNA" and any(
        name == TOTAL or "/" in name or _mirna_of(name) != name for name in names
    )


def read(path: Path, name: str | None = None) -> CountTable:
    """Read the counts; rows of variants are added to the miRNA's, the row of totals is left out.

    Raises
    ------
    InputError
        As `read_matrix`.
    """
    table = read_matrix(path, name)
    features = [str(feature) for feature in table.var.index]
    is_total = np.array([feature == TOTAL for feature in features])
    own_rows = {feature for feature in features if _mirna_of(feature) == feature}
    merged = _by_member(own_rows)
    mirnas = [_mirna_of(feature) for feature in features if feature != TOTAL]
    counts, kept = summed_by_name(table.counts[:, ~is_total], [merged.get(mirna, mirna) for mirna in mirnas])
    totals = LeftOut(1, "row", f"of totals ({TOTAL})", table.counts[:, is_total].sum().item())
    variants = len(features) - len(own_rows)
    note = f"{counted(variants, 'row')} of SNP or extended variants added to the row of the miRNA"
    return require_reads(
        replace(
            table,
            counts=counts,
            var=pd.DataFrame(index=kept),
            notes=(*table.notes, note) if variants else table.notes,
            left_out=(totals,) if is_total.any() else (),
        )
    )


def _mirna_of(name: str) -> str:
    """Name of the miRNA that a row is a variant of, or the name itself."""
    found = _VARIANT.match(name)
    return found.group("mirna") if found else name


def _by_member(names: Collection[str]) -> dict[str, str]:
    """Merged name of each miRNA that stands in one alone, since its sequence does not tell it from the others.

    A miRNA with a row of its own, or in two merged names, is not among them.
    """
    of_member: dict[str, list[str]] = {}
    for merged in names:
        for member in _members(merged) if "/" in merged else ():
            of_member.setdefault(member, []).append(merged)
    return {member: found[0] for member, found in of_member.items() if len(found) == 1 and member not in names}


def _members(merged: str) -> list[str]:
    """``Hsa-Let-7-P1a_5p/P2a1_5p`` stands for ``Hsa-Let-7-P1a_5p`` and ``Hsa-Let-7-P2a1_5p``."""
    first, *others = merged.split("/")
    return [first, *("-".join([*first.split("-")[: -len(other.split("-"))], other]) for other in others)]
