"""The mark of gene sets that come from a model: testing that model's features against them again would be circular."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: How the description of such a set begins, in the second column of a GMT file.
DERIVED = "srna-tools-derived"
_FROM = f"{DERIVED} from the datasets "


def describe_derived(label: str, datasets: Iterable[str]) -> str:
    """Description of a set of top features of a model: one line without tabs, which `derived_from` reads.

    Parameters
    ----------
    label
        What the model predicts, e.g. ``tissue``.
    datasets
        Names of the datasets that it was trained on.
    """
    return f"{_FROM}{json.dumps(list(datasets))}: top features for {json.dumps(label)}"


def derived_from(description: str) -> tuple[str, ...] | None:
    """Datasets that a set was derived from, or None where it does not come from a model.

    A damaged list gives no datasets, but does not make the set independent.
    """
    if not description.lstrip().startswith(DERIVED):
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(description.lstrip().removeprefix(_FROM))
    except (ValueError, RecursionError):
        return ()
    return tuple(str(name) for name in found) if isinstance(found, list) else ()


def derived_sets(table: pd.DataFrame, label: str, datasets: Iterable[str]) -> str:
    """Text of a GMT file: for each class a set of its top features that speak for it, scores above zero.

    Parameters
    ----------
    table
        Of `ranking.top_features`.
    label, datasets
        As for `describe_derived`.
    """
    description = describe_derived(label, datasets)
    lines = []
    for name, rows in table[table["score"] > 0].groupby("class", sort=False):
        of_class, *features = (" ".join(str(word).split()) for word in (name, *rows["feature"]))
        lines.append("\t".join([of_class, description, *features]) + "\n")
    return "".join(lines)
