"""Infernal's programs: covariance models from alignments, and what they find."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PROGRAMS = ("cmbuild", "cmcalibrate", "cmpress", "cmscan")


class Cost(NamedTuple):
    """Processor seconds and peak resident memory (MB, 10^6 bytes) of a process with its children."""

    seconds: float
    megabytes: float


class Hit(NamedTuple):
    """The family that a sequence looks most like, and with which E-value."""

    family: str
    e_value: float


def missing_programs() -> list[str]:
    """Programs of Infernal that cannot be run."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def cost_of_command(command: Sequence[object], log: Path | None = None) -> Cost:
    """Run a command on one thread; a failing one ends the benchmark with what it wrote."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    log = log or Path(os.devnull)
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=written, stderr=subprocess.STDOUT, env=os.environ | one_thread
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed with exit code {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def built(folder: Path, megabases: float) -> tuple[Path, float]:
    """Give all covariance models in one database, and the seconds that they took; those of an earlier call are kept.

    Parameters
    ----------
    folder
        With ``stockholm/FAMILY.sto``, alignments with their consensus structures.
    megabases
        Random sequence that the E-values of a model are fitted to.
    """
    database = folder / f"families_{megabases}.cm"
    alignments = sorted((folder / "stockholm").glob("*.sto"))
    seconds = 0.0
    for number, alignment in enumerate(alignments, 1):
        seconds += _calibrated(alignment, megabases)
        print(f"{alignment.stem} calibrated, {number} of {len(alignments)}", file=sys.stderr, flush=True)
    database.write_text("".join(_model_file(alignment, megabases).read_text() for alignment in alignments))
    return database, seconds + cost_of_command(["cmpress", "-F", database], folder / "cmpress.log").seconds


def _calibrated(alignment: Path, megabases: float) -> float:
    """Build and calibrate the model of an alignment unless an earlier call did, and give the seconds that it took."""
    model = _model_file(alignment, megabases)
    kept = model.with_suffix(".json")
    if not kept.is_file():
        log = model.with_suffix(".log")
        seconds = cost_of_command(["cmbuild", "-F", model, alignment], log).seconds
        calibrate = ["cmcalibrate", "--cpu", "0", "-L", megabases, "--seed", "1", model]
        kept.write_text(json.dumps(seconds + cost_of_command(calibrate, log).seconds))
    return float(json.loads(kept.read_text()))


def _model_file(alignment: Path, megabases: float) -> Path:
    return alignment.with_name(f"{alignment.stem}_{megabases}.cm")


def scanned(database: Path, sequences: Path, table: Path) -> Cost:
    """Run cmscan on one core and the given strand, with its default filters and E-values up to 10."""
    options = ["--cpu", "0", "--toponly", "--noali", "--tblout", table]
    return cost_of_command(["cmscan", *options, database, sequences], table.with_suffix(".log"))


def best_hits(table: Path) -> dict[str, Hit]:
    """Read the best hit of each sequence, by E-value, from cmscan's table (format 1)."""
    best: dict[str, Hit] = {}
    for line in table.read_text().splitlines():
        if line.startswith("#"):
            continue
        columns = line.split()
        hit = Hit(columns[0], float(columns[15]))
        if columns[2] not in best or hit.e_value < best[columns[2]].e_value:
            best[columns[2]] = hit
    return best
