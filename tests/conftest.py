"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the public data, which is not part of the project."""
    folder = Path(os.environ.get("SRNA_TOOLS_DATA", _BESIDE_THE_REPOSITORY))
    if not folder.is_dir():
        pytest.skip(f"the public data is not at {folder}; set SRNA_TOOLS_DATA to run this test")
    return folder
