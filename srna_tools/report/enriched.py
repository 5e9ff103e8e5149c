"""Section of the report: which sets of features are found among those that speak for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srna_tools.attribute.enrichment import SIGNIFICANT
from srna_tools.errors import counted, listed
from srna_tools.report.figure import in_natural_order

if TYPE_CHECKING:
    import pandas as pd

BEST = 5
_MOST_FEATURES = 8


@dataclass(frozen=True)
class ClassSets:
    """Best sets of a class by one method: rows of the table, with ``significant`` and the first ``members`` of each."""

    name: str
    method: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Enriched:
    """What was found in one sentence, and the best sets of each class."""

    summary: str
    classes: list[ClassSets]


def what_is_enriched(table: pd.DataFrame | None) -> Enriched | None:
    """Take the sets with the smallest p of every class and method from the table of srna-enrich; None without it.

    Sets of which nothing was found are left out.
    """
    if table is None:
        return None
    classes = []
    found = table[table["overlap"] > 0]
    for name in sorted(found["class"].astype(str).unique(), key=in_natural_order):
        of_class = found[found["class"].astype(str) == name]
        for method in of_class["method"].drop_duplicates():
            best = of_class[of_class["method"] == method].sort_values("p", kind="stable").head(BEST)
            classes.append(ClassSets(name, str(method), [_read(row) for row in best.to_dict("records")]))
    return Enriched(_summary(table), classes)


def _read(row: dict[Any, Any]) -> dict[str, Any]:
    members = [name for name in str(row["features"]).split(",") if name]
    return row | {"significant": row["q"] <= SIGNIFICANT, "members": listed(members, _MOST_FEATURES)}


def _summary(table: pd.DataFrame) -> str:
    significant = table[table["q"] <= SIGNIFICANT]
    classes, positive = table["class"].nunique(), significant["class"].nunique()
    sets = len(table[["source", "set"]].drop_duplicates())
    return (
        f"{counted(sets, 'set')} tested in {counted(classes, 'class', 'classes')}; "
        f"{counted(positive, 'class', 'classes')} with at least one set at q of {SIGNIFICANT:g} or less."
    )
