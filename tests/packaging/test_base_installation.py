"""The wheel in an empty environment, without any extra: what works there, and what it says of what does not."""

from __future__ import annotations

import configparser
from pathlib import Path

import pandas as pd
import pytest

from srna_tools.version import VERSION

_SETUP = configparser.ConfigParser(interpolation=None)
_SETUP.read(Path(__file__).resolve().parents[2] / "setup.cfg")
_EXECUTABLES = [line.split("=")[0].strip() for line in _SETUP["options.entry_points"]["console_scripts"].split("\n")
                if line]  # fmt: skip


def test_it_is_the_wheel_that_runs_and_no_library_of_an_extra_is_there(run_installed, base_installation, tmp_path):
    script = (
        "import srna_tools, srna_tools.extras as extras; print(srna_tools.__file__);"
        "print(*[name for name in extras.LIBRARIES if extras.is_installed(name)])"
    )
    place, found = run_installed("python", "-c", script, folder=tmp_path).stdout.split("\n")[:2]
    assert Path(place).is_relative_to(base_installation.parent)
    assert found == ""


@pytest.mark.parametrize("name", _EXECUTABLES)
def test_every_executable_starts(name, run_installed, tmp_path):
    version = run_installed(name, "--version", folder=tmp_path)
    assert (version.returncode, version.stdout, version.stderr) == (0, f"{VERSION}\n", "")
    explained = run_installed(name, "--help", folder=tmp_path)
    assert (explained.returncode, explained.stderr) == (0, "")
    assert "For research use only" in explained.stdout


def test_the_demo_annotates_with_the_models_of_the_package_and_says_so(run_installed, tmp_path):
    done = run_installed("srna-tools", "demo", "-o", "demo", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (
        "TensorFlow is not installed, so that the demo annotates with networks that come with the package"
        in done.stdout
    )
    assert "pip install 'srna-tools[train]'" in done.stdout
    table = pd.read_csv(tmp_path / "demo" / "predictions.tsv", sep="\t")
    assert (table["status"] == "ok").sum() > len(table) / 2
    for name in ("report.html", "top_features.tsv", "enrichment.tsv", "embedding.png", "classes.png"):
        assert (tmp_path / "demo" / name).stat().st_size > 0, name


def test_it_imports_groups_normalises_trains_and_predicts(run_installed, tmp_path):
    def run(name, *words):
        done = run_installed(name, *words, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        return done

    run("srna-tools", "demo", "--quick", "-o", "demo")
    archives = sorted(str(path) for path in (tmp_path / "demo" / "input" / "training").glob("*.zip"))
    run("srna-import", *archives, "--samples", "demo/input/training/samples.tsv", "-o", "samples.h5ad")
    run("srna-group", "samples.h5ad", "--label", "age", "--bins", "0,50", "--mapping-output", "m.tsv", "-o", "g.h5ad")
    run("srna-normalize", "g.h5ad", "--method", "log-rpm", "--scale", "none", "-o", "n.h5ad")
    run("srna-train", "n.h5ad", "--label", "tissue", "--model", "logistic", "-o", "tissue.safetensors")
    run("srna-predict", "demo/new.h5ad", "--model", "tissue.safetensors", "-o", "predictions.tsv")
    assert len(pd.read_csv(tmp_path / "predictions.tsv", sep="\t")) == 36

    refused = run_installed("srna-train", "n.h5ad", "--label", "tissue", "--model", "mlp", "-o", "x", folder=tmp_path)
    assert (refused.returncode, refused.stderr) == (
        1,
        "srna-train: --model mlp needs TensorFlow; install it with: pip install 'srna-tools[train]'\n",
    )
    assert not (tmp_path / "x").exists()
