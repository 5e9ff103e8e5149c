"""The hierarchy of an ontology."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srna_tools.ontology import Ontology, Term


def test_ancestors_come_with_their_smallest_distance():
    # d is a kind of b and of c; c also lies directly below a, b only through e.
    ontology = _ontology({"a": (), "e": ("a",), "b": ("e",), "c": ("a",), "d": ("b", "c")})
    assert ontology.ancestors("d") == {"d": 0, "b": 1, "c": 1, "e": 2, "a": 2}


def test_most_specific_leaves_out_what_others_are_below():
    ontology = _ontology({"a": (), "b": ("a",), "c": ("b",), "x": ("a",)})
    assert ontology.most_specific(["a", "c", "x", "b"]) == ["c", "x"]


def test_a_term_over_more_than_half_of_the_largest_hierarchy_is_too_general():
    ontology = _ontology({"root": (), "brain": ("root",), "cortex": ("brain",), "liver": ("root",), "line": ()})
    assert [term for term in ontology.terms if ontology.too_general(term)] == ["root"]


def test_a_hierarchy_with_a_cycle_ends():
    ontology = _ontology({"a": ("b",), "b": ("a",)})
    assert ontology.ancestors("a") == {"a": 0, "b": 1}


@given(st.lists(st.sets(st.integers(0, 20), max_size=3), min_size=1, max_size=20))
def test_terms_below_counts_what_ancestors_reach(above):
    parents = {str(term): tuple(str(p) for p in sorted(over) if p < term) for term, over in enumerate(above)}
    ontology = _ontology(parents)
    for upper in ontology.terms:
        below = [term for term in ontology.terms if term != upper and ontology.is_below(term, upper)]
        assert ontology.terms_below[upper] == len(below)
        # A parent always has more terms below it than each child: the order of specificity follows the hierarchy.
        assert all(ontology.terms_below[upper] < ontology.terms_below[parent] for parent in ontology.parents[upper])


def _ontology(parents: dict[str, tuple[str, ...]]) -> Ontology:
    return Ontology("test", "", {term: Term(term, term) for term in parents}, parents)
