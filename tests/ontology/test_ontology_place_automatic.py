"""Automatic classes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srna_tools.ontology import Minimum, Ontology, Placement, Term, Use
from srna_tools.ontology.place_automatic import choose_classes

# body > organ > (brain > (cortex, cerebellum), liver); body > fluid > blood > plasma; a cell line of its own.
PARENTS = {
    "body": (), "organ": ("body",), "brain": ("organ",), "cortex": ("brain",), "cerebellum": ("brain",),
    "liver": ("organ",), "fluid": ("body",), "blood": ("fluid",), "plasma": ("blood",), "serum": ("fluid", "blood"),
    "hela": (),
}  # fmt: skip
ONTOLOGY = Ontology("test", "", {term: Term(term, term) for term in PARENTS}, PARENTS)


def test_a_label_that_is_large_enough_stays_as_specific_as_it_is():
    assert _classes({"cortex": 10, "cerebellum": 10, "liver": 10}, Minimum(10)) == {
        "cortex": "cortex", "cerebellum": "cerebellum", "liver": "liver",
    }  # fmt: skip


def test_small_labels_meet_in_their_most_specific_common_ancestor():
    assert _classes({"cortex": 6, "cerebellum": 4, "liver": 10}, Minimum(10)) == {
        "cortex": "brain", "cerebellum": "brain", "liver": "liver",
    }  # fmt: skip


def test_a_class_holds_what_narrower_ones_left_and_says_so():
    placed = _place({"cortex": 10, "cerebellum": 4, "brain": 6}, Minimum(10))
    assert {p.label: p.group for p in placed} == {"cortex": "cortex", "cerebellum": "brain", "brain": "brain"}
    assert placed[2].reason == "apart from the narrower cortex"
    assert placed[1].reason == "below brain (brain); apart from the narrower cortex"


def test_labels_that_only_meet_in_too_general_a_term_are_dropped():
    placed = _place({"liver": 4, "plasma": 4, "hela": 4, "body": 20}, Minimum(8))
    assert not any(p.kept for p in placed)
    assert placed[3].reason == "too general to be a class"
    assert placed[1].reason == "neither it nor blood, fluid has 8 samples in 1 dataset left"


def test_datasets_count_too():
    uses = {"cortex": Use(10, frozenset("x")), "cerebellum": Use(1, frozenset("y"))}
    placed = choose_classes(_matched(uses), uses, ONTOLOGY, Minimum(5, 2))
    assert {p.label: p.group for p in placed} == {"cortex": "brain", "cerebellum": "brain"}


def test_unmatched_labels_are_dropped():
    uses = {"liver": Use(3, frozenset("x")), "odd": Use(9, frozenset("x"))}
    placements = [*_matched({"liver": uses["liver"]}), Placement("odd", "odd", matched_by="unmatched")]
    placed = choose_classes(placements, uses, ONTOLOGY, Minimum())
    assert [(p.kept, p.reason) for p in placed] == [(True, ""), (False, "no term has this name")]


_SIZES = st.dictionaries(st.sampled_from(sorted(PARENTS)), st.integers(1, 12), min_size=1)


@given(_SIZES, st.integers(1, 20), st.randoms())
def test_the_result_is_a_partition_into_sufficient_classes_whatever_the_order(sizes, least, random):
    minimum = Minimum(least)
    placed = _place(sizes, minimum)
    shuffled = list(sizes.items())
    random.shuffle(shuffled)
    assert {(p.label, p.group) for p in placed} == {(p.label, p.group) for p in _place(dict(shuffled), minimum)}
    assert {p.label for p in placed} == set(sizes)
    kept = [p for p in placed if p.kept]
    for group in {p.group for p in kept}:
        assert sum(sizes[p.label] for p in kept if p.group == group) >= least
        assert not ONTOLOGY.too_general(group)
    assert all(ONTOLOGY.is_below(p.label, p.group) for p in kept)
    # Nothing that is dropped could still have made a class.
    dropped = [p.label for p in placed if not p.kept]
    for term in PARENTS:
        below = sum(sizes[label] for label in dropped if ONTOLOGY.is_below(label, term))
        assert below < least or ONTOLOGY.too_general(term)


@given(_SIZES, st.integers(1, 20))
def test_no_label_could_be_in_a_more_specific_class_with_companions_of_its_own_class(sizes, least):
    kept = [p for p in _place(sizes, Minimum(least)) if p.kept]
    for placement in kept:
        companions = [p.label for p in kept if p.group == placement.group]
        for term in ONTOLOGY.ancestors(placement.label):
            if term != placement.group and ONTOLOGY.is_below(term, placement.group):
                assert sum(sizes[label] for label in companions if ONTOLOGY.is_below(label, term)) < least


def _classes(sizes: dict[str, int], minimum: Minimum) -> dict[str, str]:
    return {p.label: p.group for p in _place(sizes, minimum)}


def _place(sizes: dict[str, int], minimum: Minimum) -> list[Placement]:
    uses = {label: Use(size, frozenset("x")) for label, size in sizes.items()}
    return choose_classes(_matched(uses), uses, ONTOLOGY, minimum)


def _matched(uses: dict[str, Use]) -> list[Placement]:
    return [Placement(label, label, label, label, "name") for label in uses]
