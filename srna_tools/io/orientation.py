"""Which side of a count table holds the features: by the samples' ids, else by names that look like RNAs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from srna_tools.features import feature_type

# Shares of gene symbols that tell genes from samples, some of whose ids look like symbols too.
_MOST, _FEW = 0.5, 0.1


def features_in_rows(rows: Collection[str], columns: Collection[str], sample_ids: Collection[str] = ()) -> bool:
    """Tell whether rows are features; where nothing tells they are, which is the custom of the field."""
    return told_features_in_rows(rows, columns, sample_ids) is not False


def told_features_in_rows(
    rows: Collection[str], columns: Collection[str], sample_ids: Collection[str] = ()
) -> bool | None:
    """As `features_in_rows`, but None where nothing tells: both sides look alike, and no id is known.

    Names of sRNAs tell more than gene symbols, which sample ids such as SRR2296788 look like too.
    """
    known = set(sample_ids)
    in_rows, in_columns = (sum(str(name) in known for name in names) for names in (rows, columns))
    if in_rows != in_columns:
        return in_columns > in_rows
    (srnas_in_rows, genes_in_rows), (srnas_in_columns, genes_in_columns) = _shares(rows), _shares(columns)
    if srnas_in_rows != srnas_in_columns:
        return srnas_in_rows > srnas_in_columns
    genes = genes_in_rows, genes_in_columns
    return genes_in_rows > genes_in_columns if max(genes) >= _MOST and min(genes) <= _FEW else None


def _shares(names: Collection[str]) -> tuple[float, float]:
    """Share of the names that are sRNAs, and share that look like gene symbols."""
    types = Counter(feature_type(str(name)) for name in names)
    genes, others = types.pop("gene", 0), types.pop("other", 0)
    total = max(len(names), 1)
    return (len(names) - genes - others) / total, genes / total
