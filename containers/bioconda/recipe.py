"""The Bioconda recipe as conda-build sees it: rendered, and its checksum."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import yaml

RECIPE = Path(__file__).with_name("srna-tools") / "meta.yaml"
UNKNOWN_CHECKSUM = "0" * 64
_CHECKSUM = re.compile(r'(?<={% set sha256 = ")[0-9a-f]{64}(?=" %})')


def rendered(text: str) -> dict[str, Any]:
    """Return the recipe's sections, with what conda-build defines filled in."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - YAML, not HTML
    filled = environment.from_string(text).render(PYTHON="$PYTHON", pin_subpackage=_pin_subpackage)
    sections: dict[str, Any] = yaml.safe_load(filled)
    return sections


def with_checksum(text: str, checksum: str) -> str:
    """Return the recipe with another sha256 of its source."""
    changed, places = _CHECKSUM.subn(checksum, text)
    if places != 1:
        raise ValueError(f"{RECIPE} sets sha256 {places} times; expected once, as 64 hexadecimal digits")
    return changed


def _pin_subpackage(name: str, max_pin: str) -> str:
    return f"{name} pinned to {max_pin}"
