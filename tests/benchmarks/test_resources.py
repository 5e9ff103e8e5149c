"""Memory and time of the tools: every executable is measured, and memory is that of all its processes."""

from __future__ import annotations

import configparser
import importlib
import shlex
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
    lines = configuration["options.entry_points"]["console_scripts"].strip().splitlines()
    return dict(line.replace(" ", "").split("=") for line in lines)


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SRNA_TOOLS_DATA", str(tmp_path))


def test_every_executable_is_measured(tmp_path):
    called = {call.split()[0] for one in SETS for _, call in resources.calls(one, tmp_path)[1]}
    assert called == set(executables()) - {"srna-tools"}


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


@pytest.mark.parametrize("chosen", SETS)
def test_each_call_has_options_that_its_executable_knows(chosen, tmp_path):
    for step, call in resources.calls(chosen, tmp_path)[1]:
        name, *words = shlex.split(call)
        module, function = executables()[name].split(":")
        options = getattr(importlib.import_module(module), function).params
        known = {word for option in options for word in (*option.opts, *option.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= known, step


def test_memory_is_the_sum_over_processes(tmp_path):
    program = tmp_path / "program.py"
    hold = "bytearray(b'1' * 150_000_000); time.sleep(1)"
    program.write_text(
        f"import subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', \"import time; {hold}\"])\n"
        f"kept = {hold}\nchild.wait()\n"
    )
    use = resources.measure(f"python {program}", 1)
    assert 300 < use.megabytes < 700
    assert use.input_megabytes == program.stat().st_size / 1e6


def test_a_call_that_fails_ends_the_benchmark():
    with pytest.raises(SystemExit, match="exit code 3"):
        resources.measure("python -c 'raise SystemExit(3)'", 1)
