"""Training of numeric phenotypes: samples with a number to a bundle that knows its error on held-out samples."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, counted
from srna_tools.io.matrix import numbers_or_nan
from srna_tools.models.linear import LinearSettings
from srna_tools.models.linear_numeric import NumericSamples, numeric_folds, train_profiles
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.preprocess.specification import EXPRESSED, TransformSpecification
from srna_tools.preprocess.transform import Transform, library_for
from srna_tools.training import sizes_of
from srna_tools.validation.linked import linked_samples

if TYPE_CHECKING:
    import anndata

_LOG = logging.getLogger(__name__)
KIND = "linear-numeric"
_FEWEST, _FEWEST_VALUES = 10, 3
_DIGITS = 6


def numbered(
    samples: anndata.AnnData, label: str, specification: TransformSpecification
) -> tuple[anndata.AnnData, np.ndarray]:
    """Keep the samples that can be trained on, with their numbers; the others are counted.

    Raises
    ------
    ColumnError, SampleError
        No such column; an entry is no number (named); too few samples or different numbers.
    """
    labels = schema.labels_of(samples, label)
    numbers = numbers_or_nan(labels.to_numpy(dtype=object))
    wrong = labels.notna().to_numpy() & ~np.isfinite(numbers)
    if wrong.any():
        first = int(wrong.argmax())
        raise SampleError(
            f"the column '{label}' holds '{labels.iloc[first]}' for the sample {samples.obs_names[first]}, which is no "
            f"number ({counted(int(wrong.sum()), 'such sample')}); mend or empty these entries, or train without "
            "--numeric"
        )
    schema.with_reads(samples)
    usable = labels.notna().to_numpy() & (library_for(samples, specification).depth() > 0)
    if not usable.all():
        _LOG.warning(
            "%s without '%s' or without reads on the features used left out of the training",
            counted(int((~usable).sum()), "sample"), label,
        )  # fmt: skip
    different = len(np.unique(numbers[usable]))
    if usable.sum() < _FEWEST or different < _FEWEST_VALUES:
        raise SampleError(
            f"the column '{label}' holds {counted(different, 'different number')} for the "
            f"{counted(int(usable.sum()), 'sample')} with reads; at least {_FEWEST} samples and {_FEWEST_VALUES} "
            "different numbers are needed; classes are trained without --numeric"
        )
    return samples[usable], numbers[usable]


def train_numeric_bundle(
    samples: anndata.AnnData, label: str, settings: LinearSettings, *, feature_types: tuple[str, ...] = (),
    seed: int = 0, licence: str = "",
) -> Bundle:  # fmt: skip
    """Fit the Transform and the splines on all samples with a number, and judge the same on held-out samples.

    Parameters
    ----------
    label
        Sample column of numbers.
    feature_types
        Kinds of features to use instead of those that the specification names.

    Raises
    ------
    ColumnError, SampleError
        Numbers or features do not allow it.
    """
    specification = (TransformSpecification.recorded_in(samples) or EXPRESSED).restricted_to(feature_types)
    samples, numbers = numbered(samples, label, specification)
    transform, model, used = _fit(samples, numbers, specification, settings, seed)
    return Bundle(
        kind=KIND,
        label=label,
        classes=(),
        model=model,
        transform=transform,
        training={
            "samples": len(numbers),
            "range": [float(numbers.min()), float(numbers.max())],
            "samples_per_dataset": sizes_of(samples.obs[schema.DATASET].astype(str)),
            "resources": sorted(set(schema.resources_of(samples))),
            "settings": asdict(settings),
            "seed": seed,
        }
        | ({} if settings.features_per_class else {"chosen": {"features": used}}),
        evaluation=held_out(samples, numbers, specification, settings, seed),
        licence=licence,
    )


def held_out(
    samples: anndata.AnnData, numbers: np.ndarray, specification: TransformSpecification, settings: LinearSettings,
    seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Predict each sample by a model that did not see it, whole datasets left out where there are several.

    Returns
    -------
    ``scheme``, ``samples``, ``datasets``, ``median_absolute_error``, ``median_absolute_error_of_the_median`` (what
    always saying the median of the training samples gives) and ``pearson``; empty where no folds can be made.
    """
    datasets = samples.obs[schema.DATASET].to_numpy(str)
    scheme, folds = numeric_folds(numbers, datasets, linked_samples(samples.obs), seed)
    if not folds:
        _LOG.warning("the error on held-out samples is not known: the samples cannot be split")
        return {}
    predicted, medians = np.full(len(numbers), np.nan), np.full(len(numbers), np.nan)
    for fold in folds:
        transform, model, _ = _fit(samples[fold.train], numbers[fold.train], specification, settings, seed)
        predicted[fold.test] = model.numbers(transform.apply(samples[fold.test]).values)
        medians[fold.test] = np.median(numbers[fold.train])
    tested = np.isfinite(predicted)
    true, predicted = numbers[tested], predicted[tested]
    return {
        "scheme": scheme,
        "samples": int(tested.sum()),
        "datasets": len(set(datasets[tested])),
        "median_absolute_error": _rounded(np.median(np.abs(predicted - true))),
        "median_absolute_error_of_the_median": _rounded(np.median(np.abs(medians[tested] - true))),
        "pearson": _rounded(np.corrcoef(true, predicted)[0, 1]) if np.ptp(predicted) and np.ptp(true) else 0.0,
    }


def _fit(
    samples: anndata.AnnData, numbers: np.ndarray, specification: TransformSpecification, settings: LinearSettings,
    seed: int,
) -> tuple[Transform, SplineProfiles, int]:  # fmt: skip
    transform = Transform.fit(samples, specification)
    learnt_from = NumericSamples(
        transform.apply(samples).values, numbers, samples.obs[schema.DATASET].to_numpy(str), linked_samples(samples.obs)
    )
    return transform, *train_profiles(learnt_from, settings, seed)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
