"""Standard streams that the caller closed, or whose reader left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import anndata
import pytest

TEST_DATA = Path(__file__).resolve().parents[2] / "test-data"


def in_shell(command, folder, *words):
    program = Path(sys.executable).with_name(words[0])
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.format(program=" ".join([str(program), *words[1:]]), out=folder)],
        cwd=TEST_DATA, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_lead_messages_into_outputs(tmp_path, closed):
    done = in_shell("{program} -o {out}/s.h5ad " + closed, tmp_path, "srna-import", "study01.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert anndata.read_h5ad(tmp_path / "s.h5ad").n_obs == 12


def test_an_error_needs_no_reader(tmp_path):
    done = in_shell("{program} -o {out}/s.h5ad 2>&-", tmp_path, "srna-import", "not_counts.tsv")
    assert (done.returncode, done.stdout) == (1, "")
    assert list(tmp_path.iterdir()) == []


WRITES_AND_PRINTS = """
import sys
import click
from srna_tools.cli.executable import executable, output_option
from srna_tools.io.output import write_text
@executable("srna-test")
@output_option("Output.")
def main(output):
    for step in sys.argv[0].split(","):
        write_text("whole", output) if step == "write" else click.echo("said")
sys.argv = sys.argv[1:]
main()
"""


@pytest.mark.parametrize(
    ("steps", "code", "sentence"),
    [("write,print", 0, ""), ("print,write", 1, "srna-test: the summary cannot be printed: Broken pipe\n")],
)
def test_a_reader_who_leaves_is_an_error_if_the_outputs_are_not_written(tmp_path, steps, code, sentence):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", WRITES_AND_PRINTS, steps, "-o", tmp_path / "x.txt"],
        stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, sentence)
    assert (tmp_path / "x.txt").exists() == (code == 0)
