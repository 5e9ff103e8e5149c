"""Files of figures: format by name, the same bytes twice, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from PIL import Image

from srna_tools.errors import InputError
from srna_tools.report.figure import in_natural_order, new_figure, short
from srna_tools.report.heatmap import class_heatmap
from srna_tools.report.save import png_of, save_figure
from srna_tools.writable_caches import use_writable_caches


def _figure():
    return class_heatmap(np.arange(6.0).reshape(2, 3), ["a", "b", "<c>"], ["x", "y"])


@pytest.mark.parametrize("name", ["a.png", "a.svg", "dataset_12.dat", "without"])
def test_same_bytes_twice(tmp_path, name):
    contents = []
    for _ in range(2):
        save_figure(_figure(), tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert contents[0].startswith(b"<?xml" if name.endswith("svg") else b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_size_in_pixels(tmp_path):
    save_figure(new_figure(5, 3), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (600, 360)


def test_memory_and_file_agree(tmp_path):
    save_figure(_figure(), tmp_path / "a")
    assert png_of(_figure()) == (tmp_path / "a").read_bytes()


def test_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        save_figure(_figure(), tmp_path / "none" / "a.png")


def test_no_global_state():
    script = (
        "import sys; from srna_tools.report.save import png_of; from srna_tools.report.figure import new_figure; "
        "png_of(new_figure(1, 1)); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_names():
    assert short("a" * 40) == "a" * 16 + "…" + "a" * 15
    assert len(short("b" * 100, 20)) == 20
    assert short("a\n b") == "a b"
    assert sorted(["s10", "s2", "s", "1"], key=in_natural_order) == ["1", "s", "s2", "s10"]


def test_caches_move_when_the_home_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, "")
    use_writable_caches()
    assert os.environ["NUMBA_CACHE_DIR"] == ""
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("MPLCONFIGDIR", "/chosen")
    use_writable_caches()
    assert os.access(os.environ["NUMBA_CACHE_DIR"], os.W_OK)
    assert os.environ["MPLCONFIGDIR"] == "/chosen"
