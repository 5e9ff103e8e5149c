"""Samples and a bundle to one row a sample: label, how sure, and whether to believe it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import BundleError, SampleError, listed
from srna_tools.features import describe_names
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.predict.answers import best_classes, best_numbers, held_out_error
from srna_tools.predict.status import LOW_QUALITY, Thresholds, status_of
from srna_tools.preprocess.matching import NameMatch, advice

if TYPE_CHECKING:
    import anndata

# Below this a miRNA of 100 RPM is seen once or not at all.
SHALLOW = 10_000
COLUMNS = ("sample", "label", "probability", "margin", "runner_up", "coverage", "status", "reason")


@dataclass(frozen=True)
class Annotation:
    """Predictions of one model.

    Attributes
    ----------
    label
        The annotation that was predicted, e.g. ``tissue``.
    table
        One row a sample, columns `COLUMNS`.
    probabilities
        Samples x classes.
    clipped
        Number of values of each sample outside the training range.
    features
        Number of model features, of which these are a part.
    shallow
        Samples predicted from fewer than `SHALLOW` reads.
    names
        Which features were counted under other names, as the model has them.
    numeric
        Whether the labels are numbers.
    held_out
        How far such numbers were off on samples that the model did not see, in words.
    """

    label: str
    table: pd.DataFrame
    probabilities: pd.DataFrame
    clipped: pd.Series
    features: int
    shallow: int
    names: NameMatch
    numeric: bool = False
    held_out: str = ""


def annotate(samples: anndata.AnnData, bundle: Bundle, thresholds: Thresholds) -> Annotation:
    """Predict the label of every sample and judge each prediction.

    Raises
    ------
    SampleError
        A depth threshold is asked of values that are not counts.
    BundleError
        The model's weights are absurd.
    """
    if thresholds.min_depth > 1:
        schema.require_counts(samples, "--min-depth")
    inputs = bundle.transform.apply(samples)
    probabilities = bundle.probabilities(inputs.values)
    if not np.isfinite(probabilities).all():
        raise BundleError(f"the model of '{bundle.label}' has weights so large that they overflow; train it again")
    answers = (
        best_numbers(bundle.model, inputs.values)
        if isinstance(bundle.model, SplineProfiles)
        else best_classes(bundle, probabilities, inputs.values)
    )
    low_coverage = _names_found_and_expected(samples, bundle)
    sample_facts = (inputs.depth, inputs.model_reads, inputs.coverage, answers.probability, answers.margin)
    judged = [
        status_of(*facts, thresholds, low_coverage, no_class)
        for facts, no_class in zip(zip(*sample_facts, strict=True), answers.no_class, strict=True)
    ]
    has_reads = inputs.depth > 0
    table = pd.DataFrame(
        {
            "sample": samples.obs_names.astype(str),
            "label": np.where(has_reads, answers.label, ""),
            "probability": np.where(has_reads, answers.probability, np.nan),
            "margin": np.where(has_reads, answers.margin, np.nan),
            "runner_up": np.where(has_reads, answers.runner_up, ""),
            "coverage": np.where(has_reads, inputs.coverage, 0.0),
            "status": [status for status, _ in judged],
            "reason": [reason or remark for (_, reason), remark in zip(judged, answers.remark, strict=True)],
        }
    )
    return Annotation(
        label=bundle.label,
        table=table,
        probabilities=pd.DataFrame(probabilities, index=samples.obs_names, columns=bundle.classes),
        clipped=pd.Series(inputs.clipped, index=samples.obs_names),
        features=bundle.model.inputs,
        shallow=int(_shallow(samples, inputs.depth, thresholds).sum()),
        names=inputs.names,
        numeric=bundle.is_numeric,
        held_out=held_out_error(bundle.evaluation) if bundle.is_numeric else "",
    )


def require_usable(annotation: Annotation) -> None:
    """Refuse a run in which no sample could be used at all.

    Raises
    ------
    SampleError
        Every sample is of low quality.
    """
    if (annotation.table["status"] == LOW_QUALITY).all():
        names = listed(annotation.table["sample"])
        reason = annotation.table["reason"].iloc[0]
        raise SampleError(f"none of the {len(annotation.table)} samples can be used ({names}): {reason}")


def write_into(samples: anndata.AnnData, annotation: Annotation, model: str, thresholds: Thresholds) -> list[str]:
    """Add the predictions to the samples' columns, in place; no column is overwritten.

    Returns
    -------
    The new columns. ``uns["srna_tools"]["predictions"]`` records which model wrote them.
    """
    prefix = _free_prefix(samples, f"predicted_{annotation.label}")
    values = annotation.table.set_index("sample").loc[samples.obs_names]
    columns = {prefix: pd.to_numeric(values["label"]) if annotation.numeric else values["label"]}
    columns |= {f"{prefix}_{name}": values[name] for name in COLUMNS[2:]}
    columns[f"{prefix}_clipped"] = annotation.clipped
    for name, column in columns.items():
        samples.obs[name] = column
    contract = samples.uns[schema.UNS]
    recorded = json.loads(str(contract.get(schema.PREDICTIONS, "{}")))
    recorded[prefix] = {"model": model, "label": annotation.label, "columns": list(columns), **asdict(thresholds)}
    contract[schema.PREDICTIONS] = json.dumps(recorded, sort_keys=True)
    schema.record_step(samples, "srna-predict", {"model": model, "label": annotation.label, **asdict(thresholds)})
    return list(columns)


def _shallow(samples: anndata.AnnData, depth: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Which samples passed, but have so few reads that their profile is mostly chance."""
    counts = set(schema.values_of(samples).values()) == {schema.VALUES_COUNTS}
    return (depth > 0) & (depth >= thresholds.min_depth) & (depth < SHALLOW) & counts


def _free_prefix(samples: anndata.AnnData, wanted: str) -> str:
    prefix, number = wanted, 1
    while any(str(column) == prefix or str(column).startswith(f"{prefix}_") for column in samples.obs):
        number += 1
        prefix = f"{wanted}{number}"
    return prefix


def _names_found_and_expected(samples: anndata.AnnData, bundle: Bundle) -> str:
    found, expected = describe_names(samples.var_names), describe_names(bundle.transform.features)
    if found.split(" (")[0] == expected.split(" (")[0]:
        scheme = expected.split(" (")[0]
        if schema.absent_is_zero(samples):
            return f"both use {scheme}, but most reads lie on names that the model's training data did not have"
        return f"both use {scheme}, but few of the model's features were measured here"
    help_with_names = advice(samples, bundle.transform.namespace)
    difference = f"the samples have {found}, the model expects {expected}"
    return f"{difference}; {help_with_names}" if help_with_names else difference
