"""Scores of all samples in an h5ad, written block by block, so that they are never held at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.attribute.explain import Explainer
from srna_tools.io.h5ad import write_into
from srna_tools.io.hdf5 import Hdf5Output, hdf5_written_whole

if TYPE_CHECKING:
    import anndata
    import h5py

#: Rows of a chunk of the file: a divisor of the samples explained together, so that each chunk is written once.
_CHUNK_ROWS = 64
# Scores are almost noise to gzip: more effort takes time and saves no space.
_STORAGE = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
#: How AnnData marks a dense matrix (its on-disk specification, "array").
_ARRAY = {"encoding-type": "array", "encoding-version": "0.2.0"}


@dataclass
class ScoreFile:
    """Collector of the scores of all samples: a layer a class, and in ``X`` those of the predicted class.

    Attributes
    ----------
    explainer
        Whose samples, classes and features these are.
    path
        The h5ad; it appears when the block of `open` succeeds.
    """

    explainer: Explainer
    path: Path
    _matrices: list[h5py.Dataset] = field(default_factory=list)
    _output: Hdf5Output = field(init=False, repr=False)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take scores inside this block, which renames the file to `path` at its end."""
        explainer = self.explainer
        names = layer_names(explainer.bundle.classes)
        with hdf5_written_whole(self.path) as self._output:
            file = self._output.file
            write_into(file, _annotation(explainer, names))
            places = ["X", *(f"layers/{name}" for name in names)]
            self._matrices = [_matrix(file, place, explainer.inputs.shape) for place in places]
            yield

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Write the scores of samples that follow each other, shape (rows, classes, features)."""
        place = slice(int(rows[0]), int(rows[-1]) + 1)
        of_prediction, *of_classes = self._matrices
        predicted = self.explainer.probabilities[rows].argmax(axis=1)
        of_prediction[place] = scores[np.arange(len(rows)), predicted]
        for code, matrix in enumerate(of_classes):
            matrix[place] = scores[:, code]
        self._output.require_room()


def layer_names(classes: Sequence[str]) -> list[str]:
    """Name of each class as an h5ad can hold it: no slash, no lone dots, no name twice."""
    names: list[str] = []
    for name in classes:
        safe = name.replace("/", "_")
        safe = f"class {safe}" if not safe.strip(".") else safe
        names.append(safe if safe not in names else f"{safe} ({len(names) + 1})")
    return names


def _matrix(file: h5py.File, place: str, shape: tuple[int, ...]) -> h5py.Dataset:
    chunks = (min(_CHUNK_ROWS, shape[0]), shape[1])
    matrix = file.create_dataset(place, shape, np.float32, chunks=chunks, **_STORAGE)
    matrix.attrs.update(_ARRAY)
    return matrix


def _annotation(explainer: Explainer, layers: Sequence[str]) -> anndata.AnnData:
    """All of the table but its scores."""
    bundle = explainer.bundle
    classes = np.asarray(bundle.classes)
    obs = pd.DataFrame(
        {
            "class": np.where(explainer.codes >= 0, classes[explainer.codes], ""),
            "class_is_annotated": explainer.annotated,
            "predicted": classes[explainer.probabilities.argmax(axis=1)],
            "probability": explainer.probabilities.max(axis=1),
        },
        index=explainer.samples.obs_names,
    )
    var = pd.DataFrame({schema.FEATURE_TYPE: list(bundle.transform.types)}, index=list(bundle.transform.features))
    import anndata

    table = anndata.AnnData(obs=obs, var=var)
    table.uns["srna_tools"] = {
        "schema_version": schema.SCHEMA_VERSION,
        "label": bundle.label,
        "layers": json.dumps(dict(zip(layers, bundle.classes, strict=True))),
        **explainer.engine.facts(),
    }
    return table
