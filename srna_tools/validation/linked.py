"""Samples that belong together (one patient, runs of one experiment) and so never stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema

#: Columns whose equal values link samples; a missing value links nothing.
LINKING = (schema.PATIENT, schema.REPLICATE_OF)


def linked_samples(obs: pd.DataFrame) -> np.ndarray:
    """Number the sets of linked samples.

    Samples of one patient, and runs of one experiment, are linked; so are those that only a third sample joins.

    Parameters
    ----------
    obs
        Sample annotation, with or without the columns `LINKING`.

    Returns
    -------
    Number of the set of each sample, shape (samples,); a sample without link is a set of its own.
    """
    return joined([pd.factorize(obs[column])[0] for column in LINKING if column in obs], len(obs))


def joined(codes: Sequence[np.ndarray], samples: int) -> np.ndarray:
    """Number the sets of samples that share a code in any of several numberings; a code of -1 is shared with none."""
    from scipy.sparse.csgraph import connected_components

    everyone = np.arange(samples)
    links = [np.empty((2, 0), dtype=np.int64)]
    for numbering in codes:
        known = everyone[numbering >= 0]
        first = pd.Series(known).groupby(numbering[known]).transform("first").to_numpy(np.int64)
        links.append(np.array([known, first]))
    rows, columns = np.concatenate(links, axis=1)
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), (samples, samples))
    return np.asarray(connected_components(graph, directed=False)[1])
