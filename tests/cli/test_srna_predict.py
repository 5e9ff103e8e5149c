"""srna-predict as a user calls it, and what it does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools.bundle import Bundle, save_bundle
from srna_tools.cli.srna_predict import main
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.training import train_bundle

COLUMNS = ["sample", "label", "probability", "margin", "runner_up", "coverage", "status", "reason"]
SETTINGS = {"logistic": LogisticSettings(), "random-forest": ForestSettings(10, 20, 50)}


@pytest.fixture(scope="module")
def folder(simulated_studies, tmp_path_factory):
    """Samples of a study, and two bundles that were trained on two others."""
    folder = tmp_path_factory.mktemp("predict")
    training, new = simulated_studies[:32].copy(), simulated_studies[32:].copy()
    write_samples(new, folder / "new.h5ad")
    for kind, label in (("logistic", "tissue"), ("random-forest", "sex")):
        save_bundle(train_bundle(training, label, kind, SETTINGS[kind])[0], folder / f"{label}.safetensors")
    tissue = train_bundle(training, "tissue", "logistic", SETTINGS["logistic"])[0]
    (kernel, bias), *_ = tissue.model.weights
    network = DenseNetwork(((kernel, bias), (kernel[:4, :4], bias)))
    save_bundle(Bundle("mlp", "tissue", tissue.classes, network, tissue.transform), folder / "mlp.safetensors")
    return folder


def predict(folder, tmp_path, *options, samples="new.h5ad", models=("tissue",)):
    chosen = [word for model in models for word in ("--model", str(folder / f"{model}.safetensors"))]
    given = [str(folder / samples), *chosen, *map(str, options), "-o", str(tmp_path / "p.tsv")]
    return CliRunner().invoke(main, given)


def table_in(path):
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values={"probability": "", "margin": ""})


def test_one_row_a_sample(folder, tmp_path):
    result = predict(folder, tmp_path, "--probabilities-output", tmp_path / "all.tsv")
    assert result.exit_code == 0, result.output
    table, probabilities = table_in(tmp_path / "p.tsv"), pd.read_csv(tmp_path / "all.tsv", sep="\t")
    assert table.columns.tolist() == COLUMNS
    truth = read_samples(folder / "new.h5ad").obs["tissue"]
    assert table["sample"].tolist() == truth.index.tolist()
    assert (table["label"].to_numpy() == truth.to_numpy()).mean() > 0.8
    assert probabilities.columns.tolist() == ["sample", "p:blood", "p:brain", "p:liver", "p:skin"]
    by_class = probabilities.set_index("sample").rename(columns=lambda name: name.removeprefix("p:"))
    assert by_class.idxmax(axis=1).tolist() == table["label"].tolist()
    assert by_class.max(axis=1).tolist() == pytest.approx(table["probability"].tolist())
    assert by_class.sum(axis=1).tolist() == pytest.approx([1] * 16, abs=1e-5)
    assert result.stdout.startswith("tissue: tissue of 16 samples predicted: ")


def test_several_models_and_their_names(folder, tmp_path):
    assert predict(folder, tmp_path, models=("tissue", "sex")).exit_code == 0
    table = table_in(tmp_path / "p.tsv")
    assert table.columns.tolist() == ["model", *COLUMNS]
    assert table["model"].tolist() == ["tissue"] * 16 + ["sex"] * 16
    assert set(table["label"][16:]) <= {"female", "male"}
    assert predict(folder, tmp_path, "--name", "A", "--name", "B", models=("tissue", "sex")).exit_code == 0
    assert set(table_in(tmp_path / "p.tsv")["model"]) == {"A", "B"}


def test_predicting_twice_adds_columns_and_records_who_wrote_them(folder, tmp_path):
    assert predict(folder, tmp_path, "--h5ad-output", tmp_path / "once.h5ad", models=("tissue", "sex")).exit_code == 0
    again = [tmp_path / "once.h5ad", "--model", folder / "mlp.safetensors", "--min-probability", "0.9",
             "--h5ad-output", tmp_path / "twice.h5ad", "-o", tmp_path / "p.tsv"]  # fmt: skip
    result = CliRunner().invoke(main, [str(word) for word in again])
    assert result.exit_code == 0, result.output
    once, twice = read_samples(tmp_path / "once.h5ad"), read_samples(tmp_path / "twice.h5ad")
    pd.testing.assert_frame_equal(twice.obs[once.obs.columns], once.obs)
    assert {"predicted_tissue", "predicted_sex", "predicted_tissue2", "predicted_tissue2_status"} <= set(twice.obs)
    assert twice.obs["predicted_tissue2"].tolist() == table_in(tmp_path / "p.tsv")["label"].tolist()
    recorded = json.loads(twice.uns["srna_tools"]["predictions"])
    assert {prefix: entry["model"] for prefix, entry in recorded.items()} == {
        "predicted_tissue": "tissue", "predicted_sex": "sex", "predicted_tissue2": "mlp",
    }  # fmt: skip


def test_one_empty_sample_among_others_is_flagged(folder, simulated_studies, tmp_path):
    some = simulated_studies[32:36].copy()
    counts = some.layers["counts"].tolil()
    counts[1] = 0
    some.layers["counts"] = counts.tocsr()
    write_samples(some, tmp_path / "some.h5ad")
    assert predict(folder, tmp_path, samples=tmp_path / "some.h5ad").exit_code == 0
    table = table_in(tmp_path / "p.tsv")
    assert (table["status"] == "low_quality").tolist() == [False, True, False, False]
    assert table.loc[1, ["label", "runner_up", "reason"]].tolist() == [
        "", "", "no reads of the kinds of RNA that the model uses",
    ]  # fmt: skip
    assert table.loc[1, ["probability", "margin"]].isna().all()
    assert predict(folder, tmp_path).exit_code == 0
    expected = table_in(tmp_path / "p.tsv").iloc[[0, 2, 3]]
    pd.testing.assert_frame_equal(table.iloc[[0, 2, 3]], expected)


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (lambda s: s.layers["counts"].data.fill(0), (), "none of the 16 samples can be used (study03_sample001"),
        (lambda s: None, ("--min-depth", "1000000000"), "reads, fewer than 1,000,000,000"),
        (lambda s: s.uns["srna_tools"]["values"].update(all="rpm"), ("--min-depth", "10"), "--min-depth needs counts"),
        (lambda s: s.var.__setitem__("feature_type", "gene"), (), "the types present are: gene"),
    ],
)
def test_without_a_usable_sample_it_ends_with_one_sentence(folder, tmp_path, change, options, sentence):
    samples = read_samples(folder / "new.h5ad")
    change(samples)
    write_samples(samples, tmp_path / "bad.h5ad")
    options = (*options, "--h5ad-output", tmp_path / "h.h5ad", "--probabilities-output", tmp_path / "all.tsv")
    result = predict(folder, tmp_path, *options, samples=tmp_path / "bad.h5ad")
    assert_refused(result, sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.h5ad"]


def assert_refused(result, sentence):
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("srna-predict: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_truncated_bundle_is_named(folder, tmp_path):
    (tmp_path / "cut.safetensors").write_bytes((folder / "tissue.safetensors").read_bytes()[:-9])
    result = predict(folder, tmp_path, "--model", tmp_path / "cut.safetensors")
    assert_refused(result, "cut.safetensors: is not a model bundle, or is truncated")
    assert not (tmp_path / "p.tsv").exists()


def test_an_output_that_is_no_regular_file_is_not_replaced(folder, tmp_path):
    """As root, a renamed output would take the place of /dev/null."""
    os.mkfifo(tmp_path / "p.tsv")
    assert_refused(predict(folder, tmp_path), "p.tsv: is not a regular file")
    assert (tmp_path / "p.tsv").is_fifo()


@pytest.mark.parametrize(
    ("options", "models"),
    [
        (("--name", "A"), ("tissue", "sex")),
        ((), ("tissue", "tissue")),
        (("--name", "A", "--name", "A"), ("tissue", "sex")),
        (("--min-coverage", "1.5"), ("tissue",)),
        (("--min-depth", "0"), ("tissue",)),
        ((), ()),
        ((), ("nothing",)),
    ],
)
def test_wrong_usage_exits_2(folder, tmp_path, options, models):
    """Two models of one name would be told apart by nothing, and one of them lost."""
    assert predict(folder, tmp_path, *options, models=models).exit_code == 2
    assert not (tmp_path / "p.tsv").exists()


@pytest.mark.parametrize("model", ["tissue", "sex", "mlp"])
def test_nothing_heavy_is_imported(folder, tmp_path, model):
    """Each Galaxy job pays for every import; models of all kinds are applied with numpy."""
    program = (
        "import sys\n"
        "from srna_tools.cli.srna_predict import main\n"
        "main(standalone_mode=False)\n"
        "heavy = {'tensorflow', 'keras', 'scanpy', 'sklearn', 'matplotlib', 'seaborn', 'statsmodels', 'scipy.stats'}\n"
        "print('imported:', sorted(heavy & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, folder / "new.h5ad", "--model", folder / f"{model}.safetensors",
               "--h5ad-output", tmp_path / "a.h5ad", "-o", tmp_path / "p.tsv"]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "imported: []"
    assert len(table_in(tmp_path / "p.tsv")) == 16
