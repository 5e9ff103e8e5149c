"""Tests of wrappers and workflows on a running Galaxy, by planemo."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from api import Galaxy
from places import CHECKOUT, PLANEMO_PYTHON, REPORTS

_SIDE_BY_SIDE = 4
_SHOWN_OF_LOG = 4000


def run_tests(galaxy: Galaxy, admin_key: str, name: str, paths: Sequence[Path]) -> None:
    """Run the tests of tools or workflows, with planemo's reports.

    A test mostly waits for the server, so that several planemos side by side take a part of the time.
    """
    groups = shares(paths, _SIDE_BY_SIDE)
    # planemo leaves a folder for each file that it fetches.
    with tempfile.TemporaryDirectory(prefix="srna-tools-planemo-") as folder:
        started = [
            _start_tests(galaxy, admin_key, f"{name}_{number}", group, folder) for number, group in enumerate(groups, 1)
        ]
        failed = [report for report, process in started if process.wait()]
    for report, _ in started:
        print(report.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-_SHOWN_OF_LOG:], flush=True)
    if failed:
        sys.exit(f"tests failed; see {', '.join(str(report.with_suffix('.html')) for report in failed)}")


def shares(paths: Sequence[Path], number: int) -> list[list[Path]]:
    """Share the files out so that each share has about as many tests: the largest first, each to the smallest share."""
    sizes = {path: max(1, path.read_text(encoding="utf-8").count("<test ")) for path in paths}
    groups: list[list[Path]] = [[] for _ in range(min(number, len(paths)))]
    for path in sorted(paths, key=lambda path: (-sizes[path], path)):
        min(groups, key=lambda group: sum(sizes[one] for one in group)).append(path)
    return groups


def _start_tests(
    galaxy: Galaxy, admin_key: str, name: str, paths: Sequence[Path], temporary: str
) -> tuple[Path, subprocess.Popen[bytes]]:
    report = REPORTS / name
    print("testing", *(path.stem for path in paths), flush=True)
    command = [
        PLANEMO_PYTHON, CHECKOUT / "galaxy" / "planemo_test.py", "--engine", "external_galaxy",
        "--galaxy_url", galaxy.url, "--galaxy_admin_key", admin_key, "--galaxy_user_key", galaxy.key,
        "--no_shed_install", "--polling_backoff", 1, "--test_output", report.with_suffix(".html"),
        "--test_output_json", report.with_suffix(".json"), "--test_output_junit", report.with_suffix(".xml"), *paths,
    ]  # fmt: skip
    with report.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"TMPDIR": temporary},
        )
    return report, process
