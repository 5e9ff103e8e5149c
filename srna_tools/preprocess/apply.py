"""What srna-normalize shows: the values that a Transform gives, with every feature still in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srna_tools import assembly, schema
from srna_tools.errors import counted
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform

if TYPE_CHECKING:
    import anndata


def normalise_samples(samples: anndata.AnnData, specification: TransformSpecification) -> tuple[anndata.AnnData, str]:
    """Write the values of a Transform fitted on all samples into ``X`` and record its specification.

    Features that it does not keep are 0 in ``X`` and False in ``var["selected"]``; none is removed.

    Returns
    -------
    The samples, changed in place, and a sentence that says how many features were kept.
    """
    transform = Transform.fit(samples, specification)
    place = samples.var_names.get_indexer(list(transform.features))
    values = np.zeros(samples.shape, dtype=np.float32)
    values[:, place] = transform.apply(samples).values
    samples.X = assembly.compact(values)
    samples.var[schema.SELECTED] = np.isin(np.arange(samples.n_vars), place)
    specification.record(samples)
    schema.record_step(samples, "srna-normalize", specification.to_dict())
    with_reads = int(schema.with_reads(samples).sum())
    return samples, (
        f"kept {len(place)} of {samples.n_vars} features "
        f"(zero in at most {100 * specification.max_zero_fraction:g} % of {counted(with_reads, 'sample')})"
    )
