"""Samples and datasets are named by files and folders, where those say something."""

import pytest

from srna_tools.io.sample_names import sample_of, stem, telling_folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("counts.tsv.gz", "counts"),
        ("a.b.csv", "a.b"),
        ("x.TXT", "x"),
        ("plain", "plain"),
        (".csv", ".csv"),
        ("d_1.dat", "d_1"),
        ("reads.mirna", "reads"),
        ("s.gff3.gz", "s"),
    ],
)
def test_a_stem_is_the_name_without_the_suffixes_of_tables(tmp_path, name, expected):
    assert stem(tmp_path / name) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("patient7/readCounts_tRNA_sense.txt", "patient7"),
        ("patient7/readCounts_tRNA_sense.txt.gz", "patient7"),
        ("patient7/results/readCounts_tRNA_sense.txt", "readCounts_tRNA_sense"),
        ("objects/4/readCounts_tRNA_sense.txt", "readCounts_tRNA_sense"),
        ("000/readCounts_tRNA_sense.txt", "readCounts_tRNA_sense"),
        ("patient7/dataset_12.dat", "dataset_12"),
        ("all/patient8.txt", "patient8"),
    ],
)
def test_a_file_with_the_name_of_its_program_is_named_by_its_folder_if_that_says_something(tmp_path, file, expected):
    assert sample_of(tmp_path / file, "readCounts_*.txt") == expected


@pytest.mark.parametrize(
    ("file", "but", "expected"),
    [
        ("study/patient7/x.txt", "patient7", "study"),
        ("study/patient7/x.txt", "", "patient7"),
        ("study/data/counts/12/x.txt", "", "study"),
    ],
)
def test_a_dataset_is_the_nearest_folder_that_says_something(tmp_path, file, but, expected):
    assert telling_folder(tmp_path / file, but) == expected


def test_a_dataset_without_any_folder_that_says_something_is_files(tmp_path):
    assert telling_folder(tmp_path.__class__("/data/12/x.txt")) == "files"
