"""The format is told by content: Galaxy calls every input dataset_12.dat."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.recognise import recognise

COUNT_FILE = "hsa-miR-21-5p\t5\nhsa-let-7a\t3\n"
MATRIX = "miRNA\ts1\ts2\nhsa-let-7a\t1\t2\n"


@pytest.mark.parametrize("name", ["dataset_12.dat", "no_suffix", "wrong.csv", "packed.gz"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (COUNT_FILE, "oasis"),
        ("\ufeff" + COUNT_FILE.replace("\n", "\r\n"), "oasis"),
        ("hsa-miR-21-5p\t-5\n", "oasis"),
        ("hsa-miR-21-5p\t1.5\n", "oasis"),
        (MATRIX, "matrix"),
        (MATRIX.replace("\t", ","), "matrix"),
        (MATRIX.replace("\t", ";"), "matrix"),
        ("miRNA\ts1\nhsa-let-7a\t1\n", "matrix"),
        ("id\t101\nhsa-miR-21-5p\t5\n", "matrix"),
        ("ID\t101\nhsa-miR-21-5p\t5\nhsa-let-7a\t3\n", "matrix"),
        ("id\t101\nTP53\t5\nhsa-let-7a\t3\n", "matrix"),
        ("BRCA1\t101\nTP53\t5\nhsa-let-7a\t3\n", "oasis"),
        ("Y_RNA\t101\nVault\t5\nhsa-let-7a\t3\n", "oasis"),
        ("id\t101\n", "oasis"),
        ("PKM\ts1\ts2\nTP53\t1\t2\n", "matrix"),
    ],
)
def test_text_is_told_by_its_first_line(write, name, content, expected):
    assert recognise(write(name, content)) == expected


def test_archives_and_h5ad_are_told_by_their_first_bytes(write, make_archive, make_h5ad):
    archive, h5ad = make_archive("a.zip", {"s": COUNT_FILE}), make_h5ad("a.h5ad", [[1, 2], [3, 4]])
    assert recognise(write("dataset_1.dat", archive.read_bytes())) == "oasis"
    assert recognise(write("dataset_2.dat", archive.read_bytes()[:60])) == "oasis"
    assert recognise(write("dataset_3.dat", h5ad.read_bytes())) == "h5ad"
    assert recognise(write("dataset_4.dat", h5ad.read_bytes()[:600])) == "h5ad"


@pytest.mark.parametrize("signature", [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"])
def test_every_signature_of_a_zip_is_known(write, signature):
    assert recognise(write("dataset_1.dat", signature + b"\x00")) == "oasis"


def test_names_tell_what_content_cannot(write, tmp_path):
    assert recognise(write("s1_allspeciesCounts.txt", "")) == "oasis"
    assert recognise(write("broken.zip", "x")) == "oasis"
    assert recognise(write("broken.h5ad", "x")) == "h5ad"
    assert recognise(tmp_path) == "oasis"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty, or its first line is"),
        ("\n\n", "is empty, or its first line is"),
        (
            ">hsa-let-7a\nACGT\n",
            r"not a format that srna-import knows \(oasis, matrix, h5ad\); its first line is '>hsa-let-7a'",
        ),
        (bytes(range(256)), "is a binary file"),
    ],
)
def test_other_content_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        recognise(write("dataset_12.dat", content))


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        recognise(tmp_path / "none.zip")
