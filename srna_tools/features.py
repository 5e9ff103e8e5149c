"""Feature names: what kind of RNA a name stands for, of which species, in which naming scheme."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

CONTAMINANT = "contaminant"
FEATURE_TYPES = (
    "miRNA",
    "novel_miRNA",
    "piRNA",
    "snoRNA",
    "snRNA",
    "rRNA",
    "tRNA",
    "gene",
    CONTAMINANT,
    "other",
)

# First match wins: novel names contain miRNA names, and gene symbols match almost any capitals.
_TYPE_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (feature_type, re.compile(pattern, re.IGNORECASE if ignore_case else 0))
    for feature_type, pattern, ignore_case in (
        ("novel_miRNA", r"^p-(?:[a-z][a-z0-9]{2,4}-)?(?:mir|let)|novel", True),
        (
            "miRNA",
            r"^(?:[a-z][a-z0-9]{2,4}-)?(?:mir|let|lin|bantam|lsy|iab)-|^mir-?\d(?!.*hg$)|^(?:[a-z][a-z0-9]{2,4}-)?mirlet|^[a-z]{3}-mir\d",
            True,
        ),
        ("miRNA", r"^(?:[a-z][a-z0-9]{2,4}-)?bantam|^MIMAT\d{7}|^MI\d{7}$", True),
        (
            "piRNA",
            r"^(?:[a-z][a-z0-9]{2,4}[-_])?pir(?:na)?[-_:]?(?:[a-z][a-z0-9]{2,4}[-_])?\d|^pir-?cluster|^dq\d{6}$",
            True,
        ),
        (
            "snoRNA",
            r"^(?:[a-z][a-z0-9]{2,4}[-_])?(?:snor[ad]?\d|snord|snora|scarna|snorna|sno-|hbii-|aca\d|u3$|u8$|u13$)",
            True,
        ),
        ("snRNA", r"^(?:[a-z][a-z0-9]{2,4}[-_])?(?:rnu|rnvu|snrna|u(?:1|2|4|5|6|7|11|12)(?:atac)?(?:[-_.]|$))", True),
        (
            "rRNA",
            r"(?<![a-z])rrna(?![a-z])|^(?:mt-)?rnr[12]$|^rna?(?:5|5-8|18|28|45)s|^(?:5|5\.8|1[268]|28|45)s(?:[-_ ]|$)",
            True,
        ),
        ("tRNA", r"(?<![a-z])trna(?!u1ap)|^mt-t[a-z]\d?$|^tr[a-z]-[acgtu]{3}\d|^(?:trf|tsrna)[-_]", True),
        ("other", r"^(?:RN7S[KL]|RNY\d|VTRNA)", False),
        ("gene", r"^ENS(?:[A-Z]{3,4})?[GT]\d{11}", False),
        ("gene", r"^(?=..)[A-Z][A-Z0-9]*(?:orf\d+[A-Z]?)?(?:[-.][A-Z0-9]+(?:orf\d+[A-Z]?)?)*$", False),
    )
)
_SPECIES = re.compile(r"^(?:p-)?([a-z][a-z0-9]{2,4})[-_](?=mir|let|lin|bantam|lsy|iab|pir)", re.IGNORECASE)
_SPECIES_AFTER_PIRNA = re.compile(r"^pir[-_]([a-z][a-z0-9]{2,4})[-_]\d", re.IGNORECASE)

_NAMESPACES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (namespace, re.compile(pattern))
    for namespace, pattern in (
        ("MirGeneDB names", r"^[A-Z][a-z]{2}-(?:Mir|Let|Bantam|Novel)-"),
        ("miRBase accessions", r"^MI(?:MAT)?\d{7}"),
        (
            "miRBase mature names",
            r"^[a-z][a-z0-9]{2,4}-(?:miR-|miR\d|(?:let|lin|lsy|iab|bantam)(?:-.*)?(?:-[35]p|\*))",
        ),
        ("miRBase stem-loop names", r"^[a-z][a-z0-9]{2,4}-(?:mir-|MIR\d|let-|lin-|lsy-|iab-|bantam)"),
        ("mature names without species", r"^(?:mir|miR|let)-.*(?:-[35]p|\*)"),
        ("locus names without species and arm", r"^(?:mir|let|bantam|lin)-"),
        ("mature names without species", r"^miR-"),
        ("Ensembl ids", r"^ENS[A-Z]*[GT]\d{11}"),
        ("gene symbols", r"^[A-Z][A-Z0-9]+(?:[-.][A-Z0-9]+)*$|^C[0-9XY]+orf\d+$"),
    )
)


def feature_type(name: str) -> str:
    """Tell the kind of RNA from its name.

    Returns
    -------
    One of `FEATURE_TYPES`; ``other`` where no pattern matches. Contaminants are not recognised by
    name: they come from a table of their own.
    """
    for kind, pattern in _TYPE_PATTERNS:
        if pattern.search(name):
            return kind
    return "other"


def species(name: str) -> str | None:
    """Three-to-five-letter species prefix in lower case (``hsa``), or None where the name has none."""
    found = _SPECIES.match(name) or _SPECIES_AFTER_PIRNA.match(name)
    return found.group(1).lower() if found else None


def namespace(name: str) -> str:
    """Naming scheme of one feature, in words that an error message can use."""
    for scheme, pattern in _NAMESPACES:
        if pattern.match(name):
            return scheme
    return "other names"


def describe_names(names: Iterable[str]) -> str:
    """Say which naming scheme most names follow, with an example: ``miRBase mature names (hsa-miR-21-5p)``."""
    every = list(names)
    if not every:
        return "no names at all"
    schemes = [namespace(name) for name in every]
    commonest = Counter(schemes).most_common(1)[0][0]
    return f"{commonest} ({every[schemes.index(commonest)]})"
