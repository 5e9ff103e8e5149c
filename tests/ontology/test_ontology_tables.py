"""Presets, lists of terms and corrections."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from srna_tools.errors import InputError
from srna_tools.ontology import (
    Lexicon,
    load_preset,
    read_corrections,
    read_ontology,
    read_terms,
    refuse_unknown_ids,
)

# Typed from Table 2 of Fiosina, Fiosins & Bonn 2019.
TABLE_2 = {
    "blood": "blood, blood plasma, blood serum, peripheral blood, umbilical cord blood, serum, buffy coat, "
    "immortal human B cell, liver, lymphoblastoid cell",
    "brain": "brain, cingulate gyrus, motor cortex, prefrontal cortex, neocortex",
    "epithelium": "skin, dermis, epidermis, breast, oral mucosa, larynx",
    "gland": "prostate gland, testis, kidney, bladder, uterine endometrium, tonsil, lymph node",
    "intestine": "intestine, colon, ileal mucosa",
}


def test_the_preset_is_table_2_of_the_paper():
    preset = load_preset("fiosina2019")
    names = {
        group: {preset.excerpt.name(term.term_id) for term in preset.terms.values() if term.group == group}
        for group in preset.group_ids
    }
    assert names == {group: set(tissues.split(", ")) for group, tissues in TABLE_2.items()}


def test_the_preset_says_what_is_peculiar_about_liver():
    preset = load_preset("fiosina2019")
    assert preset.terms["BTO:0000759"].group == "blood"
    assert "published Table 2 lists liver under blood" in preset.terms["BTO:0000759"].note


def test_the_ids_and_the_hierarchy_of_the_preset_are_those_of_bto(real_data: Path):
    bto = read_ontology(real_data / "ontologies" / "bto.obo")
    preset = load_preset("fiosina2019")
    renamed = {"immortal human B cell": "B-lymphocyte cell line", "lymphoblastoid cell": "lymphoblastoid cell line"}
    for term_id, term in preset.excerpt.terms.items():
        assert bto.name(term_id) == renamed.get(term.name, term.name)
        above = set(bto.ancestors(term_id)) & set(preset.terms) - {term_id}
        assert preset.excerpt.parents[term_id] == tuple(bto.most_specific(above))
    assert {bto.name(term_id): group for group, term_id in preset.group_ids.items()} == {g: g for g in TABLE_2}


def test_a_list_of_terms_takes_ids_names_groups_header_and_comments(tmp_path, lexicon):
    path = _write(
        tmp_path, "term\tgroup\n# organs\nT:2\tbrain\ncerebellum\thindbrain\nprefrontalcortex\tbrain\n\nskin\n"
    )
    groups = read_terms(path, lexicon)
    assert {term.term_id: term.group for term in groups.terms.values()} == {
        "T:2": "brain", "T:4": "hindbrain", "T:3": "brain", "T:10": "skin",
    }  # fmt: skip
    assert groups.group_ids == {"brain": "T:2", "hindbrain": "T:4", "skin": "T:10"}


def test_a_group_of_several_terms_none_of_which_it_is_named_after_has_no_id(tmp_path, lexicon):
    assert read_terms(_write(tmp_path, "retina\teyes and ears\nskin\teyes and ears\n"), lexicon).group_ids == {
        "eyes and ears": ""
    }


def test_all_unknown_terms_of_a_list_are_named_with_suggestions(tmp_path, lexicon):
    with pytest.raises(InputError) as raised:
        read_terms(_write(tmp_path, "brain\ncerebelum\nvalve\nT:77\n"), lexicon)
    assert "'cerebelum' (similar: cerebellum (T:4)" in str(raised.value)
    assert "'valve' (several terms: left valve (T:15), right valve (T:16))" in str(raised.value)
    assert "'T:77' (similar: none)" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("term\tgroup\n", "lists no term"), ("brain\tone\nT:2\ttwo\n", "line 2: puts brain (T:2) into the groups")],
)
def test_lists_that_make_no_sense_are_refused(tmp_path, lexicon, text, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_terms(_write(tmp_path, text), lexicon)


def test_corrections_are_read(tmp_path):
    assert read_corrections(_write(tmp_path, "label\tuse\n fat \tadipose tissue\nexosomes\t\n\n")) == {
        "label": "use",
        "fat": "adipose tissue",
        "exosomes": "",
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no correction"),
        ("fat\tadipose tissue\nskin\n", "line 2: has one column only ('skin')"),
        ("fat\ta\nfat\tb\n", "line 2: corrects the label 'fat' twice, to 'a' and to 'b'"),
    ],
)
def test_corrections_that_make_no_sense_are_refused(tmp_path, text, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_corrections(_write(tmp_path, text))


def test_corrections_to_ids_that_do_not_exist_are_refused(tmp_path, lexicon: Lexicon):
    known = {"a": "T:2", "b": "T:17", "c": "skin", "d": "", "e": "note: my own label"}
    refuse_unknown_ids(known, tmp_path / "c.tsv", lexicon.ontology)
    with pytest.raises(InputError, match=r"ids that tiny\.obo does not have: T:18, T:77"):
        refuse_unknown_ids({**known, "f": "T:77", "g": "T:18"}, tmp_path / "c.tsv", lexicon.ontology)


def test_tables_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "table.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_corrections(path)


def _write(folder: Path, text: str) -> Path:
    path = folder / "table.tsv"
    path.write_text(text)
    return path
