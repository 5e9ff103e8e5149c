"""srna-attribute from files to files."""

from __future__ import annotations

import anndata
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from srna_tools.bundle import save_bundle
from srna_tools.cli.srna_attribute import main
from srna_tools.io.h5ad import write_samples
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import train_bundle


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attribute")
    samples = to_anndata(
        simulate(SimulationSettings(studies=2, samples_per_study=6, tissues=("blood", "brain", "liver")))
    )
    samples.obs_names = ["a/b", *samples.obs_names[1:]]
    write_samples(samples, folder / "samples.h5ad")
    save_bundle(train_bundle(samples, "tissue", "logistic", LogisticSettings())[0], folder / "model.safetensors")
    forest = train_bundle(samples, "tissue", "random-forest", ForestSettings(first_trees=2, trees=2))[0]
    save_bundle(forest, folder / "forest.safetensors")
    return folder


def run(files, *options, model="model.safetensors"):
    arguments = [str(files / "samples.h5ad"), "--model", str(files / model), *map(str, options)]
    return CliRunner().invoke(main, arguments)


def test_every_output_is_written(files, tmp_path):
    result = run(
        files,
        "-o",
        tmp_path / "top.tsv",
        "--scores-output",
        tmp_path / "scores.h5ad",
        "--heatmap-output",
        tmp_path / "classes.dat",
        "--heatmap-dir",
        tmp_path / "maps",
        "--votes-output",
        tmp_path / "votes.tsv",
        "--top",
        "7",
    )

    assert result.exit_code == 0, result.output
    assert "rule rescale" in result.output
    assert "12 samples explained: 12 count for their annotated class" in result.output
    assert pd.read_csv(tmp_path / "top.tsv", sep="\t").groupby("class")["rank"].max().tolist() == [7, 7, 7]
    assert anndata.read_h5ad(tmp_path / "scores.h5ad").n_obs == 12
    with Image.open(tmp_path / "classes.dat") as picture:
        assert picture.format == "PNG"
    assert len(list((tmp_path / "maps").glob("*.png"))) == 12
    assert (tmp_path / "maps" / "a_b.png").exists()
    votes = pd.read_csv(tmp_path / "votes.tsv", sep="\t")
    assert votes.groupby("sample", sort=False)["rank"].max().tolist() == [20] * 12


def test_one_sample_is_drawn_alone(files, tmp_path):
    result = run(
        files,
        "-o",
        tmp_path / "top.tsv",
        "--sample",
        "a/b",
        "--heatmap-output",
        tmp_path / "one.png",
        "--heatmap-dir",
        tmp_path / "maps",
    )

    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "maps").iterdir()] == ["a_b.png"]
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "maps" / "a_b.png").read_bytes()


def test_votes_and_waterfalls_are_of_the_chosen_samples(files, tmp_path):
    names = anndata.read_h5ad(files / "samples.h5ad").obs_names
    chosen = ["--sample", names[3], "--sample", names[1], "--sample", names[3]]

    result = run(
        files, "-o", tmp_path / "top.tsv", *chosen, "--votes-output", tmp_path / "votes.tsv",
        "--waterfall-dir", tmp_path / "steps",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    votes = pd.read_csv(tmp_path / "votes.tsv", sep="\t")
    assert votes["sample"].unique().tolist() == [names[3], names[1]]
    assert {path.stem for path in (tmp_path / "steps").iterdir()} == {names[3], names[1]}
    with Image.open(tmp_path / "steps" / f"{names[1]}.png") as picture:
        assert picture.size[0] > 900


def test_heatmaps_and_waterfalls_cannot_replace_each_other(files, tmp_path):
    folders = ["--heatmap-dir", tmp_path / "maps", "--waterfall-dir", tmp_path / "maps"]

    result = run(files, "-o", tmp_path / "top.tsv", *folders)

    assert result.exit_code == 2
    assert "give each its own folder" in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_tables_are_the_same_with_one_thread_and_two(files, tmp_path):
    for threads in ("1", "2"):
        outputs = ["-o", tmp_path / threads, "--votes-output", tmp_path / f"votes{threads}"]
        assert run(files, *outputs, "--threads", threads, "--rule", "reveal-cancel").exit_code == 0

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert (tmp_path / "votes1").read_bytes() == (tmp_path / "votes2").read_bytes()


@pytest.mark.parametrize(
    ("options", "model", "sentence"),
    [
        (["--sample", "nobody"], "model.safetensors", "there is no sample 'nobody'"),
        ([], "forest.safetensors", "this bundle holds a random-forest"),
        ([], "samples.h5ad", "is not a model bundle"),
    ],
)
def test_mistakes_end_with_a_sentence_and_no_output(files, tmp_path, options, model, sentence):
    result = run(files, "-o", tmp_path / "top.tsv", *options, model=model)

    assert result.exit_code == 1
    assert result.stderr.startswith("srna-attribute: ")
    assert sentence in result.stderr
    assert list(tmp_path.iterdir()) == []
