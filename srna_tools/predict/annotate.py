"""Samples and a bundle to one row a sample: label, how sure, and whether to believe it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import anndata
import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import BundleError, SampleError, counted, listed
from srna_tools.features import describe_names
from srna_tools.predict.status import LOW_QUALITY, Thresholds, status_of
from srna_tools.preprocess.matching import NameMatch, advice

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
    """

    label: str
    table: pd.DataFrame
    probabilities: pd.DataFrame
    clipped: pd.Series
    features: int
    shallow: int
    names: NameMatch


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
    order = np.argsort(-probabilities, axis=1, kind="stable")
    rows = np.arange(len(probabilities))
    best, second = order[:, 0], order[:, 1]
    probability = probabilities[rows, best]
    margin = probability - probabilities[rows, second]
    classes = np.array(bundle.classes)
    low_coverage = _names_found_and_expected(samples, bundle)
    no_class = np.where(classes[best] == bundle.catch_all, _no_class(bundle), "")
    rules = zip(inputs.depth, inputs.model_reads, inputs.coverage, probability, margin, strict=True)
    judged = [
        status_of(*facts, thresholds, low_coverage, why) for facts, why in zip(rules, no_class.tolist(), strict=True)
    ]
    has_reads = inputs.depth > 0
    table = pd.DataFrame(
        {
            "sample": samples.obs_names.astype(str),
            "label": np.where(has_reads, classes[best], ""),
            "probability": np.where(has_reads, probability, np.nan),
            "margin": np.where(has_reads, margin, np.nan),
            "runner_up": np.where(has_reads, classes[second], ""),
            "coverage": np.where(has_reads, inputs.coverage, 0.0),
            "status": [status for status, _ in judged],
            "reason": [reason for _, reason in judged],
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
    columns = {prefix: values["label"]}
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


def _no_class(bundle: Bundle) -> str:
    named = counted(len(bundle.classes) - 1, "named class", "named classes")
    return f"most like the catch-all class '{bundle.catch_all}': none of the model's {named}"


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
