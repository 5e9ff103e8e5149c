"""An experiment from its configuration to its section, on simulated studies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from laboratory.document import sections_of
from laboratory.evaluation import Evaluation, read_metrics, read_predictions

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "experiment.py"
CONFIGURATION = """
kind = "schemes"
title = "Simulated"
question = "On {simulated/samples} samples."
short = "Random folds {simulated/kfold/logistic/msa}, a study left out {simulated/dataset-out/logistic/msa}."
label = "tissue"
models = ["logistic"]
remarks = ["Always the commonest: {simulated/kfold/majority-class/msa}."]

[[sets]]
name = "simulated"
prepare = [
  { step = "simulated-studies", folder = "archives", studies = 3, samples_per_study = 16, seed = 1 },
  "srna-import archives/*.zip --samples archives/samples.tsv --species hsa -o samples.h5ad",
]
samples = "samples.h5ad"

[parameters]
schemes = ["kfold", "dataset-out"]
within_datasets = 2
by_class = true
over_samples = true

[[paper]]
what = "a network"
paper = "0.98"
ours = "simulated/kfold/logistic/msa"
"""
DOCUMENT = "# By hand\n\n<!-- summary -->\n<!-- /summary -->\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiment")
    (folder / "10_simulated.toml").write_text(CONFIGURATION)
    (folder / "document.md").write_text(DOCUMENT)
    called = run(folder, "10_simulated.toml", "--summary")
    assert called.returncode == 0, called.stderr
    return folder


def run(folder, *words):
    environment = os.environ | {"SRNA_TOOLS_DATA": str(folder)}
    command = [sys.executable, str(PROGRAM), *words, "--document", "document.md", "--work", "work", "--threads", "1"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def section(place):
    return sections_of((place / "document.md").read_text())["10_simulated"]


@pytest.fixture(scope="module")
def evaluation(place):
    folder = place / "work" / "10_simulated" / "simulated" / "dataset-out"
    return Evaluation(read_metrics(folder / "metrics.tsv"), read_predictions(folder / "predictions.tsv"), "")


def test_what_is_written_by_hand_stays(place):
    assert (place / "document.md").read_text().startswith("# By hand\n\n<!-- summary -->")


def test_the_section_tells_the_data_and_the_command(section):
    assert "On 48 samples." in section
    assert "| simulated | 48 | 3 | 8 | blood 6 (3), " in section
    assert "`python benchmarks/experiment.py benchmarks/experiments/10_simulated.toml`" in section


def test_the_figures_are_those_of_the_predictions(section, evaluation):
    right = (evaluation.predictions["predicted"] == evaluation.predictions["true"]).mean()
    assert f"a study left out {right:.3f}." in section
    assert evaluation.printed("logistic", "mca") in section


def test_the_paper_stands_beside_ours(section):
    kfold = section.split("Random folds ")[1].split(",")[0]
    assert f"| a network | 0.98 | {kfold} |" in section


def test_the_summary_repeats_what_the_section_says(place):
    summary = sections_of((place / "document.md").read_text())["summary"]
    assert summary.startswith("| Experiment | What came out |\n|---|---|\n| [Simulated](#simulated) | Random folds ")


def test_a_second_call_goes_on_from_the_first_and_writes_the_same(place):
    before = (place / "document.md").read_text()
    folds = place / "work" / "10_simulated" / "simulated" / "kfold" / "folds"
    kept = {path: path.stat().st_mtime_ns for path in folds.iterdir()}
    assert len(kept) == 5
    assert run(place, "10_simulated.toml", "--summary").returncode == 0
    assert (place / "document.md").read_text() == before
    assert {path: path.stat().st_mtime_ns for path in folds.iterdir()} == kept


def test_a_mistake_is_one_sentence(place):
    (place / "wrong.toml").write_text(CONFIGURATION.replace("label =", "lable ="))
    called = run(place, "wrong.toml")
    assert called.returncode == 1
    assert called.stderr == (
        "error: wrong.toml: has the unknown key lable; known are name, kind, title, question, short, label, sets, "
        "remarks, models, paper, parameters, document\n"
    )


def test_tables_are_read_as_text_where_they_are_names(tmp_path):
    (tmp_path / "metrics.tsv").write_text(
        "model\tscheme\tscope\tname\tmetric\tvalue\tlow\thigh\n"
        "NA\tkfold\tclass\t007\trecall\t0.5\t\t\nNA\tkfold\toverall\t\tmsa\t0.25\t0.1\t0.4\n"
        "\tkfold\tuntested\tx: 007\tsamples\t3\t\t\n"
    )
    evaluation = Evaluation(read_metrics(tmp_path / "metrics.tsv"), pd.DataFrame(), "")
    assert evaluation.models == ["NA"]
    assert evaluation.measure("NA", "recall", "class", "007")[0] == 0.5
    assert evaluation.printed("NA", "msa") == "0.250 (0.100 to 0.400)"
    assert evaluation.printed("NA", "mca") == "-"
    assert evaluation.untested().to_dict() == {"x: 007": 3}
