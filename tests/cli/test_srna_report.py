"""srna-report as a user calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from srna_tools.cli.srna_report import main
from srna_tools.report.figure import new_figure
from srna_tools.report.save import save_figure

PREDICTIONS = (
    "sample\tlabel\tprobability\tmargin\trunner_up\tcoverage\tstatus\treason\n"
    "s1\tliver\t0.91\t0.85\tlung\t1\tok\t\ns2\tlung\t0.4\t0.1\tliver\t1\tunknown\tprobability 0.40 is below 0.5\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "predictions.tsv").write_text(PREDICTIONS)
    (tmp_path / "wrong.tsv").write_text("a\tb\n1\t2\n")
    save_figure(new_figure(1, 1), tmp_path / "picture.png")
    return tmp_path


def test_a_report(folder):
    result = _run(
        folder, "--predictions", "predictions.tsv", "--heatmap", "picture.png", "--heatmap", "picture.png",
        "--heatmap-name", "sample <1>", "--heatmap-name", "all", "--note", "Simulated & small.", "--title", "Demo",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    html = (folder / "report.html").read_text()
    for text in (
        "<h1>Demo</h1>",
        "Simulated &amp; small.",
        "sample &lt;1&gt;",
        "probability 0.40 is below 0.5",
        "lung?",
    ):
        assert text in html


def test_evaluations_of_two_schemes_and_their_pictures(folder):
    header = "model\tscheme\tscope\tname\tmetric\tvalue\tlow\thigh\n"
    for scheme, value in (("kfold", 0.987), ("dataset-out", 0.654)):
        (folder / f"{scheme}.tsv").write_text(f"{header}mlp\t{scheme}\toverall\t\tmsa\t{value}\t\t\n")
    result = _run(
        folder, "--evaluation", "kfold.tsv", "--evaluation", "dataset-out.tsv",
        "--evaluation-plot", "picture.png", "--evaluation-plot", "picture.png",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    html = (folder / "report.html").read_text()
    assert html.index("0.654") < html.index("0.987")
    assert html.count("data:image/png;base64,") == 2


def test_stability_similarity_and_enrichment(folder):
    steps = "from\tto\tmean_steps\tmedian_steps\tsamples\tcensored\n"
    (folder / "stability.tsv").write_text(f"{steps}a\tb\t21\t20\t3\t0\n")
    (folder / "similarity.tsv").write_text(f"{steps}a\tb\t43\t40\t3\t0\n")
    (folder / "sets.tsv").write_text(
        "class\tmethod\tset\tsource\tsize\tmeasured\toverlap\texpected\tscore\tp\tq\tfeatures\n"
        "a\tgsea\tmir-17\tf.gmt\t9\t5\t2\t0.5\t2\t0.01\t0.02\tx\n"
    )
    tables = ["--stability", "stability.tsv", "--similarity", "similarity.tsv", "--enrichment", "sets.tsv"]
    result = _run(folder, *tables)
    assert result.exit_code == 0, result.output
    html = (folder / "report.html").read_text()
    assert html.index(">21<") < html.index(">43<") < html.index("mir-17")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--predictions", "wrong.tsv"], "wrong.tsv: lacks the column sample, label"),
        (["--model", "wrong.tsv"], "wrong.tsv: is not a model bundle"),
        (["--samples", "wrong.tsv"], "wrong.tsv: is not an h5ad"),
        (["--embedding", "wrong.tsv"], "wrong.tsv: is not a PNG picture"),
        (["--evaluation", "wrong.tsv"], "wrong.tsv: lacks the column model, scheme"),
        (["--evaluation-plot", "wrong.tsv"], "wrong.tsv: is not a PNG picture"),
        (["--stability", "wrong.tsv"], "give the table of srna-attribute --stability-output"),
        (["--similarity", "wrong.tsv"], "give the table of srna-attribute --similarity-output"),
        (["--enrichment", "wrong.tsv"], "give the table of srna-enrich"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(folder, arguments, sentence):
    result = _run(folder, *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "nothing to report"),
        (["--heatmap", "picture.png", "--heatmap-name", "a", "--heatmap-name", "b"], "was given 2 times for 1 files"),
        (["--model", "wrong.tsv", "--model", "wrong.tsv"], "two models have the same name (wrong); rename one"),
    ],
)
def test_wrong_usage(folder, arguments, sentence):
    result = _run(folder, *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def _run(folder: Path, *arguments: str) -> Result:
    """Call srna-report; names that end like a file's are files of the folder."""
    words = [str(folder / word) if word.endswith((".tsv", ".png")) else word for word in arguments]
    return CliRunner().invoke(main, [*words, "-o", str(folder / "report.html")])
