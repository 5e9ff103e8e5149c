"""Forms in which spellings are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.ontology.spelling import halves, joined, parts, singular, spelling_key, word_key, words


def test_words_are_cut_at_blanks_punctuation_and_capitals():
    assert words("BrainPrefrontalCortex") == ("brain", "prefrontal", "cortex")
    assert words("Skin_Epidermis (adult)") == ("skin", "epidermis", "adult")
    assert words("ZR-75.1") == ("zr", "75", "1")


@pytest.mark.parametrize(
    ("plural", "single"),
    [("testes", "testis"), ("lungs", "lung"), ("biopsies", "biopsy"), ("kidneys", "kidney"), ("nuclei", "nucleus"),
     ("eyes", "eye"), ("arteries", "artery"), ("Lymph Nodes", "lymph_node")],
)  # fmt: skip
def test_simple_plurals_have_the_key_of_their_singular(plural, single):
    assert spelling_key(plural) == spelling_key(single)


def test_different_tissues_keep_different_keys():
    names = ["testis", "eye", "ear", "lung", "liver", "gum", "gut", "bone", "skin", "fat", "thymus", "thyroid", "colon"]
    assert len({spelling_key(name) for name in names}) == len(names)


def test_word_key_forgets_the_order_of_words():
    assert word_key("Epithelium, Retinal Pigment") == word_key("retinal pigment epithelium")


def test_halves_and_parts():
    assert ("skin", "dermis") in halves("SkinDermis")
    assert halves("skin") == []
    assert parts("RPE/Choroid") == ["RPE", "Choroid"]
    assert parts("head and neck") == ["head", "neck"]
    assert parts("CD4+ T Cell") == ["CD4+ T Cell"]
    assert parts("islet") == ["islet"]


@given(st.text())
def test_keys_do_not_depend_on_case_and_punctuation(text):
    assert joined(text.upper().lower()) == joined(text.upper().lower().replace("-", "").replace(" ", ""))
    assert len(singular(joined(text))) <= len(joined(text))
    assert all(first + second == joined(text) for first, second in halves(text))
