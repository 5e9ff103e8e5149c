"""Time and memory of a command as a whole process, as a user pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Wall-clock seconds and peak resident memory (MB, 10^6 bytes) of one run."""

    seconds: float
    megabytes: float


def cost_of(*arguments: object) -> Cost:
    """Run an executable of the suite once; a failing run ends the benchmark with its error."""
    program = Path(sys.executable).parent / str(arguments[0])
    start = time.perf_counter()
    process = subprocess.Popen([str(program), *map(str, arguments[1:])], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{arguments[0]} failed with exit code {process.returncode}")
    return Cost(time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6)
