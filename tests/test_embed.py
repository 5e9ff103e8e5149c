"""Coordinates of samples: against numpy, the same for a seed, and what cannot be embedded."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import assembly
from srna_tools.embed import embed, require_columns, values_to_embed
from srna_tools.errors import ColumnError, MissingExtraError, SampleError
from srna_tools.preprocess.apply import normalise_samples
from srna_tools.preprocess.specification import TransformSpecification


def _samples(number: int = 24, features: int = 60):
    generator = np.random.default_rng(5)
    counts = generator.poisson(generator.gamma(1, 50, features), (number, features)).astype(float)
    counts[: number // 2, :10] *= 9
    obs = pd.DataFrame({"dataset": ["x", "y"] * (number // 2) + ["x"] * (number % 2)})
    obs["tissue"] = np.where(np.arange(number) < number // 2, "liver", "lung")
    obs.index = [f"s{place}" for place in range(number)]
    var = pd.DataFrame(index=[f"hsa-miR-{place}-5p" for place in range(features - 2)] + ["taxon:1", "taxon:2"])
    var["feature_type"] = ["miRNA"] * (features - 2) + ["contaminant"] * 2
    return assembly.assemble(sparse.csr_matrix(counts), obs, var)


def test_pca_is_the_singular_value_decomposition():
    samples = _samples()
    embedding = embed(samples, "pca", dimensions=3)
    reads = samples.layers["counts"].toarray()[:, :-2].astype(float)
    kept = reads[:, (reads == 0).mean(axis=0) <= 0.9]
    values = np.log2(1e6 * kept / reads.sum(axis=1, keepdims=True) + 1)
    np.testing.assert_allclose(values_to_embed(samples)[0], values, rtol=1e-5)
    left, singular, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    ours = embedding.coordinates.to_numpy()
    signs = np.sign((ours * left[:, :3]).sum(axis=0))
    np.testing.assert_allclose(ours, signs * left[:, :3] * singular[:3], atol=1e-4 * singular[0])
    np.testing.assert_allclose(embedding.explained, singular[:3] ** 2 / (singular**2).sum(), rtol=1e-4)
    assert embedding.coordinates.columns.tolist() == ["pca_1", "pca_2", "pca_3"]


@pytest.mark.parametrize("method", ["pca", "tsne", "umap"])
def test_the_same_seed_gives_the_same_place_and_groups_lie_apart(method):
    samples = _samples()
    one, two = (embed(samples, method, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.coordinates, two.coordinates)
    assert np.isfinite(one.coordinates.to_numpy()).all()
    if method == "umap":  # t-SNE starts from the principal components
        assert not np.allclose(one.coordinates, embed(samples, method, seed=5).coordinates)
    centre = one.coordinates.groupby(samples.obs["tissue"].to_numpy()).mean()
    to_centre = np.linalg.norm(one.coordinates.to_numpy()[:, None] - centre.to_numpy(), axis=2)
    assert (centre.index[to_centre.argmin(axis=1)] == samples.obs["tissue"]).mean() > 0.9


@pytest.mark.parametrize("method", ["tsne", "umap"])
@pytest.mark.parametrize(("number", "dimensions"), [(4, 2), (5, 3), (7, 4)])
def test_few_samples(method, number, dimensions):
    coordinates = embed(_samples(number), method, dimensions=dimensions).coordinates
    assert coordinates.shape == (number, dimensions)
    assert np.isfinite(coordinates.to_numpy()).all()


def test_normalised_values_are_taken_as_they_stand():
    specification = TransformSpecification(normalisation="rank", max_zero_fraction=0.3, scaling="none")
    samples, _ = normalise_samples(_samples(), specification)
    values, description = values_to_embed(samples)
    stored = samples.X if isinstance(samples.X, np.ndarray) else samples.X.toarray()
    np.testing.assert_array_equal(values, stored[:, samples.var["selected"].to_numpy()])
    assert description.startswith("rank values of ")


def test_samples_without_reads_are_left_out_and_named():
    counts = _samples()
    raw = counts.layers["counts"].toarray()
    raw[3] = 0
    samples = assembly.assemble(sparse.csr_matrix(raw), counts.obs, counts.var)
    embedding = embed(samples, "pca")
    assert embedding.left_out == ("s3",)
    table = embedding.table(samples, ["tissue", "dataset", "tissue"])
    assert table.columns.tolist() == ["sample", "dataset", "pca_1", "pca_2", "tissue"]
    assert table["sample"].tolist() == [name for name in samples.obs_names if name != "s3"]
    assert table["tissue"].tolist() == samples.obs["tissue"].drop("s3").tolist()
    assert "1 sample without reads left out: s3" in embedding.summary()


def test_too_few_samples():
    with pytest.raises(SampleError, match=r"3 of 3 samples with reads; an embedding places .* at least 4"):
        embed(_samples(3), "pca")


def test_too_many_dimensions():
    with pytest.raises(SampleError, match="at most 4 dimensions, but 5 were asked for"):
        embed(_samples(5), "pca", dimensions=5)


def test_missing_column():
    with pytest.raises(ColumnError, match="'organ'; the columns are: dataset"):
        require_columns(_samples(), ["dataset", "organ"])


def test_umap_without_scanpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scanpy", None)
    with pytest.raises(MissingExtraError, match=r"needs scanpy; install it with: pip install 'srna-tools\[embed\]'"):
        embed(_samples(), "umap")


def test_umap_in_a_home_that_cannot_be_written_and_without_tensorflow(tmp_path):
    samples = tmp_path / "samples.h5ad"
    _samples().write_h5ad(samples)
    script = (
        "import sys, anndata, srna_tools.embed as e; "
        f"print(e.embed(anndata.read_h5ad({str(samples)!r}), 'umap').coordinates.shape, 'tensorflow' in sys.modules)"
    )
    environment = {name: text for name, text in os.environ.items() if name not in {"NUMBA_CACHE_DIR", "MPLCONFIGDIR"}}
    # Nothing that was compiled is kept without a home, so that it had better be compiled fast.
    environment |= {"HOME": "/nonexistent", "NUMBA_OPT": "0"}
    result = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert result.stdout.split(b"\n")[0] == b"(24, 2) False"


def test_umap_of_more_samples_than_scanpy_compares_exactly():
    assert np.isfinite(embed(_samples(5000), "umap").coordinates.to_numpy()).all()


@pytest.mark.parametrize("method", ["pca", "tsne", "umap"])
def test_samples_that_are_all_alike_have_no_places(method):
    samples = _samples()
    samples.layers["counts"] = samples.layers["counts"][[0] * samples.n_obs]
    with pytest.raises(SampleError, match="have the same values; there is nothing that tells them apart"):
        embed(samples, method)
