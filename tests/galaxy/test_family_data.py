"""The simulated inputs of the family tools' tests are what the script makes."""

from __future__ import annotations

import gzip
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
TEST_DATA = CHECKOUT / "test-data"


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Inputs made anew, and the calls that would have made the models."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "galaxy"))
    import make_family_data

    calls = []
    make_family_data.write_families(tmp_path, lambda _, *arguments: calls.append(arguments))
    yield tmp_path, calls
    sys.modules.pop("make_family_data", None)


def test_the_committed_inputs_are_those(made):
    folder, _ = made
    texts = sorted([*folder.glob("*.fa"), *folder.glob("*.txt")])
    assert len(texts) == 10
    for path in texts:
        assert path.read_bytes() == (TEST_DATA / path.name).read_bytes(), path.name
    packed = gzip.decompress((folder / "candidates.fa.gz").read_bytes())
    assert packed == (TEST_DATA / "candidates.fa").read_bytes()
    assert packed == gzip.decompress((TEST_DATA / "candidates.fa.gz").read_bytes())


def test_the_archive_holds_precursors_and_mature_mirnas(made):
    with zipfile.ZipFile(made[0] / "novel.zip") as ours, zipfile.ZipFile(TEST_DATA / "novel.zip") as committed:
        assert ours.namelist() == committed.namelist() == ["data/novel_pres.fa", "data/novel_mature.fa"]
        for name in ours.namelist():
            assert ours.read(name) == committed.read(name)
        pres, mature = (ours.read(name).decode().split("\n")[1:-1:2] for name in ours.namelist())
    assert all(short in long for short, long in zip(mature, pres, strict=True))


def test_models_are_trained_by_the_executables(made):
    outputs = [arguments[-1] for arguments in made[1]]
    assert outputs == ["family.safetensors", "family_cnn.safetensors"]
    assert {arguments[0] for arguments in made[1]} == {"srna-family-train"}
    assert all((TEST_DATA / name).stat().st_size < 200_000 for name in outputs)
