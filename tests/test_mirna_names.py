"""miRNA names taken apart: by hand, and every name of a miRBase release comes back as it was."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.mirna_names import LEVELS, MirnaName, family_of, first_word, is_foreign, members, parse, split_arm

# Name, and what it is called at the levels mature, stem-loop, locus and family.
AT_EVERY_LEVEL = [
    ("hsa-miR-21-5p", ("hsa-miR-21-5p", "hsa-mir-21", "mir-21", "mir-21")),
    ("hsa-miR-16-1-3p", ("hsa-miR-16-1-3p", "hsa-mir-16-1", "mir-16", "mir-16")),
    ("hsa-let-7a-2-3p", ("hsa-let-7a-2-3p", "hsa-let-7a-2", "let-7a", "let-7")),
    ("hsa-miR-30a*", ("hsa-miR-30a*", "hsa-mir-30a", "mir-30a", "mir-30")),
    ("hsa-miR-320b", ("hsa-miR-320b", "hsa-mir-320b", "mir-320b", "mir-320")),
    ("hsa-miR-550a-3-5p", ("hsa-miR-550a-3-5p", "hsa-mir-550a-3", "mir-550a", "mir-550")),
    ("HSA-MIR-21-5P", ("hsa-miR-21-5p", "hsa-mir-21", "mir-21", "mir-21")),
    ("miR-21", ("miR-21", "mir-21", "mir-21", "mir-21")),
    ("mir-21-5p", ("miR-21-5p", "mir-21", "mir-21", "mir-21")),
    ("hsa-mir-1-2", (None, "hsa-mir-1-2", "mir-1", "mir-1")),
    ("hsa-mir-548ap", (None, "hsa-mir-548ap", "mir-548ap", "mir-548")),
    ("hsa-let-7f-1", (None, "hsa-let-7f-1", "let-7f", "let-7")),
    ("hsa-mir-103-1-as", (None, "hsa-mir-103-1-as", "mir-103-1-as", "mir-103")),
    ("mir-16", (None, None, "mir-16", "mir-16")),
    ("dme-bantam-3p", ("dme-bantam-3p", "dme-bantam", "bantam", "bantam")),
    ("dme-miR-iab-4-5p", ("dme-miR-iab-4-5p", "dme-mir-iab-4", "mir-iab-4", "mir-iab-4")),
    ("cel-lin-4-5p", ("cel-lin-4-5p", "cel-lin-4", "lin-4", "lin-4")),
    ("ath-miR156a-5p", ("ath-miR156a-5p", "ath-MIR156a", "mir156a", "mir156")),
    ("ath-MIR156a", (None, "ath-MIR156a", "mir156a", "mir156")),
    ("ebv-miR-BART1-5p", ("ebv-miR-BART1-5p", "ebv-mir-BART1", "mir-bart1", "mir-bart1")),
    ("kshv-miR-K12-1", ("kshv-miR-K12-1", "kshv-mir-K12-1", "mir-k12-1", "mir-k12-1")),
    ("MIR21", (None, "mir-21", "mir-21", "mir-21")),
    ("MIR30C2", (None, "mir-30c-2", "mir-30c", "mir-30")),
    ("MIR16-1", (None, "mir-16-1", "mir-16", "mir-16")),
    ("MIRLET7A1", (None, "let-7a-1", "let-7a", "let-7")),
]


@pytest.mark.parametrize(("name", "expected"), AT_EVERY_LEVEL)
def test_a_name_at_every_level(name, expected):
    assert tuple(parse(name).at(level) for level in LEVELS) == expected


@pytest.mark.parametrize("text", ["TP53", "", "SNORD44", "MIR17HG", "MIR7-3HG", "MIMAT0000076", "Hsa-Mir-8-P1a_5p",
                                  "novel-mir-3", "p-hsa-miR-124", "mirage", "lethal"])  # fmt: skip
def test_other_names_are_not_taken_apart(text):
    assert parse(text) is None


def test_what_stands_behind_a_blank_is_no_part_of_the_name():
    assert parse("hsa-miR-21-5p MIMAT0000076") == parse("hsa-miR-21-5p")
    assert first_word("  ") == "  "


def test_a_name_that_does_not_tell_its_level_takes_that_of_its_table():
    let_7a = parse("hsa-let-7a")
    assert let_7a.level == "untold"
    assert let_7a.at("mature", untold="mature") == "hsa-let-7a"
    assert let_7a.at("mature", untold="stem-loop") is None
    assert let_7a.at("locus", untold="mature") == "let-7a"


def test_the_arm_of_a_stem_loop_is_a_mature_mirna_without_copy_number():
    arm = parse("hsa-let-7a-2").with_arm("5p")
    assert (arm.at("mature"), arm.at("stem-loop")) == ("hsa-let-7a-5p", "hsa-let-7a-2")
    assert parse("hsa-mir-21").with_arm(None) == parse("hsa-mir-21")


@pytest.mark.parametrize(
    ("merged", "whole"),
    [
        ("hsa-miR-21-5p", ["hsa-miR-21-5p"]),
        ("hsa-let-7a-5p/7c-5p", ["hsa-let-7a-5p", "hsa-let-7c-5p"]),
        ("hsa-miR-107/103a-3p/103b", ["hsa-miR-107", "hsa-miR-103a-3p", "hsa-miR-103b"]),
        ("hsa-miR-320a/b/c/d", ["hsa-miR-320a", "hsa-miR-320b", "hsa-miR-320c", "hsa-miR-320d"]),
        ("hsa-miR-486-3p/486-5p", ["hsa-miR-486-3p", "hsa-miR-486-5p"]),
        ("hsa-miR-1-3p/hsa-miR-206", ["hsa-miR-1-3p", "hsa-miR-206"]),
        ("mir-215/mir-192", ["mir-215", "mir-192"]),
        ("Hsa-Let-7-P1a_5p/P2a1_5p/P2a2_5p", ["Hsa-Let-7-P1a_5p", "Hsa-Let-7-P2a1_5p", "Hsa-Let-7-P2a2_5p"]),
        ("Hsa-Mir-642_3p/642-as_3p*", ["Hsa-Mir-642_3p", "Hsa-Mir-642-as_3p*"]),
        ("hsa-miR-21-5p/", ["hsa-miR-21-5p"]),
        ("E. coli/shigella", ["E."]),
        ("and/or", ["and", "or"]),
    ],
)
def test_members_of_merged_names_in_full(merged, whole):
    assert members(merged) == whole


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Hsa-Let-7-P1a_3p*", ("Hsa-Let-7-P1a", "3p")), ("hsa-miR-30a*", ("hsa-miR-30a", "*")), ("x-5p", ("x", "5p")),
     ("Hsa-Mir-430-P18+5p*", ("Hsa-Mir-430-P18", "5p")), ("hsa-mir-21", ("hsa-mir-21", None))],
)  # fmt: skip
def test_arms_of_every_spelling(name, parts):
    assert split_arm(name) == parts


def test_names_of_mirgenedb_and_accessions_need_a_table():
    assert all(map(is_foreign, ("Hsa-Mir-8-P1a_5p", "Mmu-Let-7-P1a", "MIMAT0000076", "MI0000077")))
    assert not any(map(is_foreign, ("hsa-mir-8", "MIR21", "TP53")))


def test_every_name_of_a_mirbase_release_comes_back(real_data):
    misspelled = {"kshv-miR-K12-2", "hsv2-miR-H10", "hvsa-miR-HSUR5", "hvsa-miR-HSUR4", "hvsa-miR-HSUR2"}
    misspelled |= {f"rrv-miR-rR1-{number}" for number in range(1, 8)}
    for file, level in (("hairpin", "stem-loop"), ("mature", "mature")):
        with gzip.open(real_data / "mirbase_v18" / f"{file}.fa.gz", "rt") as lines:
            names = [line[1:].split()[0] for line in lines if line.startswith(">")]
        assert len(names) > 18_000
        changed = {name for name in names if parse(name).at(level, untold=level) != name}
        assert changed == (misspelled if level == "stem-loop" else set())


mature_names = st.builds(
    MirnaName,
    species=st.sampled_from([None, "hsa", "mmu"]),
    kind=st.just("mir"),
    number=st.from_regex(r"-[1-9]\d{0,3}[a-c]?", fullmatch=True),
    copy=st.none() | st.from_regex(r"[1-9]", fullmatch=True),
    arm=st.sampled_from(["5p", "3p", "*"]),
    level=st.just("mature"),
)


@given(mature_names)
def test_coarser_levels_can_be_reached_in_steps(name):
    """A name made coarser step by step ends where one step leads, and at the mature level nothing is lost."""
    text = name.at("mature")
    assert parse(text).at("mature") == text
    assert parse(parse(text).at("stem-loop")).at("locus") == parse(text).at("locus") == name.locus
    assert family_of(name.locus) == parse(text).at("family")
