"""Section of the report: what was predicted, and how sure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import counted
from srna_tools.predict.status import AMBIGUOUS, LOW_QUALITY, OK, STATUS_ORDER, UNKNOWN, Thresholds
from srna_tools.report.agreement import Agreement, agreement_of, agreement_of_numbers
from srna_tools.report.figure import in_natural_order
from srna_tools.report.probability_plot import STATUS_WORDS
from srna_tools.report.reading import reads_of

if TYPE_CHECKING:
    import anndata

# In the table of all samples what needs a look comes first.
_DOUBTFUL_FIRST = (UNKNOWN, AMBIGUOUS, LOW_QUALITY, OK)


@dataclass(frozen=True)
class Predicted:
    """Predictions of one model, ready to be shown.

    Attributes
    ----------
    title
        What was predicted, and by which model if there are several.
    label
        The annotation, or empty if nothing says which.
    table
        The predictions, those that are not to be believed first, with columns ``dataset``, ``reads`` and
        ``recorded`` (None where unknown).
    counts
        Class, then the number of samples of each status in the order of `STATUS_ORDER`.
    thresholds
        With which the statuses were given, if recorded.
    clipped
        Sentence about values outside the training range, or empty.
    agreement
        With the annotation that the samples already had.
    numeric
        Whether numbers were predicted, which have no probabilities.
    """

    title: str
    label: str
    table: pd.DataFrame
    counts: list[tuple[Any, ...]]
    thresholds: Thresholds | None = None
    clipped: str = ""
    agreement: Agreement | None = None
    statuses: dict[str, int] = field(default_factory=dict)
    numeric: bool = False

    def sentence(self) -> str:
        """How many samples have which status."""
        parts = ", ".join(
            f"{self.statuses[status]:,} {STATUS_WORDS[status]}" for status in STATUS_ORDER if self.statuses.get(status)
        )
        return f"{self.title} of {counted(len(self.table), 'sample')}: {parts}"


def what_was_predicted(
    predictions: dict[str, pd.DataFrame], models: dict[str, Bundle], samples: anndata.AnnData | None
) -> list[Predicted]:
    """Describe the predictions of each model; bundles and samples, where given, say more about them."""
    described = []
    for name, table in predictions.items():
        bundle = bundle_of(name, table, models)
        record = _record_of(name, table, samples)
        label = bundle.label if bundle else str(record.get("label", ""))
        described.append(_describe(name, table, label, bundle, record, samples))
    return described


def bundle_of(name: str, table: pd.DataFrame, models: dict[str, Bundle]) -> Bundle | None:
    """Find the bundle that made a table: by name, else the only one that has all its classes."""
    if name in models:
        return models[name] if _may_be_of(table, models[name]) else None
    fitting = [bundle for bundle in models.values() if _may_be_of(table, bundle)]
    return fitting[0] if len(fitting) == 1 else None


def holds_numbers(table: pd.DataFrame) -> bool:
    """Whether the labels are numbers: they alone have no probability."""
    answered = table[table["label"] != ""]
    return len(answered) > 0 and bool(answered["probability"].isna().all())


def _may_be_of(table: pd.DataFrame, bundle: Bundle) -> bool:
    classes = (set(table["label"]) | set(table["runner_up"])) - {""}
    if bundle.is_numeric or holds_numbers(table):
        return bundle.is_numeric and (holds_numbers(table) or not classes)
    return classes <= set(bundle.classes)


def _describe(
    name: str,
    table: pd.DataFrame,
    label: str,
    bundle: Bundle | None,
    record: dict[str, Any],
    samples: anndata.AnnData | None,
) -> Predicted:
    table = _with_facts(table, label, samples)
    order = pd.Categorical(table["status"], _DOUBTFUL_FIRST, ordered=True)
    table = table.assign(order=order).sort_values(["order", "label", "sample"], kind="stable").drop(columns="order")
    has_labels = label and table["recorded"].notna().any()
    numeric = holds_numbers(table)
    return Predicted(
        title=" by ".join(part for part in (label, f"model {name}" if name and name != label else "") if part)
        or "prediction",
        label=label,
        table=table.reset_index(drop=True),
        counts=_counts(table.assign(label="any number") if numeric else table),
        thresholds=Thresholds(**{key.name: record[key.name] for key in fields(Thresholds)}) if record else None,
        clipped=_clipped(record, samples, bundle),
        agreement=(agreement_of_numbers if numeric else agreement_of)(table, bundle) if has_labels else None,
        numeric=numeric,
        statuses={str(status): int(number) for status, number in table["status"].value_counts().items()},
    )


def _with_facts(table: pd.DataFrame, label: str, samples: anndata.AnnData | None) -> pd.DataFrame:
    table = table.assign(dataset=None, reads=None, recorded=None)
    if samples is None:
        return table
    names = table["sample"]
    table["dataset"] = names.map(samples.obs[schema.DATASET].astype(str))
    table["reads"] = names.map(reads_of(samples))
    if label in samples.obs:
        recorded = names.map(schema.labels_of(samples, label))
        table["recorded"] = recorded.astype(object).where(recorded.notna(), None)
    return table


def _counts(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    crossed = pd.crosstab(table["label"], table["status"]).reindex(columns=list(STATUS_ORDER), fill_value=0)
    names = sorted(crossed.index, key=lambda name: (not name, in_natural_order(name)))
    return [(name or "(none)", *crossed.loc[name].tolist()) for name in names]


def _record_of(name: str, table: pd.DataFrame, samples: anndata.AnnData | None) -> dict[str, Any]:
    """Find what srna-predict recorded in the samples about these predictions, or nothing."""
    if samples is None:
        return {}
    records = json.loads(str(samples.uns[schema.UNS].get(schema.PREDICTIONS, "{}")))
    for prefix, record in records.items():
        if prefix not in samples.obs or name not in {"", record["model"]}:
            continue
        here = table[table["sample"].isin(samples.obs_names)]
        written = schema.labels_of(samples, prefix).fillna("")
        if (here["sample"].map(written) == here["label"]).all():
            return {**record, "prefix": prefix}
    return {}


def _clipped(record: dict[str, Any], samples: anndata.AnnData | None, bundle: Bundle | None) -> str:
    if not record or samples is None or f"{record['prefix']}_clipped" not in samples.obs:
        return ""
    numbers = samples.obs[f"{record['prefix']}_clipped"]
    if not (numbers > 0).any():
        return "No sample has values outside the range of the training samples."
    of_all = f" of the model's {len(bundle.transform.features):,} features" if bundle else " features"
    return (
        f"In {int((numbers > 0).sum()):,} of {counted(len(numbers), 'sample')} values lie outside the range of the "
        f"training samples; they were set to the end of that range. Half of the samples have {numbers.median():.0f} or "
        f"fewer{of_all} outside, the most {numbers.max():.0f}."
    )
