"""Samples of which each has files of its own that list what was seen: put side by side into one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.io.table import CountTable, LeftOut, require_reads


@dataclass(frozen=True)
class LibraryCounts:
    """What the files of one sample hold: counts, one a feature, with annotation of the features."""

    counts: np.ndarray
    var: pd.DataFrame
    left_out: tuple[LeftOut, ...] = ()


def table_of_samples(
    samples: Mapping[str, LibraryCounts] | Iterable[tuple[str, LibraryCounts]],
    source: str,
    dataset: str,
    notes: tuple[str, ...] = (),
) -> CountTable:
    """Put samples together over the union of their features; what a sample does not name was not seen in it.

    Raises
    ------
    InputError
        No sample has a read.
    """
    pairs = list(samples.items()) if isinstance(samples, Mapping) else list(samples)
    parts = [part for _, part in pairs]
    var = pd.concat([part.var for part in parts])
    var = var[~var.index.duplicated()]
    columns = [var.index.get_indexer(part.var.index) for part in parts]
    ends = np.cumsum([0, *(len(column) for column in columns)])
    values = np.concatenate([part.counts for part in parts])
    counts = sparse.csr_matrix((values, np.concatenate(columns), ends), shape=(len(parts), len(var)))
    counts.eliminate_zeros()
    return require_reads(
        CountTable(
            source=source,
            counts=counts,
            obs=pd.DataFrame(index=pd.Index([name for name, _ in pairs], dtype=object)),
            var=var,
            dataset=dataset,
            absent_is_zero=True,
            notes=notes,
            left_out=tuple(left for part in parts for left in part.left_out),
        )
    )
