"""Where the public data lies: the folder named by SRNA_TOOLS_DATA, or ``shared/data`` beside the project."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def public_data() -> Path:
    """Folder of the public data; ends the program with a sentence where it is missing."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SRNA_TOOLS_DATA", beside))
    if not folder.is_dir():
        sys.exit(f"the public data is not at {folder}; set SRNA_TOOLS_DATA to its folder")
    return folder
