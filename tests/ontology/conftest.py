"""A small ontology, hand-written: a few organs, two readings of one synonym, cell lines, an obsolete term."""

from __future__ import annotations

from pathlib import Path

import pytest

from srna_tools.ontology import Lexicon, Ontology, Term, read_ontology

OBO = """\
format-version: 1.2
data-version: releases/2020-01-01
synonymtypedef: GE "LANGUAGE GERMAN"
ontology: tiny

[Term]
id: T:0
name: body

[Term]
id: T:1
name: nervous system
relationship: part_of T:0 ! body

[Term]
id: T:2
name: brain
synonym: "Gehirn" RELATED GE []
relationship: part_of T:1 ! nervous system

[Term]
id: T:3
name: prefrontal cortex
relationship: part_of T:2 ! brain

[Term]
id: T:4
name: cerebellum
relationship: part_of T:2 ! brain

[Term]
id: T:5
name: retina
relationship: part_of T:1 ! nervous system

[Term]
id: T:6
name: organ
is_a: T:0 ! body

[Term]
id: T:7
name: testis
synonym: "male gonad" EXACT []
is_a: T:6

[Term]
id: T:8
name: adipose tissue
synonym: "fat" RELATED []
is_a: T:6

[Term]
id: T:9
name: adipocyte
synonym: "fat cell" EXACT []
relationship: part_of T:8

[Term]
id: T:10
name: skin
is_a: T:6

[Term]
id: T:11
name: epidermis
relationship: part_of T:10

[Term]
id: T:12
name: keratinocyte
is_a: T:11

[Term]
id: T:13
name: thyroid gland
is_a: T:6

[Term]
id: T:14
name: HeLa cell
relationship: develops_from T:10

[Term]
id: T:15
name: left valve
synonym: "valve" EXACT []
is_a: T:6

[Term]
id: T:16
name: right valve
synonym: "valve" EXACT []
is_a: T:6

[Term]
id: T:17
name: old name of skin
is_obsolete: true
replaced_by: T:10

[Term]
id: T:18
name: abandoned tissue
is_obsolete: true

[Term]
id: T:19
name: Müller cell
alt_id: T:99
relationship: part_of T:5

[Typedef]
id: part_of
name: part of
"""


@pytest.fixture
def obo_path(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.obo"
    path.write_text(OBO, encoding="utf-8")
    return path


@pytest.fixture
def ontology(obo_path: Path) -> Ontology:
    return read_ontology(obo_path)


@pytest.fixture
def lexicon(ontology: Ontology) -> Lexicon:
    return Lexicon(ontology)


@pytest.fixture
def dendritic() -> Ontology:
    """A dendritic cell is part of blood and of the lymph node; plasma of blood and, by a shortcut, of fluid."""
    parents = {
        "fluid": (),
        "blood": ("fluid",),
        "node": (),
        "dendritic cell": ("blood", "node"),
        "plasma": ("blood", "fluid"),
    }
    return Ontology("test", "", {term: Term(term, term) for term in parents}, parents)
