"""Too little memory, and grants of cores that make no sense."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import h5py
import pytest

TEST_DATA = Path(__file__).resolve().parents[3] / "test-data"


def run(name, *words, **environment):
    return subprocess.run(
        [Path(sys.executable).with_name(name), *(str(word) for word in words)],
        cwd=TEST_DATA, env=os.environ | {"TQDM_DISABLE": "1"} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_table_larger_than_the_memory_is_a_sentence(tmp_path):
    (tmp_path / "x.h5ad").write_bytes((TEST_DATA / "samples.h5ad").read_bytes())
    with h5py.File(tmp_path / "x.h5ad", "r+") as file:
        del file["X"]
        # Petabytes, of which nothing was ever written.
        file.create_dataset("X", (2**25, 2**25), "float32", chunks=(64, 64))
        file["X"].attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})

    done = run("srna-normalize", tmp_path / "x.h5ad", "-o", tmp_path / "n.h5ad")

    assert (done.returncode, done.stderr) == (1, "srna-normalize: the machine has too little memory for this input\n")
    assert not (tmp_path / "n.h5ad").exists()


@pytest.mark.parametrize("slots", ["0", "many"])
def test_a_grant_that_is_no_number_of_cores_is_told(tmp_path, slots):
    done = run("srna-family-structure", "candidates.fa", "-o", tmp_path / "p.tsv", GALAXY_SLOTS=slots)
    assert done.returncode == 0
    assert done.stderr == (
        f"srna-family-structure: WARNING: GALAXY_SLOTS is '{slots}', which is no number of cores: all "
        f"{len(os.sched_getaffinity(0))} that may be used are taken\n"
    )
    assert (tmp_path / "p.tsv").exists()


def test_a_grant_of_more_cores_than_there_are_is_no_obstacle(tmp_path):
    done = run("srna-family-structure", "candidates.fa", "-o", tmp_path / "p.tsv", GALAXY_SLOTS="1000000")
    assert (done.returncode, done.stderr) == (0, "")
