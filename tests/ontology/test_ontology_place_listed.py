"""Labels placed into a preset or a list of terms."""

from __future__ import annotations

from srna_tools.ontology import Lexicon, ListedGroups, ListedTerm, Use, load_preset
from srna_tools.ontology.place_listed import drop_outside, keep_own_names, place_in_listed

FIOSINA = load_preset("fiosina2019")


def test_the_preset_works_without_an_ontology():
    lexicons = [Lexicon(FIOSINA.excerpt)]
    labels = {
        "blood": "blood", "Whole Blood": "blood", "Liver": "blood", "immortal human B cell": "blood",
        "brainprefrontalcortex": "brain", "Skin_Epidermis": "epithelium", "testes": "gland", "Urinary bladder": "gland",
        "ileal mucosa": "intestine", "BTO:0000269": "intestine", "lung": "", "muscle": "",
    }  # fmt: skip
    assert {label: place_in_listed(label, {}, lexicons, FIOSINA).group for label in labels} == labels


def test_kinds_and_parts_of_a_listed_term_belong_to_its_group(lexicon):
    groups = ListedGroups("list", {"T:2": ListedTerm("T:2", "brain")}, {"brain": "T:2"})
    placed = place_in_listed("cerebellum", {}, [lexicon], groups)
    assert (placed.group, placed.group_id, placed.reason) == ("brain", "T:2", "below brain (T:2)")
    assert place_in_listed("HeLa", {}, [lexicon], groups).group == ""


def test_a_tie_is_reported_not_chosen(dendritic):
    terms = {"blood": ListedTerm("blood", "blood"), "node": ListedTerm("node", "gland")}
    groups = ListedGroups("list", terms, {"blood": "blood", "gland": ""})
    placed = place_in_listed("dendritic cell", {}, [Lexicon(dendritic)], groups)
    assert placed.group == ""
    assert placed.reason.startswith("equally near to terms of different groups (blood (blood) of 'blood', node (node)")


def test_a_correction_may_name_a_group():
    placed = place_in_listed("odd", {"odd": "Gland"}, [Lexicon(FIOSINA.excerpt)], FIOSINA)
    assert (placed.group, placed.group_id, placed.matched_by) == ("gland", "BTO:0000522", "group name")


def test_labels_outside_a_preset_keep_their_name_and_spellings_of_one_term_are_one_class(lexicon):
    uses = {"Retina": Use(1), "retina": Use(3), "fat": Use(2), "My-Cells": Use(5), "my cells": Use(1), "junk": Use(9)}
    placements = [place_in_listed(label, {"junk": ""}, [lexicon], FIOSINA) for label in uses]
    named = keep_own_names(placements, FIOSINA, uses)
    assert [(p.group, p.group_id, p.kept) for p in named] == [
        ("retina", "T:5", True),
        ("retina", "T:5", True),
        ("fat", "T:8", True),
        ("My-Cells", "", True),
        ("My-Cells", "", True),
        ("", "", False),
    ]
    assert named[0].reason == "outside fiosina2019: same as 'retina'"
    assert named[3].reason == "no term has this name; outside fiosina2019: keeps its own name"


def test_labels_outside_a_list_of_terms_are_dropped(lexicon):
    groups = ListedGroups("list.tsv", {"T:2": ListedTerm("T:2", "brain")}, {"brain": "T:2"})
    placements = [place_in_listed(label, {}, [lexicon], groups) for label in ("brain", "skin", "valve", "xyz")]
    dropped = drop_outside(placements, groups)
    assert [p.kept for p in dropped] == [True, False, False, False]
    assert [p.reason for p in dropped[1:]] == [
        "outside the terms of list.tsv",
        "more than one term has this name: choose one with a correction",
        "no term has this name",
    ]
