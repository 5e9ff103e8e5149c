"""Memory and time of the tools: every executable is measured, and memory is that of all its processes."""

from __future__ import annotations

import configparser
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import resources

ROOT = Path(__file__).resolve().parents[2]
SETS = [one["name"] for one in tomllib.loads(resources.STEPS.read_text(encoding="utf-8"))["set"]]


def executables():
    configuration = configparser.ConfigParser(interpolation=None)
    configuration.read(ROOT / "setup.cfg")
    lines = configuration["options.entry_points"]["console_scripts"].split("\n")
    return {line.partition("=")[0].strip() for line in lines if line.strip()}


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SRNA_TOOLS_DATA", str(tmp_path))


def test_every_executable_is_measured(tmp_path):
    called = {call.split()[0] for one in SETS for _, call in resources.calls(one, tmp_path)[1]}
    assert called == executables() - {"srna-tools"}


@pytest.mark.parametrize("chosen", SETS)
def test_each_file_of_a_set_is_made_before_it_is_read(chosen, tmp_path):
    folder = tmp_path / "files"
    made = set()
    for _, call in resources.calls(chosen, folder)[1]:
        words = call.split()
        files = [(before, word) for before, word in pairwise(words) if word.startswith(str(folder))]
        outputs = {word for before, word in files if before == "-o" or before.endswith("-output")}
        assert {word for _, word in files} - outputs <= made
        made |= outputs


def test_memory_is_the_sum_over_processes(tmp_path):
    program = tmp_path / "program.py"
    hold = "bytearray(b'1' * 150_000_000); time.sleep(1)"
    program.write_text(
        f"import subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', \"import time; {hold}\"])\n"
        f"kept = {hold}\nchild.wait()\n"
    )
    assert 300 < resources.measure(f"python {program}", 1).megabytes < 700


def test_a_call_that_fails_ends_the_benchmark():
    with pytest.raises(SystemExit, match="exit code 3"):
        resources.measure("python -c 'raise SystemExit(3)'", 1)
