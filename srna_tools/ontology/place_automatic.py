"""Automatic classes: the most specific ontology terms that give every class enough samples and datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from srna_tools.errors import listed
from srna_tools.ontology.place_listed import unmatched_reason
from srna_tools.ontology.placement import Placement, total_use
from srna_tools.ontology.terms import Ontology
from srna_tools.preprocess.class_size import Minimum, Use


def choose_classes(
    placements: Sequence[Placement], uses: Mapping[str, Use], ontology: Ontology, minimum: Minimum
) -> list[Placement]:
    """Place matched labels into the most specific common ancestors that are large enough.

    Terms are visited from the most specific (fewest terms below) to the most general. A term takes all labels at or
    below it that no earlier term took, if together they reach the minimum. So every label is in at most one class,
    in the most specific one that its remaining companions allow, and the order of labels plays no part. A class may
    be an ancestor of a narrower one: it then holds what the narrower one left, and the reason says so.

    Returns
    -------
    The placements; labels whose ancestors stay too small up to the generality limit are dropped.
    """
    above = {p.label: ontology.ancestors(p.term_id) for p in placements if p.kept and p.term_id}
    candidates = {term for ancestors in above.values() for term in ancestors if not ontology.too_general(term)}
    classes: dict[str, str] = {}
    for term in sorted(candidates, key=lambda term: (ontology.terms_below[term], term)):
        free = [p for p in placements if p.label in above and p.label not in classes and term in above[p.label]]
        if minimum.met_by(total_use(free, uses)):
            classes.update(dict.fromkeys((p.label for p in free), term))
    return [_placed(p, classes, above.get(p.label, {}), ontology, minimum) for p in placements]


def _placed(
    placement: Placement, classes: Mapping[str, str], above: Mapping[str, int], ontology: Ontology, minimum: Minimum
) -> Placement:
    if not placement.kept:
        return placement
    if placement.label not in classes:
        return placement.dropped(unmatched_reason(placement) or _too_small(above, ontology, minimum))
    term = classes[placement.label]
    narrower = _names_in_order(
        {other for other in classes.values() if other != term and ontology.is_below(other, term)}, ontology
    )
    reasons = [
        placement.reason,
        f"below {ontology.describe(term)}" if term != placement.term_id else "",
        f"apart from the narrower {listed(narrower)}" if narrower else "",
    ]
    reason = "; ".join(part for part in reasons if part)
    return replace(placement, group=ontology.name(term), group_id=term, reason=reason)


def _too_small(above: Mapping[str, int], ontology: Ontology, minimum: Minimum) -> str:
    if all(ontology.too_general(term) for term in above):
        return "too general to be a class"
    tried = [term for term in above if not ontology.too_general(term)]
    return f"neither it nor {listed(map(ontology.name, tried[1:])) or 'a term above it'} has {minimum} left"


def _names_in_order(terms: set[str], ontology: Ontology) -> list[str]:
    """Names of terms, the most specific first."""
    return [ontology.name(term) for term in sorted(terms, key=lambda term: (ontology.terms_below[term], term))]
