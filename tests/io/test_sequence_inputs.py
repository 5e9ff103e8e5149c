"""FASTA, miRDeep2 results, tables and OASIS 2 archives are told by their content and read alike."""

from __future__ import annotations

import re

import pytest

from srna_tools.errors import InputError
from srna_tools.io.sequence_inputs import read_sequences

# As miRDeep2.pl writes result_<date>.csv: make_html.pl of its version 2.0.1.
_SCORES = (
    "miRDeep2 score\tnovel miRNAs reported by miRDeep2\tnovel miRNAs, estimated false positives\t"
    "novel miRNAs, estimated true positives\tknown miRNAs in species\tknown miRNAs in data\t"
    "known miRNAs detected by miRDeep2\testimated signal-to-noise\texcision gearing\n"
    "10\t2\t0 +/- 0\t2 +/- 0 (100 +/- 0%)\t100\t20\t10 (50%)\t20.1\t1\n9\t2\t0 +/- 0\t2 +/- 0 (98 +/- 1%)"
    "\t100\t20\t10 (50%)\t18.4\t1\n\n\n\n"
)
_COLUMNS = (
    "{} id\tmiRDeep2 score\testimated probability that the miRNA{} is a true positive\trfam alert\t"
    "total read count\tmature read count\tloop read count\tstar read count\tsignificant randfold p-value\t"
    "{}miRBase miRNA\texample miRBase miRNA with the same seed\tUCSC browser\tNCBI blastn\t"
    "consensus mature sequence\tconsensus star sequence\tconsensus precursor sequence\tprecursor coordinate\n"
)
_ROW = "{}\t{}\t81 +/- 12%\t-\t3325\t3321\t0\t4\tyes\t{}\t-\t-\t-\t{}\t{}\t{}\t{}\n"
_FIRST, _SECOND = "ucguugcccucaaaccagacucugagagcaggac", "ugagguaguagguuguauaguuuuagcuauacaaucu"
_NOVEL = (
    "novel miRNAs predicted by miRDeep2\n"
    + _COLUMNS.format("provisional", " candidate", "")
    + _ROW.format("chrII_5", "1696.4", "-", "aaccagacucugagagcaggac", "ucguugcccuc", _FIRST, "chrII:5..9:-")
    + _ROW.format("chrX_16", "3.2", "-", "ugagguaguagguuguauaguu", "cuauacaaucu", _SECOND, "chrX:1..9:+")
)
_KNOWN = (
    "\n\n\nmature miRBase miRNAs detected by miRDeep2\n"
    + _COLUMNS.format("tag", "", "mature ")
    + _ROW.format("chrIII_9", "800", "cel-miR-1", "uggaaug", "caucc", "uggaauguacaucc", "chrIII:1..9:+")
    + "\n\n\n#miRBase miRNAs not detected by miRDeep2\nmiRBase precursor id\ttotal read count\tmature read count(s)\n"
    "cel-mir-2\t0\t0\n"
)
RESULT = _SCORES + _NOVEL + _KNOWN
PRECURSORS = [
    ("chrII_5", "score=1696.4 place=chrII:5..9:-", "UCGUUGCCCUCAAACCAGACUCUGAGAGCAGGAC"),
    ("chrX_16", "score=3.2 place=chrX:1..9:+", "UGAGGUAGUAGGUUGUAUAGUUUUAGCUAUACAAUCU"),
]
FASTA = ">n1 x\nacgt\n>n2\nGGG\n"
READ = [("n1", "x", "ACGU"), ("n2", "", "GGG")]


@pytest.mark.parametrize("name", ["result_27_11_2017_t_18_08_27.csv", "dataset_1.dat", "r.csv.gz"])
@pytest.mark.parametrize("content", [RESULT, RESULT.replace("\n", "\r\n"), _NOVEL, _NOVEL.partition("\n")[2]])
def test_novel_mirnas_of_mirdeep2_are_read(write, name, content):
    path = write(name, content)
    assert list(read_sequences(path)) == PRECURSORS
    mature = list(read_sequences(path, "mature"))
    assert [one.sequence for one in mature] == ["AACCAGACUCUGAGAGCAGGAC", "UGAGGUAGUAGGUUGUAUAGUU"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_SCORES + _KNOWN, "has no novel miRNAs; they stand below 'novel miRNAs predicted by miRDeep2'"),
        (_SCORES + _NOVEL.partition("chrII")[0] + _KNOWN, "has no novel miRNAs"),
        (_NOVEL.replace("consensus precursor", "consensus"), "line 2: the column 'consensus precursor sequence'"),
        (_NOVEL.replace(_SECOND, "-"), "line 4: the novel miRNA 'chrX_16' has no precursor"),
        (_NOVEL.partition("\tucguugcccuc")[0], "line 3: the novel miRNA 'chrII_5' has no precursor sequence"),
        (_NOVEL.replace("chrX_16", "chrII_5"), "lines 3 and 4: the id 'chrII_5' stands twice"),
        (_NOVEL.replace(_SECOND, "MKLV"), "line 4: the sequence of 'chrX_16' has the letter 'L'"),
    ],
)  # fmt: skip
def test_results_without_novel_mirnas_are_refused(write, content, sentence):
    path = write("result.csv", content)
    with pytest.raises(InputError, match=re.escape(sentence)) as error:
        list(read_sequences(path))
    assert str(error.value).startswith(str(path))


@pytest.mark.parametrize("name", ["novel.fa", "novel.csv", "n.fa.gz"])
@pytest.mark.parametrize("part", ["precursor", "mature"])
def test_fasta_is_read_as_it_is(write, name, part):
    assert list(read_sequences(write(name, FASTA), part)) == READ


def test_a_fasta_whose_first_line_has_the_words_of_a_table_is_one(write):
    path = write("a.fa", ">n1; mature sequence; precursor sequence; id 5\nACGU\n")
    assert [one.sequence for one in read_sequences(path)] == ["ACGU"]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_tables_of_novel_mirnas_are_read(write, mark):
    lines = ["chromosome|Predicted miRNA ID|mature_sequence|precursor sequence", "1|n1|ACG|acgt", '2|"n2"|GG|GGG']
    path = write("predictedMiRNAs.txt", "\n".join(lines).replace("|", mark))
    assert [(one.name, one.sequence) for one in read_sequences(path)] == [("n1", "ACGU"), ("n2", "GGG")]
    assert [one.sequence for one in read_sequences(path, "mature")] == ["ACG", "GG"]
    path.write_text(path.read_text() + f"\n3{mark}n3{mark}A{mark}-")
    with pytest.raises(InputError, match="line 4: the novel miRNA '3' has no precursor sequence"):
        list(read_sequences(path))


@pytest.mark.parametrize(
    "members",
    [
        {"data/novel/novel_miRNAs.fa": FASTA},
        {"data/novel_pres.fa": FASTA, "data/novel_mature.fa": ">n1\nA\n", "data/novel_star.fa": ">n1\nC\n"},
        {"data/novel_pres.fa": FASTA, "data/novel.csv": RESULT, "novel/picture.pdf": b"\x00"},
        {"predicted_a.fasta": FASTA.replace("\n", "\r\n"), "predicted_b.fa": ">n2\nGGG\n"},
    ],
)
def test_novel_mirnas_of_an_archive_are_read(make_archive, members):
    path = make_archive("oasis.zip", {"S1": "hsa-let-7a-5p\t5\n", "novel_S2": "p-hsa-miR-1\t5\n"}, **members)
    assert list(read_sequences(path)) == READ


def test_mature_sequences_of_an_archive_are_those_of_its_mature_file(make_archive):
    members = {"novel_pres.fa": FASTA, "novel_mature.fa": ">n1\nA\n", "novel_star.fa": ">n1\nC\n"}
    path = make_archive("oasis.zip", {}, **members)
    assert [one.sequence for one in read_sequences(path, "mature")] == ["A"]


def test_a_result_in_an_archive_is_read(make_archive):
    path = make_archive("oasis.zip", {"S1": "a\t1\n"}, **{"mirdeep/result_1.csv": RESULT, "novel_counts.txt": "a\t1\n"})
    assert list(read_sequences(path)) == PRECURSORS
    assert len(list(read_sequences(path, "mature"))) == 2


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "has no precursor sequences of novel miRNAs: no FASTA, table or miRDeep2 result with 'novel'"),
        ({"novel_mature.fa": FASTA}, "has no precursor sequences of novel miRNAs"),
        ({"novel_counts.txt": "n1\t5\n"}, "has no precursor sequences of novel miRNAs"),
        ({"novel_a.fa": FASTA, "novel_b.fa": ">n2\nA\n"}, "novel_b.fa: 'n2' has another sequence"),
        ({"novel_a.fa": ">n1\nMKLV\n"}, "novel_a.fa, line 1: the sequence of 'n1' has the letter 'L'"),
        ({"novel_a.fa": b">n1 \xfc\nA\n"}, "novel_a.fa: is not UTF-8 text"),
        ({"../novel_a.fa": FASTA}, "would leave the folder"),
    ],
)
def test_archives_without_novel_mirnas_are_refused(make_archive, members, sentence):
    path = make_archive("oasis.zip", {"S1": "hsa-let-7a-5p\t5\n"}, **members)
    with pytest.raises(InputError, match=re.escape(sentence)):
        list(read_sequences(path))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.fa", "", "is empty; give FASTA"),
        ("a.fa", b"BAM\x00", "is a binary file, not FASTA"),
        ("a.zip", b"PK\x03\x04", "is not a zip archive, or is truncated"),
        ("a.tsv", "id\tcount\n", "line 1: 'id\tcount' stands before the first '>'"),
    ],
)
def test_what_is_nothing_of_that_is_refused(write, name, content, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        list(read_sequences(write(name, content)))


def test_only_known_parts_are_asked_for(write):
    with pytest.raises(ValueError, match="part is one of precursor, mature, not 'star'"):
        read_sequences(write("a.fa", FASTA), "star")


def test_archives_of_counts_alone_are_refused(real_data):
    with pytest.raises(InputError, match="has no precursor sequences of novel miRNAs"):
        list(read_sequences(real_data / "oasis" / "study31.zip"))
