"""What all executables share: one sentence for a mistake, checked outputs, threads, lists of numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from srna_tools.cli.executable import (
    NEW_FILE,
    NEW_FOLDER,
    NameList,
    NumberList,
    available_threads,
    executable,
    output_option,
)
from srna_tools.errors import InputError
from srna_tools.version import VERSION


def tool(action):
    """Build an executable that takes one input and two outputs and does what a test wants."""

    @executable("srna-test")
    @click.option("--other-output", type=NEW_FILE)
    @click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
    @output_option("Output.", required=False)
    def main(**options):
        """Do something."""
        action(options)

    return main


def raising(error):
    def action(_):
        raise error

    return tool(action)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("a.tsv", "has\n two   lines", "row 3"), "a.tsv, row 3: has two lines"),
        (InputError("a.tsv", "\x1b[31mred\x00"), "a.tsv: ?[31mred?"),
        (MemoryError(), "the machine has too little memory for this input"),
        (PermissionError(13, "Permission denied", "b.tsv"), "b.tsv: Permission denied"),
        (OSError("strange"), "a file: strange"),
    ],
)
def test_what_a_user_can_mend_is_one_sentence(error, sentence):
    result = CliRunner().invoke(raising(error), [])
    assert result.exit_code == 1
    assert result.stderr == f"srna-test: {sentence}\n"
    assert result.stdout == ""
    assert CliRunner().invoke(raising(error), ["--debug"]).exception is error


def test_our_own_mistakes_are_not_hidden():
    assert isinstance(CliRunner().invoke(raising(ZeroDivisionError()), []).exception, ZeroDivisionError)


def test_version_and_purpose_are_told():
    assert CliRunner().invoke(tool(print), ["--version"]).stdout == f"{VERSION}\n"
    assert "For research use only." in CliRunner().invoke(tool(print), ["--help"]).stdout


def refused(*arguments):
    result = CliRunner().invoke(tool(lambda _: pytest.fail("the work began")), [str(word) for word in arguments])
    assert result.exit_code == 1, result.output
    return result.stderr


def test_an_output_without_folder_is_refused_before_the_work_begins(tmp_path):
    sentence = refused("--other-output", tmp_path / "none" / "x.tsv", "-o", tmp_path / "y.tsv")
    assert f"{tmp_path}/none/x.tsv: cannot be written: {tmp_path}/none is no folder" in sentence


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_in_a_folder_of_others_is_refused_before_the_work_begins(tmp_path):
    tmp_path.chmod(0o500)
    assert "is no folder that may be written to" in refused("-o", tmp_path / "y.tsv")


def test_an_output_that_would_replace_an_input_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.tsv").write_text("x")
    (tmp_path / "link.tsv").symlink_to("a.tsv")
    monkeypatch.chdir(tmp_path)
    for output in (tmp_path / "a.tsv", "a.tsv", "link.tsv"):
        assert "is the name of two files of this call" in refused("b.tsv", tmp_path / "a.tsv", "-o", output)


def test_an_output_that_would_replace_a_file_of_an_input_folder_is_refused(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.fa").write_text("x")
    (tmp_path / "link.fa").symlink_to("in/a.fa")
    monkeypatch.chdir(tmp_path)
    for output in (tmp_path / "in" / "a.fa", "in/a.fa", "in/../in/a.fa", "link.fa"):
        assert f"{output}: is a file of the input folder in; choose another" in refused("in", "-o", output)


def test_an_output_may_be_new_in_an_input_folder_and_replace_one_in_a_folder_of_outputs(tmp_path):
    (tmp_path / "old.tsv").write_text("x")
    seen = []

    @executable("srna-test")
    @click.option("--image-dir", type=NEW_FOLDER)
    @click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
    @output_option("Output.")
    def main(**options):
        seen.append(options["output"].name)

    for words in ([tmp_path, "-o", tmp_path / "new.tsv"], ["--image-dir", tmp_path, "-o", tmp_path / "old.tsv"]):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == 0, result.output
    assert seen == ["new.tsv", "old.tsv"]


def test_two_outputs_of_one_name_are_refused(tmp_path):
    assert "is the name of two files of this call" in refused("--other-output", tmp_path / "x", "-o", tmp_path / "x")


def test_outputs_may_replace_old_ones_and_inputs_may_repeat(tmp_path):
    (tmp_path / "old.tsv").write_text("x")
    seen = []
    result = CliRunner().invoke(tool(seen.append), ["a.tsv", "a.tsv", "-o", str(tmp_path / "old.tsv")])
    assert result.exit_code == 0, result.output
    assert seen == [{"inputs": (Path("a.tsv"), Path("a.tsv")), "output": tmp_path / "old.tsv", "other_output": None}]


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    (tmp_path / "m.tsv").write_text("miRNA\ts1\nhsa-let-7a-5p\t1\n")
    command = f"{Path(sys.executable).with_name('srna-import')} m.tsv -o s.h5ad | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "s.h5ad").exists()


@pytest.mark.parametrize(
    ("slots", "threads"),
    [("1", 1), (" 1 ", 1), ("1000000", None), ("0", None), ("-1", None), ("1.5", None), ("²", None), ("", None),
     ("many", None), (None, None)],
)  # fmt: skip
def test_threads_are_what_galaxy_grants_or_the_machine_has(monkeypatch, slots, threads):
    monkeypatch.delenv("GALAXY_SLOTS", raising=False)
    if slots is not None:
        monkeypatch.setenv("GALAXY_SLOTS", slots)
    assert available_threads() == (threads or len(os.sched_getaffinity(0)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1000,250,250", (1000, 250, 250)), ("5", (5,)), (" 1, 2", (1, 2)), ("x", "not a list"), ("1,,2", "not a list"),
     ("0", "outside 1 to 10000"), ("1.5", "not a list"), ("", "not a list")],
)  # fmt: skip
def test_lists_of_numbers_are_checked(text, expected):
    numbers = NumberList(int, 1, 10_000)
    if isinstance(expected, tuple):
        assert numbers.convert(text, None, None) == expected
    else:
        with pytest.raises(click.BadParameter, match=expected):
            numbers.convert(text, None, None)


def test_galaxy_slots_limit_the_threads_of_matrix_products():
    script = (
        "import srna_tools.cli.srna_attribute, threadpoolctl; "
        "print(*{pool['num_threads'] for pool in threadpoolctl.threadpool_info()})"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment | {"GALAXY_SLOTS": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.split() == ["1"]


def test_a_list_of_names_keeps_their_spaces_inside():
    assert NameList().convert("TCGA, study 1,GSE1", None, None) == ("TCGA", "study 1", "GSE1")
    assert NameList().convert('"skin, dry",liver', None, None) == ("skin, dry", "liver")


@pytest.mark.parametrize("text", ["", "a,,b", "a,", " , "])
def test_lists_with_empty_names_are_refused(text):
    with pytest.raises(click.BadParameter, match="is not a list of names"):
        NameList().convert(text, None, None)
