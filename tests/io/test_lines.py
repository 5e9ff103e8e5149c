"""First lines and lines one after another, compressed or not; what is no text is refused in a sentence."""

import gzip
import os

import pytest

from srna_tools.errors import InputError
from srna_tools.io.lines import read_head, read_lines, starts_with


def test_the_first_bytes_of_what_is_no_file_are_none(tmp_path, write):
    assert starts_with(write("a", "PK"), b"PK")
    assert not any(starts_with(path, b"PK") for path in (tmp_path, tmp_path / "none", write("b", "P"), write("c", "")))


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz"])
def test_the_head_of_a_large_file_is_some_whole_lines(write, name):
    lines = [f"line {number}" + "x" * 1000 for number in range(5000)]
    head = read_head(write(name, "\r\n".join(lines)))
    assert head[-1] == ""
    assert head[:-1] == lines[: len(head) - 1]
    assert 900 < len(head) < 1100


def test_the_head_of_a_small_file_is_all_of_it(write):
    assert read_head(write("t.tsv", "\ufeffa\tb\n1\t2")) == ["a\tb", "1\t2"]


def test_the_head_of_what_is_no_text_is_refused(write, tmp_path):
    for path, sentence in (
        (write("a", b"\x00"), "is a binary file"),
        (write("b", gzip.compress(b"x" * 100)[:15]), "truncated or damaged gzip"),
        (tmp_path, "is a folder"),
        (tmp_path / "none", "does not exist"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_head(path)


@pytest.mark.parametrize("name", ["t.gff", "t.gff.gz"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_numbered_and_empty_ones_skipped(write, name, end):
    path = write(name, "\ufeff" + end.join(["# é", "", "a\tb ", "  ", "c"]))
    assert list(read_lines(path)) == [(1, "# é"), (3, "a\tb "), (5, "c")]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a", b"x\n\x00\n", "is a binary file"),
        ("a", "x\nm\u00fc\n".encode("latin-1"), "is not UTF-8 text"),
        ("a", gzip.compress(b"x\n" * 100, mtime=0)[:-9], "truncated or damaged gzip"),
    ],
)
def test_lines_of_what_is_no_text_are_refused(write, name, content, sentence):
    with pytest.raises(InputError, match=sentence):
        list(read_lines(write(name, content)))


@pytest.mark.parametrize("read", [read_head, lambda path: list(read_lines(path))], ids=["head", "lines"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe: is not a regular file; give a file"):
        read(tmp_path / "pipe")


def test_lines_of_a_folder_or_of_nothing_are_refused(tmp_path):
    for path, sentence in ((tmp_path, "is a folder"), (tmp_path / "none", "does not exist")):
        with pytest.raises(InputError, match=sentence):
            list(read_lines(path))
