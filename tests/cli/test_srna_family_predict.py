"""srna-family-predict as a user calls it, and what it does not import."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools.bundle import save_bundle
from srna_tools.cli.srna_family_predict import main
from srna_tools.io.fasta import read_fasta
from srna_tools.sequences.families import Families
from srna_tools.sequences.family_bundle import load_family_bundle, save_family_bundle
from srna_tools.sequences.kmer import KmerSettings
from srna_tools.sequences.letters import reverse_complement
from srna_tools.sequences.training import train_families

COLUMNS = ["sequence", "family", "probability", "status", "reason", "runner_up", "margin", "score", "strand", "length"]
LETTERS = np.array(list("ACGU"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of five families, and new members, others, and sequences that cannot be scored."""
    folder, generator = tmp_path_factory.mktemp("predict"), np.random.default_rng(3)
    ancestors = generator.integers(4, size=(5, 60))
    copies = np.repeat(ancestors, 20, axis=0)
    changes = generator.random(copies.shape) < 0.08
    copies = np.where(changes, generator.integers(4, size=copies.shape), copies)
    sequences = ["".join(row) for row in LETTERS[copies]]
    others = ["".join(row) for row in LETTERS[generator.integers(4, size=(60, 60))]]
    is_new, members = np.arange(100) % 5 == 0, np.repeat(np.arange(5), 20)
    training = tuple(sequence for sequence, new in zip(sequences, is_new, strict=True) if not new)
    names = tuple(f"mir-{number}" for number in range(1, 6))
    families = Families(names, training, members[~is_new])
    bundle, _ = train_families(families, "kmer", KmerSettings(), others={"random": others[:40]}, max_length=100)
    save_family_bundle(bundle, folder / "m.safetensors")
    save_family_bundle(replace(bundle, open_set=None), folder / "plain.safetensors")
    new = {f"{names[members[place]]}_{place}": sequences[place] for place in np.flatnonzero(is_new)}
    new |= {f"random_{number}": sequence for number, sequence in enumerate(others[40:])}
    (folder / "new.fa").write_text("".join(f">{name} x\n{sequence}\n" for name, sequence in new.items()))
    odd = {"long": "ACGU" * 30, "short": "ACG", "unknown": "N" * 30, "lower": sequences[0].lower().replace("u", "t")}
    (folder / "odd.fa").write_text("".join(f">{name}\r\n{sequence}\r\n" for name, sequence in odd.items()))
    return folder


def predict(folder, tmp_path, *options, sequences="new.fa", model="m"):
    given = [str(folder / sequences), "--model", str(folder / f"{model}.safetensors"), *map(str, options)]
    return CliRunner().invoke(main, [*given, "-o", str(tmp_path / "p.tsv")])


def table_in(path):
    return pd.read_csv(path, sep="\t", keep_default_na=False)


def test_members_are_accepted_and_others_rejected(folder, tmp_path):
    outputs = ["--accepted-output", tmp_path / "a.fa", "--probabilities-output", tmp_path / "all.tsv"]

    result = predict(folder, tmp_path, *outputs)

    assert result.exit_code == 0, result.output
    table = table_in(tmp_path / "p.tsv")
    assert table.columns.tolist() == COLUMNS
    is_member = table["sequence"].str.startswith("mir")
    right = table["family"] == table["sequence"].str.split("_").str[0]
    assert right[is_member].mean() > 0.9
    is_accepted = table["status"] == "accepted"
    assert is_accepted[is_member].mean() > 0.8
    assert is_accepted[~is_member].mean() < 0.2
    assert table["reason"][~is_accepted].str.startswith("looks like no family of the model (").all()
    accepted = list(read_fasta(tmp_path / "a.fa"))
    given = {record.name: record.sequence for record in read_fasta(folder / "new.fa")}
    assert [record.name for record in accepted] == table["sequence"][is_accepted].tolist()
    assert all(record.sequence == given[record.name] for record in accepted)
    assert accepted[0].description.startswith(f"family={table['family'][is_accepted].iloc[0]} probability=")
    every = table_in(tmp_path / "all.tsv").set_index("sequence")
    assert every.columns.tolist() == [f"p:mir-{number}" for number in range(1, 6)]
    assert every.idxmax(axis=1).tolist() == ["p:" + family for family in table["family"]]
    assert every.sum(axis=1).tolist() == pytest.approx([1] * 40, abs=1e-4)


def test_the_summary_counts_and_names_the_threshold(folder, tmp_path):
    result = predict(folder, tmp_path)

    table, open_set = table_in(tmp_path / "p.tsv"), load_family_bundle(folder / "m.safetensors").open_set
    accepted = table[table["status"] == "accepted"]
    lines = result.stdout.splitlines()
    assert lines[0] == (
        f"40 sequences: {len(accepted)} accepted, {40 - len(accepted)} rejected "
        f"({40 - len(accepted)} of no known family)"
    )
    assert lines[1].startswith("families found: mir-")
    assert sum(int(part.split(")")[0]) for part in lines[1].split("(")[1:]) == len(accepted)
    assert lines[2].startswith(f"threshold: {open_set.score} {open_set.threshold:.4g}, which accepts ")


def test_what_is_refused_is_rejected_with_its_reason_and_has_a_family(folder, tmp_path):
    result = predict(folder, tmp_path, sequences="odd.fa")

    assert result.exit_code == 0, result.output
    table = table_in(tmp_path / "p.tsv").set_index("sequence")
    assert table["reason"][:3].tolist() == [
        "over-long (120 nt, the model takes up to 100)",
        "too short (3 nt, fewer than 15)",
        "30 of 30 letters are unknown",
    ]
    assert table.loc[["long", "short", "unknown"], ["family", "probability", "strand"]].ne("").all(axis=None)
    assert table.loc["lower", "family"] == "mir-1"
    assert "4 sequences: 1 accepted, 3 rejected (1 over-long, 1 too short, 1 unknown letters)" in result.stdout


def test_over_long_ones_are_truncated_where_that_is_asked(folder, tmp_path):
    assert predict(folder, tmp_path, "--over-long", "truncate", sequences="odd.fa").exit_code == 0

    row = table_in(tmp_path / "p.tsv").set_index("sequence").loc["long"]
    assert row["length"] == "120" or row["length"] == 120
    assert row["family"] != ""
    assert row["reason"].endswith("judged by 100 of 120 nt")


def test_the_other_strand_is_tried_and_written_as_it_was_read(folder, tmp_path):
    turned = {record.name: reverse_complement(record.sequence) for record in read_fasta(folder / "new.fa")}
    with gzip.open(tmp_path / "turned.fa.gz", "wt") as stream:
        stream.writelines(f">{name}\n{sequence}\n" for name, sequence in turned.items())

    for options in ((), ("--both-strands", "--accepted-output", tmp_path / "a.fa")):
        assert predict(folder, tmp_path, *options, sequences=tmp_path / "turned.fa.gz").exit_code == 0
        table = table_in(tmp_path / "p.tsv").set_index("sequence")
        is_member = table.index.str.startswith("mir")
        right = table.index.str.split("_").str[0] == table["family"]
        assert (right[is_member].mean() > 0.9) == bool(options)

    assert (table["strand"][is_member] == "-").mean() > 0.9
    for record in read_fasta(tmp_path / "a.fa"):
        whole = turned[record.name]
        assert record.sequence == (whole if table.loc[record.name, "strand"] == "+" else reverse_complement(whole))


def test_thresholds_of_the_users_own(folder, tmp_path):
    bundle, accepted = load_family_bundle(folder / "m.safetensors"), {}
    for name, options in {"none": ("--threshold", -1e9), "all": ("--threshold", 1e9), "half": ("--fpr", 0.5)}.items():
        assert predict(folder, tmp_path, *options).exit_code == 0
        table = table_in(tmp_path / "p.tsv")
        accepted[name] = set(table["sequence"][table["status"] == "accepted"])
    assert len(accepted["none"]) == 40
    assert not accepted["all"]
    limit = bundle.open_set.thresholds[bundle.open_set.curve_accepted <= 0.5][-1]
    assert accepted["half"] == set(table["sequence"][table["score"] >= limit])
    assert "accepts" in predict(folder, tmp_path, "--fpr", 0.5).stdout


def test_a_model_without_calibration_accepts_what_can_be_scored(folder, tmp_path):
    result = predict(folder, tmp_path, model="plain")

    assert set(table_in(tmp_path / "p.tsv")["status"]) == {"accepted"}
    assert "trained without calibration: every sequence is accepted that can be scored" in result.stdout
    assert predict(folder, tmp_path, "--threshold", 2, model="plain").stdout.endswith("threshold: probability 2\n")
    assert set(table_in(tmp_path / "p.tsv")["status"]) == {"rejected"}


def test_threads_change_nothing(folder, tmp_path):
    for threads in (1, 3):
        assert predict(folder, tmp_path, "--threads", threads).exit_code == 0
        (tmp_path / "p.tsv").rename(tmp_path / f"{threads}.tsv")

    assert (tmp_path / "1.tsv").read_bytes() == (tmp_path / "3.tsv").read_bytes()


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("", (), "is empty; give FASTA"),
        (">a\nMKEV\n", (), "line 1: the sequence of 'a' has the letter 'E', which stands for no nucleotide"),
        (">a\nACGU\n>a\nACGU\n", (), "the id 'a' stands twice"),
        (">a\n" + "ACGU" * 9 + "\n", ("--model", "sequences.fa"), "is not a model bundle, or is truncated"),
        (">a\n" + "ACGU" * 9 + "\n", ("--model", "plain", "--fpr", 0.1), "without calibration, so --fpr"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_no_output(folder, tmp_path, monkeypatch, content, options, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sequences.fa").write_text(content)
    (tmp_path / "plain").write_bytes((folder / "plain.safetensors").read_bytes())

    result = predict(folder, tmp_path, *options, sequences=tmp_path / "sequences.fa")

    assert result.exit_code == 1
    assert result.stderr.startswith("srna-family-predict: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "p.tsv").exists()


def test_a_late_error_leaves_no_output(folder, tmp_path):
    (tmp_path / "late.fa").write_text("".join(f">s{number}\n{'ACGU' * 5}\n" for number in range(3000)) + ">p\nMKEV\n")

    result = predict(folder, tmp_path, sequences=tmp_path / "late.fa")

    assert result.exit_code == 1
    assert "line 6001: the sequence of 'p'" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["late.fa"]


def test_threshold_and_fpr_exclude_each_other(folder, tmp_path):
    result = predict(folder, tmp_path, "--threshold", 1, "--fpr", 0.1)

    assert result.exit_code == 2
    assert "give one of them" in result.stderr


@pytest.mark.parametrize("options", [("--threshold", "nan"), ("--threshold", "inf"), ("--fpr", "nan")])
def test_a_threshold_that_is_no_number_is_a_usage_error(folder, tmp_path, options):
    result = predict(folder, tmp_path, *options)

    assert result.exit_code == 2
    assert "--threshold and --fpr must be finite numbers" in result.stderr


def test_a_bundle_of_samples_is_refused_with_the_executable_that_takes_it(folder, tmp_path, bundle_of_kind):
    save_bundle(bundle_of_kind("logistic"), tmp_path / "samples.safetensors")

    result = predict(folder, tmp_path, "--model", tmp_path / "samples.safetensors")

    assert result.exit_code == 1
    assert "samples.safetensors: holds a model of samples, not of miRNA families; use srna-predict" in result.stderr
    assert not (tmp_path / "p.tsv").exists()


def test_prediction_needs_no_library_of_training(folder, tmp_path):
    words = [str(folder / "new.fa"), "--model", str(folder / "m.safetensors"), "-o", str(tmp_path / "p.tsv")]
    script = (
        "import sys, json; from click.testing import CliRunner; from srna_tools.cli.srna_family_predict import main\n"
        f"result = CliRunner().invoke(main, {words!r})\n"
        "print(json.dumps([result.exit_code, [name for name in ('tensorflow', 'keras', 'RNA', 'pyhmmer', 'pyfamsa',\n"
        "    'matplotlib') if name in sys.modules]]))"
    )

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(result.stdout.splitlines()[-1]) == [0, []]
