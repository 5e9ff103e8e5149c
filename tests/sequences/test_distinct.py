"""What cannot be learned from is left out, counted and named."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.distinct import FamilySequence, distinct_families

pytestmark = pytest.mark.usefixtures("short_sequences")

FOUND = [
    FamilySequence("let-7", "l1", "UGAGGUAG"),
    FamilySequence("mir-1", "m1", "ACAU"),
    FamilySequence("let-7", "l2", "UGAGGUAG"),
    FamilySequence("let-7", "l3", "GGGG"),
    FamilySequence("mir-1", "m2", "GGGG"),
    FamilySequence("mir-2", "n1", "GGGG"),
    FamilySequence("let-7", "l4", "UGAG"),
]


def test_sequences_are_once_in_one_family():
    families, ids, notes = distinct_families(FOUND, 200)
    assert families.names == ("let-7", "mir-1")
    assert families.sequences == ("UGAGGUAG", "UGAG", "ACAU")
    assert families.members.tolist() == [0, 0, 1]
    assert families.members.dtype == "int64"
    assert ids == ("l1", "l4", "m1")
    assert notes == (
        "1 sequence dropped that the same family had already.",
        "1 sequence taken out, as several families have it: GGGG (l3 of let-7, m2 of mir-1, n1 of mir-2).",
        "1 family left without sequences: mir-2.",
    )


@pytest.mark.parametrize(
    ("over_long", "sequences", "sentences"),
    [
        ("drop", ["GGGG"], ["2 sequences of more than 4 bases dropped."]),
        ("truncate", ["UGAG", "GGGG"], ["2 sequences of more than 4 bases truncated to 4 bases.", "1 sequence"]),
    ],
)  # fmt: skip
def test_long_sequences_are_dropped_or_truncated_and_counted(over_long, sequences, sentences):
    found = [FamilySequence("a", "1", "UGAGG"), FamilySequence("a", "2", "GGGG"), FamilySequence("a", "3", "UGAGA")]
    families, _, notes = distinct_families(found, 4, over_long)
    assert list(families.sequences) == sequences
    assert len(notes) == len(sentences)
    assert all(note.startswith(sentence) for note, sentence in zip(notes, sentences, strict=True))


def test_what_a_model_would_always_reject_is_left_out_and_counted(monkeypatch):
    monkeypatch.setattr("srna_tools.sequences.acceptable.SHORTEST", 15)
    bases = {"a": ["A" * 14, "A" * 15, "C" * 15 + "N" * 5, "C" * 14 + "N" * 6, "N" * 40], "b": ["G" * 15]}
    found = [FamilySequence(family, f"{family}{one}", one) for family, own in bases.items() for one in own]
    families, _, notes = distinct_families(found, 200)
    assert families.sequences == ("A" * 15, "C" * 15 + "N" * 5, "G" * 15)
    assert notes == ("3 sequences left out, which prediction rejects anyway (2 unknown letters, 1 too short).",)
    assert distinct_families(found, 14, "truncate")[0].names == ()


def test_families_of_the_same_sequences_are_one_short_sentence():
    found = [FamilySequence(f"f{number}", f"s{number}", bases) for bases in ("ACGU", "GGCC") for number in range(99)]
    families, _, notes = distinct_families(found, 200)
    assert families.names == ()
    assert notes == ("no sequence is of one family only; give each family sequences of its own.",)


def test_a_family_that_loses_all_is_named():
    _, _, notes = distinct_families([FamilySequence("a", "1", "AAAAA"), FamilySequence("b", "2", "A")], 4)
    assert notes[-1] == "1 family left without sequences: a."


def test_many_shared_sequences_are_counted_and_long_ones_cut():
    bases = ["A" * length for length in range(18, 24)]
    found = [FamilySequence(family, f"{family}{len(one)}", one) for one in bases for family in "ab"]
    found.insert(0, FamilySequence("c", "c1", "C"))
    _, _, notes = distinct_families(found, 200)
    assert notes[0].startswith(
        "6 sequences taken out, as several families have them: AAAAAAAAAAAAAAAAAA (a18 of a, b18"
    )
    assert notes[0].endswith("; and 3 more.")
    _, _, notes = distinct_families([found[0], *found[-2:]], 200)
    assert "AAAAAAAAAAAAAAAAAAAA... (a23 of a, b23 of b)" in notes[0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("AC", min_size=1, max_size=4))))
def test_what_stays_is_what_a_count_says(pairs):
    found = [FamilySequence(family, str(number), bases) for number, (family, bases) in enumerate(pairs)]
    families, ids, _ = distinct_families(found, 3)
    of_bases = Counter(bases for _, bases in set(pairs))
    expected = sorted((family, bases) for family, bases in set(pairs) if len(bases) <= 3 and of_bases[bases] == 1)
    names = [families.names[family] for family in families.members]
    assert sorted(zip(names, families.sequences, strict=True)) == expected
    assert names == sorted(names)
    assert [pairs[int(name)] for name in ids] == list(zip(names, families.sequences, strict=True))
    assert families.sizes.all() or not families.names
