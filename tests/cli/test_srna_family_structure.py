"""srna-family-structure as a user calls it."""

from __future__ import annotations

import gzip
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import RNA
from click.testing import CliRunner

from srna_tools.cli.srna_family_structure import main

SEQUENCES = {
    "tRNA": "GCGGAUUUAGCUCAGUUGGGAGAGCGCCAGACUGAAGAUCUGGAGGUCCUGUGUUCGAUCCACAGAAUUCGCACCA",
    "hairpin/1-12": "GGGGAAAACCCC",
    "open": "AAAAAAAA",
}
BLOCKED = """
import sys
sys.modules["RNA"] = None
from srna_tools.cli.srna_family_structure import main
main(sys.argv[1:])
"""


@pytest.fixture
def folder(tmp_path):
    text = "".join(f">{name} described\n{sequence}\n" for name, sequence in SEQUENCES.items())
    (tmp_path / "all.fa").write_text(text)
    return tmp_path


def run(folder, *options, source="all.fa"):
    words = [str(folder / word[1:]) if word.startswith("@") else word for word in options]
    return CliRunner().invoke(main, [str(folder / source), *words, "-o", str(folder / "pairs.tsv")])


def test_tables_hold_what_viennarna_says(folder):
    result = run(folder, "--structure-output", "@structures.tsv", "--threshold", "0.01")

    assert result.exit_code == 0, result.output
    pairs = pd.read_csv(folder / "pairs.tsv", sep="\t")
    assert pairs.columns.tolist() == ["sequence", "first", "second", "first_base", "second_base", "probability"]
    for name, sequence in SEQUENCES.items():
        compound = RNA.fold_compound(sequence)
        compound.pf()
        table = np.array(compound.bpp())
        expected = [(i, j, table[i, j]) for i, j in np.argwhere(table >= 0.01)]
        found = pairs[pairs["sequence"] == name]
        assert list(zip(found["first"], found["second"], strict=True)) == [one[:2] for one in expected]
        np.testing.assert_allclose(found["probability"], [one[2] for one in expected], rtol=1e-3)
        assert [sequence[place - 1] for place in found["first"]] == found["first_base"].tolist()
        assert [sequence[place - 1] for place in found["second"]] == found["second_base"].tolist()
    structures = pd.read_csv(folder / "structures.tsv", sep="\t")
    assert structures.columns.tolist() == ["sequence", "length", "structure", "energy"]
    assert structures["sequence"].tolist() == list(SEQUENCES)
    assert structures["length"].tolist() == [76, 12, 8]
    assert structures["structure"].tolist() == [RNA.fold(sequence)[0] for sequence in SEQUENCES.values()]
    assert structures["energy"].tolist() == pytest.approx([RNA.fold(one)[1] for one in SEQUENCES.values()], abs=0.006)
    assert f"3 sequences folded: {len(pairs)} base pairs with a probability of at least 0.01" in result.stdout
    assert "1 sequence without any: open" in result.stdout


@pytest.mark.parametrize(
    "options", [["--matrix", "pair"], ["--matrix", "pair", "--unordered"], ["--matrix", "probability"], []]
)
def test_pictures_of_all_sequences(folder, options):
    result = run(folder, "--image-dir", "@images", *options)

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "images").iterdir()) == ["hairpin_1-12.png", "open.png", "tRNA.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (folder / "images").iterdir())


def test_the_picture_of_one_sequence_and_the_same_bytes_twice(folder):
    pictures = []
    for _ in range(2):
        result = run(folder, "--sequence", "tRNA", "--plot-output", "@one.svg")
        assert result.exit_code == 0, result.output
        pictures.append((folder / "one.svg").read_bytes())

    assert pictures[0] == pictures[1]
    assert pictures[0].startswith(b"<?xml")
    assert set(pd.read_csv(folder / "pairs.tsv", sep="\t")["sequence"]) == {"tRNA"}


def test_other_letters_dna_and_gzip_are_read(folder):
    with gzip.open(folder / "dna.fa.gz", "wt") as stream:
        stream.write(">a\r\nggggaaaacccc\r\n>b\r\nGGTT-NNRR\r\n")

    result = run(folder, source="dna.fa.gz")

    assert result.exit_code == 0, result.output
    rna = run(folder, "--sequence", "hairpin/1-12")
    assert rna.exit_code == 0
    assert "2 sequences folded" in result.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--sequence", "mir-1"], "there is no sequence 'mir-1'; the ids begin with: tRNA, hairpin/1-12, open"),
        (["--plot-output", "@one.png"], "--plot-output takes the picture of one sequence, but there are several"),
        (["--structure-output", "@no/s.tsv"], "is no folder that may be written to"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(folder, options, sentence):
    result = run(folder, *options)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["all.fa"]


@pytest.mark.parametrize("text", ["", ">a\nMKLVE*\n"])
def test_files_without_rna_are_refused_and_leave_no_table(folder, text):
    (folder / "bad.fa").write_text(text)

    result = run(folder, source="bad.fa")

    assert result.exit_code == 1
    assert "bad.fa" in result.stderr
    assert not (folder / "pairs.tsv").exists()


def test_a_mistake_at_the_end_of_the_file_leaves_no_pictures(folder):
    (folder / "twice.fa").write_text((folder / "all.fa").read_text() + ">open\nAAAA\n")

    result = run(folder, "--image-dir", "@pictures", source="twice.fa")

    assert result.exit_code == 1
    assert "the id 'open' stands twice" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["all.fa", "twice.fa"]


def test_a_threshold_of_nothing_is_a_usage_error(folder):
    assert run(folder, "--threshold", "0").exit_code == 2


def test_without_viennarna_one_sentence_says_how_to_get_it(folder):
    result = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(folder / "all.fa"), "-o", str(folder / "pairs.tsv")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 1
    assert result.stderr == (
        "srna-family-structure: this step needs ViennaRNA; install it with: pip install 'srna-tools[sequence]'\n"
    )
    assert not (folder / "pairs.tsv").exists()
