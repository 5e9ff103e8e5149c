"""The quantifiers whose outputs are read: how each is recognised, and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from srna_tools.io.quantifiers import (
    excerpt,
    featurecounts,
    mirdeep2,
    mirge3,
    mirtop,
    nfcore,
    seqbuster,
    smallrnaseq,
    srnabench,
)
from srna_tools.io.table import CountTable


@dataclass(frozen=True)
class Quantifier:
    """One program whose outputs are read.

    Attributes
    ----------
    name
        What ``--format`` calls it.
    claims
        Tells from the first lines whether a file is its output.
    read
        Reads a file or folder; the second argument replaces the name that the file or folder gives.
    in_folder
        Names of the files by which a folder is recognised; empty where only files are read.
    """

    name: str
    claims: Callable[[Sequence[str]], bool]
    read: Callable[[Path, str | None], CountTable]
    in_folder: str = ""


QUANTIFIERS = (
    Quantifier("mirge3", mirge3.claims, mirge3.read),
    Quantifier("mirdeep2", mirdeep2.claims, mirdeep2.read),
    Quantifier("excerpt", excerpt.claims, excerpt.read, excerpt.IN_FOLDER),
    Quantifier("srnabench", srnabench.claims, srnabench.read, srnabench.IN_FOLDER),
    Quantifier("mirtop", mirtop.claims, mirtop.read),
    Quantifier("seqbuster", seqbuster.claims, seqbuster.read),
    Quantifier("smallrnaseq", smallrnaseq.claims, smallrnaseq.read),
    Quantifier("featurecounts", featurecounts.claims, featurecounts.read),
    Quantifier("nfcore", nfcore.claims, nfcore.read),
)
