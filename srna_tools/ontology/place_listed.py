"""Labels placed into listed groups: a preset's, whose outsiders keep their name, or those of a list of terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from srna_tools.errors import listed
from srna_tools.ontology.listed import ListedGroups
from srna_tools.ontology.matching import AMBIGUOUS, Lexicon
from srna_tools.ontology.placement import Placement, matched
from srna_tools.ontology.spelling import spelling_key
from srna_tools.preprocess.class_size import Use

GROUP_NAME = "group name"


def place_in_listed(
    label: str, corrections: Mapping[str, str], lexicons: Sequence[Lexicon], groups: ListedGroups
) -> Placement:
    """Place one label into the group of its nearest listed term.

    The lexicons are tried in turn: the ontology first, then the preset's own names, which know terms that the
    ontology lacks. A label that is itself the name of a group goes into that group.

    Returns
    -------
    Placement; without a group where the label is outside the list.
    """
    attempts = [matched(label, corrections, lexicon) for lexicon in lexicons]
    reason = ""
    for placement, lexicon in zip(attempts, lexicons, strict=True):
        nearest = groups.nearest(lexicon.ontology, placement.term_id) if placement.term_id else []
        if len(nearest) == 1:
            term = nearest[0]
            below = "" if term.term_id == placement.term_id else f"below {_describe(term.term_id, lexicons)}"
            return _into(placement, groups, term.group, below, term.note)
        if nearest:
            near = listed(f"{lexicon.ontology.describe(term.term_id)} of '{term.group}'" for term in nearest)
            reason = f"equally near to terms of different groups ({near}): choose one with a correction"
    group = next((name for name in groups.group_ids if spelling_key(name) == spelling_key(attempts[0].text)), "")
    if attempts[0].kept and group and not reason:
        return _into(replace(attempts[0], matched_by=GROUP_NAME, suggestions=""), groups, group)
    return _with_reason(attempts[0], reason)


def keep_own_names(placements: Sequence[Placement], groups: ListedGroups, uses: Mapping[str, Use]) -> list[Placement]:
    """Make each label outside a preset a class of its own name.

    Labels that mean the same term, or differ in spelling only, are one class; it is called as most of its samples
    are.
    """
    outside = [placement for placement in placements if placement.kept and not placement.group]
    samples: dict[str, dict[str, int]] = {}
    for placement in outside:
        texts = samples.setdefault(_identity(placement), {})
        texts[placement.text] = texts.get(placement.text, 0) + uses[placement.label].samples
    names = {identity: min(texts, key=lambda text: (-texts[text], text)) for identity, texts in samples.items()}
    named = []
    for placement in placements:
        if not placement.kept or placement.group:
            named.append(placement)
            continue
        name = names[_identity(placement)]
        why = f"outside {groups.name}: " + ("keeps its own name" if name == placement.text else f"same as '{name}'")
        reasons = (unmatched_reason(placement), why)
        named.append(replace(_with_reason(placement, *reasons), group=name, group_id=placement.term_id))
    return named


def drop_outside(placements: Sequence[Placement], groups: ListedGroups) -> list[Placement]:
    """Drop the labels that no listed term lies above, and those for which no single term was found."""
    return [
        placement.dropped(unmatched_reason(placement) or f"outside the terms of {groups.name}")
        if placement.kept and not placement.group
        else placement
        for placement in placements
    ]


def unmatched_reason(placement: Placement) -> str:
    """Say why a label has no term; empty where it has one."""
    if not placement.is_unmatched:
        return ""
    if placement.matched_by.endswith(AMBIGUOUS):
        return "more than one term has this name: choose one with a correction"
    return "no term has this name"


def _identity(placement: Placement) -> str:
    return placement.term_id or spelling_key(placement.text) or placement.text


def _into(placement: Placement, groups: ListedGroups, group: str, *reasons: str) -> Placement:
    placed = replace(placement, group=group, group_id=groups.group_ids[group])
    return _with_reason(placed, *reasons)


def _with_reason(placement: Placement, *reasons: str) -> Placement:
    return replace(placement, reason="; ".join(reason for reason in (placement.reason, *reasons) if reason))


def _describe(term_id: str, lexicons: Sequence[Lexicon]) -> str:
    return next(lexicon.ontology.describe(term_id) for lexicon in lexicons if term_id in lexicon.ontology.terms)
