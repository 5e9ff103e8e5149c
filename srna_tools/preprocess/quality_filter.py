"""Samples and features that pass the filters, with the quality of every sample and what each filter left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools import assembly, schema
from srna_tools.errors import counted, listed
from srna_tools.preprocess.keep_features import FeatureCriteria, choose
from srna_tools.preprocess.keep_samples import SampleCriteria, judge
from srna_tools.preprocess.quality import quality_table

if TYPE_CHECKING:
    import anndata
    import pandas as pd


@dataclass(frozen=True)
class Filtered:
    """What is kept, and why the rest is not.

    Attributes
    ----------
    samples
        Samples and features that are kept.
    quality
        One row for every sample, those left out too: `quality.quality_table`, then ``kept`` (yes, no) and ``reason``.
    lines
        What was left out and what is kept, in sentences.
    """

    samples: anndata.AnnData
    quality: pd.DataFrame
    lines: tuple[str, ...]


def filter_samples(
    samples: anndata.AnnData, sample_criteria: SampleCriteria, feature_criteria: FeatureCriteria
) -> Filtered:
    """Judge every sample on all its features, then choose features for those that are kept.

    Raises
    ------
    SampleError
        Nothing is left, or a criterion does not fit the samples.
    ColumnError, ExpressionError
        A column does not exist; the condition cannot be read.
    """
    quality = quality_table(samples)
    verdict = judge(samples, quality, sample_criteria)
    choice = choose(samples, verdict.kept, feature_criteria)
    kept = assembly.subset(samples, verdict.kept, choice.columns)
    if choice.lines:
        schema.with_reads(kept)
    quality["kept"] = np.where(verdict.kept, "yes", "no")
    quality["reason"] = verdict.reasons
    return Filtered(kept, quality, (*verdict.lines, *choice.lines, *_summary(samples, kept)))


def _summary(samples: anndata.AnnData, kept: anndata.AnnData) -> list[str]:
    empty = kept.obs_names[kept.obs[schema.QUALITY_FLAG] == schema.NO_READS]
    flagged = [f"{counted(len(empty), 'sample')} without reads kept and flagged: {listed(empty)}"] if len(empty) else []
    datasets = counted(kept.obs[schema.DATASET].nunique(), "dataset")
    return [
        *flagged,
        f"kept {kept.n_obs:,} of {counted(samples.n_obs, 'sample')} ({datasets}) "
        f"and {kept.n_vars:,} of {counted(samples.n_vars, 'feature')}",
    ]
