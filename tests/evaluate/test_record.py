"""From an evaluation to the bundle of a model: its figures, and probabilities that are as sure as they are right."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.metrics import log_loss

from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.cli.srna_evaluate import main as evaluate
from srna_tools.cli.srna_predict import main as predict
from srna_tools.cli.srna_train import main as train
from srna_tools.errors import BundleError
from srna_tools.evaluate.record import calibration_of
from srna_tools.io.h5ad import write_samples


def call(command, *words):
    return CliRunner().invoke(command, [*map(str, words)])


@pytest.fixture(scope="module")
def folder(simulated_studies, tmp_path_factory):
    """Samples, and the record of models that were judged on studies they did not see."""
    folder = tmp_path_factory.mktemp("record")
    write_samples(simulated_studies[:, ::5].copy(), folder / "samples.h5ad")
    (folder / "variants.json").write_text(json.dumps({"strong": {"kind": "logistic", "settings": {"C": 20}}}))
    done = call(evaluate, folder / "samples.h5ad", "--label", "tissue", "--models", "logistic,strong",
                "--model-settings", folder / "variants.json", "--threads", 1, "--bootstraps", 0,
                "-o", folder / "metrics.tsv", "--predictions-output", folder / "unseen.tsv",
                "--evaluation-output", folder / "record.json")  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder


def trained(folder, output, *options, label="tissue", record="record.json"):
    return call(train, folder / "samples.h5ad", "--label", label, "--model", "logistic", "--evaluation",
                folder / record, *options, "-o", output)  # fmt: skip


def probabilities_of(folder, bundle, output):
    done = call(predict, folder / "samples.h5ad", "--model", bundle, "--probabilities-output", output,
                "-o", output.with_suffix(".labels"))  # fmt: skip
    assert done.exit_code == 0, done.output
    return pd.read_csv(output, sep="\t").drop(columns="sample").to_numpy()


def test_the_bundle_says_how_the_model_did_on_unseen_studies(folder, tmp_path):
    assert trained(folder, tmp_path / "b").exit_code == 0
    bundle = load_bundle(tmp_path / "b")
    metrics = pd.read_csv(folder / "metrics.tsv", sep="\t")
    overall = metrics[(metrics["scope"] == "overall") & (metrics["model"] == "logistic")].set_index("metric")["value"]
    assert bundle.evaluation["scheme"] == "dataset-out"
    for name in ("samples", "datasets", "msa", "mca", "mean_dataset_accuracy"):
        assert bundle.evaluation[name] == pytest.approx(overall[name])
    assert bundle.calibration["ece"] == pytest.approx(overall["ece"], rel=1e-4)
    assert bundle.calibration["log_loss"] == pytest.approx(overall["log_loss"], rel=1e-4)


def test_predictions_are_those_of_the_model_softened_by_the_temperature(folder, tmp_path):
    trained(folder, tmp_path / "calibrated")
    call(train, folder / "samples.h5ad", "--label", "tissue", "--model", "logistic", "-o", tmp_path / "own")
    temperature = load_bundle(tmp_path / "calibrated").temperature
    own = probabilities_of(folder, tmp_path / "own", tmp_path / "own.tsv")
    ours = probabilities_of(folder, tmp_path / "calibrated", tmp_path / "calibrated.tsv")
    np.testing.assert_allclose(ours, softmax(np.log(own) / temperature, axis=1), rtol=1e-4)
    assert abs(ours - own).max() > 0.01
    labels = [pd.read_csv(tmp_path / f"{name}.labels", sep="\t")["label"] for name in ("own", "calibrated")]
    assert labels[0].equals(labels[1])


def test_the_temperature_and_its_worth_by_a_plain_computation(folder):
    unseen = pd.read_csv(folder / "unseen.tsv", sep="\t")
    strong = unseen[unseen["model"] == "strong"]
    columns = [name for name in strong if name.startswith("p:")]
    logits, classes = np.log(strong[columns].to_numpy()), [name[2:] for name in columns]

    def best(rows):
        loss = lambda t: log_loss(strong["true"][rows], softmax(logits[rows] / t, axis=1), labels=classes)  # noqa: E731
        return minimize_scalar(loss, bounds=(0.05, 50), method="bounded", options={"xatol": 1e-8}).x

    found = calibration_of(strong)
    assert found["temperature"] == pytest.approx(best(np.full(len(strong), True)), rel=1e-3)
    of_others = np.empty_like(logits)
    for dataset in strong["dataset"].unique():
        inside = (strong["dataset"] == dataset).to_numpy()
        of_others[inside] = softmax(logits[inside] / best(~inside), axis=1)
    assert found["calibrated_log_loss"] == pytest.approx(log_loss(strong["true"], of_others, labels=classes), rel=1e-3)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--inverse-penalty", "3"], "judges 'logistic' with other settings (C)"),
        (["--evaluated-as", "strong"], "judges 'strong' with other settings (C)"),
        (["--evaluated-as", "mlp"], "does not judge a model 'mlp', but: logistic, strong"),
    ],
)
def test_a_record_of_another_model_is_refused(folder, tmp_path, options, sentence):
    done = trained(folder, tmp_path / "b", *options)
    assert done.exit_code == 1
    assert sentence in done.stderr
    assert not (tmp_path / "b").exists()


def test_a_variant_takes_its_own_entry(folder, tmp_path):
    assert trained(folder, tmp_path / "b", "--evaluated-as", "strong", "--inverse-penalty", "20").exit_code == 0
    record = json.loads((folder / "record.json").read_text())
    assert load_bundle(tmp_path / "b").calibration == record["models"]["strong"]["calibration"]


def test_a_record_of_another_label_is_refused(folder, tmp_path):
    done = trained(folder, tmp_path / "b", label="sex")
    assert done.exit_code == 1
    assert (
        "judges models of 'tissue' with the classes blood, brain, liver, skin, but this one is of 'sex'" in done.stderr
    )


@pytest.mark.parametrize("text", ["[]", '{"label": "tissue"}', '{"label": 1, "classes": [], "models": {"a": 3}}'])
def test_what_is_no_record_is_refused(folder, tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    done = trained(folder, tmp_path / "b", record=tmp_path / "r.json")
    assert done.exit_code == 1
    assert "is not the record of srna-evaluate --evaluation-output" in done.stderr


def test_random_folds_are_warned_about_and_searched_settings_refused(folder, tmp_path):
    (tmp_path / "grid.json").write_text('{"logistic": {"C": [0.1, 1.0]}}')
    common = [folder / "samples.h5ad", "--label", "tissue", "--models", "logistic", "--scheme", "kfold", "--folds", 3,
              "--threads", 1, "--bootstraps", 0, "-o", tmp_path / "m.tsv", "--evaluation-output"]  # fmt: skip
    assert call(evaluate, *common, tmp_path / "kfold.json").exit_code == 0
    done = trained(folder, tmp_path / "b", record=tmp_path / "kfold.json")
    assert done.exit_code == 0
    assert "comes from random folds" in done.stderr
    searched = [*common, tmp_path / "searched.json", "--grid", tmp_path / "grid.json"]
    for more in (["--predictions-output", tmp_path / "unseen.tsv"], ["--gather", tmp_path / "unseen.tsv"]):
        assert call(evaluate, *searched, *more).exit_code == 0
        done = trained(folder, tmp_path / "c", record=tmp_path / "searched.json")
        assert done.exit_code == 1
        assert "with settings that each fold chose anew" in done.stderr


@pytest.mark.parametrize("temperature", [0, -1, 1e9, "1", True, float("nan")])
def test_a_bundle_with_an_absurd_temperature_is_refused(bundle_of_kind, tmp_path, temperature):
    sound = bundle_of_kind("logistic")
    with pytest.raises(BundleError, match="temperature"):
        replace(sound, calibration={"temperature": temperature})
    object.__setattr__(sound, "calibration", {"temperature": temperature})
    save_bundle(sound, tmp_path / "b")
    with pytest.raises(BundleError, match="temperature"):
        load_bundle(tmp_path / "b")
