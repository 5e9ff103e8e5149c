"""Expression of XIST and of Y-linked genes, which together show whether the sex in the annotation can be right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import ColumnError, SampleError

if TYPE_CHECKING:
    import anndata

XIST = "XIST"
Y_LINKED = "Y-linked"

_ENSEMBL = {
    "ENSG00000229807": XIST,
    "ENSG00000129824": "RPS4Y1",
    "ENSG00000067048": "DDX3Y",
    "ENSG00000012817": "KDM5D",
    "ENSG00000183878": "UTY",
    "ENSG00000114374": "USP9Y",
    "ENSG00000198692": "EIF1AY",
    "ENSG00000067646": "ZFY",
    "ENSG00000131002": "TXLNGY",
    "ENSG00000165246": "NLGN4Y",
}
# Older annotations split TXLNGY in two.
_Y_GENES = {*_ENSEMBL.values(), "CYorf15A", "CYorf15B"} - {XIST}
_ENSEMBL_ID = re.compile(r"ENSG\d{11}(?!\d)")
_ANY_SEX = "sex"


@dataclass(frozen=True)
class SexMarkers:
    """Expression of the marker genes.

    Attributes
    ----------
    table
        Index sample; columns ``sex`` (missing where the annotation has none) and, where the samples have such genes,
        ``XIST`` and ``Y-linked``: log2(1 + counts per million), of Y-linked genes together. Samples without reads are
        not in it.
    y_genes
        The Y-linked genes that were found.
    left_out
        Samples without reads.
    """

    table: pd.DataFrame
    y_genes: tuple[str, ...]
    left_out: tuple[str, ...]


def sex_markers(samples: anndata.AnnData, sex_column: str | None = None) -> SexMarkers:
    """Measure XIST and the Y-linked genes, found by symbol or Ensembl id (with or without version).

    Parameters
    ----------
    sex_column
        Sample column with the sex; without it ``sex`` where there is such a column.

    Raises
    ------
    SampleError
        None of the genes is among the features; the sentence names them.
    ColumnError
        The column does not exist.

    References
    ----------
    Wartmann et al. 2020, Figure S1, plots X-linked against Y-linked reads. XIST stands for X here: the inactive X
    chromosome of females expresses it, and nothing else does.
    """
    if sex_column is not None and sex_column not in samples.obs:
        raise ColumnError(sex_column, samples.obs.columns)
    symbols = np.array([_symbol(str(name)) for name in samples.var_names])
    places = {XIST: symbols == XIST, Y_LINKED: np.isin(symbols, sorted(_Y_GENES))}
    if not any(place.any() for place in places.values()):
        genes = ", ".join([XIST, *sorted(_Y_GENES)])
        raise SampleError(f"no feature tells the sex; the plot of sex markers needs counts of genes, some of: {genes} "
                          "(or their Ensembl ids)")  # fmt: skip
    reads, counts = schema.reads_of(samples), schema.counts_of(samples).tocsc()
    has_reads = reads > 0
    column = sex_column or _ANY_SEX
    sex = schema.labels_of(samples, column) if column in samples.obs else pd.Series(None, samples.obs_names, object)
    table = pd.DataFrame({"sex": sex})[has_reads]
    for name, place in places.items():
        if place.any():
            of_genes = np.asarray(counts[:, place].sum(axis=1)).ravel()[has_reads]
            table[name] = np.log2(1 + 1e6 * of_genes / reads[has_reads])
    found = tuple(sorted(set(symbols[places[Y_LINKED]])))
    return SexMarkers(table, found, tuple(samples.obs_names[~has_reads]))


def _symbol(name: str) -> str:
    """Symbol of a gene that is given by Ensembl id, else the name itself."""
    found = _ENSEMBL_ID.match(name)
    return _ENSEMBL.get(found.group(0), name) if found else name
