"""Outputs on a disk without room: a sentence that names the output, nothing half-written, no crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEST_DATA = Path(__file__).resolve().parents[3] / "test-data"
SENTENCE = "the disk is full (No space left on device); free some space or choose another output\n"


def run(words, environment=None):
    return subprocess.run(
        [str(word) for word in words], cwd=TEST_DATA, env=environment or os.environ | {"TQDM_DISABLE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def program(name):
    return Path(sys.executable).with_name(name)


def test_every_executable_says_which_output_found_no_room(executable, call, small_disk):
    disk = small_disk(64)
    (disk / "filler").write_bytes(bytes(64 << 10))
    words, outputs = call(disk)

    done = run(words)

    assert done.returncode == 1, done.stderr
    *warnings, last = done.stderr.splitlines(keepends=True)
    assert all(": WARNING: " in line for line in warnings), done.stderr
    places = [str(path) for output in outputs for path in (output, *output.glob("*"))]
    if executable == "srna-tools":
        places = [str(path.relative_to(disk / "demo")) for path in (disk / "demo").rglob("*") if path.is_dir()]
        assert any(f" {place}/" in last for place in places), last
    else:
        assert any(f"{executable}: {place}" in last for place in places), last
    assert last.endswith(SENTENCE)
    assert [path.name for path in disk.rglob("*") if path.is_file()] == ["filler"]


def test_of_several_outputs_those_before_the_full_disk_are_whole(small_disk, tmp_path):
    disk = small_disk(64)
    words = ["samples.h5ad", "--method", "pca", "-o", "{}/e.tsv", "--plot-output", "{}/e.png"]
    whole = run([program("srna-embed"), *(word.format(tmp_path) for word in words)])
    (disk / "filler").write_bytes(bytes(60 << 10))

    done = run([program("srna-embed"), *(word.format(disk) for word in words)])

    assert whole.returncode == 0, whole.stderr
    assert (done.returncode, done.stderr) == (1, f"srna-embed: {disk}/e.png: {SENTENCE}")
    assert {path.name for path in disk.iterdir()} == {"filler", "e.tsv"}
    assert (disk / "e.tsv").read_bytes() == (tmp_path / "e.tsv").read_bytes()


def test_the_network_of_keras_is_whole_or_not_there(small_disk, tmp_path):
    disk = small_disk(64)
    pytest.importorskip("tensorflow")
    done = run(
        [program("srna-train"), "studies.h5ad", "--label", "tissue", "--model", "mlp", "--epochs", "1", "--hidden",
         "50", "--dropout", "0", "-o", tmp_path / "b.safetensors", "--keras-output", disk / "n.keras"]
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.endswith(f"srna-train: {disk}/n.keras: {SENTENCE}")
    assert list(disk.iterdir()) == []
    assert (tmp_path / "b.safetensors").exists()


def test_a_file_larger_than_the_system_lets_it_be_is_told_apart(tmp_path):
    words = f"{program('srna-normalize')} samples.h5ad -o {tmp_path}/n.h5ad"
    done = run(["bash", "-c", f"ulimit -f 16 && exec {words}"])
    assert done.returncode == 1
    assert done.stderr == (
        f"srna-normalize: {tmp_path}/n.h5ad: the file is larger than this system lets it be (File too large); free "
        "some space or choose another output\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_printed_is_an_error_with_whole_outputs(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [program("srna-import"), "matrix.tsv", "-o", tmp_path / "s.h5ad"],
            cwd=TEST_DATA, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ("srna-import: the summary cannot be printed: the disk is full (No space left on device)\n")
    assert (tmp_path / "s.h5ad").exists()
