"""srna-family-attribute as users call it: bases, motifs, pictures, and one sentence for what cannot be."""

from __future__ import annotations

import io
import sys

import numpy as np
import pandas as pd
import pytest
from Bio import motifs as bio
from click.testing import CliRunner

from srna_tools.cli.srna_family_attribute import main
from srna_tools.sequences.families import Families
from srna_tools.sequences.family_bundle import FamilyBundle, save_family_bundle
from srna_tools.sequences.letters import codes
from srna_tools.sequences.one_hot_network import OneHotNetwork
from srna_tools.sequences.registry import FAMILY_MODELS

WORDS = {"mir-160": "UGGCUCCC", "let-7": "GAGGUAGU"}
MATURE = "UGCC" + WORDS["mir-160"] + "UGUAUGCCA"


def network():
    """A network with one filter a family, which knows its word, and one that knows neither."""
    kernel = np.stack([2 * np.eye(4)[codes(word)] - 1 for word in (*WORDS.values(), "AAAAAAAA")], axis=2)
    convolution = kernel.astype(np.float32), np.full(3, -5, dtype=np.float32)
    hidden = np.eye(3, dtype=np.float32), np.zeros(3, dtype=np.float32)
    output = np.eye(3, 2, dtype=np.float32), np.zeros(2, dtype=np.float32)
    return OneHotNetwork((convolution,), (hidden, output), np.eye(2, 3, dtype=np.float32), 60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sequences of two families, some that cannot be scored, mature miRNAs, and models of two kinds."""
    folder, rng = tmp_path_factory.mktemp("attribute"), np.random.default_rng(4)

    def around(word, before):
        return "".join(rng.choice(list("CU"), before)) + word + "".join(rng.choice(list("CU"), 12))

    sequences = [around(MATURE, 6 + row) for row in range(4)] + [around(WORDS["let-7"], 9) for _ in range(3)]
    members = np.repeat([0, 1], (4, 3))
    lines = [f">s{row}\n{sequence}\n" for row, sequence in enumerate(sequences)]
    (folder / "s.fa").write_text("".join(lines) + ">short\nACGU\n>long\n" + "ACGU" * 30 + "\n")
    (folder / "mature.fa").write_text(f">ath-miR160a MIMAT0000178\n{MATURE.replace('U', 'T')}\n")
    save_family_bundle(FamilyBundle("cnn", tuple(WORDS), network(), max_length=60), folder / "cnn.safetensors")
    kind = FAMILY_MODELS["kmer"]
    trained = kind.train(Families(tuple(WORDS), tuple(sequences), members), kind.settings(), 0, 1)
    save_family_bundle(FamilyBundle("kmer", tuple(WORDS), trained.model, max_length=60), folder / "kmer.safetensors")
    return folder


@pytest.fixture
def call(folder, tmp_path):
    """Call with a model; words that begin with @ are inputs, with = outputs."""

    def run(model, *words):
        where = {"@": folder, "=": tmp_path}
        words = [str(where[word[0]] / word[1:]) if word[0] in where else word for word in words]
        outputs = ["-o", str(tmp_path / "bases.tsv"), "--threads", "1"]
        return CliRunner().invoke(
            main, [str(folder / "s.fa"), "--model", str(folder / f"{model}.safetensors"), *words, *outputs]
        )

    run.outputs = tmp_path
    return run


@pytest.mark.parametrize("model", ["cnn", "kmer"])
def test_bases_of_the_word_speak_for_the_family(call, model):
    result = call(model)

    assert result.exit_code == 0, result.output
    bases = pd.read_csv(call.outputs / "bases.tsv", sep="\t")
    assert list(bases.columns) == ["sequence", "family", "position", "base", "score"]
    assert dict(bases.groupby("sequence")["family"].first()) == {
        f"s{row}": "mir-160" if row < 4 else "let-7" for row in range(7)
    }
    for name, rows in bases.groupby("sequence"):
        word = WORDS[rows["family"].iloc[0]]
        start = "".join(rows["base"]).find(word)
        inside = rows["position"].between(start + 1, start + len(word))
        # The model of k-mers knows the letters beside a word, too: those of the mature miRNA go with it.
        assert rows.loc[inside, "score"].mean() > 2 * rows.loc[~inside, "score"].abs().mean(), name
    assert f"explained by {'deeplift' if model == 'cnn' else 'substitution'}: 7 sequences" in result.output
    assert "left out: 2 sequences (1 too short, 1 over-long)" in result.output


def test_deeplift_by_hand(call):
    call("cnn", "--sequence", "s4")

    bases = pd.read_csv(call.outputs / "bases.tsv", sep="\t")
    # The filter gives 8 - 5 = 3, of 8 that its letters add: each has 3/8; the lead is half of the logits' difference.
    np.testing.assert_allclose(bases["score"][9:17], 3 / 8 / 2, atol=1e-6)
    assert (bases["score"].drop(range(9, 17)) == 0).all()
    assert set(bases["sequence"]) == {"s4"}


def test_another_family_can_be_explained(call):
    call("cnn", "--family", "mir-160", "--sequence", "s4")

    bases = pd.read_csv(call.outputs / "bases.tsv", sep="\t")
    assert set(bases["family"]) == {"mir-160"}
    np.testing.assert_allclose(bases["score"][9:17], -3 / 8 / 2, atol=1e-6)


def test_motifs_are_the_planted_words_and_lie_in_the_mature_mirna(call):
    result = call(
        "cnn", "--motifs-output", "=m.tsv", "--meme-output", "=m.meme", "--logo-dir", "=logos", "--mature", "@mature.fa"
    )

    assert result.exit_code == 0, result.output
    table = pd.read_csv(call.outputs / "m.tsv", sep="\t").set_index("family")
    assert dict(table["consensus"]) == WORDS
    first = table.loc["mir-160"]
    assert (first["sequences"], first["start"], first["end"]) == (4, 12.5, 19.5)
    assert (first["mature"], first["mature_sequences"], first["mature_share"]) == ("ath-miR160a", 4, 1)
    assert first["mature_start"] == 5
    assert table.loc["let-7", "mature_sequences"] == 0
    record = bio.parse(io.StringIO((call.outputs / "m.meme").read_text()), "minimal")
    assert [(motif.name, str(motif.consensus)) for motif in record] == [
        ("mir-160-1-width8", WORDS["mir-160"]), ("let-7-1-width8", WORDS["let-7"])
    ]  # fmt: skip
    for name in WORDS:
        assert (call.outputs / "logos" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "motifs of mir-160 in 4 sequences: UGGCUCCC around base 12 (100 % in ath-miR160a)" in result.output


def test_pictures_of_bases(call):
    result = call("cnn", "--sequence", "s0", "--sequence", "s5", "--plot-output", "=b.svg", "--mature", "@mature.fa")

    assert result.exit_code == 0, result.output
    assert b"<svg" in (call.outputs / "b.svg").read_bytes()


@pytest.mark.parametrize(
    ("model", "words", "sentence"),
    [
        ("kmer", ("--motifs-output", "=m.tsv"), "motifs are what the filters of a model of kind cnn see"),
        ("kmer", ("--method", "deeplift"), "choose the method substitution"),
        ("cnn", ("--family", "mir-1"), "the model has no family 'mir-1'; it has mir-160, let-7"),
        ("cnn", ("--sequence", "s99"), "there is no sequence 's99'"),
        ("cnn", ("--mature", "@short.fa", "--plot-output", "=b.png"), "no sequence of at least 15 nt"),
    ],
)
def test_what_cannot_be_is_one_sentence(call, folder, model, words, sentence):
    (folder / "short.fa").write_text(">x\nACGU\n")

    result = call(model, *words)

    assert result.exit_code == 1
    assert sentence in result.output
    assert len(result.output.splitlines()) == 1
    assert not (call.outputs / "bases.tsv").exists()


def test_what_fails_last_leaves_no_output(call, tmp_path_factory, monkeypatch):
    broken = tmp_path_factory.mktemp("broken")
    (broken / "logomaker.py").write_text("raise ImportError('half of it is gone')")
    monkeypatch.delitem(sys.modules, "logomaker", raising=False)
    monkeypatch.syspath_prepend(broken)

    result = call("cnn", "--motifs-output", "=m.tsv", "--meme-output", "=m.meme", "--logo-dir", "=logos")

    assert result.exit_code == 1
    assert "logomaker is installed, but does not load (half of it is gone)" in result.output
    assert [path for path in call.outputs.rglob("*") if path.is_file()] == []


def test_mature_mirnas_without_what_shows_them_are_a_usage_error(call):
    assert call("cnn", "--mature", "@mature.fa").exit_code == 2


def test_sequences_that_all_cannot_be_scored_are_refused(folder, tmp_path):
    (folder / "bad.fa").write_text(">short\nACGU\n")
    result = CliRunner().invoke(
        main, [str(folder / "bad.fa"), "--model", str(folder / "cnn.safetensors"), "-o", str(tmp_path / "b.tsv")]
    )

    assert result.exit_code == 1
    assert "no sequence that the model can score (1 too short)" in result.output
