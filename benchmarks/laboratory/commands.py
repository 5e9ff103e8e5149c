"""Executables of the suite, run as a user runs them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from srna_tools.errors import SrnaToolsError

DATA = "{data}"
DATA_VARIABLE = "$SRNA_TOOLS_DATA"


def run(words: Sequence[object], folder: Path) -> str:
    """Run one executable in a folder; return what it says.

    Raises
    ------
    SrnaToolsError
        It is none of the suite, or it failed; the sentence holds its own.
    """
    command = [str(word) for word in words]
    if not command[0].startswith("srna-"):
        raise SrnaToolsError(f"'{command[0]}' is no executable of the suite; a preparation step begins with srna-")
    program = Path(sys.executable).parent / command[0]
    # Spinning OpenMP threads that share cores make everything slower.
    environment = os.environ | {"TQDM_DISABLE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        [str(program), *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SrnaToolsError(f"{shlex.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


def words_of(command: str, data: Path, folder: Path) -> list[str]:
    """Split a command line, put the folder of the public data in its place, and resolve patterns of file names."""
    words: list[str] = []
    for word in shlex.split(command):
        if "*" in word and not word.startswith(DATA):
            words += sorted(str(path.relative_to(folder)) for path in folder.glob(word))
        else:
            words.append(word.replace(DATA, str(data)))
    return words
