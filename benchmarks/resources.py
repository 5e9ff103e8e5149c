"""Memory and time of every tool on public data, as whole processes: the table by which an administrator sizes jobs.

    python benchmarks/resources.py                          (the data is where SRNA_TOOLS_DATA says)
    python benchmarks/resources.py --only tcga --document docs/install.md

`benchmarks/resources.toml` lists the calls. Input is the size of all files that a call reads, as they lie on the disk;
memory is the largest sum over a call's processes, in which what several share counts once; cores is processor time by
wall time. With ``--document`` the tables take the place of those between
the marks ``<!-- resources-atlas -->`` and so on in that file.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

import psutil
from laboratory.document import with_section
from laboratory.markdown import table_of
from public_data import public_data

from srna_tools.io.output import write_text

STEPS = Path(__file__).with_suffix(".toml")
# Each look at a process of a GB takes the kernel some hundredths of a second.
_POLL_SECONDS = 0.5
_FILE = re.compile(r"\{([^{}]+)\}")


class Use(NamedTuple):
    """What one call took."""

    input_megabytes: float
    seconds: float
    processor_seconds: float
    megabytes: float

    @property
    def cells(self) -> dict[str, str]:
        """Columns of the table."""
        cores = self.processor_seconds / self.seconds
        return {
            "input": f"{self.input_megabytes:,.1f} MB",
            "time": f"{self.seconds:.0f} s",
            "cores": f"{cores:.1f}",
            "memory": f"{self.megabytes:,.0f} MB",
        }


def measure(call: str, threads: int) -> Use:
    """Run a call to its end, and look at the memory of all its processes meanwhile."""
    words = shlex.split(call)
    program = str(Path(sys.executable).parent / words[0])
    read = sum(_size(Path(word)) for word in words[1:]) / 1e6
    environment = os.environ | {"GALAXY_SLOTS": str(threads), "TQDM_DISABLE": "1"}
    start, most = time.perf_counter(), 0
    with subprocess.Popen([program, *words[1:]], env=environment, stdout=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        ended = 0
        while not ended:
            time.sleep(_POLL_SECONDS)
            most = max(most, _memory(watched))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed with exit code {process.returncode}: {call}")
    return Use(read, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, most / 1e6)


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; none of a word that names neither."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files if one.is_file())


def _memory(process: psutil.Process) -> int:
    """Bytes of a process and all that it started; of what they share, each counts its part."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    except psutil.NoSuchProcess:
        return total
    return total


def calls(chosen: str, folder: Path) -> tuple[str, list[tuple[str, str]]]:
    """Title of a set, and its steps with the names of their files put in."""
    plan = tomllib.loads(STEPS.read_text(encoding="utf-8"))
    found = next(one for one in plan["set"] if one["name"] == chosen)
    places = {"data": str(public_data())}

    def place(match: re.Match[str]) -> str:
        return places.get(match[1], str(folder / match[1]))

    steps = [*found["first"], *plan["steps"][found["steps"]]]
    return found["title"], [(name, _FILE.sub(place, call)) for name, call in steps]


def measured(chosen: str, threads: int) -> str:
    """Run all steps of a set; return its table under its title."""
    with tempfile.TemporaryDirectory() as name:
        title, steps = calls(chosen, Path(name))
        rows = []
        for step, call in steps:
            rows.append({"step": step, **measure(call, threads).cells})
            print(*rows[-1].values(), sep="\t", file=sys.stderr, flush=True)
    return f"{title}\n\n{table_of(rows)}"


def main() -> None:
    """Measure, and print the tables or put them into a document."""
    sets = [one["name"] for one in tomllib.loads(STEPS.read_text(encoding="utf-8"))["set"]]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sets, action="append", help="data set; may repeat (default: all)")
    parser.add_argument("--threads", type=int, default=2, help="cores given to each call (default: 2)")
    parser.add_argument("--document", type=Path, help="file whose tables are replaced")
    options = parser.parse_args()
    document = options.document.read_text(encoding="utf-8") if options.document else ""
    for one in options.only or sets:
        text = measured(one, options.threads)
        print(text)
        document = with_section(document, f"resources-{one}", text)
    if options.document:
        write_text(document, options.document)


if __name__ == "__main__":
    main()
