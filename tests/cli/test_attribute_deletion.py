"""srna-attribute, deletion curves: from files to files."""

from __future__ import annotations

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
    folder = tmp_path_factory.mktemp("deletion")
    samples = to_anndata(
        simulate(SimulationSettings(studies=2, samples_per_study=6, tissues=("blood", "brain", "liver")))
    )
    write_samples(samples, folder / "samples.h5ad")
    save_bundle(train_bundle(samples, "tissue", "logistic", LogisticSettings())[0], folder / "logistic")
    save_bundle(train_bundle(samples, "tissue", "random-forest", ForestSettings(9, 9))[0], folder / "forest")
    return folder


def run(files, folder, *options, model="logistic"):
    arguments = [str(files / "samples.h5ad"), "--model", str(files / model), "-o", str(folder / "top.tsv")]
    return CliRunner().invoke(main, [*arguments, "--bootstraps", "0", *map(str, options)])


@pytest.mark.parametrize("model", ["logistic", "forest"])
def test_curves_are_written_and_drawn(files, tmp_path, model):
    outputs = ("--deletion-output", tmp_path / "deletion.tsv", "--deletion-plot-output", tmp_path / "deletion.dat")
    result = run(files, tmp_path, *outputs, "--reference", "mean", model=model)

    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "deletion.tsv", sep="\t")
    assert list(table) == ["order", "removed", "probability", "samples"]
    assert set(table["samples"]) == {12}
    early = table[table["removed"] == 20].set_index("order")["probability"]
    assert early["ranking of the sample"] < early["random"]
    assert early["ranking of its class"] < early["random"]
    assert "area under the deletion curve, by the order in which features are removed: ranking of th" in result.output
    with Image.open(tmp_path / "deletion.dat") as picture:
        assert picture.format == "PNG"


def test_the_picture_needs_no_table(files, tmp_path):
    assert run(files, tmp_path, "--deletion-plot-output", tmp_path / "deletion.svg").exit_code == 0

    assert {path.name for path in tmp_path.iterdir()} == {"top.tsv", "deletion.svg"}


def test_tables_are_the_same_with_one_thread_and_two_and_random_orders_follow_the_seed(files, tmp_path):
    for name, options in {"one": (1, 0), "two": (2, 0), "other": (1, 9)}.items():
        threads, seed = options
        words = ("--deletion-output", tmp_path / name, "--threads", threads, "--seed", seed)
        assert run(files, tmp_path, *words).exit_code == 0

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    one, other = (pd.read_csv(tmp_path / name, sep="\t") for name in ("one", "other"))
    changed = one.loc[one["probability"] != other["probability"], "order"]
    assert set(changed) == {"random"}
