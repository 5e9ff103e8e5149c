"""srna-train as a user calls it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import anndata
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools.bundle import load_bundle
from srna_tools.cli.srna_evaluate import main as evaluate
from srna_tools.cli.srna_normalize import main as normalise
from srna_tools.cli.srna_predict import main as predict
from srna_tools.cli.srna_train import main
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.models.keras_training import start_keras
from srna_tools.simulate import SimulationSettings, simulate, to_anndata

SMALL = ("--model", "mlp", "--hidden", "16,8", "--dropout", "0.2,0.1")
# No file may grow beyond a thousand bytes.
FULL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))"
QUICK = (*SMALL, "--epochs", "2")


@pytest.fixture(scope="module")
def samples(simulated_studies, tmp_path_factory):
    path = tmp_path_factory.mktemp("train") / "samples.h5ad"
    write_samples(simulated_studies.copy(), path)
    return path


def train(samples, output, *options, label="tissue"):
    arguments = [str(samples), "--label", label, *map(str, options), "-o", str(output)]
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("kind", ["logistic", "random-forest"])
def test_a_bundle_and_its_summary(samples, tmp_path, kind):
    result = train(samples, tmp_path / "b", "--model", kind, "--licence", "CC0-1.0", "--seed", "4")
    assert result.exit_code == 0, result.output
    bundle = load_bundle(tmp_path / "b")
    lines = result.stdout.splitlines()
    assert lines[0] == (
        f"trained {kind} on 48 samples of 3 datasets, 4 classes of 'tissue', {len(bundle.transform.features)} features"
    )
    assert lines[1] == "  blood: 12 samples of 3 datasets"
    assert (bundle.kind, bundle.licence, bundle.training["seed"]) == (kind, "CC0-1.0", 4)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # of Keras when it saves
def test_the_mlp_with_its_curve_and_its_keras_file(samples, tmp_path):
    result = train(samples, tmp_path / "b", *SMALL, "--curve-output", tmp_path / "curve.tsv",
                   "--keras-output", tmp_path / "dataset_12.dat")  # fmt: skip
    assert result.exit_code == 0, result.output
    curve = pd.read_csv(tmp_path / "curve.tsv", sep="\t")
    assert curve.columns.tolist() == ["epoch", "loss", "accuracy"]
    assert curve["epoch"].tolist() == list(range(1, 51))
    (tmp_path / "dataset_12.dat").rename(tmp_path / "model.keras")
    bundle = load_bundle(tmp_path / "b")
    values = bundle.transform.apply(read_samples(samples)).values
    theirs = start_keras(0).saving.load_model(tmp_path / "model.keras").predict(values, verbose=0)
    np.testing.assert_allclose(bundle.model.probabilities(values), theirs, atol=1e-5)


@pytest.fixture
def without_tensorflow(monkeypatch):
    """Networks take long; without TensorFlow auto leaves them out."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)


@pytest.fixture(scope="module")
def biased(biased_studies, tmp_path_factory):
    path = tmp_path_factory.mktemp("biased") / "samples.h5ad"
    write_samples(biased_studies(studies=4, resources=("x", "y"), alone="lonely"), path)
    return path


def test_unless_told_otherwise_the_model_is_chosen(biased, tmp_path, without_tensorflow):
    table, picture = tmp_path / "choice.tsv", tmp_path / "choice.svg"
    result = train(biased, tmp_path / "b", "--choice-output", table, "--choice-plot-output", picture, "--threads", 1)
    assert result.exit_code == 0, result.output
    bundle, written = load_bundle(tmp_path / "b"), pd.read_csv(table, sep="\t", keep_default_na=False)
    facts, candidates = bundle.training["choice"], len(written)
    lines = result.stdout.splitlines()
    assert lines[0].startswith(
        f"choosing the model: {6 * candidates} fits ({candidates} models, 6 folds), of up to 36 "
    )
    assert lines[1].startswith(f"trained {bundle.kind} on 48 samples of 4 datasets, 4 classes of 'tissue', ")
    assert lines[2] == f"chosen: {facts['reason']}"
    assert "  lonely: 4 samples of 1 dataset (trained, but not judged: no other study has it)" in lines
    assert "  a: 12 samples of 3 datasets" in lines
    assert written.columns.tolist() == [
        "model", "studies_msa", "studies_mca", "resources_msa", "resources_mca", "score", "behind", "error", "chosen",
    ]  # fmt: skip
    assert written["model"].tolist() == [row["model"] for row in facts["models"]]
    assert not written["model"].str.startswith("mlp").any()
    (chosen,) = written[written["chosen"] == "yes"].to_dict("records")
    assert chosen["model"].split()[0] == bundle.kind
    assert chosen["studies_mca"] == pytest.approx(bundle.evaluation["mca"], abs=1e-5)
    assert bundle.evaluation["chosen_among"] == candidates
    assert "TensorFlow is not installed: auto chooses among models that are no networks" in result.stderr
    text = picture.read_text()
    assert "<svg" in text
    again = train(biased, tmp_path / "again", "--model", "auto", "--threads", 2)
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_model_that_cannot_be_chosen_ends_with_one_sentence(biased_studies, tmp_path, without_tensorflow):
    samples = biased_studies(studies=1)
    samples.obs["patient"] = "p"
    write_samples(samples, tmp_path / "s.h5ad")
    result = train(tmp_path / "s.h5ad", tmp_path / "b")
    assert result.exit_code == 1
    *_, last = result.stderr.splitlines()
    assert last.startswith("srna-train: --model auto cannot choose: the samples form only 1 sets")
    assert last.endswith("; name a kind of model")
    assert not (tmp_path / "b").exists()


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # of Keras when it saves
def test_domain_adaptation_with_its_curve_and_its_keras_file(samples, tmp_path):
    options = ("--mapper", "16,8", "--epochs", 4, "--bias-epochs", 2, "--bias-learning-rate", 0.01, "--margin", 2)
    result = train(samples, tmp_path / "b", "--model", "domain-adaptation", *options, "--bias-datasets",
                   "study03, study01", "--curve-output", tmp_path / "curve.tsv",
                   "--keras-output", tmp_path / "m.keras")  # fmt: skip
    assert result.exit_code == 0, result.output
    curve = pd.read_csv(tmp_path / "curve.tsv", sep="\t")
    assert curve.columns.tolist() == ["cycle", "epoch", "loss", "accuracy"]
    assert curve["cycle"].tolist() == ["source"] * 4 + ["bias"] * 2
    bundle = load_bundle(tmp_path / "b")
    assert bundle.training["settings"] == {
        "source_datasets": [], "bias_datasets": ["study03", "study01"], "mapper": [16, 8], "mapper_dropout": 0.3,
        "classifier_dropout": 0.5, "epochs": 4, "bias_epochs": 2, "batch_size": 64, "learning_rate": 1e-4,
        "bias_learning_rate": 0.01, "margin": 2.0, "balanced": True, "study_effect": "keep",
    }  # fmt: skip
    assert bundle.training["domains"] == {"source": {"study02": 16}, "bias": {"study01": 16, "study03": 16}}
    values = bundle.transform.apply(read_samples(samples)).values
    theirs = start_keras(0).saving.load_model(tmp_path / "m.keras").predict(values, verbose=0)
    np.testing.assert_allclose(bundle.model.probabilities(values), theirs, atol=1e-5)


def test_unknown_domains_are_refused(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "domain-adaptation", "--source-datasets", "study01,GSE 7")
    assert_refused(result, "no dataset or resource has the name GSE 7")


def test_hyperparameters_reach_the_model(samples, tmp_path):
    given = (
        "--epochs",
        1,
        "--batch-size",
        7,
        "--learning-rate",
        0.01,
        "--loss",
        "binary",
        "--class-weight",
        "balanced",
    )
    assert train(samples, tmp_path / "b", *SMALL, *given).exit_code == 0
    assert load_bundle(tmp_path / "b").training["settings"] == {
        "hidden": [16, 8], "dropout": [0.2, 0.1], "epochs": 1, "batch_size": 7, "learning_rate": 0.01,
        "loss": "binary", "balanced": True, "study_effect": "keep",
    }  # fmt: skip
    forest = ("--model", "random-forest", "--first-trees", 3, "--trees", 4, "--top-features", 5, "--no-down-sample")
    assert train(samples, tmp_path / "b", *forest).exit_code == 0
    bundle = load_bundle(tmp_path / "b")
    assert bundle.training["settings"] == {
        "first_trees": 3, "trees": 4, "top_features": 5, "down_sample": False, "balanced": False,
    }  # fmt: skip
    assert (len(bundle.model.roots), len(bundle.model.selected)) == (4, 5)
    assert train(samples, tmp_path / "b", "--model", "logistic", "--inverse-penalty", 0.1).exit_code == 0
    assert load_bundle(tmp_path / "b").training["settings"]["C"] == 0.1


@pytest.mark.parametrize("kind", ["random-forest", "logistic", "linear"])
def test_one_seed_gives_the_same_bytes_with_one_thread_and_two(samples, tmp_path, kind):
    for threads in (1, 2):
        assert train(samples, tmp_path / str(threads), "--model", kind, "--threads", threads).exit_code == 0
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_the_linear_model_says_how_many_features_it_chose(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "linear")
    assert result.exit_code == 0, result.output
    bundle = load_bundle(tmp_path / "b")
    chosen = bundle.training["chosen"]["features_per_class"]
    lines = result.stdout.splitlines()
    assert lines[1] == f"  features per class: {chosen}, chosen by cross-validation inside the training samples"
    assert lines[2] == "  blood: 12 samples of 3 datasets"
    assert train(samples, tmp_path / "b", "--model", "linear", "--features-per-class", 3).exit_code == 0
    bundle = load_bundle(tmp_path / "b")
    assert bundle.training["settings"] == {"features_per_class": 3}
    assert 3 <= len(bundle.model.selected) <= 12


@pytest.fixture(scope="module")
def aged(simulated_studies, tmp_path_factory):
    """The simulated samples with an age that the share of reads of the commonest feature tells."""
    path = tmp_path_factory.mktemp("aged") / "samples.h5ad"
    told = simulated_studies.copy()
    counts = told.layers["counts"]
    commonest = int(np.asarray(counts.sum(axis=0)).argmax())
    share = counts[:, [commonest]].toarray().ravel() / np.asarray(counts.sum(axis=1)).ravel()
    told.obs["age"] = np.round(40 + 10 * np.log2(share), 2)
    write_samples(told, path)
    return path


def test_numbers_are_learnt_and_judged_on_held_out_samples(aged, tmp_path):
    result = train(aged, tmp_path / "b", "--model", "linear", "--numeric", "--features-per-class", 1, label="age")
    assert result.exit_code == 0, result.output
    bundle = load_bundle(tmp_path / "b")
    low, high = bundle.training["range"]
    lines = result.stdout.splitlines()
    assert lines[0] == (
        f"trained linear-numeric on 48 samples of 3 datasets, 'age' from {low:g} to {high:g}, "
        f"{len(bundle.transform.features)} features"
    )
    assert lines[1].startswith("on 48 held-out samples half of the predictions were off by at most ")
    assert bundle.evaluation["pearson"] > 0.95
    tuned = train(aged, tmp_path / "tuned", "--model", "linear", "--numeric", label="age")
    chosen = load_bundle(tmp_path / "tuned").training["chosen"]["features"]
    assert f"  features: {chosen}, chosen by cross-validation inside the training samples" in tuned.stdout
    assert train(aged, tmp_path / "again", "--model", "linear", "--numeric", label="age").exit_code == 0
    assert (tmp_path / "again").read_bytes() == (tmp_path / "tuned").read_bytes()


def test_a_column_of_words_is_no_phenotype_of_numbers(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "linear", "--numeric")
    assert_refused(result, "the column 'tissue' holds '")
    assert "which is no number (48 such samples); mend or empty these entries" in result.stderr


def test_what_srna_normalize_recorded_is_used(samples, tmp_path):
    options = ["--method", "clr", "--scale", "zscore", "-o", str(tmp_path / "n.h5ad")]
    assert CliRunner().invoke(normalise, [str(samples), *options]).exit_code == 0
    assert train(tmp_path / "n.h5ad", tmp_path / "b", "--model", "logistic").exit_code == 0
    specification = load_bundle(tmp_path / "b").transform.specification
    assert (specification.normalisation, specification.scaling) == ("clr", "zscore")


def test_feature_types_replace_those_that_srna_normalize_recorded(samples, tmp_path):
    recorded = ["--method", "clr", "--feature-types", "piRNA", "-o", str(tmp_path / "n.h5ad")]
    assert CliRunner().invoke(normalise, [str(samples), *recorded]).exit_code == 0
    types = ("--feature-types", "miRNA", "--feature-types", "snoRNA")
    result = train(tmp_path / "n.h5ad", tmp_path / "b", "--model", "logistic", *types)
    assert result.exit_code == 0, result.output
    transform = load_bundle(tmp_path / "b").transform
    assert transform.specification.normalisation == "clr"
    assert set(transform.types) == set(transform.library_types) == {"miRNA", "snoRNA"}


def test_a_model_of_given_feature_types_takes_its_evaluation_with_the_same(samples, tmp_path):
    types = ("--feature-types", "miRNA")
    options = (str(samples), "--label", "tissue", "--models", "logistic", "--bootstraps", "0", "-o", tmp_path / "m",
               "--evaluation-output", tmp_path / "e.json")  # fmt: skip
    assert CliRunner().invoke(evaluate, [*map(str, options), *types]).exit_code == 0
    same = train(samples, tmp_path / "b", "--model", "logistic", "--evaluation", tmp_path / "e.json", *types)
    assert same.exit_code == 0, same.output
    assert load_bundle(tmp_path / "b").evaluation["scheme"] == "dataset-out"
    other = train(samples, tmp_path / "c", "--model", "logistic", "--evaluation", tmp_path / "e.json")
    assert_refused(other, "with other settings (feature_types)")


def test_numbers_are_learnt_from_given_feature_types(aged, tmp_path):
    options = ("--model", "linear", "--numeric", "--features-per-class", 2, "--feature-types", "piRNA")
    assert train(aged, tmp_path / "b", *options, label="age").exit_code == 0
    assert set(load_bundle(tmp_path / "b").transform.types) == {"piRNA"}


def test_feature_types_that_no_sample_has_are_refused_with_those_that_there_are(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "logistic", "--feature-types", "gene")
    assert_refused(result, "no feature is of the types gene; the types present are: ")


def with_labels(make_samples, counts, labels, path):
    write_samples(make_samples(counts, tissue=labels, sex=["f"] * len(labels)), path)


@pytest.mark.parametrize(
    ("label", "counts", "labels", "sentence"),
    [
        ("organ", [[1]] * 4, list("aabb"), "there is no sample column 'organ'; the columns are: dataset, tissue, sex"),
        ("sex", [[1]] * 4, list("aabb"), "the column 'sex' holds only 'f' for the samples with reads"),
        ("tissue", [[1]] * 4, list("aabc"), "these classes of 'tissue' have a single sample"),
        ("tissue", [[0]] * 4, list("aabb"), "none of the 4 samples has reads"),
    ],
)
@pytest.mark.parametrize("kind", ["mlp", "logistic"])
def test_mistakes_end_with_one_sentence_and_no_output(make_samples, tmp_path, kind, label, counts, labels, sentence):
    with_labels(make_samples, counts, labels, tmp_path / "s.h5ad")
    result = train(tmp_path / "s.h5ad", tmp_path / "b", "--model", kind, label=label)
    assert_refused(result, sentence)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.h5ad"]


def assert_refused(result, sentence):
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("srna-train: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.filterwarnings("ignore::anndata.ImplicitModificationWarning")  # of the raw AnnData made here
def test_an_h5ad_of_another_origin_is_refused(tmp_path):
    obs = pd.DataFrame({"tissue": list("aabb")}, index=list("wxyz"))
    anndata.AnnData(np.ones((4, 2)), obs=obs).write_h5ad(tmp_path / "s.h5ad")
    assert_refused(train(tmp_path / "s.h5ad", tmp_path / "b"), "this h5ad was not made by srna-import; import it first")


def test_layers_without_dropout_rates_are_refused(samples, tmp_path):
    assert_refused(
        train(samples, tmp_path / "b", "--model", "mlp", "--hidden", "8,8"),
        "2 hidden layers need as many dropout rates",
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("--model logistic --epochs 3 --batch-size 2", "--model logistic does not have: --batch-size, --epochs"),
        ("--model mlp --inverse-penalty 2", "--model mlp does not have: --inverse-penalty"),
        ("--model mlp --no-down-sample", "--model mlp does not have: --down-sample"),
        ("--model random-forest --hidden 8", "does not have: --hidden"),
        ("--model random-forest --curve-output c.tsv", "does not have: --curve-output"),
        ("--model mlp --bias-datasets a", "--model mlp does not have: --bias-datasets"),
        ("--model domain-adaptation --hidden 8", "--model domain-adaptation does not have: --hidden"),
        ("--model domain-adaptation --margin 0", "--margin"),
        ("--model logistic --keras-output k.keras", "--model logistic does not have: --keras-output"),
        ("--model logistic --features-per-class 9", "--model logistic does not have: --features-per-class"),
        ("--model linear --class-weight balanced", "--model linear does not have: --class-weight"),
        ("--class-weight none", "--model auto does not have: --class-weight"),
        ("--model linear --features-per-class 0", "--features-per-class"),
        ("--model logistic --numeric", "--numeric needs --model linear"),
        ("--numeric", "--numeric needs --model linear"),
        ("--model boosting", "boosting"),
        ("--epochs 3", "--model auto does not have: --epochs"),
        ("--model auto --keras-output k.keras", "--model auto does not have: --keras-output"),
        ("--curve-output c.tsv --class-weight balanced", "auto does not have: --class-weight, --curve-output"),
        ("--evaluation @samples", "--model auto judges what it chooses itself; leave --evaluation out"),
        ("--model logistic --choice-output c.tsv", "--model logistic does not have: --choice-output"),
        ("--model mlp --choice-plot-output c.png", "--model mlp does not have: --choice-plot-output"),
        ("--model linear --numeric --classes a,b --catch-all x", "--classes and --catch-all need classes"),
        ("--numeric --choice-output c.tsv", "--numeric needs --model linear"),
        ("--model linear --numeric --choice-output c.tsv", "--model linear does not have: --choice-output"),
        ("--hidden 8,x", "not a list of numbers"),
        ("--hidden 0", "outside 1 to inf"),
        ("--dropout 0.5,1", "outside 0 to 0.99"),
        ("--seed 4294967296", "--seed"),
        ("--model logistic --min-confidence 0.8", "--min-confidence belongs to --unlabelled"),
        ("--self-training-output t.tsv --min-confidence 0", "--min-confidence and --self-training-output belongs to"),
        ("--min-confidence 90", "--min-confidence"),
        ("--classes blood,,skin", "is not a list of names"),
    ],
)
def test_wrong_usage_exits_2(samples, tmp_path, monkeypatch, options, named):
    monkeypatch.chdir(tmp_path)
    result = train(samples, tmp_path / "b", *options.replace("@samples", str(samples)).split())
    assert result.exit_code == 2, result.output
    assert named in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_output_that_cannot_be_written_is_refused_before_the_training(samples, tmp_path):
    """After it, hours of work and a bundle without its curve would be left."""
    result = train(samples, tmp_path / "b", *QUICK, "--curve-output", tmp_path / "missing" / "curve.tsv")
    assert_refused(result, "curve.tsv: cannot be written")
    assert not (tmp_path / "b").exists()


def test_a_failing_training_leaves_the_old_bundle(samples, tmp_path):
    (tmp_path / "b").write_text("old")
    assert train(samples, tmp_path / "b", label="organ").exit_code == 1
    assert (tmp_path / "b").read_text() == "old"


def start(samples, output, *options, before=""):
    """Train in a process of its own, after the statement `before`."""
    program = f"{before}\nfrom srna_tools.cli.srna_train import main\nmain()"
    command = [sys.executable, "-c", program, str(samples), "--label", "tissue", "--model", "random-forest", *options]
    return subprocess.Popen([*command, "-o", str(output)], stderr=subprocess.PIPE, text=True)


def test_a_killed_training_leaves_the_old_bundle(samples, tmp_path):
    (tmp_path / "b").write_text("old")
    with start(samples, tmp_path / "b", "--trees", "1000000") as process:
        time.sleep(2)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("b", "old")]


def test_a_full_disk_is_said_in_a_sentence_and_leaves_the_old_bundle(samples, tmp_path):
    (tmp_path / "b").write_text("old")
    with start(samples, tmp_path / "b", "--trees", "20", before=FULL_DISK) as process:
        sentence = process.communicate()[1]
    assert process.returncode == 1
    assert sentence.startswith(f"srna-train: {tmp_path / 'b'}: the file is larger than this system lets it be")
    assert sentence.count("\n") == 1
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("b", "old")]


def test_a_catch_all_class_from_the_command_line(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "logistic", "--classes", "blood,skin", "--catch-all", "other")
    assert result.exit_code == 0, result.output
    assert load_bundle(tmp_path / "b").training["catch_all"]["members"] == {"brain": 12, "liver": 12}
    assert result.stdout.splitlines()[-3:] == [
        "catch-all class 'other': 24 samples in 3 datasets, 2 labels",
        "  brain: 12 samples in 3 datasets",
        "  liver: 12 samples in 3 datasets",
    ]
    predicted = tmp_path / "predicted.tsv"
    done = CliRunner().invoke(predict, [str(samples), "--model", str(tmp_path / "b"), "-o", str(predicted)])
    assert done.exit_code == 0, done.output
    table = pd.read_csv(predicted, sep="\t", keep_default_na=False)
    of_none = table[table["label"] == "other"]
    assert len(of_none) == 24
    assert set(of_none["status"]) == {"unknown"}
    assert set(of_none["reason"]) == {"most like the catch-all class 'other': none of the model's 2 named classes"}


def test_named_classes_alone_leave_the_others_out(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "logistic", "--classes", "blood,skin")
    assert result.exit_code == 0, result.output
    assert load_bundle(tmp_path / "b").classes == ("blood", "skin")
    assert "24 samples of 2 labels that --classes does not name are left out" in result.stderr
    assert_refused(train(samples, tmp_path / "b", "--classes", "blod,skin"), "'blod' (did you mean blood?)")


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory):
    """24 samples of two studies that the training does not have."""
    tissues = ("blood", "brain", "liver", "skin")
    new = to_anndata(simulate(SimulationSettings(studies=2, samples_per_study=12, tissues=tissues, first_study=9)))
    del new.obs["tissue"]
    path = tmp_path_factory.mktemp("unlabelled") / "new.h5ad"
    write_samples(new, path)
    return path


def test_self_training_from_the_command_line(samples, unlabelled, tmp_path):
    table = tmp_path / "table.tsv"
    result = train(samples, tmp_path / "b", "--model", "logistic", "--unlabelled", unlabelled, "--min-confidence", 0.6,
                   "--self-training-output", table)  # fmt: skip
    assert result.exit_code == 0, result.output
    written = pd.read_csv(table, sep="\t", keep_default_na=False)
    assert written.columns.tolist() == ["sample", "dataset", "label", "probability", "used", "reason"]
    added = int((written["used"] == "yes").sum())
    assert 0 < added <= len(written) == 24
    bundle = load_bundle(tmp_path / "b")
    facts = bundle.training["self_training"]
    assert (facts["added"], facts["min_confidence"], bundle.training["samples"]) == (added, 0.6, 48 + added)
    assert f"self-training: {added} of 24 unlabelled samples added" in result.stdout
    assert "mean accuracy of the classes" in result.stdout
    first = train(samples, tmp_path / "c", "--model", "logistic", "--unlabelled", unlabelled, "--min-confidence", 1)
    assert first.exit_code == 0, first.output
    assert "self-training: 0 of 24 unlabelled samples added" in first.stdout
    assert load_bundle(tmp_path / "c").training["samples"] == 48


def test_the_labelled_samples_as_unlabelled_ones_are_refused(samples, tmp_path):
    result = train(samples, tmp_path / "b", "--model", "logistic", "--unlabelled", samples)
    assert_refused(result, "none of the 48 unlabelled samples can be added to the training (48 one of the labelled")
    assert not (tmp_path / "b").exists()
