"""Features that models may use, while the reads of all others stay part of the library."""

from __future__ import annotations

from collections.abc import Collection

import anndata
import numpy as np

from srna_tools import schema
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import kept_features, library_for


def dispersed_features(samples: anndata.AnnData, low: float, high: float) -> frozenset[str]:
    """Find the features whose Gini coefficient of log-RPM over these samples lies within bounds.

    Wartmann et al. 2020 computed it over the source domain alone; a Transform fits it on all training samples.
    """
    specification = TransformSpecification(
        normalisation="log-rpm", max_zero_fraction=1.0, gini=(low, high), scaling="none"
    )
    library = library_for(samples, specification)
    return frozenset(library.names[kept_features(library, specification)].tolist())


def use_only(samples: anndata.AnnData, names: Collection[str]) -> None:
    """Keep models from using any other feature.

    The others count as not measured by any resource, so that no Transform takes them; left out, they would be missing
    from the library size of the reads per million.
    """
    measured = schema.measured_of(samples)
    usable = samples.var_names.isin(list(names))
    samples.varm[schema.MEASURED] = measured & np.asarray(usable)[:, None]
