"""srna-enrich from files to files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from srna_tools.attribute.derived_sets import describe_derived
from srna_tools.cli.srna_enrich import main

NAMES = [f"hsa-miR-{number}{letter}-{arm}" for number in range(30, 42) for letter in "abc" for arm in ("5p", "3p")]
PLANTED = [name for name in NAMES if name.startswith("hsa-miR-33")]
GFF = (
    "chr1\t.\tmiRNA_primary_transcript\t100\t180\t.\t+\t.\tID=MI1;Name=hsa-mir-33a\n"
    "chr1\t.\tmiRNA_primary_transcript\t900\t980\t.\t+\t.\tID=MI2;Name=hsa-mir-33b\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("enrich")
    generator = np.random.default_rng(0)
    rows = []
    for name in ("liver", "brain"):
        scores = generator.normal(0, 0.3, len(NAMES))
        scores[[feature in PLANTED for feature in NAMES]] += 3 * (name == "liver")
        order = np.argsort(-scores)
        rows += [(name, rank, NAMES[place], scores[place]) for rank, place in enumerate(order, start=1)]
    table = pd.DataFrame(rows, columns=["class", "rank", "feature", "score"])
    table.to_csv(folder / "ranking.tsv", sep="\t", index=False)
    table[table["rank"] <= 8].to_csv(folder / "top.tsv", sep="\t", index=False)
    (folder / "background.txt").write_text("\n".join(NAMES) + "\n")
    (folder / "sets.gmt").write_text("of the liver\tdescription\tMIR33A\tMIR33B\nother\t\thsa-miR-40a-5p\tMIR41B\n")
    (folder / "derived.gmt").write_text(f"liver\t{describe_derived('tissue', ['s1'])}\t" + "\t".join(NAMES[:5]))
    (folder / "hsa.gff3").write_text(GFF)
    (folder / "miFam.dat").write_text("AC   MIPF1\nID   mir-33\nMI   MI1  hsa-mir-33a\nMI   MI2  hsa-mir-33b\n//\n")
    return folder


def run(files, *options, ranking="ranking.tsv"):
    words = [str(files / word[1:]) if str(word).startswith("@") else str(word) for word in options]
    return CliRunner().invoke(main, [str(files / ranking), *words])


def test_all_kinds_of_sets_are_tested_by_both_methods(files, tmp_path):
    result = run(
        files, "--sets", "@sets.gmt", "--families", "--family-table", "@miFam.dat", "--clusters", "@hsa.gff3",
        "--top", "8", "--plot-output", tmp_path / "plot.dat", "-o", tmp_path / "table.tsv",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "table.tsv", sep="\t")
    assert " ".join(table.columns) == "class method set source size measured overlap expected score p q features"
    assert set(table["source"]) == {"sets.gmt", "families by name", "family table", "clusters"}
    found = table[table["q"] <= 0.05]
    assert set(found["class"]) == {"liver"}
    assert set(found["set"]) == {"of the liver", "mir-33", "hsa-mir-33a~hsa-mir-33b"}
    planted = table[(table["source"] == "families by name") & (table["set"] == "mir-33")].iloc[0]
    assert (planted["size"], planted["measured"], planted["overlap"]) == (6, 6, 6)
    assert sorted(planted["features"].split(",")) == sorted(PLANTED)
    assert "over-representation is that among the best 8 features of each class" in result.stdout
    assert "liver: 4 sets by over-representation and " in result.stdout
    with Image.open(tmp_path / "plot.dat") as picture:
        assert picture.format == "PNG"


def test_files_of_sets_are_told_apart_by_the_names_they_are_given(files, tmp_path):
    twice = ["--sets", "@sets.gmt", "--name", "mine", "--sets", "@sets.gmt", "--name", "theirs"]

    result = run(files, *twice, "--method", "over-representation", "-o", tmp_path / "table.tsv")

    assert result.exit_code == 0, result.output
    assert set(pd.read_csv(tmp_path / "table.tsv", sep="\t")["source"]) == {"mine", "theirs"}


def test_a_cut_table_needs_the_background(files, tmp_path):
    options = ("--families", "-o", tmp_path / "table.tsv")
    refused = run(files, *options, ranking="top.tsv")
    assert refused.exit_code == 1
    assert "srna-attribute --ranking-output" in refused.stderr
    result = run(files, *options, "--background", "@background.txt", ranking="top.tsv")
    assert result.exit_code == 0, result.output
    assert f"background: {len(NAMES)} features, " in result.stdout
    assert "without gsea" in result.stdout


def test_the_seed_decides_whatever_the_threads(files, tmp_path):
    for threads in ("1", "2"):
        written = run(files, "--families", "--seed", "3", "--threads", threads, "-o", tmp_path / threads)
        assert written.exit_code == 0
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    run(files, "--families", "--seed", "4", "-o", tmp_path / "other")
    assert (tmp_path / "1").read_bytes() != (tmp_path / "other").read_bytes()


def test_derived_sets_are_tested_only_if_allowed(files, tmp_path):
    options = ("--sets", "@derived.gmt", "-o", tmp_path / "table.tsv")
    refused = run(files, *options)
    assert refused.exit_code == 1
    assert "circular" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    allowed = run(files, *options, "--allow-derived")
    assert allowed.exit_code == 0, allowed.output
    for text in (allowed.stdout, allowed.stderr):
        assert "that these are enriched is no evidence" in text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "no sets to test; give --sets FILE.gmt, --families, --family-table miFam.dat or --clusters FILE.gff3"),
        (["--families", "--min-size", "9", "--max-size", "3"], "--min-size 9 is more than --max-size 3"),
        (["--sets", "@sets.gmt", "--sets", "@sets.gmt"], "two files of sets have the same name (sets.gmt)"),
        (["--sets", "@sets.gmt", "--name", "a", "--name", "b"], "--name was given 2 times for 1 files of --sets"),
    ],
)
def test_wrong_usage_says_what_can_be_given(files, tmp_path, options, sentence):
    result = run(files, *options, "-o", tmp_path / "table.tsv")
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--sets", "@ranking.tsv"], "the set liver stands on line 2 too"),
        (["--sets", "@background.txt"], "background.txt, line 1: 'hsa-miR-30a-5p' is no set"),
        (["--clusters", "@sets.gmt"], "sets.gmt, line 1: has 4 columns"),
        (["--family-table", "@sets.gmt"], "is no line of miRBase's miFam.dat"),
        (["--families", "--min-size", "7"], "none of the 12 sets has 7 to 500 measured members"),
        (["--families", "--background", "@sets.gmt"], "is no list of features"),
    ],
)
def test_mistakes_end_with_a_sentence_and_no_output(files, tmp_path, options, sentence):
    result = run(files, *options, "-o", tmp_path / "table.tsv")
    assert result.exit_code == 1
    assert result.stderr.startswith("srna-enrich: ")
    assert sentence in result.stderr
    assert list(tmp_path.iterdir()) == []
