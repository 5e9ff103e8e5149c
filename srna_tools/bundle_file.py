"""The file of a model bundle: arrays as tensors, all else as JSON in one header key; reading executes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from srna_tools.errors import BundleError, InputError
from srna_tools.io.output import written_whole
from srna_tools.version import VERSION

SCHEMA_VERSION = 1
#: What the kind of a bundle of a model of families begins with.
FAMILY_PREFIX = "family:"
_HEADER = "srna_tools"


def write_bundle_file(header: dict[str, Any], parts: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    """Write a header and the arrays of each part, whole or not at all; the same content gives the same bytes.

    Raises
    ------
    InputError
        The folder cannot be written.
    FullDiskError
        The disk became full.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    tensors = {
        f"{part}.{name}": np.ascontiguousarray(array)
        for part, arrays in parts.items()
        for name, array in arrays.items()
    }
    text = json.dumps({"schema_version": SCHEMA_VERSION, **header}, sort_keys=True)
    with written_whole(path) as partial:
        try:
            save_file(tensors, partial, metadata={_HEADER: text})
        except SafetensorError as error:
            raise InputError(path, f"cannot be written ({error})") from error


def read_bundle_file(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and tensors of a bundle of any kind.

    Raises
    ------
    BundleError
        Missing, not a bundle, truncated or damaged; the file is named.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise BundleError(f"{path}: does not exist")
    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(_HEADER)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise BundleError(
            f"{path}: is not a model bundle, or is truncated ({error}); make it with srna-train or srna-family-train"
        ) from error
    if text is None:
        raise BundleError(
            f"{path}: is a safetensors file, but not a bundle of srna-tools; "
            "make it with srna-train or srna-family-train"
        )
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: the bundle's description is damaged ({error}); train it again") from error
    if not isinstance(header, dict):
        raise BundleError(f"{path}: the bundle's description is damaged; train it again")
    return header, tensors


def require_schema(header: dict[str, Any]) -> None:
    """Refuse a header of another schema version.

    Raises
    ------
    BundleError
        The sentence says which version is needed.
    """
    found = header.get("schema_version")
    if found != SCHEMA_VERSION:
        raise BundleError(
            f"has bundle schema version {found}, but srna-tools {VERSION} reads {SCHEMA_VERSION}; "
            f"train it again, or install the version that wrote it ({header.get('package_version', 'unknown')})"
        )


def is_of_families(header: dict[str, Any]) -> bool:
    """Whether the bundle holds a model of miRNA families, not of samples."""
    return str(header.get("kind", "")).startswith(FAMILY_PREFIX)


def arrays_of_part(tensors: dict[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    """Arrays that `write_bundle_file` stored for one part, by their own names."""
    return {name.removeprefix(f"{part}."): array for name, array in tensors.items() if name.startswith(f"{part}.")}
