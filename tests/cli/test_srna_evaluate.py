"""srna-evaluate as a user calls it: every output, what is said before the fits, and what is refused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import psutil
import pytest
from click.testing import CliRunner
from scipy import sparse
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from srna_tools.cli.srna_evaluate import main
from srna_tools.cli.srna_normalize import main as normalise
from srna_tools.cli.srna_report import main as srna_report
from srna_tools.cli.srna_train import main as train
from srna_tools.io.h5ad import read_samples, write_samples

METRICS = ["model", "scheme", "scope", "name", "metric", "value", "low", "high"]
CLASSES = ["blood", "brain", "liver", "skin"]
SMALL_FOREST = ("--first-trees", 4, "--trees", 6, "--top-features", 40, "--no-down-sample")
KFOLD = ("--scheme", "kfold", "--folds", 3)
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def samples(simulated_studies, tmp_path_factory):
    path = tmp_path_factory.mktemp("evaluate") / "samples.h5ad"
    write_samples(simulated_studies[:, ::5].copy(), path)
    return path


def evaluate(samples, *options, label="tissue", models="logistic"):
    arguments = [str(samples), "--label", label, "--models", models, *map(str, options)]
    return CliRunner().invoke(main, arguments)


def succeeds(samples, *options, **keywords):
    result = evaluate(samples, *options, **keywords)
    assert result.exit_code == 0, result.output
    return result


def read(path):
    return pd.read_csv(path, sep="\t", dtype={"sample": str}, keep_default_na=False, na_values={"low": "", "high": ""})


def value(metrics, model, metric):
    rows = metrics[(metrics["model"] == model) & (metrics["scope"] == "overall") & (metrics["metric"] == metric)]
    return float(rows["value"].iloc[0])


def test_domain_adaptation_goes_on_in_folds_that_lack_its_source_dataset(samples, tmp_path):
    options = ("--mapper", 8, "--epochs", 2, "--bias-epochs", 2, "--source-datasets", "study02")
    result = succeeds(samples, "--scheme", "dataset-out", *options, "-o", tmp_path / "m", models="domain-adaptation")
    assert "3 fits (1 model, 3 folds), of up to 32 samples: about" in result.output
    sentence = "no training samples are in the source domain as named; the largest dataset of each class is source"
    assert result.stderr.count(sentence) == 1
    assert value(read(tmp_path / "m"), "domain-adaptation", "samples") == 48
    refused = evaluate(samples, "--source-datasets", "GSE1", "-o", tmp_path / "n", models="domain-adaptation")
    assert refused.exit_code == 1
    assert "no dataset or resource has the name GSE1" in refused.stderr


OUTPUTS = {
    "output": METRICS,
    "predictions-output": ["sample", "dataset", "model", "repeat", "fold", "seed", "true", "predicted", "probability",
                           *(f"p:{name}" for name in CLASSES)],
    "comparison-output": ["scope", "metric", "model_a", "model_b", "test"],
    "suspects-output": ["rank", "sample", "dataset", "annotated", "predicted", "surprise"],
    "thresholds-output": ["model", "class"],
    "confusion-output": ["model", "true"],
    "search-output": ["model", "repeat", "fold", "setting", "mca", "chosen"],
    "learning-curve-output": ["model", "fraction", "samples", "metric", "value", "low", "high"],
}  # fmt: skip


def test_every_output(samples, tmp_path):
    options = [word for name in OUTPUTS for word in (f"--{name}", tmp_path / name)]
    others = (
        "--evaluation-output",
        tmp_path / "e.json",
        "--plot-output",
        tmp_path / "p.svg",
        "--learning-curve-plot-output",
        tmp_path / "dataset_3.dat",
    )
    grid = tmp_path / "grid.json"
    grid.write_text('{"logistic": {"C": [0.1, 1]}}')
    succeeds(samples, *KFOLD, *SMALL_FOREST, "--grid", grid, "--inner-folds", 2, "--learning-curve", "0.5,1",
             "--bootstraps", 50, *options, *others, models="logistic,random-forest")  # fmt: skip
    for name, columns in OUTPUTS.items():
        table = read(tmp_path / name)
        assert table.columns[: len(columns)].tolist() == columns, name
        assert len(table)
    assert (tmp_path / "dataset_3.dat").read_bytes().startswith(PNG)
    assert set(json.loads((tmp_path / "e.json").read_text())["models"]) == {"logistic", "random-forest"}
    assert "<svg" in (tmp_path / "p.svg").read_text()
    metrics, searched = read(tmp_path / "output"), read(tmp_path / "search-output")
    assert metrics["model"].unique().tolist() == ["logistic", "random-forest", "majority-class"]
    assert metrics["scheme"].unique().tolist() == ["kfold"]
    assert (searched["chosen"] == "yes").groupby(searched["fold"]).sum().tolist() == [1] * 3
    assert set(searched["model"]) == {"logistic"}
    curve = read(tmp_path / "learning-curve-output")
    assert curve["fraction"].unique().tolist() == [0.5, 1]
    whole = curve[(curve["fraction"] == 1) & (curve["model"] == "random-forest") & (curve["metric"] == "msa")]
    assert whole["value"].tolist() == [value(metrics, "random-forest", "msa")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*OUTPUTS, "e.json", "p.svg", "dataset_3.dat", "grid.json"]
    )


def test_the_figures_are_those_of_scikit_learn_on_the_predictions(samples, tmp_path):
    result = succeeds(samples, "-o", tmp_path / "m", "--predictions-output", tmp_path / "p", label="sex")
    metrics, table = read(tmp_path / "m"), read(tmp_path / "p")
    assert value(metrics, "logistic", "msa") == pytest.approx(
        accuracy_score(table["true"], table["predicted"]), rel=1e-5
    )
    assert value(metrics, "logistic", "mca") == pytest.approx(
        balanced_accuracy_score(table["true"], table["predicted"]), rel=1e-5
    )
    assert value(metrics, "logistic", "auroc") == pytest.approx(
        roc_auc_score(table["true"] == "male", table["p:male"]), rel=1e-5
    )
    truth = read_samples(samples).obs
    assert table["true"].tolist() == truth.loc[table["sample"], "sex"].tolist()
    assert table["dataset"].tolist() == truth.loc[table["sample"], "dataset"].tolist()
    *_, model, baseline = result.stdout.splitlines()
    assert model.startswith(f"logistic: accuracy over samples {value(metrics, 'logistic', 'msa'):.3f} (")
    assert baseline.startswith("majority-class: accuracy over samples ")


def test_what_it_will_take_stands_before_the_result_and_after_what_is_tested(samples, tmp_path):
    lines = succeeds(samples, *KFOLD, "-o", tmp_path / "m").stdout.splitlines()
    assert lines[0] == "kfold: 3 folds test 48 of 48 samples, 4 classes, 3 datasets"
    assert lines[1].startswith("warning: random folds have the same studies in training and test")
    assert lines[2].startswith("3 fits (1 model, 3 folds), of up to 32 samples: about ")
    assert [line.split(":")[0] for line in lines[3:]] == ["logistic", "majority-class"]


def test_new_studies_are_the_default_and_come_without_a_warning(samples, tmp_path):
    lines = succeeds(samples, "-o", tmp_path / "m").stdout.splitlines()
    assert lines[0] == "dataset-out: 3 folds test 48 of 48 samples, 4 classes, 3 datasets"
    assert not any("warning" in line for line in lines)
    assert len(lines) == 4


def test_other_schemes(samples, tmp_path):
    grouped = read_samples(samples)
    grouped.obs["batch"] = [f"b{place // 4}" for place in range(48)]
    grouped.obs["part"] = ["train"] * 30 + ["test"] * 16 + [""] * 2
    write_samples(grouped, tmp_path / "s.h5ad")
    outputs = ("-o", tmp_path / "m", "--predictions-output", tmp_path / "p")
    succeeds(tmp_path / "s.h5ad", "--scheme", "group-kfold", "--group-column", "batch", "--folds", 4, *outputs)
    table = read(tmp_path / "p")
    batch = grouped.obs["batch"].loc[table["sample"]].to_numpy()
    assert table.groupby(batch)["fold"].nunique().max() == 1
    assert table["fold"].nunique() == 4
    succeeds(tmp_path / "s.h5ad", "--scheme", "split", "--split-column", "part", *outputs)
    assert read(tmp_path / "p")["sample"].tolist() == grouped.obs_names[30:46].tolist()


def test_resources_are_left_out_whole(biased_studies, tmp_path):
    write_samples(biased_studies(resources=("x", "y", "z"), alone="lonely"), tmp_path / "s.h5ad")
    outputs = ("-o", tmp_path / "m", "--predictions-output", tmp_path / "p", "--plot-output", tmp_path / "plot.svg")
    result = succeeds(tmp_path / "s.h5ad", "--scheme", "resource-out", *outputs, models="discriminant")
    assert result.stdout.splitlines()[0] == "resource-out: 3 folds test 68 of 72 samples, 4 classes, 6 datasets"
    assert "4 samples cannot be tested: study 0: lonely" in result.stdout
    table, metrics = read(tmp_path / "p"), read(tmp_path / "m")
    resources = read_samples(tmp_path / "s.h5ad").obs["resource"]
    assert table.groupby("fold")["sample"].apply(lambda names: set(resources[names])).tolist() == [{"x"}, {"y"}, {"z"}]
    assert metrics["scheme"].unique().tolist() == ["resource-out"]
    report = tmp_path / "report.html"
    done = CliRunner().invoke(srna_report, ["--evaluation", str(tmp_path / "m"), "-o", str(report)])
    assert done.exit_code == 0, done.output
    assert "One resource out" in report.read_text()
    write_samples(biased_studies(), tmp_path / "one.h5ad")
    refused = evaluate(tmp_path / "one.h5ad", "--scheme", "resource-out", "-o", tmp_path / "n")
    assert_refused(refused, "no resource can be left out: no class is in two of them (the samples come from all)")


def test_auto_chooses_anew_in_each_training_set(biased_studies, tmp_path, monkeypatch):
    """Without TensorFlow, since networks take long; a second run takes everything from the first."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    write_samples(biased_studies(studies=3), tmp_path / "samples.h5ad")
    options = ("--scheme", "dataset-out", "--bootstraps", 20, "--resume", tmp_path / "done", "--threads", 1)
    outputs = ("-o", tmp_path / "m", "--predictions-output", tmp_path / "p", "--search-output", tmp_path / "s",
               "--evaluation-output", tmp_path / "e.json")  # fmt: skip
    result = succeeds(tmp_path / "samples.h5ad", *options, *outputs, models="auto,discriminant")
    searched, table = read(tmp_path / "s"), read(tmp_path / "p")
    candidates = searched["setting"].unique().tolist()
    assert candidates[0] == "discriminant"
    assert "logistic" in candidates
    sentence = f"6 fits (2 models, 3 folds) and {3 * 2 * len(candidates)} fits to choose models, of up to 24 samples"
    assert sentence in result.stdout
    assert set(searched["model"]) == {"auto"}
    assert searched.groupby("fold")["setting"].apply(list).tolist() == [candidates] * 3
    chosen = searched[searched["chosen"] == "yes"].set_index("fold")["setting"]
    assert chosen.index.tolist() == [1, 2, 3]
    probabilities = {name: rows.set_index("sample").filter(like="p:") for name, rows in table.groupby("model")}
    for fold, rows in table[table["model"] == "auto"].groupby("fold"):
        same = probabilities["auto"].loc[rows["sample"]].equals(probabilities["discriminant"].loc[rows["sample"]])
        assert same == (chosen[fold] == "discriminant")
    assert json.loads((tmp_path / "e.json").read_text())["models"]["auto"]["model"] is None
    before = {name: (tmp_path / name).read_bytes() for name in "mps"}
    again = succeeds(tmp_path / "samples.h5ad", *options, *outputs, models="auto,discriminant")
    assert ", 6 of them finished by an earlier run" in again.stdout
    assert {name: (tmp_path / name).read_bytes() for name in "mps"} == before


def test_settings_and_named_models_reach_the_fits(samples, tmp_path):
    variants = tmp_path / "models.json"
    strong = {"kind": "logistic", "settings": {"C": 1e-8}, "transform": {"normalisation": "clr"}}
    variants.write_text(json.dumps({"strong penalty": strong, "same": {"kind": "logistic", "settings": {"C": 0.5}}}))
    succeeds(samples, *KFOLD, "--inverse-penalty", 0.5, "--model-settings", variants, "-o", tmp_path / "m",
             "--predictions-output", tmp_path / "p", models="strong penalty, same,logistic")  # fmt: skip
    table = read(tmp_path / "p")
    assert table["model"].unique().tolist() == ["strong penalty", "same", "logistic"]
    by_model = {name: rows.filter(like="p:").to_numpy() for name, rows in table.groupby("model")}
    np.testing.assert_array_equal(by_model["same"], by_model["logistic"])
    np.testing.assert_allclose(by_model["strong penalty"], 0.25, atol=0.01)
    assert by_model["same"].max() > 0.4


def test_what_srna_normalize_recorded_is_fitted_anew_on_each_training_set(samples, tmp_path):
    options = ["--method", "clr", "--scale", "zscore", "-o", str(tmp_path / "n.h5ad")]
    assert CliRunner().invoke(normalise, [str(samples), *options]).exit_code == 0
    transform = {"normalisation": "clr", "scaling": "zscore", "max_zero_fraction": 0.3, "min_rpm": 0}
    (tmp_path / "v.json").write_text(
        json.dumps({"logistic": {"kind": "logistic", "transform": {**transform, "min_rpm_fraction": 0}}})
    )
    succeeds(tmp_path / "n.h5ad", "-o", tmp_path / "m1", "--predictions-output", tmp_path / "p1")
    succeeds(samples, "-o", tmp_path / "m2", "--predictions-output", tmp_path / "p2", "--model-settings",
             tmp_path / "v.json")  # fmt: skip
    assert (tmp_path / "p1").read_bytes() == (tmp_path / "p2").read_bytes()
    succeeds(samples, "-o", tmp_path / "m3", "--predictions-output", tmp_path / "p3")
    assert (tmp_path / "p1").read_bytes() != (tmp_path / "p3").read_bytes()


def test_the_same_seed_gives_the_same_bytes_with_one_thread_and_two(samples, tmp_path):
    for name, seed, threads in (("one", 3, 1), ("two", 3, 2), ("other", 4, 2)):
        succeeds(samples, *KFOLD, *SMALL_FOREST, "--seed", seed, "--threads", threads, "-o", tmp_path / f"{name}.m",
                 "--predictions-output", tmp_path / f"{name}.p", models="random-forest,logistic")  # fmt: skip
    for kind in "mp":
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
        assert (tmp_path / f"one.{kind}").read_bytes() != (tmp_path / f"other.{kind}").read_bytes()


def test_without_draws_there_are_no_intervals(samples, tmp_path):
    for draws in (0, 20):
        succeeds(samples, "--bootstraps", draws, "-o", tmp_path / f"{draws}", label="sex")
    assert read(tmp_path / "0")["low"].isna().all()
    assert read(tmp_path / "20")["low"].notna().any()


def test_a_copied_sample_in_another_study_is_reported(samples, tmp_path):
    copied = read_samples(samples)
    counts = copied.layers["counts"].toarray()
    counts[40] = counts[3]
    copied.layers["counts"] = sparse.csr_matrix(counts)
    write_samples(copied, tmp_path / "s.h5ad")
    lines = succeeds(tmp_path / "s.h5ad", "-o", tmp_path / "m").stdout.splitlines()
    (warning,) = [line for line in lines if line.startswith("warning: ")]
    assert warning.startswith(
        "warning: 1 test sample has exactly the counts of a training sample (study01_sample004 = study03_sample009): "
    )


def test_ids_that_look_like_numbers_survive(samples, tmp_path):
    numbered = read_samples(samples)
    numbered.obs_names = [f"{place:03d}" for place in range(1, 49)]
    numbered.obs["label"] = np.random.default_rng(0).permutation(["a", "b"] * 24)
    write_samples(numbered, tmp_path / "s.h5ad")
    succeeds(tmp_path / "s.h5ad", *KFOLD, "-o", tmp_path / "m", "--suspects-output", tmp_path / "s",
             "--predictions-output", tmp_path / "p", label="label")  # fmt: skip
    assert sorted(read(tmp_path / "p")["sample"]) == sorted(numbered.obs_names)
    suspects = read(tmp_path / "s")
    assert len(suspects)
    assert set(suspects["sample"]) <= set(numbered.obs_names)


@pytest.mark.parametrize("scheme", [("--scheme", "kfold", "--folds", 2, "--repeats", 2, "--seed", 5), ()])
def test_gathered_folds_give_the_bytes_of_one_run(samples, tmp_path, scheme):
    def outputs(name):
        tables = ("predictions", "comparison", "suspects", "thresholds", "confusion")
        folder = tmp_path / name
        folder.mkdir()
        return ["-o", folder / "metrics", *(w for table in tables for w in (f"--{table}-output", folder / table))]

    options = (*scheme, *SMALL_FOREST, "--bootstraps", 20)
    models = "logistic,random-forest"
    succeeds(samples, *options, *outputs("whole"), models=models)
    written = succeeds(samples, *options, "--folds-dir", tmp_path / "folds", models=models)
    files = sorted((tmp_path / "folds").iterdir())
    assert written.stdout.splitlines()[-1] == f"wrote {len(files)} folds to {tmp_path / 'folds'}"
    parts = []
    for number, file in enumerate(files, start=1):
        parts += ["--gather", tmp_path / f"part{number}"]
        chosen = str(number) if number % 2 else file
        succeeds(samples, *options, "--fold", chosen, "--predictions-output", parts[-1], models=models)
        assert len(read(parts[-1]).drop_duplicates(["repeat", "fold"])) == 1
    succeeds(samples, *options, *parts, *outputs("gathered"), models=models)
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "gathered" / path.name).read_bytes(), path.name
    for wrong, sentence in ((parts[2:], "are missing"), (parts + parts[:2], "stand twice")):
        assert_refused(evaluate(samples, *options, *wrong, "-o", tmp_path / "m", models=models), sentence)
    seed = ("--seed", 6)
    assert_refused(evaluate(samples, *options, *seed, *parts, "-o", tmp_path / "m", models=models), "seed")
    assert not (tmp_path / "m").exists()


def start(samples, folder, log, folds):
    """Start an evaluation that takes a while in a process of its own."""
    program = "from srna_tools.cli.srna_evaluate import main\nmain()"
    options = [str(samples), "--label", "tissue", *long_run(folder, folds), "--threads", "2", "--resume",
               str(folder / "done")]  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", program, *options], stdout=log, stderr=subprocess.DEVNULL)


def long_run(folder, folds):
    outputs = ["-o", str(folder / "metrics"), "--predictions-output", str(folder / "predictions")]
    scheme = ["--scheme", "kfold", "--folds", str(folds), "--bootstraps", "20"]
    return ["--models", "random-forest", "--trees", "300", "--no-down-sample", *scheme, *outputs]


def test_a_killed_run_goes_on_where_it_stopped(samples, tmp_path):
    folds = 10
    for name in ("killed", "undisturbed"):
        (tmp_path / name).mkdir()
    (tmp_path / "killed" / "metrics").write_text("old")
    done = tmp_path / "killed" / "done"
    with (tmp_path / "log").open("w") as log, start(samples, tmp_path / "killed", log, folds) as process:
        while process.poll() is None and not (done.is_dir() and list(done.glob("[!.]*.safetensors"))):
            time.sleep(0.02)
        workers = psutil.Process(process.pid).children()
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert len(workers) >= 2
        # They end with the process that they work for.
        assert psutil.wait_procs(workers, timeout=60)[1] == []
    assert "10 fits (1 model, 10 folds), of up to" in (tmp_path / "log").read_text()  # said before they were done
    assert (tmp_path / "killed" / "metrics").read_text() == "old"
    kept = {path.name: path.stat().st_mtime_ns for path in done.glob("[!.]*.safetensors")}
    assert 1 <= len(kept) < folds
    arguments = [str(samples), "--label", "tissue", *long_run(tmp_path / "killed", folds), "--threads", "1", "--resume",
                 str(done)]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert f", {len(kept)} of them finished by an earlier run: about " in result.stdout
    assert {name: (done / name).stat().st_mtime_ns for name in kept} == kept
    assert len(list(done.glob("[!.]*.safetensors"))) == folds
    arguments = [str(samples), "--label", "tissue", *long_run(tmp_path / "undisturbed", folds), "--threads", "1"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    for name in ("metrics", "predictions"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()


def test_a_resumed_run_with_another_seed_label_or_setting_starts_anew(samples, tmp_path):
    def lines(*options, label="tissue"):
        result = succeeds(samples, "--resume", tmp_path / "done", "-o", tmp_path / "m", *KFOLD, *options, label=label)
        return [line for line in result.stdout.splitlines() if "finished by an earlier run" in line]

    assert lines() == []
    assert len(lines()) == 1
    assert lines("--seed", 1) == []
    assert lines("--inverse-penalty", 0.5) == []
    assert lines(label="sex") == []
    assert len(lines()) == 1


USAGE = [
    ((), "Missing option '-o' / '--output'"),
    (("-o", "m", "--folds-dir", "f", "--fold", "1"), "--folds-dir and --fold exclude each other"),
    (("-o", "m", "--fold", "1", "--gather", "@samples"), "--fold and --gather exclude each other"),
    (("--fold", "1"), "--fold needs --predictions-output"),
    (("-o", "m", "--scheme", "split"), "--scheme split and --split-column belong together"),
    (("-o", "m", "--split-column", "part"), "--scheme split and --split-column belong together"),
    (("-o", "m", "--learning-curve", "0.5"), "--learning-curve needs --learning-curve-output"),
    (("-o", "m", "--learning-curve-output", "c"), "--learning-curve needs --learning-curve-output"),
    (
        ("--fold", "1", "--predictions-output", "p", "--learning-curve", "0.5", "--learning-curve-output", "c"),
        "--learning-curve belongs to a whole run, without --fold",
    ),
    (("-o", "m", "--search-output", "s"), "--search-output needs --search, --grid, or auto among the models"),
    (("--fold", "1", "--predictions-output", "p", "-o", "m"), "--fold does not write --output; leave it out"),
    (("--folds-dir", "f", "--suspects-output", "s"), "--folds-dir does not write --suspects-output"),
    (
        ("-o", "m", "--gather", "@samples", "--search", "--search-output", "s"),
        "--gather does not write --search-output",
    ),
    (("-o", "m", "--folds", "1"), "Invalid value for '--folds'"),
    (("-o", "m", "--repeats", "0"), "Invalid value for '--repeats'"),
    (("-o", "m", "--learning-curve", "0.5,2", "--learning-curve-output", "c"), "outside 0 to 1"),
    (("-o", "m", "--scheme", "loo"), "Invalid value for '--scheme'"),
    (("-o", "m", "--model-settings", "none.json"), "Invalid value for '--model-settings'"),
]


@pytest.mark.parametrize(("options", "sentence"), USAGE)
def test_options_that_exclude_or_need_each_other(samples, tmp_path, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)
    result = evaluate(samples, *(str(samples) if word == "@samples" else word for word in options))
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == []


def assert_refused(result, sentence):
    assert result.exit_code == 1, result.output
    *_, last = result.stderr.splitlines()
    assert last.startswith("srna-evaluate: ")
    assert sentence in last
    assert "Traceback" not in result.output


MISTAKES = [
    ({"label": "organ"}, (), "there is no sample column 'organ'; the columns are: dataset, tissue, sex"),
    ({"label": "quality_flag"}, (), "the column 'quality_flag' holds nothing for the samples with reads"),
    ({}, ("--scheme", "kfold", "--folds", 20), "these classes have fewer samples than the 20 folds: blood (12), brain"),
    ({"models": "mlp,svm"}, (), "there is no model 'svm'; choose from auto, mlp, random-forest, logistic"),
    (
        {"models": "linear-numeric"},
        (),
        "srna-train --model linear --numeric itself reports the error on held-out samples",
    ),
    ({"models": "logistic,logistic"}, (), "--models names logistic twice"),
    ({}, ("--epochs", 3), "none of the models logistic has the setting epochs"),
    ({"models": "mlp"}, ("--hidden", "8,4"), "2 hidden layers need as many dropout rates"),
    ({}, ("--scheme", "group-kfold", "--group-column", "batch"), "there is no sample column 'batch'"),
    ({}, ("--scheme", "split", "--split-column", "sex"), "the column 'sex' has no sample with the value 'train'"),
    ({}, ("--dask-scheduler", "nonsense://x"), "no Dask scheduler answers at nonsense://x"),
    ({}, ("--learning-curve", "0", "--learning-curve-output", "c"), "must lie above 0 and at most at 1"),
]


@pytest.mark.parametrize(("keywords", "options", "sentence"), MISTAKES)
def test_mistakes_end_with_one_sentence_and_no_output(samples, tmp_path, monkeypatch, keywords, options, sentence):
    monkeypatch.chdir(tmp_path)
    assert_refused(evaluate(samples, *options, "-o", "m", "--predictions-output", "p", **keywords), sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--model-settings", "{", "f.json: is not JSON"),
        ("--model-settings", '{"x": {"kind": "svm"}}', "the model 'x' must have a kind"),
        ("--model-settings", '{"x": {"kind": "mlp", "settings": {"epochs": "many"}}}', "'epochs' is 'many', but must"),
        ("--model-settings", '{"x": {"kind": "mlp", "settings": {"depth": 3}}}', "has no setting depth"),
        ("--grid", "[", "f.json: is not JSON"),
        ("--grid", '{"x": 3}', "f.json: must hold lists of values by model and setting"),
        ("--grid", '{"logistic": {"depth": [3, 4]}}', "a model of the kind logistic has no setting depth"),
        ("--grid", '{"forest": {"trees": [3, 4]}}', "the grid is for forest, but the models are x"),
    ],
)
def test_mistakes_in_files_end_with_one_sentence(samples, tmp_path, option, text, sentence):
    (tmp_path / "f.json").write_text(text)
    if option == "--grid":
        (tmp_path / "v.json").write_text('{"x": {"kind": "logistic"}}')
        settings = ("--model-settings", tmp_path / "v.json")
    else:
        settings = ()
    result = evaluate(samples, *settings, option, tmp_path / "f.json", "-o", tmp_path / "m", models="x")
    assert_refused(result, sentence)
    assert not (tmp_path / "m").exists()


def test_samples_that_cannot_be_evaluated(simulated_studies, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert_refused(evaluate(tmp_path / "empty", "-o", tmp_path / "m"), "empty: is not an h5ad (HDF5) file")
    one = simulated_studies[:16, ::10].copy()
    write_samples(one, tmp_path / "one.h5ad")
    assert_refused(evaluate(tmp_path / "one.h5ad", "-o", tmp_path / "m"), "no dataset can be left out: of 1 dataset")
    one.obs["tissue"] = ["rare"] + ["common"] * 15
    write_samples(one, tmp_path / "rare.h5ad")
    assert_refused(evaluate(tmp_path / "rare.h5ad", *KFOLD, "-o", tmp_path / "m"), "have a single sample")
    assert not (tmp_path / "m").exists()


def test_folds_that_do_not_exist_are_refused(samples, tmp_path):
    output = ("--predictions-output", tmp_path / "p")
    assert_refused(evaluate(samples, "--fold", 4, *output), "--fold 4 does not exist: the plan has the folds 1 to 3")
    assert_refused(evaluate(samples, "--fold", samples, *output), "samples.h5ad")
    assert not (tmp_path / "p").exists()


def test_a_table_that_is_none_cannot_be_gathered(samples, tmp_path):
    (tmp_path / "p").write_text("a\tb\n1\t2\n")
    assert_refused(evaluate(samples, "--gather", tmp_path / "p", "-o", tmp_path / "m"), "lacks the column")


def test_outputs_in_a_folder_that_does_not_exist_are_refused_before_the_fits(samples, tmp_path):
    result = evaluate(samples, "-o", tmp_path / "m", "--plot-output", tmp_path / "none" / "p.png")
    assert_refused(result, "p.png: cannot be written")
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_catch_all_class_is_judged_and_the_record_fits_the_trained_model(samples, tmp_path):
    """Two classes and all else, each study left out; the bundle of the same choice takes the record."""
    choice = ("--classes", "blood,skin", "--catch-all", "other")
    outputs = ("-o", tmp_path / "metrics.tsv", "--predictions-output", tmp_path / "unseen.tsv")
    result = succeeds(samples, *choice, "--bootstraps", 0, *outputs, "--evaluation-output", tmp_path / "e.json")
    assert "catch-all class 'other': 24 samples in 3 datasets, 2 labels" in result.stdout
    metrics, unseen = read(tmp_path / "metrics.tsv"), read(tmp_path / "unseen.tsv")
    assert sorted(set(unseen["true"])) == ["blood", "other", "skin"]
    assert value(metrics, "logistic", "mca") == pytest.approx(
        balanced_accuracy_score(unseen["true"], unseen["predicted"]), abs=1e-5
    )
    assert value(metrics, "logistic", "mca") > value(metrics, "majority-class", "mca") + 0.1
    arguments = [str(samples), "--label", "tissue", "--model", "logistic", "--evaluation", str(tmp_path / "e.json")]
    done = CliRunner().invoke(train, [*arguments, *choice, "-o", str(tmp_path / "b")])
    assert done.exit_code == 0, done.output
    refused = CliRunner().invoke(train, [*arguments, "-o", str(tmp_path / "c")])
    assert "judges models of 'tissue' with the classes blood, other, skin" in refused.output


def test_classes_that_do_not_occur_are_refused(samples, tmp_path):
    result = evaluate(samples, "--classes", "blood,skn", "--catch-all", "other", "-o", tmp_path / "m.tsv")
    assert result.exit_code == 1
    assert "'skn' (did you mean skin?)" in result.stderr
