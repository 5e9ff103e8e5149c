"""Fits that are done, kept in a folder so that a killed run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from srna_tools import schema
from srna_tools.evaluate.fits import Fit, FitResult, Material
from srna_tools.io.output import make_folder, written_whole
from srna_tools.version import VERSION

_LOG = logging.getLogger(__name__)
_ARRAY, _SCORES, _SHA = "probabilities", "scores", "sha256"


def fingerprint(material: Material) -> str:
    """Checksum of everything in the samples that a fit depends on."""
    samples = material.samples
    counts = schema.counts_of(samples)
    counts.sort_indices()
    digest = hashlib.sha256()
    for array in (counts.data, counts.indices, counts.indptr, schema.measured_of(samples).to_numpy()):
        digest.update(np.ascontiguousarray(array).tobytes())
    resources = schema.resources_of(samples).tolist()
    texts = [*samples.var_names, *samples.var[schema.FEATURE_TYPE].astype(str), *schema.measured_of(samples).columns]
    texts += [str(schema.absent_is_zero(samples)), str(schema.species_of(samples)), *resources]
    texts += [str(samples.uns[schema.UNS].get(schema.NAMESPACE, "")), *material.classes]
    digest.update("\0".join(texts).encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class FinishedFits:
    """A folder with one small file a finished fit.

    Attributes
    ----------
    samples
        `fingerprint` of the samples.
    """

    folder: Path
    samples: str

    @classmethod
    def within(cls, folder: Path, material: Material) -> FinishedFits:
        """Open the folder, making it where it is missing.

        Raises
        ------
        InputError
            It cannot be made or written.
        """
        make_folder(folder)
        return cls(folder, fingerprint(material))

    def holds(self, fit: Fit, material: Material) -> bool:
        """Whether there is a file of this fit, sound or not."""
        return self._path(fit, material).exists()

    def load(self, fit: Fit, material: Material) -> FitResult | None:
        """Result of a finished fit; None where it is not there, or damaged (which is said)."""
        from safetensors import SafetensorError, safe_open

        path = self._path(fit, material)
        if not path.exists():
            return None
        try:
            with safe_open(path, framework="numpy") as file:
                stored, array = file.metadata() or {}, file.get_tensor(_ARRAY)
        except (SafetensorError, OSError, ValueError, TypeError) as error:
            _LOG.warning("%s is damaged (%s); the fit is done again", path, error)
            return None
        expected = (len(fit.fold.test), len(material.classes))
        scores = stored.get(_SCORES, "")
        if array.shape != expected or array.dtype != np.float64 or stored.get(_SHA) != _checksum(array, scores):
            _LOG.warning("%s is damaged (its checksum differs); the fit is done again", path)
            return None
        return FitResult(np.asarray(array), tuple(json.loads(scores)))

    def save(self, fit: Fit, material: Material, result: FitResult) -> None:
        """Keep the result of a fit."""
        from safetensors.numpy import save_file

        array = np.ascontiguousarray(result.probabilities, dtype=np.float64)
        scores = json.dumps([dict(row) for row in result.scores])
        with written_whole(self._path(fit, material)) as partial:
            save_file({_ARRAY: array}, partial, metadata={_SHA: _checksum(array, scores), _SCORES: scores})

    def _path(self, fit: Fit, material: Material) -> Path:
        """File of a fit, named by all that its result depends on."""
        digest = hashlib.sha256()
        columns = [material.names, material.labels, material.datasets]
        if fit.search or fit.contender.candidates:
            # The folds inside the training set keep linked samples together.
            columns.append(material.linked.astype(str))
        for part in (fit.fold.train, fit.fold.test):
            rows = ["\t".join(row) for row in zip(*(column[part] for column in columns), strict=True)]
            digest.update("\n".join(["", *rows]).encode())
        search = asdict(fit.search) if fit.search else None
        facts = {
            "model": fit.contender.to_dict(),
            "search": search,
            "seed": fit.seed,
            "samples": self.samples,
            "version": VERSION,
        }
        digest.update(json.dumps(facts, sort_keys=True).encode())
        return self.folder / f"{digest.hexdigest()[:40]}.safetensors"


def _checksum(array: np.ndarray, scores: str) -> str:
    return hashlib.sha256(array.tobytes() + scores.encode()).hexdigest()
