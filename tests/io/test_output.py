"""Outputs appear whole or not at all, even when the writer is killed."""

import csv
import os
import signal
import stat
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import InputError
from srna_tools.io.output import write_table, write_text, written_whole
from srna_tools.io.text import read_cells

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from srna_tools.io.output import written_whole
with written_whole(Path(sys.argv[1])) as partial:
    partial.write_text("half of the new conten")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_block_that_ends_well_replaces_the_old_file(tmp_path):
    target = tmp_path / "out.tsv"
    target.write_text("old")
    with written_whole(target) as partial:
        partial.write_text("new")
        assert target.read_text() == "old"
        assert partial.suffix == ".tsv"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.tsv", "new")]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("before", [None, "old"])
def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, error, before):
    target = tmp_path / "out.tsv"
    if before:
        target.write_text(before)

    def fail_half_way():
        with written_whole(target) as partial:
            partial.write_text("half")
            raise error

    with pytest.raises(error):
        fail_half_way()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == ({"out.tsv": before} if before else {})


@pytest.mark.parametrize("before", [None, "old"])
def test_a_killed_writer_leaves_the_old_file_or_none(tmp_path, before):
    target = tmp_path / "out.tsv"
    if before:
        target.write_text(before)
    run = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, target], check=False)
    assert run.returncode == -signal.SIGKILL
    assert (target.read_text() if target.exists() else None) == before


def test_the_new_file_has_the_permissions_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        write_text("x", tmp_path / "out.txt")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.txt").stat().st_mode) == 0o640


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    with (
        pytest.raises(InputError, match=r"x/out\.tsv: cannot be written \(No such file or directory\)"),
        written_whole(tmp_path / "x" / "out.tsv"),
    ):
        pytest.fail("the block ran")


def test_tables_have_unix_lines_six_digits_and_empty_cells(tmp_path):
    table = pd.DataFrame({"a": [1, 20_000_001], "b": [1 / 3, np.nan], "c": ["ü", None]})
    write_table(table, tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_bytes() == "a\tb\tc\n1\t0.333333\tü\n20000001\t\t\n".encode()


def test_names_are_written_as_they_are_but_on_one_line(tmp_path):
    names = ['a"b', '"a"', '"a', "a,b", "a\tb", "a\r\nb", None]
    table = pd.DataFrame({"sample": names, "a\tb": range(len(names))})
    write_table(table, tmp_path / "t.tsv")
    expected = ['a"b', '"a"', '"a', "a,b", "a b", "a b", ""]
    read = pd.read_csv(tmp_path / "t.tsv", sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    assert read["sample"].tolist() == expected
    assert read["a b"].tolist() == list(range(len(names)))
    write_table(table.dropna().assign(sample=lambda table: pd.Categorical(table["sample"])), tmp_path / "t.tsv")
    assert read_cells(tmp_path / "t.tsv", quoted=False).index.tolist() == expected[:-1]


def test_text_keeps_its_unix_line_ends(tmp_path):
    write_text("ü\nx\n", tmp_path / "t.txt")
    assert (tmp_path / "t.txt").read_bytes() == "ü\nx\n".encode()
