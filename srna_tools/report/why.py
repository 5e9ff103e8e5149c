"""Section of the report: which features speak for each class, and how far their ranks can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.report.figure import in_natural_order

TOP = 10
ONE_STUDY, NO_STUDY = "one study only", "no study by itself"
_WARNINGS = {0.0: NO_STUDY, 1.0: ONE_STUDY}


@dataclass(frozen=True)
class ClassFeatures:
    """First features of a class.

    Attributes
    ----------
    name
        The class.
    size
        What its ranks rest on, in words.
    rows
        The table's rows; further ``interval`` and ``dataset_interval``, the ranks that samples and studies allow,
        ``studies``, how many of how many support the feature, and ``warning``.
    """

    name: str
    size: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Why:
    """The first features of all classes, which columns there are to show, and what to beware of."""

    classes: list[ClassFeatures]
    with_rpm: bool
    with_intervals: bool
    with_dataset_intervals: bool
    with_studies: bool
    caution: str


def why(table: pd.DataFrame | None) -> Why | None:
    """Take the first features of every class from the table of srna-attribute; None without it."""
    if table is None:
        return None
    names = sorted(table["class"].astype(str).unique(), key=in_natural_order)
    classes = [_features_of(name, table[table["class"].astype(str) == name]) for name in names]
    shown = [row for one in classes for row in one.rows]
    return Why(
        classes=classes,
        with_rpm={"mean_rpm_class", "mean_rpm_others"} <= set(table),
        with_intervals=any(row["interval"] for row in shown),
        with_dataset_intervals=any(row["dataset_interval"] for row in shown),
        with_studies=bool({"supporting_datasets", "note"} & set(table)),
        caution=_caution(shown),
    )


def _features_of(name: str, rows: pd.DataFrame) -> ClassFeatures:
    first = rows.sort_values("rank", kind="stable").head(TOP)
    sizes = [
        counted(int(first[column].iloc[0]), word)
        for column, word in (("samples", "sample"), ("datasets", "study"))
        if column in first and pd.notna(first[column].iloc[0])
    ]
    size = ", ".join(sizes).replace("studys", "studies")
    return ClassFeatures(name, size, [_read(row) for row in first.to_dict("records")])


def _read(row: dict[Any, Any]) -> dict[str, Any]:
    supporting, datasets = row.get("supporting_datasets", np.nan), row.get("datasets", np.nan)
    known = pd.notna(supporting)
    of_all = f" of {datasets:.0f}" if pd.notna(datasets) else ""
    return row | {
        "interval": _interval(row.get("rank_low", np.nan), row.get("rank_high", np.nan)),
        "dataset_interval": _interval(row.get("dataset_rank_low", np.nan), row.get("dataset_rank_high", np.nan)),
        "studies": f"{supporting:.0f}{of_all}" if known else "",
        "warning": _WARNINGS.get(supporting, "") if known else row.get("note", ""),
    }


def _interval(low: float, high: float) -> str:
    if pd.isna(low) or pd.isna(high):
        return ""
    return f"{low:,.0f} to {high:,.0f}" if low != high else f"{low:,.0f}"


def _caution(shown: list[dict[str, Any]]) -> str:
    """Sentence on features that one study alone supports, or nothing."""
    suspect = sum(row["warning"] in (ONE_STUDY, NO_STUDY) for row in shown)
    if not suspect:
        return ""
    return (
        f"{suspect:,} of these {counted(len(shown), 'row')} rest on one study at most: such a feature may tell that "
        "study from the others, and not the class."
    )
