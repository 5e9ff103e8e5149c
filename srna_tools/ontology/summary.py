"""What the grouping of labels did, in a few lines that nobody can overlook."""

from __future__ import annotations

from collections.abc import Sequence

from srna_tools.errors import counted, listed
from srna_tools.ontology.grouping import Grouping
from srna_tools.ontology.placement import Placement

_NAMED = 10


def summarize(grouping: Grouping, corrections: Sequence[str] = ()) -> list[str]:
    """Say how many samples are in how many groups, which labels need a look, and how large each group is.

    Parameters
    ----------
    grouping
        What was made of the labels.
    corrections
        Labels that were to be corrected; those that no sample has are named.
    """
    placed = int(grouping.groups.notna().sum())
    noted = [note for note in (*_labels_noted(grouping), *_samples_noted(grouping, corrections)) if note]
    head = f"{placed} of {counted(len(grouping.groups), 'sample')} in {counted(len(grouping.sizes), 'group')}"
    sizes = [
        f"{name}{f' ({grouping.group_ids[name]})' if grouping.group_ids[name] else ''}: {grouping.sizes[name]}"
        for name in grouping.groups.cat.categories
    ]
    return ["; ".join([head, *noted]), *sizes]


def _labels_noted(grouping: Grouping) -> list[str]:
    unmatched = [p for p in grouping.placements if p.is_unmatched and p.text]
    others = [p for p in grouping.placements if not p.kept and not p.group and p not in unmatched]
    small = sorted({p.group for p in grouping.placements if not p.kept and p.group})
    return [
        _named(unmatched, "unmatched"),
        _named(others, "dropped"),
        f"{counted(len(small), 'group')} too small: {listed(small, _NAMED)}" if small else "",
    ]


def _named(placements: Sequence[Placement], what: str) -> str:
    names = listed([placement.label for placement in placements], _NAMED)
    return f"{counted(len(placements), 'label')} {what}: {names}" if placements else ""


def _samples_noted(grouping: Grouping, corrections: Sequence[str]) -> list[str]:
    labelled = {placement.label for placement in grouping.placements}
    unused = [label for label in corrections if label not in labelled]
    return [
        f"{counted(grouping.unlabelled, 'sample')} without a label" if grouping.unlabelled else "",
        f"{counted(len(unused), 'correction')} of labels that no sample has: {listed(unused, _NAMED)}"
        if unused
        else "",
    ]
