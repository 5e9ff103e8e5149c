"""OBO files read into terms and hierarchy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from srna_tools.errors import InputError
from srna_tools.ontology import read_ontology


def test_terms_synonyms_and_hierarchy_are_read(ontology):
    assert (ontology.source, ontology.version) == ("tiny.obo", "releases/2020-01-01")
    assert ontology.terms["T:7"].exact_synonyms == ("male gonad",)
    assert ontology.terms["T:8"].other_synonyms == ("fat",)
    assert ontology.terms["T:19"].name == "Müller cell"
    assert ontology.parents["T:12"] == ("T:11",)
    assert ontology.parents["T:11"] == ("T:10",)


def test_develops_from_is_not_part_of_the_hierarchy(ontology):
    assert ontology.ancestors("T:14") == {"T:14": 0}


def test_obsolete_terms_are_replaced_or_left_out(ontology):
    assert ontology.replaced == {"T:17": "T:10", "T:99": "T:19"}
    assert "old name of skin" in ontology.terms["T:10"].other_synonyms
    assert not {"T:17", "T:18"} & set(ontology.terms)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not an OBO file: it is empty"),
        ("<html>not found</html>", "is not an OBO file: it starts with '<html>not found</html>'"),
        ("format-version: 1.2\n", "has no [Term]"),
        ("format-version: 1.2\n\n[Term]\nid: T:1\nname: a\nis_a: T:2 ! b\n", "does not define T:2"),
        ("format-version: 1.2\n\n[Term]\nid: T:1\nname: a\nrelationship: part_", "line 6: is truncated"),
        ('format-version: 1.2\n\n[Term]\nid: T:1\nname: a\nsynonym: "b', "line 6: is truncated"),
        ("format-version: 1.2\n\n[Term]\nid: T:1\nname: a\nis_obsolete: true\n", "no term that is not obsolete"),
    ],
)
def test_what_is_not_a_whole_obo_file_is_refused(tmp_path, text, sentence):
    path = tmp_path / "bad.obo"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_ontology(path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "bad.obo"
    path.write_bytes(b"\x1f\x8b\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_ontology(path)


def test_parts_of_terms_of_another_ontology_are_ignored(tmp_path):
    path = tmp_path / "cells.obo"
    path.write_text(
        "format-version: 1.2\n\n[Term]\nid: C:1\nname: hepatocyte\nrelationship: part_of UBERON:2107 ! liver\n"
    )
    assert read_ontology(path).parents == {"C:1": ()}


def test_importing_the_package_does_not_import_pronto():
    code = "import sys, srna_tools.ontology; sys.exit('pronto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_bto_is_read_whole(real_data: Path):
    path = real_data / "ontologies" / "bto.obo"
    text = path.read_text(encoding="utf-8")
    live = text.count("\n[Term]\n") - text.count("\nis_obsolete: true")
    ontology = read_ontology(path)
    assert len(ontology.terms) == live
    assert [ontology.name(term) for term in ontology.terms if ontology.too_general(term)] == [
        "tissues, cell types and enzyme sources",
        "animal",
        "whole body",
    ]


def test_half_of_bto_is_refused(real_data: Path, tmp_path):
    whole = (real_data / "ontologies" / "bto.obo").read_bytes()
    path = tmp_path / "half.obo"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="truncated"):
        read_ontology(path)
