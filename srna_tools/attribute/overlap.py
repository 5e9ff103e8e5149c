"""How many of their top features classes share, and how many they would share by chance."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

COLUMNS = ("class", "other", "top", "shared", "jaccard", "expected", "p")


def top_overlap(table: pd.DataFrame, features: int) -> pd.DataFrame:
    r"""Compare the top features of every two classes.

    Two sets of :math:`n` and :math:`m` features, drawn at random from :math:`F`, share :math:`nm/F` on average, and at
    least as many as these two do with the probability `p` of the hypergeometric distribution.

    Parameters
    ----------
    table
        Of `ranking.top_features`.
    features
        Number of features that were ranked.

    Returns
    -------
    Columns `COLUMNS`, one row a pair of classes, in their order; ``top`` is the number of features of each set.
    """
    from scipy.stats import hypergeom

    sets = {name: frozenset(rows["feature"]) for name, rows in table.groupby("class", sort=False)}
    rows = []
    for (one, ours), (other, theirs) in combinations(sets.items(), 2):
        shared = len(ours & theirs)
        expected = len(ours) * len(theirs) / features
        p = float(hypergeom.sf(shared - 1, features, len(ours), len(theirs)))
        rows.append((one, other, len(ours), shared, shared / len(ours | theirs), expected, p))
    return pd.DataFrame(rows, columns=list(COLUMNS))
