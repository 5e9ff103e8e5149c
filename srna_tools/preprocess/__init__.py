"""Counts made comparable: normalisation, feature filters and scaling, in one fitted, replayable Transform."""

from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform

__all__ = ["Transform", "TransformSpecification"]
