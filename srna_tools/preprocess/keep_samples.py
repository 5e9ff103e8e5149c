"""Which samples pass the filters on columns, quality and class size, and why each of the others does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools import schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.preprocess.class_size import Minimum, Use, uses_of
from srna_tools.preprocess.quality import MRNA, NOT_JUDGED, SMALL_RNA
from srna_tools.preprocess.where import select

if TYPE_CHECKING:
    import anndata
    import pandas as pd

ANY = "any"
ASSAYS = {"small-rna": SMALL_RNA, "mrna": MRNA}

_CLASSES_SHOWN = 10


@dataclass(frozen=True)
class SampleCriteria:
    """What a sample needs to be kept; None asks nothing.

    Attributes
    ----------
    where
        Condition on sample columns, see `where.select`.
    min_depth, min_mirna_fraction, min_features
        Fewest reads, smallest share of miRNA reads, fewest features seen.
    assay
        ``small-rna`` or ``mrna`` leaves out the samples that are of the other; ``any``.
    label, min_samples, min_datasets
        Keep the classes of this column that have so many samples in so many datasets after all other filters.
    """

    where: str | None = None
    min_depth: int | None = None
    min_mirna_fraction: float | None = None
    min_features: int | None = None
    assay: str = ANY
    label: str | None = None
    min_samples: int = 1
    min_datasets: int = 1


@dataclass(frozen=True)
class Verdict:
    """What became of each sample.

    Attributes
    ----------
    reasons
        Why a sample is left out, empty text for those that are kept; shape (samples,).
    lines
        What each filter removed, in sentences.
    """

    reasons: np.ndarray
    lines: tuple[str, ...]

    @property
    def kept(self) -> np.ndarray:
        """Boolean, shape (samples,)."""
        return np.asarray(self.reasons == "")


# Reasons to leave samples out given those still kept, empty where there is none; and what else the user should know.
_Found = tuple[np.ndarray, list[str]]
_Filter = Callable[[np.ndarray], _Found]


def judge(samples: anndata.AnnData, quality: pd.DataFrame, criteria: SampleCriteria) -> Verdict:
    """Run the filters one after the other; a sample falls to the first that it does not pass.

    Parameters
    ----------
    quality
        What `quality.quality_table` says of the samples.

    Raises
    ------
    SampleError
        No sample is left (the sentence says how many each filter left), or a depth is asked of values that are no
        counts.
    ColumnError, ExpressionError
        The label does not exist; the condition cannot be read.
    """
    reasons, lines, left = np.full(samples.n_obs, "", dtype=object), [], []
    for option, find in _filters(samples, quality, criteria):
        kept = reasons == ""
        found, notes = find(kept)
        falls = kept & (found != "")
        reasons[falls] = found[falls]
        names = f": {listed(samples.obs_names[falls])}" if falls.any() else ""
        lines += [f"{option}: {falls.sum():,} of {counted(int(kept.sum()), 'sample')} left out{names}", *notes]
        left.append(f"{option} left {kept.sum() - falls.sum():,}")
        if falls.sum() == kept.sum():
            remarks = "".join(f"; {note}" for note in notes)
            raise SampleError(f"no sample is left: of {samples.n_obs:,}, {', '.join(left)}{remarks}")
    return Verdict(reasons, tuple(lines))


def _filters(
    samples: anndata.AnnData, quality: pd.DataFrame, criteria: SampleCriteria
) -> Iterator[tuple[str, _Filter]]:
    """Name and function of each filter that was asked for, in their order."""
    if criteria.where is not None:
        yield f'--where "{" ".join(criteria.where.split())}"', _by_condition(samples, criteria.where)
    if criteria.min_depth is not None:
        schema.require_counts(samples, "--min-depth")
        yield f"--min-depth {criteria.min_depth}", _by_number(quality["reads"], criteria.min_depth, "read")
    if criteria.min_mirna_fraction is not None:
        option = f"--min-mirna-fraction {criteria.min_mirna_fraction:g}"
        yield option, _by_mirna_fraction(quality["mirna_fraction"], criteria.min_mirna_fraction)
    if criteria.min_features is not None:
        yield (
            f"--min-features {criteria.min_features}",
            _by_number(quality["features"], criteria.min_features, "feature"),
        )
    if criteria.assay != ANY:
        yield f"--assay {criteria.assay}", _by_assay(quality, ASSAYS[criteria.assay])
    if criteria.label is not None:
        minimum = Minimum(criteria.min_samples, criteria.min_datasets)
        option = f"--label {criteria.label} --min-samples {minimum.samples} --min-datasets {minimum.datasets}"
        yield option, _by_class(samples, criteria.label, minimum)


def _by_condition(samples: anndata.AnnData, where: str) -> _Filter:
    selection = select(samples, where)
    return lambda _: (np.where(selection.rows, "", "does not meet --where").astype(object), list(selection.notes))


def _by_number(numbers: pd.Series, least: int, noun: str) -> _Filter:
    reasons = [f"{counted(n, noun)}, fewer than {least:,}" if n < least else "" for n in numbers.tolist()]
    return lambda _: (np.array(reasons, dtype=object), [])


def _by_mirna_fraction(shares: pd.Series, least: float) -> _Filter:
    def reason(share: float) -> str:
        if np.isnan(share):
            return schema.NO_READS
        return "" if share >= least else f"{share:.3g} of the reads on miRNAs, less than {least:g}"

    reasons = np.array([reason(share) for share in shares], dtype=object)
    return lambda _: (reasons, [])


def _by_assay(quality: pd.DataFrame, wanted: str) -> _Filter:
    """Leave out what is of another assay; what cannot be judged stays, and is counted."""
    is_other = ~quality["assay"].isin([wanted, NOT_JUDGED])
    reasons = ("looks like " + quality["assay"] + ", most reads on " + quality["largest_type"]).where(is_other, "")

    def find(kept: np.ndarray) -> _Found:
        unsure = kept & (quality["assay"] == NOT_JUDGED).to_numpy()
        note = (
            f"{counted(int(unsure.sum()), 'sample')} kept whose assay cannot be judged: without reads, or only genes "
        )
        return reasons.to_numpy(object), [f"{note}or only small RNAs were measured"] if unsure.any() else []

    return find


def _by_class(samples: anndata.AnnData, label: str, minimum: Minimum) -> _Filter:
    labels = schema.labels_of(samples, label)
    datasets = samples.obs[schema.DATASET]

    def find(kept: np.ndarray) -> _Found:
        uses = uses_of(labels[kept], datasets[kept])
        small = {name: use for name, use in uses.items() if not minimum.met_by(use)}
        why = {name: f"class '{name}' has {use}, needed: {minimum}" for name, use in small.items()}
        reasons = [f"no value in {label}" if name is None else why.get(name, "") for name in labels]
        large = {name: use for name, use in uses.items() if name not in small}
        return np.array(reasons, dtype=object), [*_too_small(small), *_large_enough(large)]

    return find


def _too_small(uses: dict[str, Use]) -> list[str]:
    named = listed((f"{name} ({use})" for name, use in uses.items()), _CLASSES_SHOWN)
    return [f"{counted(len(uses), 'class', 'classes')} too small: {named}"] if uses else []


def _large_enough(uses: dict[str, Use]) -> list[str]:
    named = ", ".join(f"{name} {use.samples:,}" for name, use in uses.items())
    return [f"{counted(len(uses), 'class', 'classes')} kept: {named}"] if uses else []
