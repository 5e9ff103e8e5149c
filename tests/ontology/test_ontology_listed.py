"""The nearest listed term."""

from __future__ import annotations

from srna_tools.ontology import ListedGroups, ListedTerm


def test_the_nearest_listed_term_or_the_term_itself_is_found(ontology):
    groups = _groups(ListedTerm("T:0", "rest"), ListedTerm("T:2", "brain"))
    assert [term.group for term in groups.nearest(ontology, "T:3")] == ["brain"]
    assert [term.group for term in groups.nearest(ontology, "T:2")] == ["brain"]
    assert [term.group for term in groups.nearest(ontology, "T:12")] == ["rest"]
    assert groups.nearest(ontology, "T:14") == []


def test_terms_below_a_term_that_stands_for_itself_alone_are_outside(ontology):
    groups = _groups(ListedTerm("T:10", "skin", with_terms_below=False))
    assert [term.group for term in groups.nearest(ontology, "T:10")] == ["skin"]
    assert groups.nearest(ontology, "T:11") == []


def test_equally_near_terms_of_different_groups_are_all_returned(dendritic):
    groups = _groups(ListedTerm("blood", "blood"), ListedTerm("node", "gland"))
    assert [term.group for term in groups.nearest(dendritic, "dendritic cell")] == ["blood", "gland"]


def test_equally_near_terms_of_one_group_are_no_tie(dendritic):
    groups = _groups(ListedTerm("blood", "immune"), ListedTerm("node", "immune"))
    assert [term.group for term in groups.nearest(dendritic, "dendritic cell")] == ["immune"]


def test_of_equally_near_terms_one_below_the_other_counts(dendritic):
    groups = _groups(ListedTerm("blood", "blood"), ListedTerm("fluid", "fluid"))
    assert [term.group for term in groups.nearest(dendritic, "plasma")] == ["blood"]


def _groups(*terms: ListedTerm) -> ListedGroups:
    return ListedGroups("test", {term.term_id: term for term in terms}, {term.group: "" for term in terms})
