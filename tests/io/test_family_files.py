"""Families are read from every form that people have them in; nothing is left out in silence."""

from __future__ import annotations

import re

import pytest

from srna_tools.errors import InputError
from srna_tools.io.family_files import read_family_files

pytestmark = pytest.mark.usefixtures("short_sequences")

LET_7, MIR_1 = ">l1 x\nUGAGGUAGU\n>l2\nugaggtagg\n", ">m1\nUGGAAUGUAA\n"
MIFAM = "AC   F1\nID   let-7\nMI   MI1  hsa-let-7a-1\n//\nAC   F2\nID   mir-1\nMI   MI2  hsa-mir-1-2\n//\n"


def as_dict(read):
    assert len(read.ids) == len(read.families.sequences) == len(read.families.members)
    return {name: read.families.of(number) for number, name in enumerate(read.families.names)}


EXPECTED = {"let-7": ("UGAGGUAGU", "UGAGGUAGG"), "mir-1": ("UGGAAUGUAA",)}


def test_a_folder_has_a_file_for_each_family(write, tmp_path):
    write("f/mir-1.fa.gz", MIR_1)
    write("f/let-7.fasta", LET_7.replace("\n", "\r\n"))
    write("f/.hidden.fa", "")
    read = read_family_files([tmp_path / "f"])
    assert as_dict(read) == EXPECTED
    assert read.ids == ("l1", "l2", "m1")
    assert read.notes == ()


def test_what_is_no_fasta_in_a_folder_is_named(write, tmp_path):
    write("f/mir-1", MIR_1)
    write("f/let-7.txt", LET_7)
    write("f/README.md", "families")
    write("f/picture.png", b"\x89PNG\x00")
    write("f/more/x.fa", LET_7)
    read = read_family_files([tmp_path / "f"])
    assert sorted(read.families.names) == ["let-7.txt", "mir-1"]
    assert read.notes == (f"{tmp_path / 'f'}: README.md, more, picture.png left out, which are no FASTA files.",)


def test_several_files_are_named_by_themselves_or_as_told(write):
    files = [write("b.fa", MIR_1), write("a.fa.gz", LET_7)]
    assert as_dict(read_family_files(files)) == {"a": EXPECTED["let-7"], "b": EXPECTED["mir-1"]}
    assert as_dict(read_family_files(files, names=["mir-1", "let-7"])) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        ">l1 let-7 of man\nUGAGGUAGU\n>m1 mir-1\nUGGAAUGUAA\n>l2 let-7\nUGAGGUAGG",
        '>l1 human family=let-7\nUGAGGUAGU\n>m1 [species=x; family=mir-1]\nUGGAAUGUAA\n>l2 Family="let-7" x\nUGAGGUAGG',
    ],
)
def test_one_file_names_families_in_its_headers(write, text):
    read = read_family_files([write("all.fa", text)])
    assert as_dict(read) == EXPECTED
    assert read.ids == ("l1", "l2", "m1")


def test_a_table_names_the_families(write):
    stem_loops = write(
        "hairpin.fa", ">hsa-let-7a-1 MI1\nAAUGAGGUAGUAA\n>hsa-mir-1-2 MI2\nGGUGGAAUGUAA\n>hsa-mir-9 MI3\nCC"
    )
    matures = write("mature.fa", ">hsa-let-7a-5p MIMAT1\nUGAGGUAGU\n>hsa-miR-1 MIMAT2\nUGGAAUGUAA\n")
    table = write("miFam.dat", MIFAM)
    read = read_family_files([stem_loops], table=table)
    assert as_dict(read) == {"let-7": ("AAUGAGGUAGUAA",), "mir-1": ("GGUGGAAUGUAA",)}
    assert read.notes == ("1 sequence left out, as the id has no family in miFam.dat (hsa-mir-9).",)
    read = read_family_files([matures], table=table)
    assert (as_dict(read), read.notes) == ({"let-7": ("UGAGGUAGU",), "mir-1": ("UGGAAUGUAA",)}, ())
    both = read_family_files([stem_loops, matures], table=table)
    assert both.ids == ("hsa-let-7a-1", "hsa-let-7a-5p", "hsa-mir-1-2", "hsa-miR-1")


def test_a_mature_mirna_of_two_families_is_counted(write):
    table = write("t.dat", MIFAM.replace("hsa-mir-1-2", "hsa-let-7a-2\nMI   MI3  hsa-mir-1"))
    read = read_family_files(
        [write("m.fa", ">hsa-let-7a-5p\nUGAG\n>hsa-miR-1-3p\nUGGA\n>hsa-let-7a-1-3p\nAUGC\n")], table=table
    )
    assert read.notes == ("1 sequence left out, as the id has stem-loops of several families (hsa-let-7a-5p).",)
    assert read.families.names == ("let-7", "mir-1")


def test_what_is_left_out_is_said(write):
    files = [write("a.fa", LET_7 + ">l3\nUGAGGUAGU\n>l4\nGGGG\n>l5\n" + "A" * 30), write("b.fa", MIR_1 + ">m2\nGGGG\n")]
    read = read_family_files([*files, write("c.fa", ">n\nGGGG\n")], max_length=20)
    assert as_dict(read) == {"a": EXPECTED["let-7"], "b": EXPECTED["mir-1"]}
    assert read.notes == (
        "1 sequence of more than 20 bases dropped.",
        "1 sequence dropped that the same family had already.",
        "1 sequence taken out, as several families have it: GGGG (l4 of a, m2 of b, n of c).",
        "1 family left without sequences: c.",
    )
    truncated = read_family_files(files, max_length=20, over_long="truncate")
    assert "A" * 20 in truncated.families.sequences
    with pytest.raises(ValueError, match="over_long"):
        read_family_files(files, over_long="refuse")


def test_ids_of_several_files_are_named_and_all_kept(write, tmp_path):
    files = [write("a.fa", LET_7), write("b.fa", ">m1\nUGGAAUGUAA\n>l1\nUGGAAUGUAC\n")]
    read = read_family_files(files)
    assert read.ids == ("l1", "l2", "m1", "l1")
    assert read.notes == ("1 id in several files, each taken for a sequence of its own: l1.",)


def test_families_that_are_the_word_after_the_id_are_named(write):
    words = ["Homo", "Mus", "Homo", "Rattus", "Bos", "Sus"]
    text = "".join(f">s{place} {word} sapiens\n{'ACGU'[place % 4] * (place + 1)}\n" for place, word in enumerate(words))
    assert read_family_files([write("all.fa", text)]).notes == (
        "families from the second word of the headers: Homo, Mus, Rattus and 2 more.",
    )
    told = read_family_files([write("told.fa", text.replace("sapiens", "family=x", 3).replace("sapiens", "family=y"))])
    assert told.notes == ()


def test_names_that_would_break_a_table_are_refused(write):
    files = [write("a.fa", LET_7), write("b.fa", MIR_1)]
    for name in ("x\ty", "x\n>evil\nACGU", "\x1b[31m"):
        with pytest.raises(InputError, match=r"of a family has a line end, a tab or another control character; rename"):
            read_family_files(files, names=["good", name])


@pytest.mark.parametrize(
    ("files", "keywords", "sentence"),
    [
        ({"a.fa": LET_7, "b.fa": ""}, {}, "b.fa: is empty; give FASTA"),
        ({"a.fa": LET_7, "b.fa": ">m\nMKLF\n"}, {}, "b.fa, line 1: the sequence of 'm' has the letter 'F'"),
        ({"a.fa": LET_7, "a.fasta": MIR_1}, {}, "a.fasta: is of the family 'a', as is "),
        ({"a.fa": LET_7, "b.fa": MIR_1}, {"names": ["x"]}, "a.fa: 1 name for 2 inputs; names are for several files"),
        ({"a.fa": LET_7, "b.fa": MIR_1}, {"names": ["x", "x"]}, "b.fa: is of the family 'x', as is "),
        ({"a.fa": ">l1 x\nA\n"}, {"names": ["x"]}, "a.fa: 1 name for 1 input; names are for several files"),
        ({"a.fa": ">l1 x\nA\n>l2\nC\n"}, {}, "a.fa, record 'l2': names no family; write it after the id"),
        ({"a.fa": ">l1 x\nA\n>l2 x\nC\n"}, {}, "a.fa: has sequences of x only, but two families are the least"),
        ({"a.fa": MIR_1, "b.fa": MIR_1}, {}, "leaves no family to learn, but two families are the least; no sequence"),
        ({"a.fa": ">x MI0000001 Homo\nA\n>y MI0000002 Homo\nC\n"}, {}, "names no families, but miRBase's accessions"),
    ],
)  # fmt: skip
def test_files_without_families_are_refused(write, files, keywords, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_family_files([write(name, content) for name, content in files.items()], **keywords)


def test_folders_and_tables_without_families_are_refused(write, tmp_path):
    write("none/readme.txt", "no sequences")
    with pytest.raises(InputError, match="none: has no FASTA files in it"):
        read_family_files([tmp_path / "none"])
    with pytest.raises(InputError, match=r"missing: does not exist"):
        read_family_files([tmp_path / "missing"])
    with pytest.raises(InputError, match=r"miFam.dat: names none of the ids in .*a\.fa, such as l1, l2"):
        read_family_files([write("a.fa", LET_7)], table=write("miFam.dat", MIFAM))
    with pytest.raises(InputError, match="1 name for 1 input"):
        read_family_files([write("a.fa", LET_7)], table=write("miFam.dat", MIFAM), names=["x"])


def test_a_folder_of_one_family_is_one_family(write, tmp_path):
    write("f/a.fa", ">l1 x\nA\n>l2 y\nC\n")
    with pytest.raises(InputError, match="has sequences of a only, but two families are the least"):
        read_family_files([tmp_path / "f"])


def test_all_families_of_rfam_are_read(real_data):
    read = read_family_files([real_data / "rfam_mirna"])
    assert (len(read.families.names), len(read.families.sequences)) == (528 - 2, 65_219 - 2971 - 9)
    assert read.notes == (
        "2,971 sequences of more than 200 bases dropped.",
        "9 sequences left out, which prediction rejects anyway (9 unknown letters).",
        "2 families left without sequences: RF00885, RF00943.",
    )
    assert int((read.families.sizes >= 60).sum()) == 149


@pytest.mark.parametrize(("name", "families", "sequences"), [("hairpin", 1315, 11_656), ("mature", 1314, 7260)])
def test_families_of_mirbase_are_read(real_data, name, families, sequences):
    folder = real_data / "mirbase_v18"
    read = read_family_files([folder / f"{name}.fa.gz"], table=folder / "miFam.dat.gz", max_length=10_000)
    assert (len(read.families.names), len(read.families.sequences)) == (families, sequences)
    assert len(set(read.families.sequences)) == sequences
