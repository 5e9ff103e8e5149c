"""OASIS 2 results: every read arrives, whatever form the results come in; what is no count file is refused."""

import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.errors import InputError
from srna_tools.io import oasis
from srna_tools.io.oasis import parse_counts, read, read_archive, read_file, read_folder
from srna_tools.simulate import SimulationSettings, simulate, write_oasis_archives

STUDIES = ("study31", "study37", "study45", "study59")
# Ids may hold anything but the delimiters; NUL cannot be stored in an h5ad.
IDS = st.text(st.characters(exclude_characters="\t\r\n\x00", codec="utf-8"), min_size=1, max_size=30).filter(str.strip)


@pytest.fixture(scope="module")
def published(real_data):
    """The matrix that the archives were written from, read by pandas: features x samples."""
    return pd.read_csv(real_data / "micrornaome" / "counts.tsv.gz", sep="\t", index_col=0)


@pytest.mark.parametrize("study", STUDIES)
def test_every_count_of_a_real_archive_is_that_of_the_published_matrix(real_data, published, frame, study):
    table = read_archive(real_data / "oasis" / f"{study}.zip")
    counts = frame(table)
    expected = published[counts.index].T
    assert table.dataset == study
    pd.testing.assert_frame_equal(counts.reindex(columns=expected.columns, fill_value=0), expected, check_names=False)
    assert table.depth.sum() == expected.to_numpy().sum()
    assert table.counts.dtype == np.int64


def test_an_unpacked_archive_and_its_single_files_hold_what_the_archive_holds(real_data, tmp_path, frame):
    with zipfile.ZipFile(real_data / "oasis" / "study45.zip") as file:
        file.extractall(tmp_path / "unpacked" / "study45")
    archive = frame(read_archive(real_data / "oasis" / "study45.zip"))
    folder = read_folder(tmp_path / "unpacked" / "study45")
    pd.testing.assert_frame_equal(frame(folder), archive)
    assert folder.dataset == "study45"
    for path in sorted((tmp_path / "unpacked").rglob("*_allspeciesCounts.txt")):
        single = read_file(path)
        sample = single.obs.index[0]
        assert single.dataset == "study45"
        assert (frame(single).loc[sample] == archive.loc[sample, single.var.index]).all()
        assert single.depth.sum() == archive.loc[sample].sum()


def test_folders_that_say_nothing_are_no_dataset_of_a_single_file(tmp_path):
    path = tmp_path / "study45" / "objects" / "6" / "f" / "dataset_1.dat"
    path.parent.mkdir(parents=True)
    path.write_text("hsa-miR-1-3p\t3\n")
    assert read_file(path, "liver").dataset == "study45"


def test_simulated_archives_come_back_as_they_were_simulated(tmp_path, frame):
    simulation = simulate(SimulationSettings(studies=2, samples_per_study=4, tissues=("blood", "liver")))
    for archive in write_oasis_archives(simulation, tmp_path):
        counts = frame(read_archive(archive))
        expected = simulation.counts.loc[counts.index]
        columns = expected.columns[expected.sum() > 0]
        assert set(counts.columns) == set(columns)
        assert (counts[columns].to_numpy() == expected[columns].to_numpy()).all()


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(IDS, st.integers(0, 10**18 - 1)), st.booleans(), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_ids_and_counts_survive_any_writer(counts, mark, last_line_end, line_end):
    text = line_end.join(f"{name}\t{count}" for name, count in counts.items())
    content = b"\xef\xbb\xbf" * mark + (text + line_end * last_line_end).encode()
    ids, numbers = parse_counts(content, "file")
    assert ids == list(counts)
    assert numbers.tolist() == list(counts.values())
    assert numbers.dtype == np.int64


@pytest.mark.parametrize(
    "name", ["hsa-miR-21-5p/590-5p", "tRNA-Gly GCC 1", "p-hsa-miR-12*", "'quoted\"", "#comment", "NA"]
)
def test_unusual_ids_are_kept(name):
    assert parse_counts(f"{name}\t3\n".encode(), "file")[0] == [name]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n\n"])
def test_an_empty_count_file_has_no_ids(content):
    ids, counts = parse_counts(content, "file")
    assert ids == []
    assert counts.tolist() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "sRNA\tcount\na\t1\n",
            "f, line 1: the count of sRNA is 'count', which is not a number; count files have no header",
        ),
        ("a\t1\nb\tx\n", "f, line 2: the count of b is 'x', which is not a number"),
        ("a\t1\nb\t2\t3\n", r"f, line 2: expected 2 tab-separated columns \(id, count\), found 3"),
        ("a,1\nb,2\n", r"f, line 1: expected 2 tab-separated columns \(id, count\), found 1"),
        ("a\t1\nb\t-2\n", r"f, line 2: the count of b is negative \(-2\)"),
        ("a\t1.5\n", "f, line 1: the count of a is 1.5, but OASIS 2 counts are whole numbers"),
        ("a\t1.0\n", "f, line 1: the count of a is 1.0, but OASIS 2 counts are whole numbers"),
        ("a\t1e3\n", "f, line 1: the count of a is 1e3, but OASIS 2 counts are whole numbers"),
        ("a\tNaN\n", "f, line 1: the count of a is missing; write 0"),
        ("a\tinf\n", "f, line 1: the count of a is inf"),
        ("a\t\nb\t1\n", "f, line 1: the count of a is missing; write 0"),
        ("a\t1\n\nb\t2\n", "f, line 2: the line is empty"),
        ("\t1\n", "f, line 1: the sRNA id is empty"),
        ("a\t1\nb\t2\na\t3\n", "f, lines 1 and 3: the id a stands twice"),
        ("a\t" + "9" * 19, "f, line 1: the count 9{19} is too large"),
        ("a\t\u0661\n", "f, line 1: the count of a is"),
        ("a\x00b\t1\n", "f, line 1: the line is binary"),
        ("a\t1\rb\t2\r", "f, line 1: expected 2"),
    ],
)
def test_what_is_no_count_file_is_refused_by_line(content, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        parse_counts(content.encode(), "f")


def test_text_of_another_encoding_is_refused():
    with pytest.raises(InputError, match="is not UTF-8 text"):
        parse_counts("mü\t1\n".encode("latin-1"), "f")


def test_names_come_from_the_archive_unless_they_are_given(make_archive):
    path = make_archive("GSE1.v2.zip", {"S.1_x": "a\t1\n"})
    assert list(read_archive(path).obs.index) == ["S.1_x"]
    assert read_archive(path).dataset == "GSE1.v2"
    assert read_archive(path, "other").dataset == "other"


def test_a_sample_without_reads_among_others_is_kept(make_archive, frame):
    table = read_archive(make_archive("a.zip", {"empty": "", "full": "a\t2\n"}))
    assert frame(table).sum(axis=1).to_dict() == {"empty": 0, "full": 2}


def test_zeros_that_are_written_out_are_not_seen_features(make_archive):
    assert read_archive(make_archive("a.zip", {"s1": "a\t0\nb\t2\n"})).counts.nnz == 1


def test_an_archive_in_which_no_sample_has_a_read_is_refused(make_archive):
    with pytest.raises(InputError, match=r"none of the 2 samples has a read \(s1, s2\)"):
        read_archive(make_archive("a.zip", {"s1": "", "s2": "a\t0\n"}))


def test_an_archive_without_counts_is_refused(make_archive):
    with pytest.raises(InputError, match=r"no count files in it; OASIS 2 archives hold data/counts/<sample>_"):
        read_archive(make_archive("a.zip", {}, **{"data/counts/readme.txt": "x"}))


def test_the_member_with_the_mistake_is_named(make_archive):
    path = make_archive("a.zip", {"good": "a\t1\n", "bad": "a\t-1\n"})
    with pytest.raises(InputError, match=r"a\.zip:data/counts/bad_allspeciesCounts\.txt, line 1"):
        read_archive(path)


def test_a_count_file_may_be_compressed_or_named_by_galaxy(write, frame):
    plain = write("s1_allspeciesCounts.txt", "a\t1\nb\t2\n")
    packed = write("s1_allspeciesCounts.txt.gz", "a\t1\nb\t2\n")
    galaxy = write("dataset_12.dat", packed.read_bytes())
    for path, name, sample in (
        (plain, None, "s1"),
        (packed, None, "s1"),
        (galaxy, "s2", "s2"),
        (galaxy, None, "dataset_12"),
    ):
        table = read(path, name)
        assert frame(table).to_dict("index") == {sample: {"a": 1, "b": 2}}


def test_a_truncated_compressed_count_file_is_refused(write):
    whole = write(
        "s1_allspeciesCounts.txt.gz", "".join(f"hsa-miR-{number}\t{number}\n" for number in range(99))
    ).read_bytes()
    with pytest.raises(InputError, match="truncated or damaged gzip"):
        read(write("s2.dat", whole[:-20]))


def test_binary_junk_is_refused(write):
    with pytest.raises(InputError, match="not a zip archive"):
        read(write("junk.dat", bytes(range(256)) * 8))


def test_a_name_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "s\udcff_allspeciesCounts.txt").write_text("a\t1\n")
    with pytest.raises(InputError, match="not UTF-8 text; rename it"):
        read_folder(tmp_path)


def test_litter_of_macos_in_a_folder_is_not_read(write):
    write("study/data/counts/s1_allspeciesCounts.txt", "a\t1\n")
    folder = write("study/data/counts/._s1_allspeciesCounts.txt", b"\x00\x05\x16\x07").parents[2]
    assert list(read_folder(folder).obs.index) == ["s1"]


def test_a_long_count_file_is_read_in_no_time(monkeypatch):
    content = "".join(f"id-{number}\t{number}\n" for number in range(200_000)).encode()
    ids, counts = parse_counts(content, "f")
    assert len(ids) == 200_000
    assert counts.sum() == 199_999 * 100_000


def test_the_format_is_told_from_the_first_bytes(write, make_archive):
    assert oasis.is_archive(write("dataset_1.dat", make_archive("a.zip", {"s": "a\t1\n"}).read_bytes()))
    assert oasis.is_archive(write("broken.zip", "text"))
    assert not oasis.is_archive(write("dataset_2.dat", "a\t1\n"))
