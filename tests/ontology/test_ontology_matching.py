"""Labels matched to terms, in the order from id to ever looser spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from srna_tools.ontology import Lexicon, read_ontology


@pytest.mark.parametrize(
    ("label", "term", "how"),
    [
        ("T:2", "T:2", "id"),
        ("T:17", "T:10", "id"),
        ("T:99", "T:19", "id"),
        ("brain", "T:2", "name"),
        ("Gehirn", "T:2", "synonym"),
        ("fat", "T:8", "synonym"),
        ("old name of skin", "T:10", "synonym"),
        ("Brain ", "T:2", "spelling"),
        ("prefrontalcortex", "T:3", "spelling"),
        ("Prefrontal_Cortex", "T:3", "spelling"),
        ("testes", "T:7", "spelling"),
        ("müller_CELLS", "T:19", "spelling"),
        ("Cortex, prefrontal", "T:3", "word order"),
        ("thyroid", "T:13", "completed name"),
        ("hela", "T:14", "completed name"),
        ("BrainPrefrontalCortex", "T:3", "compound"),
        ("brainprefrontalcortex", "T:3", "compound"),
        ("Skin_Epidermis", "T:11", "compound"),
        ("cerebellum/prefrontal cortex", "T:2", "common ancestor"),
    ],
)
def test_a_label_finds_its_term(lexicon, label, term, how):
    found = lexicon.match(label)
    assert (found.term_id, found.how) == (term, how)


@pytest.mark.parametrize("label", ["skinbrain", "abandoned tissue", "T:18", "brain/skin", "-", "xyz", ""])
def test_what_has_no_term_is_not_guessed(lexicon, label):
    assert (lexicon.match(label).term_id, lexicon.match(label).how) == ("", "unmatched")


def test_a_synonym_of_two_terms_is_reported_not_chosen(lexicon):
    found = lexicon.match("valve")
    assert (found.term_id, found.how, found.candidates) == ("", "ambiguous", ("T:15", "T:16"))
    assert lexicon.match("Valves").candidates == ("T:15", "T:16")


def test_a_name_wins_over_a_synonym_of_another_term(tmp_path):
    path = tmp_path / "names.obo"
    path.write_text("format-version: 1.2\n\n[Term]\nid: T:1\nname: Epidermis\n\n"
                    "[Term]\nid: T:2\nname: plant skin\nsynonym: \"epidermis\" EXACT []\n\n"
                    "[Term]\nid: T:3\nname: rind\nsynonym: \"peel\" RELATED []\n\n"
                    "[Term]\nid: T:4\nname: husk\nsynonym: \"peel\" EXACT []\n")  # fmt: skip
    lexicon = Lexicon(read_ontology(path))
    assert lexicon.match("EPIDERMIS").term_id == "T:1"
    assert lexicon.match("peel").term_id == "T:4"


def test_suggestions_name_similar_terms_most_similar_first(lexicon):
    assert lexicon.suggestions("cerebelum")[0] == "cerebellum (T:4)"
    assert lexicon.suggestions("brain of mouse") == ["brain (T:2)"]
    assert lexicon.suggestions("qqqq") == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("brainprefrontalcortex", "prefrontal cortex"),
        ("BrainCerebellum", "cerebellum"),
        ("skindermis", "dermis"),
        ("fat", "adipose tissue"),
        ("testes", "testis"),
        ("rpe/choroid", "eye"),
        ("Red_blood_cell", "erythrocyte"),
        ("Platelet", "blood platelet"),
        ("hepg2", "Hep-G2 cell"),
        ("zr75.1", "ZR-75-1 cell"),
        ("Epithelium Retinal Pigment", "retinal pigment epithelium"),
        ("Fibroblast Lung", "lung fibroblast"),
        ("iPSC_neuron", ""),
        ("H9_differentiated_forebrain", ""),
        ("bladderepithelium", ""),
        ("head and neck", ""),
    ],
)
def test_labels_of_public_data_are_matched_as_a_curator_would(bto, label, name):
    found = bto.match(label)
    assert (bto.ontology.name(found.term_id) if found.term_id else "") == name


def test_unmatched_labels_of_public_data_get_useful_suggestions(bto):
    assert bto.suggestions("T_lymphocyte_CD8")[0] == "T-lymphocyte (BTO:0000782)"
    assert "urinary bladder epithelium (BTO:0001694)" in bto.suggestions("bladderepithelium")


@pytest.fixture(scope="module")
def bto(real_data: Path) -> Lexicon:
    return Lexicon(read_ontology(real_data / "ontologies" / "bto.obo"))
