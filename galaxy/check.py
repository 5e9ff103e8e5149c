"""Test the suite on a real Galaxy: lint, tools, workflows, forms, and what the Tool Shed delivers.

``make test-galaxy`` runs it. Reports lie in ``galaxy-reports/``. Nothing that this starts is left when it ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api import Galaxy
from places import CHECKOUT, GALAXY, OWNER, PLANEMO, PROJECT, REPORTS, TEST_DATA, TOOLS, WORKFLOWS, settings
from server import free_port, running
from show import fill

_LARGEST_TEST_FILE = 1_000_000
_SIDE_BY_SIDE = 2
_WAIT_SECONDS = 300
_HOSTILE_NAMES = ("a'; touch harm; echo '$(touch harm)", '--debug "`touch harm`" | \u00e4')
_SHOWN_OF_LOG = 4000
# The tool that is tested from the unpacked archive: it needs the data table that the archive brings.
_FROM_ARCHIVE = "srna_predict"


def planemo(*arguments: object) -> None:
    """Run planemo; a failure ends the test."""
    print("planemo", *arguments, flush=True)
    if subprocess.run([str(PLANEMO), *map(str, arguments)], check=False).returncode:
        sys.exit(f"planemo {arguments[0]} failed; see {REPORTS}")


def lint() -> None:
    """No lint warning in wrappers, workflows and repositories; checks that need the network are off by default."""
    planemo("lint", "--report_level", "warn", "--fail_level", "warn", *sorted(TOOLS.glob("srna_*.xml")))
    planemo("workflow_lint", "--report_level", "warn", "--fail_level", "warn", WORKFLOWS)
    planemo("shed_lint", "--tools", "--ensure_metadata", "--skip", "version_bumped", "--fail_level", "warn", CHECKOUT)


def require_small_test_data() -> None:
    """Each file of the wrappers' tests is small, as tool repositories ask."""
    large = [path.name for path in TEST_DATA.iterdir() if path.stat().st_size > _LARGEST_TEST_FILE]
    if large:
        sys.exit(f"test files over 1 MB: {', '.join(large)}")


def run_tests(galaxy: Galaxy, admin_key: str, name: str, paths: Sequence[Path]) -> None:
    """Run the tests of tools or workflows, with planemo's reports.

    A test mostly waits for the server, so that several planemos side by side take a part of the time.
    """
    groups = [paths[place::_SIDE_BY_SIDE] for place in range(min(_SIDE_BY_SIDE, len(paths)))]
    started = [_start_tests(galaxy, admin_key, f"{name}_{number}", group) for number, group in enumerate(groups, 1)]
    failed = [report for report, process in started if process.wait()]
    for report, _ in started:
        print(report.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-_SHOWN_OF_LOG:], flush=True)
    if failed:
        sys.exit(f"tests failed; see {', '.join(str(report.with_suffix('.html')) for report in failed)}")


def _start_tests(
    galaxy: Galaxy, admin_key: str, name: str, paths: Sequence[Path]
) -> tuple[Path, subprocess.Popen[bytes]]:
    report = REPORTS / name
    print("testing", *(path.stem for path in paths), flush=True)
    command = [
        PLANEMO, "test", "--engine", "external_galaxy", "--galaxy_url", galaxy.url, "--galaxy_admin_key", admin_key,
        "--galaxy_user_key", galaxy.key, "--no_shed_install", "--test_output", report.with_suffix(".html"),
        "--test_output_json", report.with_suffix(".json"), "--test_output_junit", report.with_suffix(".xml"), *paths,
    ]  # fmt: skip
    with report.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=subprocess.STDOUT)
    return report, process


def require_project_environment(galaxy: Galaxy, programs: Path) -> None:
    """Every job of ours ran the project's own programs: an unresolved requirement would have run any on the path.

    Steps that a workflow skips are jobs that nothing ran for.
    """
    listed = galaxy.call("GET", "/api/jobs?limit=10000")
    jobs = [job for job in listed if job["tool_id"].startswith("srna_") and job["state"] != "skipped"]
    found = programs.read_text(encoding="utf-8").split() if programs.exists() else []
    others = sorted(set(found) - {f"{PROJECT}/bin/srna-import"})
    if others or not jobs or len(found) < len(jobs):
        sys.exit(f"{len(jobs)} jobs ran, but {len(found)} of them in the project's environment; others in {others}")
    print(f"{len(jobs)} jobs ran in the project's environment")


def browse(galaxy: Galaxy, history: str) -> None:
    """Open in a browser: the form of every tool and workflow, the tour, a report of sRNA report and of workflows."""
    tools = galaxy.call("GET", "/api/tools?in_panel=false")
    names = {tool["id"]: tool["name"] for tool in tools if tool["id"].startswith("srna_")}
    pages = [
        {"name": tool, "path": f"/?tool_id={tool}&version=latest", "texts": [name, "Run Tool"]}
        for tool, name in names.items()
    ]
    # Galaxy wants a review before the first run where a step lacks a value.
    pages += [
        {"name": f"workflow_{number}", "path": f"/workflows/run?id={workflow['id']}",
         "texts": [f"Workflow: {workflow['name']}", "Run Workflow"], "absent": ["review the issues"]}
        for number, workflow in enumerate(galaxy.call("GET", "/api/workflows"), 1)
    ]  # fmt: skip
    tours = [tour for tour in galaxy.call("GET", "/api/tours") if tour["id"].startswith("srna_tools")]
    if not tours:
        sys.exit("Galaxy does not list the tour")
    pages += [{"name": one["id"], "path": f"/tours/{one['id']}", "texts": [one["name"]]} for one in tours]
    report = next(one for one in galaxy.wait(history, _WAIT_SECONDS) if one["extension"] == "html")
    pages.append(
        {"name": "report", "path": f"/datasets/{report['id']}/preview", "frame": "iframe#frame",
         "texts": ["For research use only", "What was read"], "absent": ["Contents are shown as plain text"]}
    )  # fmt: skip
    pages += [
        {"name": f"workflow_report_{number}", "path": f"/workflows/invocations/{invocation['id']}/report",
         "texts": ["For research use only", "How this was made"], "absent": ["Error loading"]}
        for number, invocation in enumerate(galaxy.call("GET", "/api/invocations?limit=3"), 1)
    ]  # fmt: skip
    plan = REPORTS / "pages.json"
    plan.write_text(
        json.dumps({"url": galaxy.url, "screenshots": str(REPORTS / "screenshots"), "pages": pages}), encoding="utf-8"
    )
    python = PLANEMO.parent / "python"
    if subprocess.run([str(python), str(CHECKOUT / "galaxy" / "browse.py"), str(plan)], check=False).returncode:
        sys.exit(f"a page is not as it should be; see {REPORTS / 'screenshots'}")


def check_lists(galaxy: Galaxy) -> None:
    """An empty list ends in our sentence, and names of elements that hold commands of the shell do no harm."""
    history = galaxy.new_history("Lists")
    galaxy.load(history, [TEST_DATA / "study01.zip", TEST_DATA / "study02.zip"])
    archives = {one["name"]: one["id"] for one in galaxy.wait(history, _WAIT_SECONDS)}
    empty = _import_list(galaxy, history, {})
    if empty["state"] != "error" or not empty["tool_stderr"].startswith("srna-import: there is nothing to import"):
        sys.exit(f"an empty list did not end in a sentence: {empty['state']}, {empty['tool_stderr']}")
    names = dict(zip(_HOSTILE_NAMES, archives.values(), strict=True))
    job = _import_list(galaxy, history, names)
    if job["state"] != "ok" or "read 24 samples of 2 datasets" not in job["tool_stdout"] or job["tool_stderr"]:
        sys.exit(f"hostile names of a list: {job['state']}, {job['tool_stdout']}, {job['tool_stderr']}")
    check_family_names(galaxy)
    print("lists: an empty one is refused in a sentence, hostile names do no harm")


def check_family_names(galaxy: Galaxy) -> None:
    """Families are called like the elements of their list, whatever letters these have."""
    history = galaxy.new_history("Families")
    galaxy.load(history, [TEST_DATA / "family_a.fa", TEST_DATA / "family_b.fa"])
    files = [one["id"] for one in galaxy.wait(history, _WAIT_SECONDS)]
    chosen = {"src": "hdca", "id": galaxy.new_list(history, dict(zip(_HOSTILE_NAMES, files, strict=True)))}
    inputs = {"families|given": "files", "families|inputs": chosen, "model|kind": "kmer", "model|calibration|use": "no"}
    job = galaxy.run(history, "srna_family_train", inputs, _WAIT_SECONDS)
    if job["state"] != "ok" or "trained kmer on 40 sequences of 2 families" not in job["tool_stdout"]:
        sys.exit(f"hostile names of families: {job['state']}, {job['tool_stdout']}, {job['tool_stderr']}")


def _import_list(galaxy: Galaxy, history: str, elements: dict[str, str]) -> dict[str, Any]:
    chosen = {"src": "hdca", "id": galaxy.new_list(history, elements)}
    return galaxy.run(history, "srna_import", {"source|how": "together", "source|inputs": chosen}, _WAIT_SECONDS)


def check_demo(galaxy: Galaxy) -> None:
    """What ``make galaxy`` shows is there: the workflows, and a history with all that they need."""
    datasets = fill(galaxy)
    failed = [one["name"] for one in datasets if one["state"] != "ok"]
    workflows, files = galaxy.call("GET", "/api/workflows"), sorted(WORKFLOWS.glob("*/*.ga"))
    if failed or len(workflows) < len(files):
        sys.exit(f"the demo has {len(workflows)} workflows of {len(files)}; these datasets failed: {failed}")
    print(f"the demo's {len(datasets)} datasets and {len(files)} workflows are loaded")


def make_report(galaxy: Galaxy) -> str:
    """Run sRNA report once in a history of its own; return the history."""
    history = galaxy.new_history("A report to look at")
    galaxy.load(history, [TEST_DATA / "annotated.h5ad", TEST_DATA / "predictions.tsv"])
    datasets = {one["name"]: one["id"] for one in galaxy.wait(history, _WAIT_SECONDS)}
    inputs = {
        "samples": {"src": "hda", "id": datasets["annotated.h5ad"]},
        "predictions": {"src": "hda", "id": datasets["predictions.tsv"]},
    }
    galaxy.call("POST", "/api/tools", {"history_id": history, "tool_id": "srna_report", "inputs": inputs})
    return history


def check_archives(folder: Path) -> None:
    """Build every Tool Shed archive, unpack one somewhere else, and test the tool from there."""
    python = PLANEMO.parent / "python"
    archives = folder / "archives"
    subprocess.run([str(python), str(CHECKOUT / "galaxy" / "build_archives.py"), str(archives)], check=True)
    unpacked = folder / "unpacked" / _FROM_ARCHIVE
    with tarfile.open(archives / f"{_FROM_ARCHIVE}.tar.gz") as archive:
        archive.extractall(unpacked, filter="data")
    chosen = settings(folder / "shed", free_port(), tools=unpacked, tables=unpacked)
    chosen.root.mkdir()
    with running(chosen, GALAXY):
        galaxy = Galaxy(chosen.url, chosen.admin_key).with_user(chosen.administrator)
        run_tests(galaxy, chosen.admin_key, "from_archive", [unpacked / f"{_FROM_ARCHIVE}.xml"])


def main() -> None:
    """Run everything; the first failure ends it with exit code 1."""
    REPORTS.mkdir(exist_ok=True)
    require_small_test_data()
    print("lint: the checks of DOIs, addresses, containers and conda packages need the network and are left out")
    lint()
    with tempfile.TemporaryDirectory(prefix="srna-tools-galaxy-") as folder:
        chosen = settings(Path(folder) / "suite", free_port(), owner=OWNER)
        chosen.root.mkdir()
        with running(chosen, GALAXY):
            galaxy = Galaxy(chosen.url, chosen.admin_key).with_user(chosen.administrator)
            run_tests(galaxy, chosen.admin_key, "tools", sorted(TOOLS.glob("srna_*.xml")))
            run_tests(galaxy, chosen.admin_key, "workflows", sorted(WORKFLOWS.glob("*/*.ga")))
            require_project_environment(galaxy, chosen.programs)
            check_lists(galaxy)
            check_demo(galaxy)
            browse(galaxy, make_report(galaxy))
        check_archives(Path(folder))
    print("the suite passed on a real Galaxy")


if __name__ == "__main__":
    main()
