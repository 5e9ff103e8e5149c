"""srna-attribute from files to files."""

from __future__ import annotations

from dataclasses import replace

import anndata
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from srna_tools.attribute.derived_sets import derived_from
from srna_tools.attribute.rank_confidence import COLUMNS as CONFIDENCE
from srna_tools.attribute.ranking import COLUMNS as RANKS
from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.cli.srna_attribute import main
from srna_tools.io.h5ad import write_samples
from srna_tools.models.linear import LinearSettings
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
    older = replace(forest, model=replace(forest.model, reached=None))
    save_bundle(older, folder / "older_forest.safetensors")
    linear = train_bundle(samples, "tissue", "linear", LinearSettings(features_per_class=10))[0]
    save_bundle(linear, folder / "linear.safetensors")
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


def test_everything_about_classes_is_written(files, tmp_path):
    outputs = ("ranking.tsv", "overlap.tsv", "overlap-plot.svg", "expression-plot.png", "sets.gmt")
    options = [word for name in outputs for word in (f"--{name.split('.')[0]}-output", tmp_path / name)]

    result = run(files, "-o", tmp_path / "top.tsv", *options, "--top", 5, "--bootstraps", 30)

    assert result.exit_code == 0, result.output
    assert "top 20 features that at most one of several datasets supports: " in result.output
    top = pd.read_csv(tmp_path / "top.tsv", sep="\t", keep_default_na=False, na_values={"rank_low": ""})
    assert top.columns.tolist() == [*RANKS, *CONFIDENCE]
    assert (top["rank_low"] <= top["rank_high"]).all()
    assert (top["datasets"] == 2).all()
    ranking = pd.read_csv(tmp_path / "ranking.tsv", sep="\t")
    assert ranking.columns.tolist() == ["class", "rank", "feature", "score", "feature_type"]
    listed = [tuple(sorted(rows["feature"])) for _, rows in ranking.groupby("class")]
    assert listed == [tuple(sorted(load_bundle(files / "model.safetensors").transform.features))] * 3
    first = ranking[ranking["rank"] <= 5].reset_index(drop=True)
    assert first[["class", "rank", "feature", "score"]].equals(top[["class", "rank", "feature", "score"]])
    overlap = pd.read_csv(tmp_path / "overlap.tsv", sep="\t")
    assert overlap[["class", "other", "top"]].to_numpy().tolist() == [
        ["blood", "brain", 5], ["blood", "liver", 5], ["brain", "liver", 5],
    ]  # fmt: skip
    sets = [line.split("\t") for line in (tmp_path / "sets.gmt").read_text().splitlines()]
    assert {name: features for name, _, *features in sets} == {
        name: rows["feature"].tolist() for name, rows in top.groupby("class")
    }
    assert {derived_from(description) for _, description, *_ in sets} == {("study01", "study02")}
    assert "<svg" in (tmp_path / "overlap-plot.svg").read_text()
    with Image.open(tmp_path / "expression-plot.png") as picture:
        assert picture.format == "PNG"


def test_one_type_of_features_can_be_ranked_alone(files, tmp_path):
    outputs = ("-o", tmp_path / "top.tsv", "--ranking-output", tmp_path / "r.tsv", "--heatmap-output", tmp_path / "h")
    result = run(files, *outputs, "--feature-types", "piRNA", "--bootstraps", 9)

    assert result.exit_code == 0, result.output
    types = load_bundle(files / "model.safetensors").transform.types
    assert (
        f"ranked: {types.count('piRNA')} of {len(types)} features (piRNA), by their scores in the whole model"
        in result.output
    )
    ranking = pd.read_csv(tmp_path / "r.tsv", sep="\t")
    assert set(ranking["feature_type"]) == {"piRNA"}
    assert pd.read_csv(tmp_path / "top.tsv", sep="\t")["rank_high"].max() <= types.count("piRNA")


def test_without_bootstraps_there_are_no_intervals_and_the_seed_decides_them(files, tmp_path):
    def read(*options):
        assert run(files, "-o", tmp_path / "top.tsv", *options).exit_code == 0
        return pd.read_csv(tmp_path / "top.tsv", sep="\t")

    ends = ["rank_low", "rank_high", "dataset_rank_low", "dataset_rank_high"]
    without, one, again, other = (
        read("--bootstraps", draws, "--seed", seed) for draws, seed in ((0, 0), (40, 1), (40, 1), (40, 2))
    )
    assert without[ends].isna().all(axis=None)
    assert without[list(RANKS)].equals(one[list(RANKS)])
    assert one.equals(again)
    assert not one.equals(other)


@pytest.mark.parametrize(
    ("options", "model", "sentence", "total"),
    [
        ([], "forest.safetensors", "TreeSHAP", "probabilities"),
        (["--reference", "mean"], "linear.safetensors", "Exact integrated gradients", "weights"),
        (["--engine", "deeplift"], "model.safetensors", "DeepLIFT by the deeplift package, rule rescale", "logits"),
    ],
)
def test_each_engine_explains_the_models_it_can(files, tmp_path, options, model, sentence, total):
    outputs = ["-o", tmp_path / "top.tsv", "--scores-output", tmp_path / "scores.h5ad"]
    result = run(files, *options, *outputs, model=model)

    assert result.exit_code == 0, result.output
    assert sentence in result.stdout
    assert pd.read_csv(tmp_path / "top.tsv", sep="\t")["class"].nunique() == 3
    scores = anndata.read_h5ad(tmp_path / "scores.h5ad")
    bundle = load_bundle(files / model)
    inputs = bundle.transform.apply(anndata.read_h5ad(files / "samples.h5ad")).values
    summed = np.stack([np.asarray(scores.layers[name]).sum(axis=1) for name in bundle.classes], axis=1)
    explained = getattr(bundle.model, total)(inputs)
    # What all samples count from is the same for each.
    np.testing.assert_allclose(summed - summed[0], explained - explained[0], atol=1e-4)


@pytest.mark.parametrize(
    ("options", "model", "sentence"),
    [
        (["--sample", "nobody"], "model.safetensors", "there is no sample 'nobody'"),
        ([], "older_forest.safetensors", "train it again with srna-train"),
        (["--engine", "deeplift"], "forest.safetensors", "this bundle holds a random-forest model; leave --engine out"),
        (["--engine", "deeplift"], "linear.safetensors", "this bundle holds a linear model; leave --engine out"),
        (["--feature-types", "gene"], "model.safetensors", "the model has no feature of the type gene; it has: "),
        ([], "samples.h5ad", "is not a model bundle"),
    ],
)
def test_mistakes_end_with_a_sentence_and_no_output(files, tmp_path, options, model, sentence):
    result = run(files, "-o", tmp_path / "top.tsv", *options, model=model)

    assert result.exit_code == 1
    assert result.stderr.startswith("srna-attribute: ")
    assert sentence in result.stderr
    assert list(tmp_path.iterdir()) == []
