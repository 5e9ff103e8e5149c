"""Labels of samples grouped into classes, with a mapping table that says what every label became, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from srna_tools.errors import SampleError, listed
from srna_tools.ontology.intervals import INTERVAL, interval_names, place_in_intervals
from srna_tools.ontology.listed import ListedGroups
from srna_tools.ontology.matching import Lexicon
from srna_tools.ontology.place_automatic import choose_classes
from srna_tools.ontology.place_listed import drop_outside, keep_own_names, place_in_listed
from srna_tools.ontology.placement import (
    Placement,
    by_group,
    matched,
    total_use,
    without_small_groups,
)
from srna_tools.preprocess.class_size import Minimum, Use, uses_of

MAPPING_COLUMNS = (
    "label", "samples", "datasets", "term_id", "term_name", "matched_by",
    "group", "group_id", "kept", "reason", "suggestions",
)  # fmt: skip


@dataclass(frozen=True)
class Grouping:
    """Classes of samples made from a label column.

    Parameters
    ----------
    groups
        Class of each sample, categorical, missing where it has none; index as the labels.
    group_ids
        Ontology id of each class; empty where none stands for it.
    sizes
        Samples and datasets of each class.
    mapping
        One row a label (or interval), with `MAPPING_COLUMNS`.
    placements
        What became of each label.
    unlabelled
        Samples that have no label at all.
    """

    groups: pd.Series
    group_ids: Mapping[str, str]
    sizes: Mapping[str, Use]
    mapping: pd.DataFrame
    placements: Sequence[Placement]
    unlabelled: int


def group_by_terms(
    labels: pd.Series,
    datasets: pd.Series,
    *,
    groups: ListedGroups | None,
    lexicon: Lexicon | None,
    corrections: Mapping[str, str] | None = None,
    minimum: Minimum | None = None,
) -> Grouping:
    """Group labels by the terms of an ontology.

    Parameters
    ----------
    labels, datasets
        Label (None where missing) and dataset of each sample, same index.
    groups
        A preset, whose outsiders keep their own name, or a list of terms, whose outsiders are dropped. None chooses
        the most specific common ancestors that reach the minimum.
    lexicon
        Spellings of an ontology's terms. A preset does without.
    corrections
        What to use instead of some labels; empty drops the label.
    minimum
        Samples and datasets that a class needs (1 and 1 by default).

    Raises
    ------
    SampleError
        No sample has a label, or no sample is left.
    """
    corrections, minimum = corrections or {}, minimum or Minimum()
    uses = _uses(labels, datasets)
    if groups is None:
        if lexicon is None:
            raise ValueError("automatic classes need the lexicon of an ontology")
        placements = [matched(label, corrections, lexicon) for label in uses]
        placements = choose_classes(placements, uses, lexicon.ontology, minimum)
    else:
        lexicons = [lexicon] if lexicon else []
        lexicons += [Lexicon(groups.excerpt)] if groups.excerpt else []
        placements = [place_in_listed(label, corrections, lexicons, groups) for label in uses]
        placements = keep_own_names(placements, groups, uses) if groups.excerpt else drop_outside(placements, groups)
    placements = without_small_groups(placements, uses, minimum)
    return _grouping(labels, uses, placements, _label_rows(placements, uses))


def group_by_intervals(
    labels: pd.Series, datasets: pd.Series, edges: Sequence[float], minimum: Minimum | None = None
) -> Grouping:
    """Group a numeric column, such as age, by right-closed intervals; the first includes its lower bound.

    Parameters
    ----------
    labels, datasets
        Value as text (None where missing) and dataset of each sample, same index.
    edges
        Increasing bounds of the intervals.
    minimum
        Samples and datasets that an interval needs (1 and 1 by default).

    Raises
    ------
    SampleError
        No sample has a value, none is a number, or no sample is left.
    """
    uses = _uses(labels, datasets)
    placements = without_small_groups(place_in_intervals(list(uses), edges), uses, minimum or Minimum())
    names = interval_names(edges)
    grouping = _grouping(labels, uses, placements, _interval_rows(placements, uses, names))
    present = [name for name in names if name in grouping.sizes]
    return replace(grouping, groups=grouping.groups.cat.reorder_categories(present))


def _uses(labels: pd.Series, datasets: pd.Series) -> dict[str, Use]:
    uses = uses_of(labels, datasets)
    if not uses:
        raise SampleError(f"none of the {len(labels)} samples has a label in the column '{labels.name}'")
    return uses


def _grouping(
    labels: pd.Series, uses: Mapping[str, Use], placements: Sequence[Placement], rows: list[dict[str, object]]
) -> Grouping:
    classes = by_group(placements)
    if not classes:
        reasons = dict.fromkeys(f"'{p.label}': {p.reason}" for p in placements)
        raise SampleError(f"no sample of the column '{labels.name}' is left in a class ({listed(reasons, 3)})")
    group_of = {p.label: name for name, members in classes.items() for p in members}
    groups = labels.map(group_of).astype(pd.CategoricalDtype(list(classes)))
    return Grouping(
        groups=groups,
        group_ids={name: members[0].group_id for name, members in classes.items()},
        sizes={name: total_use(members, uses) for name, members in classes.items()},
        mapping=pd.DataFrame(rows, columns=list(MAPPING_COLUMNS)),
        placements=placements,
        unlabelled=int(labels.isna().sum()),
    )


def _label_rows(placements: Sequence[Placement], uses: Mapping[str, Use]) -> list[dict[str, object]]:
    return [_row(placement, placement.label, uses[placement.label]) for placement in placements]


def _interval_rows(
    placements: Sequence[Placement], uses: Mapping[str, Use], names: Sequence[str]
) -> list[dict[str, object]]:
    """One row an interval, empty ones too, then one for each value that is in none."""
    rows = []
    for name in names:
        members = [placement for placement in placements if placement.group == name]
        empty = Placement(name, name, matched_by=INTERVAL, group=name).dropped("no sample")
        rows.append(_row(members[0] if members else empty, name, total_use(members, uses)))
    return rows + _label_rows([placement for placement in placements if not placement.group], uses)


def _row(placement: Placement, label: str, use: Use) -> dict[str, object]:
    return {
        "label": label,
        "samples": use.samples,
        "datasets": len(use.datasets),
        "term_id": placement.term_id,
        "term_name": placement.term_name,
        "matched_by": placement.matched_by,
        "group": placement.group,
        "group_id": placement.group_id,
        "kept": "yes" if placement.kept else "no",
        "reason": placement.reason,
        "suggestions": placement.suggestions,
    }
