"""Features that come to one name: their counts are summed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse


def summed_by_name(counts: sparse.csr_matrix, names: Sequence[str]) -> tuple[sparse.csr_matrix, pd.Index]:
    """Sum the columns of one name.

    Parameters
    ----------
    counts
        Shape (samples, features).
    names
        New name of each feature.

    Returns
    -------
    Counts of shape (samples, names), of the same type, and the names in the order in which they first stand.
    """
    each = pd.Index(list(names), dtype=object)
    kept = each.unique()
    place = np.arange(len(each)), kept.get_indexer(each)
    onto = sparse.csr_matrix((np.ones(len(each), counts.dtype), place), (len(each), len(kept)))
    return sparse.csr_matrix(counts @ onto), kept
