"""HDF5 outputs on disks that become full at any place, and as large as memory cannot hold."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from srna_tools.errors import FullDiskError, InputError
from srna_tools.io.hdf5 import hdf5_written_whole

NUMBERS = np.random.default_rng(0).random((8, 2000))


def write(target):
    with hdf5_written_whole(target) as output:
        for row, numbers in enumerate(NUMBERS):
            output.file.create_dataset(f"group/{row}", data=numbers, compression="gzip", chunks=(500,))
            output.file["group"].attrs[str(row)] = "text" * 20


def test_what_is_written_is_read(tmp_path):
    write(tmp_path / "x.h5")
    with h5py.File(tmp_path / "x.h5") as file:
        assert all(np.array_equal(file[f"group/{row}"], numbers) for row, numbers in enumerate(NUMBERS))
    assert [path.name for path in tmp_path.iterdir()] == ["x.h5"]


def test_an_error_of_the_block_leaves_the_old_file(tmp_path):
    (tmp_path / "x.h5").write_text("old")

    def fail_half_way():
        with hdf5_written_whole(tmp_path / "x.h5") as output:
            output.file["x"] = NUMBERS
            raise InputError("a", "b")

    with pytest.raises(InputError, match="a: b"):
        fail_half_way()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.h5", "old")]


FULL_AT_EVERY_PLACE = """
import sys
from pathlib import Path
import h5py
sys.path.insert(0, sys.argv[1])
from test_hdf5 import write
from srna_tools.errors import FullDiskError
folder, filler = Path(sys.argv[2]), Path(sys.argv[2], "filler")
outcomes = []
for free in range(0, 160, 4):
    filler.write_bytes(b"")
    (folder / "x.h5").unlink(missing_ok=True)
    filler.write_bytes(bytes((160 - free) * 1024))
    try:
        write(folder / "x.h5")
        outcomes.append("whole")
        with h5py.File(folder / "x.h5") as file:
            assert len(file["group"]) == 8 and all(len(one[()]) == 2000 for one in file["group"].values())
    except FullDiskError:
        outcomes.append("full")
        assert [path.name for path in folder.iterdir()] == ["filler"]
print(*outcomes)
"""


@pytest.fixture
def disk(tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", tmp_path]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_wherever_the_disk_becomes_full_the_file_is_whole_or_not_there_and_python_ends_well(disk):
    done = subprocess.run(
        [sys.executable, "-c", FULL_AT_EVERY_PLACE, Path(__file__).parent, disk],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    outcomes = done.stdout.split()
    assert outcomes == sorted(outcomes)
    assert outcomes[0] == "full"
    assert outcomes[-1] == "whole"


def test_a_long_writer_may_ask_whether_there_is_room(disk):
    (disk / "filler").write_bytes(bytes(160 << 10))

    def write_long():
        with hdf5_written_whole(disk / "x.h5") as output:
            output.file.create_dataset("x", data=NUMBERS)
            output.file.flush()
            output.require_room()
            pytest.fail("the work went on")

    with pytest.raises(FullDiskError):
        write_long()
