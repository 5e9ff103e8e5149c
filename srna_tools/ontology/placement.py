"""What becomes of a label: the samples that carry it, the term it means, the group it goes to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from srna_tools.ontology.matching import AMBIGUOUS, UNMATCHED, Lexicon
from srna_tools.preprocess.class_size import Minimum, Use

CORRECTION = "correction"


@dataclass(frozen=True)
class Placement:
    """One line of the mapping table.

    Parameters
    ----------
    label
        The label as the samples carry it.
    text
        The label after correction: what was matched; empty where a correction drops it.
    term_id, term_name, matched_by
        The term that the label means, and how it was found.
    group, group_id
        The class, and the ontology id that stands for it; both may be empty.
    kept
        Whether the samples get the group.
    reason, suggestions
        Why this became of the label, and terms of similar spelling where none was found.
    """

    label: str
    text: str
    term_id: str = ""
    term_name: str = ""
    matched_by: str = ""
    group: str = ""
    group_id: str = ""
    kept: bool = True
    reason: str = ""
    suggestions: str = ""

    @property
    def is_unmatched(self) -> bool:
        """Whether no single term was found for a label that should have one."""
        return self.matched_by.endswith((AMBIGUOUS, UNMATCHED))

    def dropped(self, reason: str) -> Placement:
        """Return the same label, left out for a reason (added to one that it has)."""
        return replace(self, kept=False, reason="; ".join(part for part in (self.reason, reason) if part))


def total_use(placements: Iterable[Placement], uses: Mapping[str, Use]) -> Use:
    """Add up the samples and datasets of several labels."""
    return sum((uses[placement.label] for placement in placements), Use())


def matched(label: str, corrections: Mapping[str, str], lexicon: Lexicon) -> Placement:
    """Correct a label and match it to a term; where that fails the reason says so.

    Returns
    -------
    Placement without a group yet.
    """
    corrected = label in corrections
    text = corrections.get(label, label)
    if not text:
        return Placement(label, "", matched_by=CORRECTION).dropped("dropped by a correction")
    found = lexicon.match(text)
    ontology = lexicon.ontology
    placement = Placement(
        label,
        text,
        term_id=found.term_id,
        term_name=ontology.name(found.term_id) if found.term_id else "",
        matched_by=f"{CORRECTION}, {found.how}" if corrected else found.how,
        reason=f"corrected to '{text}'" if corrected else "",
    )
    if found.term_id:
        return placement
    similar = [ontology.describe(term_id) for term_id in found.candidates] or lexicon.suggestions(text)
    return replace(placement, suggestions="; ".join(similar))


def by_group(placements: Sequence[Placement]) -> dict[str, list[Placement]]:
    """Sort the labels that have a group, and are kept, by group."""
    groups: dict[str, list[Placement]] = {}
    for placement in placements:
        if placement.kept and placement.group:
            groups.setdefault(placement.group, []).append(placement)
    return dict(sorted(groups.items()))


def without_small_groups(placements: Sequence[Placement], uses: Mapping[str, Use], minimum: Minimum) -> list[Placement]:
    """Drop the labels of groups that have too few samples or datasets; the reason says how few."""
    sizes = {group: total_use(members, uses) for group, members in by_group(placements).items()}
    return [
        placement.dropped(f"class '{placement.group}' has {sizes[placement.group]}, needed: {minimum}")
        if placement.group in sizes and placement.kept and not minimum.met_by(sizes[placement.group])
        else placement
        for placement in placements
    ]
