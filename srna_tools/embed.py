"""Coordinates that show which samples are alike: PCA, t-SNE or UMAP of the expression profiles."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.errors import ColumnError, SampleError, counted, listed
from srna_tools.extras import import_from_extra
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform

if TYPE_CHECKING:
    import anndata

PCA, TSNE, UMAP = "pca", "tsne", "umap"
METHODS = (PCA, TSNE, UMAP)
# What is embedded where srna-normalize has not said otherwise.
DEFAULT_VALUES = TransformSpecification(normalisation="log-rpm", max_zero_fraction=0.9, scaling="none")

_FEWEST_SAMPLES = 4
# t-SNE and UMAP start from this many principal components, as is usual for expression profiles.
_COMPONENTS = 50
_PERPLEXITY, _NEIGHBOURS = 30.0, 15
# scikit-learn's own choice is never below 50, which throws single ones of a few dozen samples far out.
_SLOWEST_LEARNING, _SAMPLES_PER_RATE = 10.0, 48
# The fast approximation of t-SNE exists for up to three dimensions.
_APPROXIMATE_UP_TO = 3


@dataclass(frozen=True)
class Embedding:
    """Where each sample lies.

    Attributes
    ----------
    method
        ``pca``, ``tsne`` or ``umap``.
    coordinates
        Samples x dimensions, columns ``pca_1``, ``pca_2``...
    explained
        PCA: share of the variance along each dimension, else empty.
    left_out
        Samples without reads, which have no place.
    made_from
        The values that were embedded, and settings that depend on the data, in words.
    """

    method: str
    coordinates: pd.DataFrame
    explained: tuple[float, ...]
    left_out: tuple[str, ...]
    made_from: str

    def table(self, samples: anndata.AnnData, columns: Sequence[str]) -> pd.DataFrame:
        """One row a sample: name, dataset, coordinates, and the sample columns asked for."""
        obs = samples.obs.loc[self.coordinates.index]
        table = self.coordinates.copy()
        table.insert(0, "dataset", obs[schema.DATASET].astype(str))
        table.insert(0, "sample", table.index.astype(str))
        for column in dict.fromkeys(columns):
            if column not in table:
                table[column] = obs[column]
        return table.reset_index(drop=True)

    def summary(self) -> list[str]:
        """Sentences for the user: what was embedded, and who was left out."""
        lines = [f"{self.method} of {counted(len(self.coordinates), 'sample')}: {self.made_from}"]
        if self.explained:
            shares = ", ".join(f"{100 * share:.0f} %" for share in self.explained)
            lines.append(f"share of the variance along each dimension: {shares}")
        if self.left_out:
            lines.append(f"{counted(len(self.left_out), 'sample')} without reads left out: {listed(self.left_out)}")
        return lines


def require_columns(samples: anndata.AnnData, columns: Sequence[str]) -> None:
    """Refuse columns that the samples do not have.

    Raises
    ------
    ColumnError
        The sentence lists those that exist.
    """
    for column in columns:
        if column not in samples.obs:
            raise ColumnError(column, samples.obs.columns)


def embed(samples: anndata.AnnData, method: str, *, dimensions: int = 2, seed: int = 0) -> Embedding:
    """Place the samples so that similar expression profiles lie close together.

    Parameters
    ----------
    samples
        With values in ``X`` if srna-normalize wrote them; else log-RPM of the measured features is used.
    method
        One of `METHODS`. Distances in a PCA mean something; in t-SNE and UMAP only who is near whom does.
    dimensions
        Number of coordinates of a sample.
    seed
        Start of the random numbers of t-SNE and UMAP; the same seed gives the same coordinates.

    Raises
    ------
    SampleError
        Fewer than 4 samples with reads, or more dimensions than the samples or features allow.
    MissingExtraError
        scanpy is not installed.
    """
    has_reads = schema.with_reads(samples)
    if has_reads.sum() < _FEWEST_SAMPLES:
        raise SampleError(
            f"{has_reads.sum()} of {counted(samples.n_obs, 'sample')} with reads; an embedding places samples relative "
            f"to each other and needs at least {_FEWEST_SAMPLES}"
        )
    values, description = values_to_embed(samples[has_reads])
    components, explained = _principal_components(values, dimensions, method, seed)
    if method == TSNE:
        perplexity = min(_PERPLEXITY, (len(values) - 1) / 3)
        coordinates = _tsne(components, dimensions, perplexity, seed)
        description += f"; perplexity {perplexity:.3g}, seed {seed}"
    elif method == UMAP:
        neighbours = min(_NEIGHBOURS, len(values) - 1)
        coordinates = _umap(components, dimensions, neighbours, seed)
        description += f"; {neighbours} neighbours, seed {seed}"
    else:
        coordinates = components[:, :dimensions]
    names = [f"{method}_{number}" for number in range(1, dimensions + 1)]
    return Embedding(
        method=method,
        coordinates=pd.DataFrame(coordinates.astype(np.float64), index=samples.obs_names[has_reads], columns=names),
        explained=tuple(explained[:dimensions].tolist()) if method == PCA else (),
        left_out=tuple(samples.obs_names[~has_reads].astype(str)),
        made_from=description,
    )


def values_to_embed(samples: anndata.AnnData) -> tuple[np.ndarray, str]:
    """Values of the samples, and what they are in words.

    Returns
    -------
    Float32, samples x features: the selected features of ``X`` where srna-normalize recorded its specification, else
    those of `DEFAULT_VALUES`.
    """
    recorded = TransformSpecification.recorded_in(samples)
    if recorded is None:
        transform = Transform.fit(samples, DEFAULT_VALUES)
        values = transform.apply(samples).values
        return values, f"log-rpm of {values.shape[1]:,} features that are zero in at most 90 % of the samples"
    stored = samples.X if schema.SELECTED not in samples.var else samples[:, samples.var[schema.SELECTED].to_numpy()].X
    values = np.asarray(stored if isinstance(stored, np.ndarray) else stored.toarray(), dtype=np.float32)
    if not values.size or not np.isfinite(values).all():
        raise SampleError("the values in X are missing or not finite; run srna-normalize again")
    return values, f"{recorded.normalisation} values of {values.shape[1]:,} features as srna-normalize left them"


def _principal_components(values: np.ndarray, dimensions: int, method: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    most = min(len(values) - 1, values.shape[1])
    if dimensions > most:
        raise SampleError(
            f"{len(values)} samples with {counted(values.shape[1], 'feature')} have at most {most} dimensions, "
            f"but {dimensions} were asked for"
        )
    from sklearn.decomposition import PCA as PrincipalComponents  # noqa: N811 - as PCA names the method here

    if np.ptp(values, axis=0).max() == 0:
        raise SampleError(f"all {len(values)} samples have the same values; there is nothing that tells them apart")
    wanted = dimensions if method == PCA else min(_COMPONENTS, most)
    model = PrincipalComponents(wanted, svd_solver="full", random_state=seed)
    return model.fit_transform(values), model.explained_variance_ratio_


def _tsne(components: np.ndarray, dimensions: int, perplexity: float, seed: int) -> np.ndarray:
    from sklearn import manifold

    settings: dict[str, Any] = {"perplexity": perplexity, "init": "pca", "random_state": seed}
    settings["learning_rate"] = max(len(components) / _SAMPLES_PER_RATE, _SLOWEST_LEARNING)
    if dimensions > min(_APPROXIMATE_UP_TO, components.shape[1]):
        settings["method"] = "exact"
    return np.asarray(manifold.TSNE(dimensions, **settings).fit_transform(components))


def _umap(components: np.ndarray, dimensions: int, neighbours: int, seed: int) -> np.ndarray:
    scanpy = import_from_extra("scanpy")
    import anndata

    profiles = anndata.AnnData(obsm={"X_pca": components})
    with _without_tensorflow(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Exact neighbours for any number of samples; scanpy's approximate ones, from 4,096 on, fail with some versions.
        scanpy.pp.neighbors(profiles, n_neighbors=neighbours, use_rep="X_pca", transformer="sklearn", random_state=seed)
        # The spectral start needs more samples than dimensions, by two.
        start = "spectral" if len(components) > dimensions + 2 else "random"
        scanpy.tl.umap(profiles, n_components=dimensions, init_pos=start, random_state=seed)
    return np.asarray(profiles.obsm["X_umap"])


@contextlib.contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Keep umap from importing TensorFlow, where it is installed, for a method that is not used here."""
    if "tensorflow" in sys.modules:
        yield
        return
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["tensorflow"]
