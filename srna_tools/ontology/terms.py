"""An ontology as this package uses it: live terms, their names, and what they are kinds and parts of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from srna_tools.errors import counted


@dataclass(frozen=True)
class Term:
    """One live term with its spellings."""

    id: str
    name: str
    exact_synonyms: tuple[str, ...] = ()
    other_synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ontology:
    """Terms and their hierarchy over ``is_a`` and ``part_of``.

    ``develops_from`` is not part of the hierarchy: a cell line that develops from a tissue is not that tissue.

    Parameters
    ----------
    source, version
        Name of the file and the data version that it states.
    terms
        Live terms by id; obsolete ones are left out.
    parents
        Ids of the terms one step above each term.
    replaced
        Ids that are out of use (obsolete, alternate) and the live term that replaces each.
    """

    source: str
    version: str
    terms: Mapping[str, Term]
    parents: Mapping[str, tuple[str, ...]]
    replaced: Mapping[str, str] = field(default_factory=dict)

    def name(self, term_id: str) -> str:
        """Name of a term."""
        return self.terms[term_id].name

    def describe(self, term_id: str) -> str:
        """Name and id of a term, as tables and messages show it: ``liver (BTO:0000759)``."""
        return f"{self.name(term_id)} ({term_id})"

    def ancestors(self, term_id: str) -> dict[str, int]:
        """Return a term and all terms above it, with the smallest number of steps to each."""
        steps = {term_id: 0}
        waiting = [term_id]
        for current in waiting:
            for parent in self.parents.get(current, ()):
                if parent not in steps:
                    steps[parent] = steps[current] + 1
                    waiting.append(parent)
        return steps

    def is_below(self, lower: str, upper: str) -> bool:
        """Whether `lower` is `upper` itself, a kind of it or a part of it."""
        return upper in self.ancestors(lower)

    def most_specific(self, term_ids: Iterable[str]) -> list[str]:
        """Leave out every term that another of the terms is below; sorted by id."""
        every = sorted(set(term_ids))
        return [term for term in every if not any(other != term and self.is_below(other, term) for other in every)]

    @cached_property
    def terms_below(self) -> Counter[str]:
        """Return how many terms lie below each term: the fewer, the more specific it is."""
        return Counter(above for term in self.terms for above in self.ancestors(term) if above != term)

    def too_general(self, term_id: str) -> bool:
        """Whether a term says too little to be a class of samples.

        It does where it holds more than half of the largest hierarchy of the ontology (in BTO: the root,
        *animal* and *whole body*). Counting terms, not steps from the root, also works for ontologies whose
        cell lines are roots of their own.
        """
        largest = max(self.terms_below.values(), default=0)
        return 2 * self.terms_below[term_id] > largest

    def __str__(self) -> str:
        return f"{self.source} ({counted(len(self.terms), 'term')})"
