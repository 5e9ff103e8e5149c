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
        ("hsa-miR-21-5p\t5\nhsa-let-7a\t0\n", "matrix"),
        ("hsa-miR-21-5p\t0.0\nhsa-let-7a\t3\n", "matrix"),
        ("miRNA,s1\nhsa-let-7a-5p/7c-5p,1\n", "mirge3"),
        ("#miRNA\tread_count\tprecursor\ttotal\ts1\ts1(norm)\n", "mirdeep2"),
        ("ReferenceID\tuniqueReadCount\ttotalReadCount\tmultimapAdjustedReadCount\n", "excerpt"),
        ("name\tunique reads\tread count\n", "srnabench"),
        ("sequence\tmatureName\thairpinName\tisoLabel\treadCount\n", "srnabench"),
        ("## mirGFF3. VERSION 1.1\n", "mirtop"),
        ("UID\tRead\tmiRNA\tVariant\tiso_5p\ts1\n", "mirtop"),
        ("seq\tname\tfreq\tmir\tstart\tend\tmism\tprecursor\n", "seqbuster"),
        ("name,ref,s1,s1 norm,total_reads,mean_norm\n", "smallrnaseq"),
        ("# Program:featureCounts v2.0.3\n", "featurecounts"),
        (",hsa-let-7a-5p\ns1_mature,1\ns2_mature,2\n", "nfcore"),
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
    ("file", "expected"),
    [
        ("a/data/counts/s1_allspeciesCounts.txt", "oasis"),
        ("a/readCounts_miRNAmature_sense.txt", "excerpt"),
        ("a/readCounts_gencode_sense_geneLevel.txt", "excerpt"),
        ("a/mature_sense.grouped", "srnabench"),
    ],
)
def test_a_folder_is_told_by_the_files_in_it(write, tmp_path, file, expected):
    write(file, "")
    write("a/other.txt", "")
    write("a/._mature_sense.grouped", "")
    assert recognise(tmp_path) == expected


def test_two_kinds_in_one_folder_are_refused_with_both_names(write, tmp_path):
    write("a/s1_allspeciesCounts.txt", "")
    write("b/mature_sense.grouped", "")
    with pytest.raises(
        InputError, match=r"could be of the formats oasis and srnabench; .*--format oasis or --format s"
    ):
        recognise(tmp_path)


def test_a_folder_without_counts_is_refused_with_what_it_must_hold(tmp_path):
    with pytest.raises(
        InputError, match=r"no count files in it; .*allspeciesCounts\.txt \(oasis\), readCounts_.*excerpt"
    ):
        recognise(tmp_path)


def test_a_file_that_two_formats_claim_is_refused_with_both_names(write):
    path = write("dataset_12.dat", "miRNA,s1_mature,s2_mature\nhsa-let-7a-5p/7c-5p,1,2\n")
    sentence = "could be of the formats mirge3 and nfcore; say which it is with --format mirge3 or --format nfcore"
    with pytest.raises(InputError, match=sentence):
        recognise(path)


def test_a_contaminant_table_is_sent_to_its_option(write):
    path = write("dataset_12.dat", ",species_name,phylo_level,parent,s1\n562,E. coli,S,561,5.0\n")
    with pytest.raises(InputError, match="is a contaminant table of Pathonoia; give it with --contaminants"):
        recognise(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty, or its first line is"),
        ("\n\n", "is empty, or its first line is"),
        (
            ">hsa-let-7a\nACGT\n",
            r"not a format that srna-import knows \(oasis, matrix, h5ad, mirge3, mirdeep2, excerpt, srnabench, mirtop, "
            r"seqbuster, smallrnaseq, featurecounts, nfcore\); its first line is '>hsa-let-7a'",
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
