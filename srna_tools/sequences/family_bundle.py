"""Bundle of a model of families: the model, when a sequence is of none of them, and how good it is, in one file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from srna_tools.bundle_file import (
    FAMILY_PREFIX,
    arrays_of_part,
    is_of_families,
    read_bundle_file,
    require_schema,
    write_bundle_file,
)
from srna_tools.errors import BundleError, SrnaToolsError
from srna_tools.sequences.families import is_plain_name
from srna_tools.sequences.interface import LONGEST, FamilyModel
from srna_tools.sequences.open_set import PROBABILITY, OpenSet
from srna_tools.sequences.registry import family_model_from_state
from srna_tools.validation.temperature import HIGHEST, LOWEST
from srna_tools.version import VERSION

#: Longest hairpin of the published models (Tang & Sun 2019, "Experimental data and pre-processing").
MAX_LENGTH = 200
_FEWEST = 2
_NUMBERS = ("threshold", "kept", "accepted", "f", "auroc")
_SHARES = _NUMBERS[1:]
_CURVE = ("thresholds", "curve_kept", "curve_accepted")


@dataclass(frozen=True)
class FamilyBundle:
    """A model of families that can be applied to new sequences.

    Attributes
    ----------
    kind
        One of `srna_tools.sequences.registry.FAMILY_MODELS`.
    families
        Names of the families, in the order of the model's outputs.
    model
        The trained model.
    open_set
        How sequences of no known family are told; None where the training did not judge it, then all are accepted.
    temperature
        By which logits are divided for the probabilities.
    max_length
        Longest sequence that it takes, in nt.
    training, evaluation
        Facts about the training (sequences per family, settings, seed), and what was measured on sequences left out.
    licence
        Licence under which the model may be passed on.
    """

    kind: str
    families: tuple[str, ...]
    model: FamilyModel
    open_set: OpenSet | None = None
    temperature: float = 1.0
    max_length: int = MAX_LENGTH
    training: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    package_version: str = VERSION

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together."""
        if len(self.families) < _FEWEST or len(set(self.families)) != len(self.families) or "" in self.families:
            raise BundleError(f"has fewer than {_FEWEST} different families, or one without a name")
        strange = [name for name in self.families if not is_plain_name(name)]
        if strange:
            raise BundleError(f"has the family name {strange[0]!r}, but names have no line ends or control characters")
        if self.model.outputs != len(self.families):
            raise BundleError(f"names {len(self.families)} families, but its model has {self.model.outputs} outputs")
        if not _is_number(self.temperature, LOWEST, HIGHEST):
            raise BundleError(f"has the temperature {self.temperature!r}, but needs {LOWEST:g} to {HIGHEST:g}")
        if not isinstance(self.max_length, int) or not _is_number(self.max_length, 1, LONGEST):
            raise BundleError(f"takes sequences of up to {self.max_length!r} nt, but needs 1 to {LONGEST:,}")

    @property
    def score(self) -> str:
        """Name of the score by which sequences are accepted."""
        return self.open_set.score if self.open_set else PROBABILITY

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated probabilities, shape (sequences, families): the softmax of logits over the temperature."""
        with np.errstate(invalid="ignore"):  # logits that are not finite have no probabilities
            powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / self.temperature)
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def save_family_bundle(bundle: FamilyBundle, path: Path) -> None:
    """Write a bundle, whole or not at all; the same bundle gives the same bytes.

    Raises
    ------
    InputError
        The disk is full or the folder cannot be written.
    """
    arrays, description = bundle.model.to_state()
    parts = {"model": arrays}
    if bundle.open_set:
        parts["open_set"] = {name: getattr(bundle.open_set, name) for name in _CURVE}
    header = {
        "kind": FAMILY_PREFIX + bundle.kind,
        "families": list(bundle.families),
        "model": description,
        "open_set": {name: getattr(bundle.open_set, name) for name in ("score", *_NUMBERS)} if bundle.open_set else {},
        "temperature": bundle.temperature,
        "max_length": bundle.max_length,
        "training": bundle.training,
        "evaluation": bundle.evaluation,
        "licence": bundle.licence,
        "package_version": bundle.package_version,
    }
    write_bundle_file(header, parts, path)


def load_family_bundle(path: Path) -> FamilyBundle:
    """Read and check a bundle.

    Raises
    ------
    BundleError
        Not a bundle, of another task, truncated, of another schema version, or inconsistent; the file is named.
    """
    header, tensors = read_bundle_file(path)
    try:
        if not is_of_families(header):
            raise BundleError("holds a model of samples, not of miRNA families; use srna-predict")
        require_schema(header)
        _check_header(header)
        kind = header["kind"].removeprefix(FAMILY_PREFIX)
        return FamilyBundle(
            kind=kind,
            families=tuple(header["families"]),
            model=family_model_from_state(kind, arrays_of_part(tensors, "model"), header["model"]),
            open_set=_open_set(header["open_set"], arrays_of_part(tensors, "open_set")),
            **{name: header[name] for name in ("temperature", "max_length", "training", "evaluation", "licence")},
            package_version=header["package_version"],
        )
    except SrnaToolsError as error:
        raise BundleError(f"{path}: {error}") from error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BundleError(
            f"{path}: the bundle's description is incomplete or damaged ({error!r}); train it again"
        ) from error


def _open_set(description: dict[str, Any], arrays: dict[str, np.ndarray]) -> OpenSet | None:
    """Check what `save_family_bundle` stored of the open set, and make it."""
    if not description and not arrays:
        return None
    numbers = {name: description[name] for name in _NUMBERS}
    curve = [arrays[name] for name in _CURVE]
    thresholds, *shares = curve
    sound = (
        isinstance(description["score"], str)
        and _is_number(numbers["threshold"], -np.inf, np.inf)
        and all(_is_number(numbers[name], 0, 1) for name in _SHARES)
        and thresholds.ndim == 1
        and len(thresholds) > 0
        and all(array.dtype == np.float64 and array.shape == thresholds.shape for array in curve)
        and bool(np.isfinite(thresholds).all() and (np.diff(thresholds) < 0).all())
        and all(bool(((share >= 0) & (share <= 1)).all() and (np.diff(share) >= 0).all()) for share in shares)
    )
    if not sound:
        raise BundleError("its description of what is of no known family is damaged; train it again")
    threshold, kept, accepted, f, auroc = map(float, numbers.values())
    return OpenSet(description["score"], threshold, kept, accepted, f, auroc, *curve)


def _is_number(value: object, low: float, high: float) -> bool:
    """Whether a value is a finite number from `low` to `high`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        number = float(value)
    except OverflowError:
        return False
    return low <= number <= high and math.isfinite(number)


def _check_header(header: dict[str, Any]) -> None:
    """Refuse entries of another kind than `save_family_bundle` writes."""
    texts = [*header["families"], header["kind"], header["licence"], header["package_version"]]
    if not isinstance(header["families"], list) or not all(isinstance(text, str) for text in texts):
        raise BundleError("its description must hold text for its families, kind, licence and version")
    if not all(isinstance(header[name], dict) for name in ("model", "open_set", "training", "evaluation")):
        raise BundleError("its description must hold named values for model, open set, training and evaluation")
