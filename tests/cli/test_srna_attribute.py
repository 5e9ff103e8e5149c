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


def test_tables_are_the_same_with_one_thread_and_two(files, tmp_path):
    for threads in ("1", "2"):
        assert run(files, "-o", tmp_path / threads, "--threads", threads, "--rule", "reveal-cancel").exit_code == 0

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_deletion_curves_are_written_and_drawn(files, tmp_path):
    result = run(
        files,
        "-o",
        tmp_path / "top.tsv",
        "--deletion-output",
        tmp_path / "deletion.tsv",
        "--deletion-plot-output",
        tmp_path / "deletion.dat",
        "--reference",
        "mean",
    )

    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "deletion.tsv", sep="\t")
    assert list(table) == ["order", "removed", "probability", "samples"]
    assert set(table["samples"]) == {12}
    early = table[table["removed"] == 20].set_index("order")["probability"]
    assert early["ranking of the sample"] < early["random"]
    assert early["ranking of its class"] < early["random"]
    assert "area under the deletion curve" in result.output
    with Image.open(tmp_path / "deletion.dat") as picture:
        assert picture.format == "PNG"


def test_deletion_curves_are_the_same_with_one_thread_and_two(files, tmp_path):
    for threads in ("1", "2"):
        outputs = ("-o", tmp_path / "top", "--deletion-output", tmp_path / threads)
        assert run(files, *outputs, "--threads", threads).exit_code == 0

    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


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
