"""The scripts of containers/, which are no part of the package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def checkout():
    return CHECKOUT


@pytest.fixture
def script(monkeypatch):
    """Import a script as it sees its neighbours; forget them all afterwards."""
    before = set(sys.modules)
    for folder in ("containers", "containers/bioconda"):
        monkeypatch.syspath_prepend(str(CHECKOUT / folder))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        origin = getattr(sys.modules[name], "__file__", None) or ""
        if origin.startswith(str(CHECKOUT / "containers")):
            del sys.modules[name]
