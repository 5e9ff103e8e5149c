"""Executables that are stopped while they write, and those whose workers are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from safetensors import safe_open

from srna_tools.io.family_files import read_family_files

TEST_DATA = Path(__file__).resolve().parents[3] / "test-data"
_PATIENCE = 300


# Whatever the process that runs the tests ignores, as under nohup, is heeded here.
AS_FROM_A_TERMINAL = ["env", "--default-signal=INT,HUP"]


def start(name, *words):
    return subprocess.Popen(
        [*AS_FROM_A_TERMINAL, Path(sys.executable).with_name(name), *(str(word) for word in words)],
        env=os.environ | {"TQDM_DISABLE": "1"}, cwd=TEST_DATA, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def until(process, there):
    """Wait for what is to be there while the process runs."""
    end = time.monotonic() + _PATIENCE
    while not (found := there()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)
    return found


@pytest.fixture
def folding(tmp_path):
    """Start to fold more RNA than a test can wait for, into a table that was there before; return it as it writes."""
    (tmp_path / "rna.fa").write_text("".join(f">r{number}\n{'GGCAUUCGAACGUAUGCC' * 20}\n" for number in range(5000)))
    table = tmp_path / "out" / "pairs.tsv"
    table.parent.mkdir()
    table.write_text("old")
    process = start("srna-family-structure", tmp_path / "rna.fa", "--threads", "1", "-o", table)
    until(process, lambda: any(path.stat().st_size for path in table.parent.glob(".partial-*")))
    yield process, table
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_in_the_middle_of_writing_leaves_the_old_file_alone(folding, number):
    process, table = folding
    process.send_signal(number)
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 128 + number
    assert said == f"srna-family-structure: stopped by {number.name}; nothing was written\n"
    assert [(path.name, path.read_text()) for path in table.parent.iterdir()] == [("pairs.tsv", "old")]


def test_a_kill_in_the_middle_of_writing_leaves_the_old_file_and_a_hidden_one(folding):
    process, table = folding
    process.kill()
    process.communicate(timeout=_PATIENCE)
    assert process.returncode == -signal.SIGKILL
    assert table.read_text() == "old"
    assert [path.name.startswith(".partial-") for path in table.parent.iterdir() if path != table] == [True]


def test_what_a_kill_leaves_in_a_folder_is_not_read(tmp_path):
    for letter in "ab":
        (tmp_path / f"mir-{letter}.fa").write_text((TEST_DATA / f"family_{letter}.fa").read_text())
    (tmp_path / ".partial-x1.fa").write_text(">half\nACG")
    assert read_family_files([tmp_path]).families.names == ("mir-a", "mir-b")


@pytest.fixture
def evaluating(tmp_path):
    """Start an evaluation of many fits by two workers, which keeps them in a folder."""
    process = start(
        "srna-evaluate", "studies.h5ad", "--label", "tissue", "--models", "discriminant", "--scheme", "kfold",
        "--folds", "3", "--repeats", "100", "--threads", "2", "--resume", tmp_path / "fits", "-o", tmp_path / "m.tsv",
    )  # fmt: skip
    until(process, lambda: len(list(tmp_path.glob("fits/[!.]*"))) > 0)
    yield process, tmp_path
    process.kill()
    process.communicate()


def workers_of(process):
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if any("popen_loky" in word for word in child.cmdline())]


def test_workers_end_with_a_stopped_evaluation_and_finished_fits_are_whole(evaluating):
    process, folder = evaluating
    workers = workers_of(process)
    process.terminate()
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    assert said.splitlines()[-1].startswith("srna-evaluate: stopped by SIGTERM; written before, and whole: ")
    assert len(workers) == 2
    assert psutil.wait_procs(workers, timeout=_PATIENCE)[1] == []
    kept = list((folder / "fits").iterdir())
    for path in kept:
        with safe_open(path, framework="numpy") as file:
            assert len(file.get_tensor("probabilities"))
    assert not (folder / "m.tsv").exists()


def test_a_worker_that_is_ended_from_outside_is_a_sentence(evaluating):
    process, folder = evaluating
    workers_of(process)[0].kill()
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 1
    assert said.splitlines()[-1] == (
        "srna-evaluate: a worker process was ended from outside, most likely since the memory was used up; grant the "
        "job more memory, or use fewer --threads"
    )
    assert "Traceback" not in said
    assert not (folder / "m.tsv").exists()
