"""What the simulator knows of biology: sRNA names and abundances, what drives each tissue, sex and age, taxa.

The tables beside this module were written from general knowledge of the field; they are no measurements.
`features.tsv` and `taxa.tsv` give the usual abundance (log2 reads per million), the female-to-male and the
per-decade change (log2) of every name; `tissues.tsv` the well-known tissue-enriched and -depleted sRNAs.
Rare miRNAs were lowered together until the abundances, sorted, ran as they do in microRNAome's tissues.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

BLOOD = "blood"

# A tissue differs from the others in more than its famous markers, but there by less than eightfold.
FEATURES_PER_TISSUE = 50
_SMALL_FOLD_CHANGE = (1.0, 3.0)  # log2
# Below this abundance (log2 reads per million) a small change cannot be seen at usual depths.
_EXPRESSED = 4.0

_TRUTH_STREAM = 0  # study numbers start at 1, so that no study draws from this stream


def _table(name: str) -> pd.DataFrame:
    with (files("srna_tools.simulate") / name).open(encoding="utf-8") as lines:
        return pd.read_csv(lines, sep="\t")


@cache
def features() -> pd.DataFrame:
    """All sRNAs: index ``name``; ``log2_rpm``, ``log2_female_to_male``, ``log2_per_decade``."""
    return _table("features.tsv").set_index("name")


@cache
def taxa() -> pd.DataFrame:
    """All contaminants, with the columns of `features`; reads per million reads of the library."""
    return _table("taxa.tsv").set_index("name")


@cache
def tissue_markers() -> pd.DataFrame:
    """Known tissue-enriched and tissue-depleted sRNAs: ``tissue``, ``feature``, ``log2_fold_change``."""
    return _table("tissues.tsv")


TISSUES: tuple[str, ...] = tuple(tissue_markers()["tissue"].unique())


def tissue_effects(seed: int) -> pd.DataFrame:
    """Log2 fold changes of every sRNA in every tissue against the usual abundance.

    The known markers of the tissue, and small changes of other expressed sRNAs drawn with `seed` until
    `FEATURES_PER_TISSUE` are reached. What one tissue gets does not depend on which others are simulated.

    Returns
    -------
    Tissues x features; 0 where the tissue does not change the feature.
    """
    markers = tissue_markers()
    names = features().index
    effects = pd.DataFrame(0.0, index=list(TISSUES), columns=names)
    expressed = (features()["log2_rpm"] >= _EXPRESSED).to_numpy()
    for number, tissue in enumerate(TISSUES):
        known = markers[markers["tissue"] == tissue].set_index("feature")["log2_fold_change"]
        changes = known.reindex(names, fill_value=0.0).to_numpy(copy=True)
        generator = np.random.default_rng([seed, _TRUTH_STREAM, number])
        others = generator.permutation(np.flatnonzero(expressed & (changes == 0)))[: FEATURES_PER_TISSUE - len(known)]
        signs = generator.choice([-1, 1], len(others))
        changes[others] = signs * generator.uniform(*_SMALL_FOLD_CHANGE, len(others))
        effects.loc[tissue] = changes
    return effects
