"""Quality of each sample: reads, what kinds of RNA they lie on, how many features were seen, and the assay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.features import CONTAMINANT, FEATURE_TYPES

if TYPE_CHECKING:
    import anndata

COLUMNS = (
    "sample", "dataset", "resource", "reads", "mirna_reads", "mirna_fraction", "features", "largest_type", "assay",
)  # fmt: skip
SMALL_RNA, MRNA, NOT_JUDGED = "small RNA", "mRNA", "not judged"
FRACTION = "_fraction"

_GENE = "gene"
_MIRNA = ("miRNA", "novel_miRNA")


def quality_table(samples: anndata.AnnData) -> pd.DataFrame:
    """One row a sample, columns `COLUMNS` and then ``<type>_fraction`` for each feature type present.

    Contaminants are no reads of a sample, unless there is nothing else. Fractions are of the reads; that of
    contaminants is of reads and contaminants together. They are missing where there is nothing to divide by.

    References
    ----------
    Wartmann et al. 2020, "Preprocessing of SRA Data Source": a sample with most reads on other types than protein
    coding genes is no mRNA-seq.
    """
    reads = schema.reads_of(samples)
    by_type = _reads_by_type(samples)
    own = by_type.drop(columns=CONTAMINANT, errors="ignore")
    largest = own.idxmax(axis=1).where(own.sum(axis=1) > 0, "") if len(own.columns) else ""
    mirna = by_type.reindex(columns=list(_MIRNA), fill_value=0.0).sum(axis=1).to_numpy()
    table = pd.DataFrame(
        {
            "sample": samples.obs_names.astype(str),
            "dataset": samples.obs[schema.DATASET].astype(str),
            "resource": schema.resources_of(samples),
            "reads": _whole(reads),
            "mirna_reads": _whole(mirna),
            "mirna_fraction": _share(mirna, reads),
            "features": _features_seen(samples),
            "largest_type": largest,
        },
        index=samples.obs_names,
    )
    judged = _measured_both_kinds(samples) & (table["largest_type"] != "").to_numpy()
    assay = np.where(table["largest_type"] == _GENE, MRNA, SMALL_RNA)
    table["assay"] = np.where(judged, assay, NOT_JUDGED)
    for kind in by_type:
        whole = reads if kind != CONTAMINANT else by_type.sum(axis=1).to_numpy()
        table[f"{kind}{FRACTION}"] = _share(by_type[kind].to_numpy(), whole)
    return table.reset_index(drop=True)


def _reads_by_type(samples: anndata.AnnData) -> pd.DataFrame:
    """Reads on each feature type that is present, samples x types in the order of `FEATURE_TYPES`."""
    types, counts = samples.var[schema.FEATURE_TYPE].to_numpy(str), schema.counts_of(samples).tocsc()
    present = [kind for kind in FEATURE_TYPES if (types == kind).any()]
    sums = {kind: np.asarray(counts[:, types == kind].sum(axis=1)).ravel() for kind in present}
    return pd.DataFrame(sums, index=samples.obs_names)


def _features_seen(samples: anndata.AnnData) -> np.ndarray:
    """Count the features with a read; contaminants are none."""
    own = (samples.var[schema.FEATURE_TYPE] != CONTAMINANT).to_numpy()
    return np.asarray((schema.counts_of(samples)[:, own] > 0).sum(axis=1)).ravel().astype(np.int64)


def _measured_both_kinds(samples: anndata.AnnData) -> np.ndarray:
    """Whether the resource of each sample measured genes as well as small RNAs: else the assay cannot be told."""
    types, measured = samples.var[schema.FEATURE_TYPE].to_numpy(str), schema.measured_of(samples)
    genes, others = types == _GENE, ~np.isin(types, (_GENE, CONTAMINANT))
    both = {name: bool((could & genes).any() and (could & others).any()) for name, could in measured.items()}
    return schema.resources_of(samples).map(both).fillna(False).to_numpy(bool)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


def _whole(numbers: np.ndarray) -> np.ndarray:
    """Whole numbers as integers, which tables print in full."""
    return numbers.astype(np.int64) if np.array_equal(numbers, np.round(numbers)) else numbers
