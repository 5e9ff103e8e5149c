"""Model bundle: a model, its fitted Transform and what is known about both, in one safetensors file.

Arrays are tensors, everything else is JSON in the header key ``srna_tools``. Loading executes nothing, and
every shape and index is checked before use.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srna_tools.bundle_file import arrays_of_part, is_of_families, read_bundle_file, require_schema, write_bundle_file
from srna_tools.errors import BundleError, SrnaToolsError
from srna_tools.models.interface import Classifier
from srna_tools.models.registry import from_state
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.preprocess.transform import Transform
from srna_tools.validation.temperature import HIGHEST, LOWEST, with_temperature
from srna_tools.version import VERSION

if TYPE_CHECKING:
    import numpy as np

_PARTS = ("model", "transform")
_FEWEST_CLASSES = 2
_TEXTS = ("kind", "label", "licence", "package_version")
_OBJECTS = ("model", "transform", "training", "calibration", "evaluation")


@dataclass(frozen=True)
class Bundle:
    """A model that can be applied to new samples.

    Attributes
    ----------
    kind
        One of `srna_tools.models.registry.MODELS`, or ``linear-numeric``.
    label
        The annotation it predicts, e.g. ``tissue``.
    classes
        Names of the classes, in the order of the model's outputs; none for a model of numbers.
    ontology_ids
        Ontology id of a class, where it has one.
    model, transform
        The fitted parts.
    training
        Facts about the training: samples per class and per dataset, settings, seed, resources; the catch-all class and
        what went into it; what self-training added.
    calibration, evaluation
        Filled by evaluation on held-out data, else empty. ``calibration["temperature"]`` applies to all predictions.
        That of a model of numbers comes from its own training.
    licence
        Licence under which the model may be passed on.
    """

    kind: str
    label: str
    classes: tuple[str, ...]
    model: Classifier
    transform: Transform
    ontology_ids: dict[str, str] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    package_version: str = VERSION

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together."""
        if self.model.outputs != len(self.classes):
            raise BundleError(f"names {len(self.classes)} classes, but its model has {self.model.outputs} outputs")
        few = len(self.classes) < _FEWEST_CLASSES and not self.is_numeric
        if few or len(set(self.classes)) != len(self.classes):
            raise BundleError(f"has fewer than {_FEWEST_CLASSES} different classes, or names one twice")
        if self.is_numeric and self.calibration:
            raise BundleError("has a calibration of probabilities, but its model predicts numbers")
        if not _is_temperature(self.temperature):
            raise BundleError(f"has the temperature {self.temperature!r}, but needs {LOWEST:g} to {HIGHEST:g}")
        if "catch_all" in self.training and self.catch_all not in self.classes:
            raise BundleError("has a catch-all class that is none of its classes")
        if self.model.inputs != len(self.transform.features):
            raise BundleError(
                f"its transform gives {len(self.transform.features)} features, its model takes {self.model.inputs}"
            )

    @property
    def is_numeric(self) -> bool:
        """Whether the model predicts a number, not a class."""
        return isinstance(self.model, SplineProfiles)

    @property
    def temperature(self) -> float:
        """Temperature of the calibration; 1 where there is none."""
        return self.calibration.get("temperature", 1.0)  # type: ignore[no-any-return]

    @property
    def catch_all(self) -> str:
        """Name of the class of all samples that are of no other class; empty where there is none."""
        found = self.training.get("catch_all")
        return str(found.get("name", "")) if isinstance(found, dict) else ""

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Calibrated class probabilities, shape (samples, classes), from model inputs (samples, features)."""
        own = self.model.probabilities(values)
        return own if self.temperature == 1 else with_temperature(own, self.temperature)


def save_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle, whole or not at all; the same bundle gives the same bytes.

    Raises
    ------
    InputError
        The disk is full or the folder cannot be written.
    """
    arrays, descriptions = {}, {}
    for part, stored in zip(_PARTS, (bundle.model.to_state(), bundle.transform.to_state()), strict=True):
        arrays[part], descriptions[part] = stored
    header = {
        "kind": bundle.kind,
        "label": bundle.label,
        "classes": [{"name": name, "ontology_id": bundle.ontology_ids.get(name, "")} for name in bundle.classes],
        "training": bundle.training,
        "calibration": bundle.calibration,
        "evaluation": bundle.evaluation,
        "licence": bundle.licence,
        "package_version": bundle.package_version,
        "features_sha256": features_sha256(bundle.transform.features),
        **descriptions,
    }
    write_bundle_file(header, arrays, path)


def load_bundle(path: Path) -> Bundle:
    """Read and check a bundle.

    Raises
    ------
    BundleError
        Not a bundle, truncated, of another schema version, or inconsistent; the file is named.
    """
    header, tensors = read_bundle_file(path)
    try:
        if is_of_families(header):
            raise BundleError("holds a model of miRNA families, not of samples; use srna-family-predict")
        require_schema(header)
        _check_header(header)
        transform = Transform.from_state(arrays_of_part(tensors, "transform"), header["transform"])
        if header["features_sha256"] != features_sha256(transform.features):
            raise BundleError("the list of features is not the one that it was trained with (checksum differs)")
        return Bundle(
            kind=header["kind"],
            label=header["label"],
            classes=tuple(entry["name"] for entry in header["classes"]),
            model=from_state(header["kind"], arrays_of_part(tensors, "model"), header["model"]),
            transform=transform,
            ontology_ids={entry["name"]: entry["ontology_id"] for entry in header["classes"] if entry["ontology_id"]},
            training=header["training"],
            calibration=header["calibration"],
            evaluation=header["evaluation"],
            licence=header["licence"],
            package_version=header["package_version"],
        )
    except SrnaToolsError as error:
        raise BundleError(f"{path}: {error}") from error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BundleError(
            f"{path}: the bundle's description is incomplete or damaged ({error!r}); train it again"
        ) from error


def features_sha256(features: tuple[str, ...]) -> str:
    """Checksum of the model's feature list, in order."""
    return hashlib.sha256("\n".join(features).encode()).hexdigest()


def _is_temperature(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST


def _check_header(header: dict[str, Any]) -> None:
    """Refuse entries of another kind than `save_bundle` writes."""
    texts = [header[name] for name in _TEXTS]
    for entry in header["classes"]:
        texts += [entry["name"], entry["ontology_id"]]
    if not all(isinstance(text, str) for text in texts):
        raise BundleError(f"its description must hold text for its classes and {', '.join(_TEXTS)}")
    if not all(isinstance(header[name], dict) for name in _OBJECTS):
        raise BundleError(f"its description must hold named values for {', '.join(_OBJECTS)}")
