"""The demo as a user runs it: one command, and what it leaves behind."""

from __future__ import annotations

import shlex
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from srna_tools.predict.annotate import COLUMNS

_PROGRAM = Path(sys.executable).parent / "srna-tools"


def run_demo(folder, *options):
    return subprocess.run([_PROGRAM, "demo", "-o", folder, *options], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder / "out", run_demo(folder / "out", "--threads", "2")


def test_every_sample_without_annotation_has_one_row(demo):
    folder, _ = demo
    table = pd.read_csv(folder / "predictions.tsv", sep="\t", keep_default_na=False)

    assert tuple(table.columns) == COLUMNS
    assert len(table) >= 24
    assert table["sample"].is_unique
    assert set(table["status"]) <= {"ok", "ambiguous", "unknown", "low_quality"}
    assert (table["reason"] != "").equals(table["status"] != "ok")


def test_failed_libraries_are_flagged_and_most_accepted_tissues_are_right(demo):
    from srna_tools.simulate import demo_studies

    folder, _ = demo
    table = pd.read_csv(folder / "predictions.tsv", sep="\t", keep_default_na=False).set_index("sample")
    truth = demo_studies(0)[1].samples.set_index("sample")["tissue"]
    failed = truth.index[-2:]

    assert table.loc[failed, "status"].tolist() == ["low_quality", "low_quality"]
    assert table.loc[failed[0], "label"] == ""
    accepted = table[table["status"] == "ok"]
    known = accepted[truth[accepted.index] != "placenta"]
    assert (known["label"] == truth[known.index]).mean() > 0.7


def test_all_outputs_are_there_and_every_command_was_shown(demo):
    folder, printed = demo

    for name in (
        "predictions.tsv",
        "sex_and_age.tsv",
        "top_features.tsv",
        "report.html",
        "embedding.png",
        "classes.png",
        "expression.png",
        "votes.tsv",
        "stability.tsv",
        "enrichment.tsv",
        "enrichment.png",
        "tissue.safetensors",
        "age_mapping.tsv",
        "import_report.tsv",
    ):
        assert (folder / name).stat().st_size > 0, name
    assert any((folder / "heatmaps").glob("*.png"))
    assert any((folder / "waterfalls").glob("*.png"))
    for step in ("import", "group", "normalize", "train", "predict", "attribute", "enrich", "embed", "report"):
        assert f"$ srna-{step} " in printed
    assert not list(folder.rglob(".partial-*"))


def test_the_report_says_that_the_data_is_simulated_and_stands_alone(demo):
    folder, _ = demo
    html = (folder / "report.html").read_text(encoding="utf-8")
    links = []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attributes):
            links.extend(value for name, value in attributes if name in {"src", "href"})

    Links().feed(html)
    assert "simulated" in html
    assert "research use only" in html
    assert links
    assert all(link.startswith(("data:", "#")) for link in links)


def test_one_thread_gives_the_same_models_and_tables_as_two(demo, tmp_path):
    folder, printed = demo
    shown = [shlex.split(line[2:]) for line in printed.splitlines() if line.startswith("$ srna-")]
    again = [words for words in shown if words[0] in {"srna-train", "srna-predict", "srna-embed"}]
    ranking = shlex.split(
        "srna-attribute annotated.h5ad --model tissue.safetensors --threads 2 -o top_features.tsv "
        "--stability-output stability.tsv"
    )
    for name in ("grouped.h5ad", "with_contaminants.h5ad", "new.h5ad"):
        (tmp_path / name).symlink_to(folder / name)

    for program, *words in [*again, ranking]:
        command = [_PROGRAM.with_name(program), *words]
        if "--threads" in words:
            command[command.index("--threads") + 1] = "1"
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)

    models = ["tissue.safetensors", "sex.safetensors", "age_group.safetensors"]
    tables = ["choice.tsv", "predictions.tsv", "sex_and_age.tsv", "embedding.tsv", "top_features.tsv", "stability.tsv"]
    for name in [*models, *tables]:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_quick_demo_annotates_with_the_models_of_the_package(tmp_path):
    printed = run_demo(tmp_path / "quick", "--quick")
    folder = tmp_path / "quick"
    table = pd.read_csv(folder / "predictions.tsv", sep="\t", keep_default_na=False)

    assert (table["status"] == "ok").sum() > len(table) / 2
    assert "networks that come with the package" in printed
    assert "srna-train" not in printed
    assert "srna-attribute" not in printed
    assert "Open " in printed
    assert "simulated" in (folder / "report.html").read_text(encoding="utf-8")
    for label in ("tissue", "sex", "age_group"):
        shipped = files("srna_tools.simulate") / "models" / f"{label}.safetensors"
        assert (folder / f"{label}.safetensors").read_bytes() == shipped.read_bytes()
