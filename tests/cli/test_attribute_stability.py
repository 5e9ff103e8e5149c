"""srna-attribute, stability and similarity: from files to files."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from srna_tools.bundle import save_bundle
from srna_tools.cli.srna_attribute import main
from srna_tools.io.h5ad import write_samples
from srna_tools.models.logistic import LogisticSettings
from srna_tools.report.explanation_tables import read_changes
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import train_bundle

OUTPUTS = ("--stability-output", "--similarity-output", "--steps-output", "--stability-plot-output")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stability")
    samples = to_anndata(
        simulate(SimulationSettings(studies=2, samples_per_study=6, tissues=("blood", "brain", "liver")))
    )
    save_bundle(train_bundle(samples, "tissue", "logistic", LogisticSettings())[0], folder / "model.safetensors")
    samples.obs["tissue"] = samples.obs["tissue"].astype(str)
    samples.obs.loc[samples.obs_names[0], "tissue"] = "liver"  # it is blood
    write_samples(samples, folder / "samples.h5ad")
    samples.obs["tissue"] = samples.obs["tissue"].map({"blood": "brain", "brain": "liver", "liver": "blood"})
    write_samples(samples[1:].copy(), folder / "wrong.h5ad")
    return folder


def run(files, folder, *options, samples="samples.h5ad"):
    arguments = [str(files / samples), "--model", str(files / "model.safetensors"), "-o", str(folder / "top.tsv")]
    return CliRunner().invoke(main, [*arguments, *map(str, options)])


def with_names(folder):
    return [part for option in OUTPUTS for part in (option, folder / option.strip("-"))]


def test_every_output_is_written(files, tmp_path):
    result = run(files, tmp_path, *with_names(tmp_path))

    assert result.exit_code == 0, result.output
    assert "11 of 12 samples are predicted as their class" in result.output
    steps = pd.read_csv(tmp_path / "steps-output", sep="\t")
    assert list(steps.columns) == ["sample", "from", "to", "steps_to_change", "changed_to", "steps_to_class"]
    assert len(steps) == 11 * 2
    for name, column in (("stability-output", "steps_to_change"), ("similarity-output", "steps_to_class")):
        matrix = pd.read_csv(tmp_path / name, sep="\t")
        assert matrix[["from", "to"]].apply(" ".join, axis=1).tolist() == [
            "blood brain", "blood liver", "brain blood", "brain liver", "liver blood", "liver brain"
        ]  # fmt: skip
        groups = steps.groupby(["from", "to"])[column]
        assert matrix["samples"].tolist() == groups.size().tolist()
        assert matrix["censored"].tolist() == (groups.size() - groups.count()).tolist()
        pd.testing.assert_series_equal(
            matrix["mean_steps"], groups.mean().reset_index(drop=True), check_names=False, rtol=1e-5
        )
        pd.testing.assert_series_equal(
            matrix["median_steps"], groups.median().reset_index(drop=True), check_names=False
        )
    with Image.open(tmp_path / "stability-plot-output") as picture:
        assert picture.format == "PNG"


def test_tables_are_the_same_with_one_thread_and_two(files, tmp_path):
    for threads in ("1", "2"):
        (tmp_path / threads).mkdir()
        assert run(files, tmp_path / threads, *with_names(tmp_path / threads), "--threads", threads).exit_code == 0

    for option in OUTPUTS:
        one, two = (tmp_path / threads / option.strip("-") for threads in ("1", "2"))
        assert one.read_bytes() == two.read_bytes()


def test_without_its_options_nothing_is_followed(files, tmp_path):
    result = run(files, tmp_path)

    assert result.exit_code == 0
    assert "stability" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["top.tsv"]


def test_without_a_correct_sample_tables_have_no_rows_and_the_rest_is_written(files, tmp_path):
    result = run(files, tmp_path, *with_names(tmp_path), samples="wrong.h5ad")

    assert result.exit_code == 0, result.output
    assert "0 of 11 samples are predicted as their class" in result.output
    for name in ("stability", "similarity"):
        assert read_changes(tmp_path / f"{name}-output", f"--{name}-output").empty
    assert len(pd.read_csv(tmp_path / "top.tsv", sep="\t"))
