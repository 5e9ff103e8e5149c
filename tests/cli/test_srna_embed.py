"""srna-embed as a user calls it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from scipy import sparse

from srna_tools import assembly
from srna_tools.cli.srna_embed import main
from srna_tools.io.h5ad import write_samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    counts = np.random.default_rng(0).poisson(30, (9, 20)).astype(float)
    counts[8] = 0
    obs = pd.DataFrame({"dataset": ["x", "y", "z"] * 3, "tissue": ["a", None, "b"] * 3}, index=list("abcdefghi"))
    samples = assembly.assemble(
        sparse.csr_matrix(counts), obs, pd.DataFrame(index=[f"hsa-miR-{n}-5p" for n in range(20)])
    )
    write_samples(samples, tmp_path / "samples.h5ad")
    write_samples(samples[:2].copy(), tmp_path / "two.h5ad")
    return tmp_path


def test_table_and_picture(folder):
    result = _run(folder, "--color tissue --plot-output plot.png")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(folder / "out.tsv", sep="\t")
    assert table.columns.tolist() == ["sample", "dataset", "pca_1", "pca_2", "tissue"]
    assert table["sample"].tolist() == list("abcdefgh")
    assert (folder / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert "1 sample without reads left out: i" in result.stdout


def test_the_same_bytes_twice(folder):
    outputs = []
    for _ in range(2):
        assert _run(folder, "--method tsne --seed 3 --plot-output plot.svg").exit_code == 0
        outputs.append(((folder / "out.tsv").read_bytes(), (folder / "plot.svg").read_bytes()))
    assert outputs[0] == outputs[1]
    assert outputs[0][0].startswith(b"sample\tdataset\ttsne_1\ttsne_2\n")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--color organ", "there is no sample column 'organ'; the columns are: dataset, tissue"),
        ("--dimensions 9", "8 samples with 20 features have at most 7 dimensions, but 9 were asked for"),
        ("", "2 of 2 samples with reads; an embedding places samples relative to each other"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(folder, options, sentence):
    result = _run(folder, f"{options} --plot-output plot.png", "two.h5ad" if not options else "samples.h5ad")
    assert result.exit_code == 1
    assert result.stderr.startswith("srna-embed: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (folder / "out.tsv").exists()
    assert not (folder / "plot.png").exists()


def _run(folder: Path, options: str, samples: str = "samples.h5ad") -> Result:
    arguments = [str(folder / word) if word.startswith("plot.") else word for word in options.split()]
    return CliRunner().invoke(main, [str(folder / samples), *arguments, "-o", str(folder / "out.tsv")])
