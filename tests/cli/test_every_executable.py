"""What all executables have in common, read from the package's own list of them."""

from __future__ import annotations

import configparser
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from srna_tools.version import VERSION

_SETUP = Path(__file__).resolve().parents[2] / "setup.cfg"
_HEAVY = (
    "tensorflow",
    "keras",
    "anndata",
    "scanpy",
    "dask",
    "deeplift",
    "sklearn",
    "matplotlib",
    "seaborn",
    "pronto",
    "numba",
)


def executables():
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(_SETUP)
    lines = setup["options.entry_points"]["console_scripts"].strip().splitlines()
    return dict(line.replace(" ", "").split("=") for line in lines)


EXECUTABLES = executables()


def command_of(name):
    module, function = EXECUTABLES[name].split(":")
    return getattr(importlib.import_module(module), function)


def test_all_executables_of_the_main_job_are_listed():
    steps = (
        "import",
        "filter",
        "normalize",
        "group",
        "train",
        "evaluate",
        "predict",
        "attribute",
        "enrich",
        "embed",
        "report",
    )
    assert {f"srna-{step}" for step in steps} | {"srna-tools"} <= set(EXECUTABLES)


@pytest.mark.parametrize("name", EXECUTABLES)
def test_help_says_what_it_does_and_for_whom(name):
    result = CliRunner().invoke(command_of(name), ["--help"], prog_name=name)

    assert result.exit_code == 0
    assert "For research use only" in result.output
    if name != "srna-tools":
        assert f"Example: {name} " in result.output
        assert "-o, --output" in result.output


@pytest.mark.parametrize("name", EXECUTABLES)
def test_the_installed_script_prints_the_version_alone(name):
    program = Path(sys.executable).parent / name

    result = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)

    assert result.stdout == f"{VERSION}\n"


@pytest.mark.parametrize("name", EXECUTABLES)
def test_unknown_options_are_usage_errors(name):
    assert CliRunner().invoke(command_of(name), ["--no-such-option"]).exit_code == 2


@pytest.mark.parametrize("name", EXECUTABLES)
def test_heavy_libraries_are_not_imported_before_they_are_needed(name):
    module = EXECUTABLES[name].split(":")[0]
    script = f"import sys, {module}; print(*[name for name in {_HEAVY!r} if name in sys.modules])"

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.split() == []
