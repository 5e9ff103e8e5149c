"""FASTA of any spelling is read; what is none is refused in one sentence with its place."""

from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srna_tools.errors import InputError
from srna_tools.io import fasta
from srna_tools.io.fasta import is_fasta, read_fasta

WORDS = st.text("abcXYZ0189_.:/-|", min_size=1, max_size=12)


@pytest.mark.parametrize("name", ["a.fa", "a.fa.gz", "a.txt"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records_are_cleaned_whatever_the_line_ends(write, name, end):
    lines = ["\ufeff", "", ">one  a  human\tmiRNA", "acgt", "", "UU-g. ", "  ", "> two", "ACRN"]
    assert list(read_fasta(write(name, end.join(lines)))) == [
        ("one", "a human miRNA", "ACGUUUG"),
        ("two", "", "ACNN"),
    ]


@given(
    st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=3), st.text("ACGUN", min_size=1, max_size=200)), min_size=1),
    st.integers(1, 90),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_biopython_writes_is_read(tmp_path, records, width):
    records = list({name: (name, " ".join(words), bases) for name, words, bases in records}.values())
    path = tmp_path / "bio.fa"
    with path.open("w") as stream:
        SeqIO.FastaIO.FastaWriter(stream, wrap=width).write_file(
            SeqRecord(Seq(bases), id=name, description=description) for name, description, bases in records
        )
    expected = [
        # Biopython leaves the id out where the description starts with it.
        (name, description.removeprefix(name).strip() if description.split()[:1] == [name] else description, bases)
        for name, description, bases in records
    ]
    assert list(read_fasta(path)) == expected


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        ("", "", "is empty; give FASTA"),
        ("\n \r\n", "", "is empty; give FASTA"),
        ("\nACGU\n>a\nA\n", "line 2", "'ACGU' stands before the first '>'"),
        (">a\nA\n>b\n>c\nA\n", "line 3", "the record 'b' has no sequence"),
        (">a\nA\n>b\n", "line 3", "the record 'b' has no sequence"),
        (">a\n-.-\n", "line 1", "the record 'a' has no sequence"),
        (">a\nA\n> \nA\n", "line 3", "the record has no id"),
        (
            ">a\nA\n>b x\nACG\nMKLV\n",
            "line 3",
            "the sequence of 'b' has the letter 'L', which stands for no nucleotide",
        ),
        (">a\nA\n>b\nC\n>a x\nG\n", "lines 1 and 5", "the id 'a' stands twice"),
        ("@r1\nACGU\n+\nIIII\n", "line 1", "starts with '@', as FASTQ and SAM do; give FASTA"),
        (b">a\nAC\x00\n", "", "is a binary file, not FASTA"),
        (">a \u00fc\nA".encode("latin-1"), "", "is not UTF-8 text"),
        (gzip.compress(b">a\n" + b"ACGU\n" * 99, mtime=0)[:-9], "", "is a truncated or damaged gzip"),
    ],
)
def test_what_is_no_fasta_is_refused_with_its_place(write, content, place, sentence):
    path = write("a.fa", content)
    with pytest.raises(InputError) as error:
        list(read_fasta(path))
    assert str(error.value).startswith(f"{path}, {place}: {sentence}" if place else f"{path}: {sentence}")
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path, sentence in ((tmp_path, "is a folder"), (tmp_path / "none", "does not exist")):
        with pytest.raises(InputError, match=sentence):
            list(read_fasta(path))


def test_ids_are_compared_with_those_that_were_packed(write, monkeypatch):
    monkeypatch.setattr(fasta, "_LOOSE_IDS", 3)
    names = [f"r{number}" for number in range(20)]
    path = write("a.fa", "".join(f">{name}\nA\n" for name in names))
    assert [record.name for record in read_fasta(path)] == names
    for place, name in enumerate(names):
        twice = write("b.fa", path.read_text() + f">{name}\nC\n")
        with pytest.raises(InputError, match=rf"lines {2 * place + 1} and 41: the id '{name}' stands twice"):
            list(read_fasta(twice))


def test_ids_of_one_hash_are_no_duplicates(write, monkeypatch):
    class Same(str):
        __slots__ = ()

    monkeypatch.setattr(fasta, "hash", lambda _: 7, raising=False)
    path = write("a.fa", ">a\nA\n>ab\nC\n")
    assert [record.name for record in read_fasta(path)] == ["a", "ab"]


def test_the_first_record_is_there_before_the_last_is_read(write):
    records = read_fasta(write("a.fa", ">a\nA\n>b\nC\n>bad\nEFL\n"))
    assert next(records).name == "a"
    assert next(records).name == "b"
    with pytest.raises(InputError, match="'bad'"):
        next(records)


def test_large_files_need_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(fasta, "_LOOSE_IDS", 1000)
    path, records, bases = tmp_path / "large.fa", 5_000, "ACGUACGUAC" * 20
    with path.open("w") as stream:
        stream.writelines(f">record{number}\n{bases}\n" for number in range(records))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_fasta(path)) == records
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 400_000 < path.stat().st_size / 2


def test_fasta_is_told_by_its_first_letter():
    assert is_fasta(["", " ", ">a"])
    assert not is_fasta(["id\tfamily", ">a"])
    assert not is_fasta([""])


def test_all_records_of_real_files_are_read(real_data):
    for name, records, first in (
        ("mirbase_v18/hairpin.fa.gz", 18_226, "cel-let-7"),
        ("mirbase_v18/mature.fa.gz", 21_643, "cel-let-7-5p"),
        ("ncrna_negatives/dataset_Rfam_validated_2600_13classes.fasta", 2600, "RF00001_AGFK01083378_1_200-82"),
    ):
        found = list(read_fasta(real_data / name))
        assert (len(found), found[0].name) == (records, first)
    text = gzip.decompress((real_data / "mirbase_v18" / "mature.fa.gz").read_bytes()).decode()
    expected = {record.id: str(record.seq) for record in SeqIO.parse(io.StringIO(text), "fasta")}
    found = {one.name: one.sequence for one in read_fasta(real_data / "mirbase_v18" / "mature.fa.gz")}
    assert found.keys() == expected.keys()
    assert {name for name in found if found[name] != expected[name]} == {
        name for name in expected if set(expected[name]) - set("ACGUN")
    }
