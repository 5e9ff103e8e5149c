"""From an empty environment to a first prediction by two commands: seconds of each, and processor seconds.

    python benchmarks/first_prediction.py                  # pip, everything downloaded anew
    python benchmarks/first_prediction.py --no-compile     # pip compiles no module: each is when it is first imported
    python benchmarks/first_prediction.py --installer uv   # which does the same
    python benchmarks/first_prediction.py --cached         # as on a machine that installed these libraries before

The wheel is built and the environment is made before, untimed. The versions are those of requirements/tested.txt. Wall
seconds depend on the network and on what else the machine does, processor seconds hardly.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
GOAL_SECONDS = 60


class Spent(NamedTuple):
    """Wall-clock and processor seconds of a command and of the processes that it started."""

    wall: float
    processor: float


def spent_by(command: Sequence[str | Path], folder: Path) -> Spent:
    """Run a command, which must succeed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr}")
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def install_command(options: argparse.Namespace, environment: Path, wheel: Path) -> list[str | Path]:
    """What a user types, with the tested versions."""
    cached = options.cached
    python, constraints = environment / "bin" / "python", ROOT / "requirements" / "tested.txt"
    if options.installer == "uv":
        beside = Path(sys.executable).parent / "uv"
        uv = str(beside) if beside.exists() else shutil.which("uv")
        if uv is None:
            sys.exit("uv is not installed; install it, or measure pip")
        start: list[str | Path] = [uv, "pip", "install", "--python", python, *([] if cached else ["--no-cache"])]
    else:
        start = [python, "-m", "pip", "install", *([] if cached else ["--no-cache-dir"])]
        start += ["--no-compile"] if options.no_compile else []
    return [*start, "--quiet", "--constraint", constraints, wheel]


def main() -> None:
    """Build, install, predict, and print the seconds beside the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installer", choices=("pip", "uv"), default="pip")
    parser.add_argument("--cached", action="store_true", help="let the installer use what it downloaded before")
    parser.add_argument("--no-compile", action="store_true", help="pip: leave it to the first import")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spent_by([sys.executable, "-m", "build", "--outdir", folder, ROOT], folder)
        (wheel,) = folder.glob("*.whl")
        environment = folder / "environment"
        venv.create(environment, with_pip=options.installer == "pip", symlinks=True)
        install = spent_by(install_command(options, environment, wheel), folder)
        predict = spent_by([environment / "bin" / "srna-tools", "demo", "--quick", "-o", folder / "demo"], folder)
        rows = len((folder / "demo" / "predictions.tsv").read_text(encoding="utf-8").splitlines()) - 1
        size = sum(path.stat().st_size for path in environment.rglob("*") if path.is_file()) / 1e6
    kept = "with its cache" if options.cached else "nothing kept from before"
    how = f"{options.installer}{' --no-compile' if options.no_compile else ''}"
    print(f"{how} ({kept}), base installation, {size:.0f} MB; {rows} samples annotated")
    print("command                        wall seconds   processor seconds")
    both = Spent(install.wall + predict.wall, install.processor + predict.processor)
    for words, spent in (("install the wheel", install), ("srna-tools demo --quick", predict), ("both", both)):
        print(f"{words:30} {spent.wall:12.1f}   {spent.processor:17.1f}")
    print(f"goal: {GOAL_SECONDS} seconds")


if __name__ == "__main__":
    main()
