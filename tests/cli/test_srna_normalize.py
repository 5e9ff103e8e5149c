"""srna-normalize as a user calls it."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import sparse

from srna_tools import schema
from srna_tools.cli.srna_normalize import main
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.preprocess import TransformSpecification

COUNTS = [[10, 30, 60, 0], [20, 20, 60, 0], [30, 10, 60, 1]]


@pytest.fixture
def samples(make_samples, tmp_path):
    write_samples(make_samples(COUNTS), tmp_path / "samples.h5ad")
    return tmp_path / "samples.h5ad"


def normalise(samples, *options):
    output = samples.parent / "normalised.h5ad"
    result = CliRunner().invoke(main, [str(samples), *options, "-o", str(output)])
    return result, output


def test_the_published_steps_are_the_default(samples):
    result, output = normalise(samples)
    assert result.exit_code == 0, result.output
    assert result.stdout == "kept 3 of 4 features (zero in at most 30 % of 3 samples)\n"
    after = read_samples(output)
    X = after.X.toarray() if sparse.issparse(after.X) else after.X
    library = [100, 100, 101]
    expected = np.array([[c / d for c in row[:3]] for row, d in zip(COUNTS, library, strict=True)])
    expected = (expected - expected.min(axis=0)) / (expected.max(axis=0) - expected.min(axis=0))
    np.testing.assert_allclose(X[:, :3], expected, atol=1e-6)
    assert not X[:, 3].any()
    assert after.var["selected"].tolist() == [True, True, True, False]
    assert after.layers["counts"].toarray().tolist() == COUNTS
    assert [step["step"] for step in schema.history_of(after)] == ["srna-normalize"]


def test_every_option_is_recorded(samples):
    lengths = samples.parent / "lengths.tsv"
    lengths.write_text("feature\tlength\n" + "".join(f"hsa-miR-{n}-5p\t{20 + n}\n" for n in (1, 2, 3, 4)))
    result, output = normalise(
        samples, "--method", "log-tpm", "--max-zero-fraction", "0.9", "--min-rpm", "2", "--min-rpm-fraction", "0.1",
        "--gini", "0", "0.9", "--scale", "zscore", "--feature-types", "miRNA", "--feature-types", "snoRNA",
        "--measured", "any", "--lengths", str(lengths),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert TransformSpecification.recorded_in(read_samples(output)) == TransformSpecification(
        normalisation="log-tpm", feature_types=("miRNA", "snoRNA"), max_zero_fraction=0.9, min_rpm=2.0,
        min_rpm_fraction=0.1, gini=(0.0, 0.9), scaling="zscore", measured="any",
        lengths=tuple((f"hsa-miR-{n}-5p", 20.0 + n) for n in (1, 2, 3, 4)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--max-zero-fraction 0 --gini 0.99 1", "no feature passes the filters (of 4: 4 measured by the training"),
        ("--feature-types piRNA", "no feature is of the types piRNA; the types present are: miRNA"),
        ("--method log-tpm", "log-tpm needs the length of every feature, but --lengths does not name hsa-miR-1-5p"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(samples, options, sentence):
    result, output = normalise(samples, *options.split())
    assert result.exit_code == 1
    assert result.stderr.startswith("srna-normalize: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not output.exists()


@pytest.mark.parametrize(
    "options", ["--method tpm", "--feature-types mirna", "--max-zero-fraction 2", "--gini 0.5", "--min-rpm -1"]
)
def test_wrong_usage_exits_2(samples, options):
    result, output = normalise(samples, *options.split())
    assert result.exit_code == 2
    assert not output.exists()


def test_a_file_that_srna_import_did_not_write_is_refused(samples):
    text = samples.parent / "text.h5ad"
    text.write_text("no")
    result, _ = normalise(text)
    assert result.exit_code == 1
    assert "text.h5ad: is not an h5ad" in result.stderr
