"""Groups that a table lists: a label goes to the nearest term of the table that it is, is a kind or a part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from srna_tools.ontology.terms import Ontology


@dataclass(frozen=True)
class ListedTerm:
    """One line of a table of groups.

    Parameters
    ----------
    term_id
        The term.
    group
        The group that it belongs to.
    with_terms_below
        Whether kinds and parts of the term belong to the group too.
    note
        What a reader of the mapping table should know about this line.
    """

    term_id: str
    group: str
    with_terms_below: bool = True
    note: str = ""


@dataclass(frozen=True)
class ListedGroups:
    """A table of groups.

    Parameters
    ----------
    name
        What the groups are called in messages: the preset, or the file.
    terms
        The listed terms by id.
    group_ids
        Ontology id of each group; empty where no term stands for it.
    excerpt
        The listed terms with the names that the table itself gives them, for use without an ontology file;
        None where the table has none.
    """

    name: str
    terms: Mapping[str, ListedTerm]
    group_ids: Mapping[str, str]
    excerpt: Ontology | None = None

    def nearest(self, ontology: Ontology, term_id: str) -> list[ListedTerm]:
        """Find the listed terms that are fewest steps above a term, or the term itself.

        Of equally near ones those are left out that another of them is below.

        Returns
        -------
        One listed term; none where the term is outside the table; several where equally near ones belong to
        different groups, in the order of their ids.
        """
        reached = {
            upper: steps
            for upper, steps in ontology.ancestors(term_id).items()
            if upper in self.terms and (steps == 0 or self.terms[upper].with_terms_below)
        }
        fewest = min(reached.values(), default=0)
        nearest = ontology.most_specific(upper for upper, steps in reached.items() if steps == fewest)
        listed = [self.terms[upper] for upper in nearest]
        return listed if len({term.group for term in listed}) > 1 else listed[:1]
