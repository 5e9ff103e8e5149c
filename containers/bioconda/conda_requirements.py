"""What setup.cfg asks of PyPI, in conda's words: names, bounds and Python."""

from __future__ import annotations

import configparser
import csv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
CONDA_NAMES = Path(__file__).with_name("conda_names.tsv")


def package_settings() -> configparser.ConfigParser:
    """Return setup.cfg, in which extras name other extras by interpolation."""
    settings = configparser.ConfigParser()
    settings.read(CHECKOUT / "setup.cfg")
    return settings


def pypi_requirements() -> list[Requirement]:
    """Return what the base install and all extras for users require; the conda package installs all of it."""
    settings = package_settings()
    lines = settings["options"]["install_requires"] + settings["options.extras_require"]["all"]
    return [Requirement(line) for line in lines.splitlines() if line.strip()]


def conda_names() -> dict[str, str]:
    """Return the conda name of every package from PyPI that is required."""
    with CONDA_NAMES.open(encoding="utf-8") as stream:
        return {row["pypi"]: row["conda"] for row in csv.DictReader(stream, delimiter="\t")}


def conda_requirements() -> dict[str, set[str]]:
    """Return the bounds of every conda package that the recipe has to require, Python included.

    Markers of platforms fall away: one noarch package serves all of them.

    Raises
    ------
    KeyError
        A package that setup.cfg requires stands not in conda_names.tsv.
    """
    names = conda_names()
    bounds = {"python": set(package_settings()["options"]["python_requires"].split(","))}
    for requirement in pypi_requirements():
        asked = {str(bound) for bound in requirement.specifier}
        bounds.setdefault(names[canonicalize_name(requirement.name)], set()).update(asked)
    return bounds
