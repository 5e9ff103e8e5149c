"""srna-family-evaluate as a user calls it: every output, what is said, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.metrics import accuracy_score

from srna_tools.cli.srna_family_evaluate import main

NAMES = ("fa", "fb", "fc")
METRICS = ["model", "scheme", "scope", "name", "metric", "value", "low", "high"]
PREDICTIONS = ["model", "scheme", "repeat", "training", "asked", "sequence", "true", "group", "choosing", "predicted",
               "probability"]  # fmt: skip
SMALL = ("--models", "kmer", "--repeats", 2, "--test-per-family", 3, "--train-per-family", 6, "--bootstraps", 20)


def mutated(generator, sequence, changes):
    letters = list(sequence)
    for place in generator.choice(len(letters), changes, replace=False):
        letters[place] = generator.choice(list("ACGU"))
    return "".join(letters)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three families of twelve sequences in clusters of three, a small one, and other RNAs."""
    folder = tmp_path_factory.mktemp("families")
    (folder / "families").mkdir()
    generator = np.random.default_rng(0)
    for name in (*NAMES, "small"):
        ancestor = "".join(generator.choice(list("ACGU"), 60))
        centres = [mutated(generator, ancestor, 24) for _ in range(4 if name != "small" else 1)]
        records = [
            f">{name}_{place}_{number}\n{mutated(generator, centre, 2)}\n"
            for place, centre in enumerate(centres) for number in range(3)
        ]  # fmt: skip
        (folder / "families" / f"{name}.fa").write_text("".join(records))
    others = [f">t{place} {'tRNA' if place % 2 else 'miRNA'}\n{''.join(generator.choice(list('ACGU'), 50))}\n"
              for place in range(20)]  # fmt: skip
    (folder / "others.fa").write_text("".join(others))
    return folder


def evaluate(folder, *options):
    return CliRunner().invoke(main, [str(folder / "families"), *map(str, options)])


@pytest.fixture(scope="module")
def result(folder):
    outputs = {name: folder / name for name in ("metrics", "predictions", "confusion", "plot.png", "rejection.svg")}
    done = evaluate(
        folder, *SMALL, "--negatives", folder / "others.fa", "--flanks", "5", "-o", outputs["metrics"],
        "--predictions-output", outputs["predictions"], "--confusion-output", outputs["confusion"],
        "--plot-output", outputs["plot.png"], "--open-set-plot-output", outputs["rejection.svg"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return done, outputs


def read(path):
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values={"value": "", "low": "", "high": ""})


def test_what_is_said_before_and_after(result):
    done, outputs = result
    assert "left out 10 sequences of the others: of the class miRNA" in done.stdout
    assert "3 families with at least 5 sequences; of each 3 are tested and at most 6 train; 2 repeats" in done.stdout
    assert "members of 1 smaller family are asked as unseen" in done.stdout
    assert "10 sequences of other kinds: tRNA" in done.stdout
    metrics = read(outputs["metrics"]).set_index(["model", "scheme", "scope", "name", "metric"])["value"]
    for scheme in ("random", "cluster"):
        value = metrics[("kmer", scheme, "overall", "", "accuracy")]
        assert f"kmer, scheme {scheme}: accuracy {value:.4f} (" in done.stdout


def test_the_table_is_what_the_predictions_say(result):
    _, outputs = result
    metrics, predictions = read(outputs["metrics"]), read(outputs["predictions"])
    assert list(metrics) == METRICS
    assert list(predictions)[: len(PREDICTIONS)] == PREDICTIONS
    assert set(metrics["scope"]) == {"overall", "family", "flanks", "identity", "others"}
    test = predictions[(predictions["asked"] == "test") & (predictions["scheme"] == "random")]
    by_repeat = [accuracy_score(one["true"], one["predicted"]) for _, one in test.groupby("repeat")]
    values = metrics.set_index(["model", "scheme", "scope", "name", "metric"])["value"]
    assert values[("kmer", "random", "overall", "", "accuracy")] == pytest.approx(np.mean(by_repeat), abs=1e-5)
    assert values[("kmer", "random", "overall", "", "accuracy")] > 0.8
    assert values[("kmer", "random", "others", "tRNA", "sequences")] == 10
    assert values[("kmer", "random", "others", "unseen families", "sequences")] == 3
    assert test["sequence"].str.match(r"f[abc]_\d_\d").all()
    assert (test["sequence"].str[:2] == test["true"]).all()
    wrong = test[test["true"] != test["predicted"]]
    confusion = read(outputs["confusion"])
    assert confusion.loc[confusion["scheme"] == "random", "sequences"].sum() == len(wrong)


def test_near_copies_are_apart_under_the_cluster_scheme(result):
    predictions = read(result[1]["predictions"])
    tested = predictions[(predictions["asked"] == "test") & (predictions["scheme"] == "cluster")]
    identity = pd.to_numeric(tested["identity"])
    assert len(identity)
    assert (identity < 0.8).all()


def test_pictures_are_what_they_are_named(result):
    _, outputs = result
    assert outputs["plot.png"].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in outputs["rejection.svg"].read_bytes()


def test_the_same_seed_gives_the_same_bytes_with_more_threads(folder, result, tmp_path):
    again = evaluate(folder, *SMALL, "--negatives", folder / "others.fa", "--flanks", "5", "-o", tmp_path / "m",
                     "--threads", 2)  # fmt: skip
    assert again.exit_code == 0
    assert (tmp_path / "m").read_bytes() == result[1]["metrics"].read_bytes()
    other = evaluate(folder, *SMALL, "--seed", 7, "-o", tmp_path / "n")
    assert other.exit_code == 0
    assert (tmp_path / "n").read_bytes() != result[1]["metrics"].read_bytes()


def test_training_sizes_are_compared_and_families_left_out(folder, tmp_path):
    done = evaluate(folder, *SMALL, "--train-per-family", "2,6", "--unseen-share", 0.34, "--scheme", "random",
                    "-o", tmp_path / "m")  # fmt: skip
    assert done.exit_code == 0, done.output
    values = read(tmp_path / "m").set_index(["scope", "name", "metric"])["value"]
    assert {("training", "2", "accuracy"), ("training", "6", "accuracy")} <= set(values.index)
    assert values[("overall", "", "families")] == 2
    assert values[("others", "unseen families", "sequences")] == 12 + 3


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--models", "kmer,blast"), 1, "there is no kind of family model called 'blast'"),
        (("--models", "kmer,kmer"), 1, "the model 'kmer' is named twice"),
        (("--models", "kmer", "--scheme", "loo"), 2, "there is no scheme 'loo'"),
        (("--models", "kmer", "--test-per-family", 2.5), 2, "give a whole number of sequences, or a share below 1"),
        (("--models", "kmer", "--epochs", 3), 2, "none of the models kmer has: --epochs"),
        (("--models", "kmer", "--min-sequences", 13), 1, "0 families of 4 have at least 13 sequences"),
        (
            ("--models", "kmer", "--min-sequences", 2, "--open-set-plot-output", "x.png"), 1,
            "there are no sequences of other kinds; give --negatives",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(folder, tmp_path, monkeypatch, options, code, sentence):
    monkeypatch.chdir(tmp_path)
    done = evaluate(folder, *options, "-o", tmp_path / "m")
    assert done.exit_code == code
    assert sentence in " ".join(done.stderr.split())
    assert not (tmp_path / "m").exists()


def test_negatives_without_usable_sequences_are_refused(folder, tmp_path):
    (tmp_path / "n.fa").write_text(">a miRNA\nACGUACGUACGUACGU\n")
    done = evaluate(folder, *SMALL, "--negatives", tmp_path / "n.fa", "-o", tmp_path / "m")
    assert done.exit_code == 1
    assert "n.fa: has no sequence of 15 to 200 nt that is no miRNA" in done.stderr
