"""srna-family-train as a user calls it."""

from __future__ import annotations

import gzip
import os

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools.cli.srna_family_train import main
from srna_tools.models.keras_training import start_keras
from srna_tools.sequences.family_bundle import load_family_bundle

FAMILIES, EACH, LENGTH = 6, 14, 60


def copies(generator, ancestor, number, mutated=0.1):
    changes = generator.random((number, len(ancestor))) < mutated
    bases = np.where(changes, generator.integers(4, size=changes.shape), ancestor)
    return ["".join(np.array(list("ACGU"))[row]) for row in bases]


def fasta(name, sequences):
    return "".join(f">{name}-{number} of a test\n{sequence}\n" for number, sequence in enumerate(sequences))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A FASTA for each of six families, one of them of a single sequence, and two of sequences of no family."""
    folder, generator = tmp_path_factory.mktemp("families"), np.random.default_rng(3)
    (folder / "families").mkdir()
    for number, ancestor in enumerate(generator.integers(4, size=(FAMILIES, LENGTH)), start=1):
        content = fasta(f"mir{number}", copies(generator, ancestor, EACH if number < FAMILIES else 1))
        (folder / "families" / f"mir-{number}.fa").write_text(content)
    others = copies(generator, generator.integers(4, size=LENGTH), 60, mutated=1)
    (folder / "trna.fa").write_text(fasta("t", others[:40]) + ">long\n" + "A" * 300 + "\n")
    with gzip.open(folder / "rrna.fa.gz", "wt") as stream:
        stream.write(fasta("r", others[40:]))
    return folder


def train(folder, tmp_path, *options, inputs=("families",), output="m.safetensors"):
    arguments = [*(str(folder / name) for name in inputs), *map(str, options), "-o", str(tmp_path / output)]
    return CliRunner().invoke(main, arguments)


def test_a_folder_of_families_becomes_a_bundle_that_says_how_good_it_is(folder, tmp_path):
    outputs = [word for name in ("evaluation", "roc") for word in (f"--{name}-output", tmp_path / f"{name}.tsv")]

    result = train(
        folder, tmp_path, "--model", "kmer", "--licence", "CC0-1.0", "--negatives", folder / "trna.fa",
        "--negatives", folder / "rrna.fa.gz", *outputs,
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    bundle = load_family_bundle(tmp_path / "m.safetensors")
    assert (bundle.kind, bundle.licence, bundle.max_length) == ("kmer", "CC0-1.0", 200)
    assert bundle.families == ("mir-1", "mir-2", "mir-3", "mir-4", "mir-5")
    assert bundle.training["sequences_per_family"] == dict.fromkeys(bundle.families, EACH)
    lines = result.stdout.splitlines()
    assert "left out: 1 family of fewer than 2 sequences (mir-6)" in lines
    assert f"{folder / 'trna.fa'}: 1 sequence left out, which prediction rejects anyway (1 over-long)" in lines
    assert f"trained kmer on {5 * EACH} sequences of 5 families, up to 200 nt" in lines
    groups = bundle.evaluation["open_set"]["others"]
    assert set(groups) == {"families left out", "families too small to train on", "trna", "rrna"}
    draws = groups["trna"]["sequences"] // 40
    assert [groups[name]["sequences"] for name in ("rrna", "families too small to train on")] == [20 * draws, draws]
    table = pd.read_csv(tmp_path / "evaluation.tsv", sep="\t", keep_default_na=False)
    figure = table[(table["part"] == "random") & (table["metric"] == "accuracy")]["value"].astype(float).item()
    assert figure == pytest.approx(bundle.evaluation["random"]["accuracy"], rel=1e-5)
    assert figure > 0.9
    roc = pd.read_csv(tmp_path / "roc.tsv", sep="\t")
    assert roc.columns.tolist() == ["threshold", "kept", "accepted"]
    assert roc.iloc[-1, 1:].tolist() == [1, 1]


def test_roc_and_scores_are_drawn(folder, tmp_path):
    result = train(
        folder, tmp_path, "--model", "kmer", "--per-family", 6, "--negatives", folder / "trna.fa",
        "--plot-output", tmp_path / "roc.png",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert (tmp_path / "roc.png").read_bytes().startswith(b"\x89PNG")


def test_auto_takes_the_best_and_says_why(folder, tmp_path):
    inputs = [f"families/mir-{number}.fa" for number in (1, 2, 3)]

    result = train(folder, tmp_path, "--choice-output", tmp_path / "choice.tsv", "--per-family", 6, inputs=inputs)

    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "choice.tsv", sep="\t").set_index("model")
    assert table.index.tolist() == ["profile", "combined", "kmer", "nearest"]
    chosen = load_family_bundle(tmp_path / "m.safetensors").kind
    assert table.index[table["chosen"]].tolist() == [chosen]
    assert table.loc[chosen, "accuracy"] == table["accuracy"].max()
    assert f"chosen: {chosen}, the most accurate on sequences left out (profile " in result.stdout
    assert f"trained {chosen} on 18 sequences of 3 families" in result.stdout


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(folder, tmp_path):
    for output, threads in (("a", 1), ("b", 3)):
        options = ("--model", "kmer", "--threads", threads, "--seed", 7, "--per-family", 8)
        assert train(folder, tmp_path, *options, output=output).exit_code == 0

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_without_calibration_only_the_model_is_trained(folder, tmp_path):
    result = train(folder, tmp_path, "--model", "kmer", "--no-calibration", "--k", "3,4", "--min-sequences", 1)

    assert result.exit_code == 0, result.output
    bundle = load_family_bundle(tmp_path / "m.safetensors")
    assert bundle.open_set is None
    assert bundle.evaluation == {}
    assert bundle.training["settings"]["k"] == [3, 4]
    assert len(bundle.families) == 6
    assert "the model accepts every sequence" in result.stdout


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # of Keras when it saves
def test_a_network_comes_with_its_curve_and_as_a_keras_model(folder, tmp_path):
    small = ("--epochs", 2, "--filters", 8, "--widths", "2,4", "--dense", 16, "--max-length", 80)
    outputs = ("--curve-output", tmp_path / "curve.tsv", "--keras-output", tmp_path / "m.keras")

    result = train(folder, tmp_path, "--model", "cnn", "--no-calibration", *small, *outputs)

    assert result.exit_code == 0, result.output
    bundle = load_family_bundle(tmp_path / "m.safetensors")
    assert bundle.max_length == bundle.training["settings"]["max_length"] == 80
    assert pd.read_csv(tmp_path / "curve.tsv", sep="\t")["epoch"].tolist() == [1, 2]
    network = start_keras(0).models.load_model(tmp_path / "m.keras")
    assert network.count_params() == 8 * (2 * 4 + 1) + 8 * (4 * 4 + 1) + 16 * 17 + 5 * 17


def test_names_are_given_to_files(folder, tmp_path):
    inputs = [f"families/mir-{number}.fa" for number in (1, 2)]

    result = train(
        folder, tmp_path, "--model", "kmer", "--no-calibration", "--name", "let-7", "--name", "b", inputs=inputs
    )

    assert result.exit_code == 0, result.output
    assert load_family_bundle(tmp_path / "m.safetensors").families == ("b", "let-7")


def test_members_among_the_negatives_are_left_out_and_relatives_are_named(folder, tmp_path):
    generator = np.random.default_rng(0)
    text = (folder / "families" / "mir-1.fa").read_text()
    member = text.splitlines()[1]
    near = copies(generator, np.array(["ACGU".index(base) for base in member]), 30, mutated=0.02)
    (tmp_path / "mixed.fa").write_text(text + fasta("near", near))

    result = train(folder, tmp_path, "--model", "kmer", "--negatives", tmp_path / "mixed.fa")

    assert result.exit_code == 0, result.output
    assert f"mixed.fa: {EACH} sequences left out, which a family has as well" in result.stdout
    assert "look more like a family than half of its members do; if they are miRNAs, take them out" in result.stdout


@pytest.mark.parametrize(
    ("families", "sentence"),
    [
        (
            {"a": ["A" * 20, "C" * 20], "b": ["C" * 20, "A" * 20]},
            "b.fa: leaves no family to learn, but two",
        ),
        (
            {"a": ["A" * 20, "C" * 20], "b": ["G" * 20]},
            "only 1 family of at least 2 sequences found",
        ),
        (
            {"a": ["A" * 20, "C" * 20], "b": ["G" * 14]},
            "has sequences of a only, but two families are",
        ),
        ({"a": ["A" * 20, "C" * 20], "b": []}, "b.fa: is empty; give FASTA"),
    ],
    ids=["identical", "of one sequence", "too short", "empty"],
)
def test_families_that_cannot_be_learned_are_one_sentence(tmp_path, families, sentence):
    for name, own in families.items():
        (tmp_path / f"{name}.fa").write_text(fasta(name, own))

    result = train(tmp_path, tmp_path, "--model", "kmer", inputs=[f"{name}.fa" for name in families])

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 500
    assert not (tmp_path / "m.safetensors").exists()


def test_an_id_may_stand_twice_in_two_files_but_not_in_one(folder, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.fa").write_text((folder / "families" / f"mir-{'ab'.index(name) + 1}.fa").read_text())
    (tmp_path / "b.fa").write_text((tmp_path / "b.fa").read_text().replace(">mir2-", ">mir1-"))
    call = ("--model", "kmer", "--no-calibration")

    result = train(tmp_path, tmp_path, *call, inputs=("a.fa", "b.fa"))

    assert result.exit_code == 0, result.output
    assert f"{EACH} ids in several files, each taken for a sequence of its own: mir1-0, mir1-1" in result.stdout
    assert f"trained kmer on {2 * EACH} sequences of 2 families" in result.stdout
    with (tmp_path / "b.fa").open("a") as stream:
        stream.write(">mir1-3\n" + "ACGU" * 5 + "\n")
    refused = train(tmp_path, tmp_path, *call, inputs=("a.fa", "b.fa"), output="n.safetensors")
    assert refused.exit_code == 1
    assert "b.fa, lines 7 and 29: the id 'mir1-3' stands twice; give each record its own id" in refused.stderr
    assert not (tmp_path / "n.safetensors").exists()


def test_what_no_model_would_accept_is_not_learned_and_counted(folder, tmp_path):
    for number in (1, 2):
        text = (folder / "families" / f"mir-{number}.fa").read_text()
        (tmp_path / f"{number}.fa").write_text(text + ">short\nACGUACGU\n>unknown\n" + "ACN" * 10 + "\n")

    result = train(tmp_path, tmp_path, "--model", "kmer", "--no-calibration", inputs=("1.fa", "2.fa"))

    assert result.exit_code == 0, result.output
    assert "4 sequences left out, which prediction rejects anyway (2 too short, 2 unknown letters)." in result.stdout
    assert f"trained kmer on {2 * EACH} sequences of 2 families" in result.stdout


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("none/m.safetensors", "none/m.safetensors: cannot be written: "),
        ("folder", "Invalid value for '-o' / '--output'"),
        ("pipe", "pipe: is not a regular file; choose another output"),
    ],
)
def test_an_output_that_cannot_be_written_is_said_before_the_training(folder, tmp_path, output, sentence):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    result = train(folder, tmp_path, "--model", "kmer", output=output)

    assert result.exit_code in (1, 2)
    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_family_of_the_input_folder_is_not_written_over(folder, tmp_path):
    (tmp_path / "families").mkdir()
    for path in (folder / "families").iterdir():
        (tmp_path / "families" / path.name).write_bytes(path.read_bytes())

    result = train(tmp_path, tmp_path, "--model", "kmer", output="families/mir-1.fa")

    assert result.exit_code == 1
    assert f"is a file of the input folder {tmp_path / 'families'}; choose another output" in result.stderr
    given = (folder / "families" / "mir-1.fa").read_bytes()
    assert (tmp_path / "families" / "mir-1.fa").read_bytes() == given


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--min-sequences", "99"], "only 0 families of at least 99 sequences found, but a model needs 2; add"),
        (["--max-length", "20"], "two families are the least"),
        (["--negatives", "long.fa"], "has no sequence of 15 to 200 nt that no family has"),
        (["--negatives", "protein.fa"], "protein.fa, line 1: the sequence of 'p' has the letter 'E'"),
        (["--negatives", "empty.fa"], "empty.fa: is empty; give FASTA"),
        (["--families", "empty.fa"], "empty.fa"),
        (["--k", "40"], "the lengths of k-mers must be 1 to"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(folder, tmp_path, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long.fa").write_text(">l\n" + "ACGU" * 60 + "\n")
    (tmp_path / "protein.fa").write_text(">p\nMKEV\n")
    (tmp_path / "empty.fa").write_text("")

    result = train(folder, tmp_path, "--model", "kmer", *options)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stderr.startswith("srna-family-train: ")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "m.safetensors").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--inverse-penalty", "2", "--pair-threshold", ".1"], "does not have: --inverse-penalty, --pair-threshold"),
        (["--k", "3"], "--model auto does not have: --k"),
        (["--model", "nearest", "--k", "3", "--epochs", "3"], "--model nearest does not have: --epochs, --k"),
        (["--model", "kmer", "--curve-output", "c"], "--model kmer does not have: --curve-output"),
        (["--model", "kmer", "--choice-output", "c"], "--model kmer does not have: --choice-output"),
        (["--no-calibration"], "--no-calibration does not go with --model auto"),
        (["--model", "kmer", "--no-calibration", "--roc-output", "c"], "does not go with --roc-output"),
    ],
)
def test_options_that_do_not_go_together_are_usage_errors(folder, tmp_path, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)

    result = train(folder, tmp_path, *options)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
