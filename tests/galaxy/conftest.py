"""The programs in galaxy/ are scripts, not a part of the package: their modules are imported from their folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

GALAXY = Path(__file__).resolve().parents[2] / "galaxy"


@pytest.fixture
def script(monkeypatch):
    """Import a module of galaxy/ by its name; what that brought in is forgotten after the test."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(GALAXY))
    yield importlib.import_module
    ours = {path.stem for path in GALAXY.glob("*.py")}
    for name in ours & (sys.modules.keys() - before):
        del sys.modules[name]
