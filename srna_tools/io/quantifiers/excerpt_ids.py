"""Ids of exceRpt: the sRNA's name with accession and species, or a transcript with its biotype and symbol."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from srna_tools import schema
from srna_tools.features import feature_type

_ACCESSION = re.compile(r":MI(?:MAT)?\d{7}\b")
# hsa_piR_000001|gb|DQ569913|Homo sapiens:21:43519790:43519815:Plus
_GENBANK = re.compile(r"\|gb\|[A-Z]+\d+(?:\.\d+)?\|[^|:]*")
_TRANSCRIPT = re.compile(r"^(?P<transcript>ENS[A-Z]*T\d+(?:\.\d+)?):(?P<biotype>[^:]+):(?P<symbol>[^:|]+)$")
_TYPES = {
    "miRNA": "miRNA", "Mt_tRNA": "tRNA", "tRNA": "tRNA", "Mt_rRNA": "rRNA", "rRNA": "rRNA", "snoRNA": "snoRNA",
    "scaRNA": "snoRNA", "snRNA": "snRNA", "piRNA": "piRNA",
}  # fmt: skip
# GENCODE's biotypes of genes and of what is transcribed from them.
_OF_GENES = re.compile(r"coding|pseudogene|transcript|intron|decay|lincRNA|lncRNA|antisense|sense_|^TEC$|_gene$")


def names_species(reference: str) -> bool:
    """Whether an id is a name with a miRBase accession, as exceRpt's libraries write it."""
    return _ACCESSION.search(reference) is not None


def name_of(reference: str) -> str:
    """Name of the sRNA, or id of the transcript; several that share their reads are joined by a slash."""
    parts = _GENBANK.sub("", reference).split("|")
    return "/".join(dict.fromkeys(part.split(":", 1)[0] for part in parts))


def annotate(references: Iterable[str], by_gene: bool) -> pd.DataFrame:
    """Type, biotype and symbol of each id, by its name; biotype and symbol are None where the id says none."""
    rows = [_annotation(str(reference), by_gene) for reference in references]
    names = pd.Index([row[0] for row in rows], dtype=object)
    columns = (schema.FEATURE_TYPE, "biotype", "symbol")
    return pd.DataFrame([row[1:] for row in rows], index=names, columns=columns, dtype=object)


def _annotation(reference: str, by_gene: bool) -> tuple[str, str, str | None, str | None]:
    if by_gene:
        return reference, feature_type(reference), None, reference
    name = name_of(reference)
    found = [_TRANSCRIPT.match(part) for part in reference.split("|")]
    transcripts = [part for part in found if part]
    if len(transcripts) < len(found):
        return name, feature_type(name), None, None
    biotypes, symbols = (
        "/".join(dict.fromkeys(part.group(group) for part in transcripts)) for group in ("biotype", "symbol")
    )
    return name, _type_of(biotypes.split("/")[0], symbols.split("/")[0]), biotypes, symbols


def _type_of(biotype: str, symbol: str) -> str:
    """Feature type by GENCODE's biotype; what is of no type of its own by its symbol (``Y_RNA``, ``RNY1``)."""
    if biotype in _TYPES:
        return _TYPES[biotype]
    if _OF_GENES.search(biotype):
        return "gene"
    by_name = feature_type(symbol)
    return "other" if by_name == "gene" else by_name
