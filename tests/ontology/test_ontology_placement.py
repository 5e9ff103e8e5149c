"""What becomes of a label before it has a group, and classes that are too small."""

from __future__ import annotations

from srna_tools.ontology import Minimum, Placement, Use
from srna_tools.ontology.placement import matched, without_small_groups


def test_labels_are_corrected_before_they_are_matched(lexicon):
    corrections = {"fet": "fat", "junk": "", "odd": "my own"}
    right = matched("fet", corrections, lexicon)
    assert (right.term_id, right.matched_by, right.reason) == ("T:8", "correction, synonym", "corrected to 'fat'")
    assert not matched("junk", corrections, lexicon).kept
    assert matched("junk", corrections, lexicon).reason == "dropped by a correction"
    assert matched("odd", corrections, lexicon).is_unmatched


def test_ambiguous_labels_show_the_terms_to_choose_from(lexicon):
    placement = matched("valve", {}, lexicon)
    assert placement.is_unmatched
    assert placement.suggestions == "left valve (T:15); right valve (T:16)"


def test_small_classes_are_dropped_with_their_size():
    uses = {"a": Use(5, frozenset("xy")), "b": Use(4, frozenset("x")), "c": Use(2, frozenset("y"))}
    placements = [Placement("a", "a", group="A"), Placement("b", "b", group="B"), Placement("c", "c", group="B")]
    few_samples = without_small_groups(placements, uses, Minimum(samples=6))
    assert [p.kept for p in few_samples] == [False, True, True]
    assert few_samples[0].reason == "class 'A' has 5 samples in 2 datasets, needed: 6 samples in 1 dataset"
    alone = [Placement("b", "b", group="B")]
    assert not without_small_groups(alone, uses, Minimum(datasets=2))[0].kept
