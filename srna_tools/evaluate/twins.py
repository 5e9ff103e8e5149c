"""Leaks that no split can mend: the same library under two names, in training and test."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import counted, listed
from srna_tools.evaluate.fits import Material
from srna_tools.validation.splits import SplitPlan

if TYPE_CHECKING:
    import anndata


def twins_across(plan: SplitPlan, material: Material) -> list[tuple[str, str]]:
    """Pairs of test and training samples with exactly the same counts, each pair once."""
    profiles = profiles_of(material.samples)
    repeated = pd.Series(profiles).duplicated(keep=False).to_numpy()
    pairs: dict[frozenset[int], tuple[str, str]] = {}
    for fold in plan.folds if repeated.any() else ():
        of_training = {profiles[row]: row for row in fold.train[repeated[fold.train]]}
        for row in fold.test[repeated[fold.test]]:
            twin = of_training.get(profiles[row])
            if twin is not None:
                pairs.setdefault(frozenset((row, twin)), (material.names[row], material.names[twin]))
    return list(pairs.values())


def describe_twins(pairs: list[tuple[str, str]]) -> str:
    """Say what the pairs mean."""
    names = listed([f"{one} = {other}" for one, other in pairs])
    return (
        f"{counted(len(pairs), 'test sample has', 'test samples have')} exactly the counts of a training sample "
        f"({names}): the same library under two names makes every figure too good; keep one of them, or mark them as "
        "replicates (srna-filter --replicates mark)"
    )


def profiles_of(samples: anndata.AnnData) -> list[bytes]:
    """Checksum of the counts of each sample."""
    counts = schema.counts_of(samples)
    counts.eliminate_zeros()
    counts.sort_indices()
    return [
        hashlib.sha256(
            np.ascontiguousarray(counts.indices[start:end], dtype=np.int64).tobytes() + counts.data[start:end].tobytes()
        ).digest()
        for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    ]
