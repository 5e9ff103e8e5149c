"""Test the suite on a real Galaxy, as the Tool Shed delivers it: lint, tools, workflows, forms.

``make test-galaxy`` runs it. Reports lie in ``galaxy-reports/``. Nothing that this starts is left when it ends.
``--tool-tests-elsewhere`` leaves out the tests of the wrappers, where ``check_container.py`` ran them in containers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import job_records
from api import Galaxy
from archives import build
from installed import unpack
from places import CHECKOUT, GALAXY, OWNER, PLANEMO, PLANEMO_PYTHON, PROJECT, REPORTS, TEST_DATA, WORKFLOWS, settings
from server import free_port, running
from show import fill
from tool_tests import run_tests

_LARGEST_TEST_FILE = 1_000_000
_WAIT_SECONDS = 300
_HOSTILE_NAMES = ("a'; touch harm; echo '$(touch harm)", '--debug "`touch harm`" | \u00e4')


def planemo(*arguments: object) -> None:
    """Run planemo; a failure ends the test."""
    print("planemo", *arguments, flush=True)
    if subprocess.run([str(PLANEMO), *map(str, arguments)], check=False).returncode:
        sys.exit(f"planemo {arguments[0]} failed; see {REPORTS}")


def lint() -> None:
    """No lint warning in wrappers, workflows and repositories; checks that need the network are off by default."""
    quiet = ("--report_level", "warn", "--fail_level", "warn")
    planemo("workflow_lint", *quiet, WORKFLOWS)
    planemo("shed_lint", "--tools", "--ensure_metadata", "--skip", "version_bumped", *quiet, CHECKOUT)


def require_small_test_data() -> None:
    """Each file of the wrappers' tests is small, as tool repositories ask."""
    large = [path.name for path in TEST_DATA.iterdir() if path.stat().st_size > _LARGEST_TEST_FILE]
    if large:
        sys.exit(f"test files over 1 MB: {', '.join(large)}")


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
    if subprocess.run([str(PLANEMO_PYTHON), str(CHECKOUT / "galaxy" / "browse.py"), str(plan)], check=False).returncode:
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


def check_resources() -> None:
    """What administrators get for their job configurations is what Galaxy and TPV understand."""
    program = CHECKOUT / "galaxy" / "check_resources.py"
    if subprocess.run([str(GALAXY / "bin" / "python"), str(program)], check=False).returncode:
        sys.exit("the resources of the tools are not as they should be")


def main(tool_tests: bool) -> None:
    """Run everything; the first failure ends it with exit code 1."""
    REPORTS.mkdir(exist_ok=True)
    require_small_test_data()
    print("lint: the checks of DOIs, addresses, containers and conda packages need the network and are left out")
    lint()
    check_resources()
    with tempfile.TemporaryDirectory(prefix="srna-tools-galaxy-") as folder:
        repositories = unpack(build(Path(folder) / "archives"), Path(folder) / "repositories")
        tools = [one.wrapper for one in repositories]
        tables = next(one.tables_of_tests for one in repositories if one.tables.exists())
        chosen = settings(Path(folder) / "suite", free_port(), tools, tables, owner=OWNER)
        chosen.root.mkdir()
        with running(chosen, GALAXY):
            galaxy = Galaxy(chosen.url, chosen.admin_key).with_user(chosen.administrator)
            if tool_tests:
                run_tests(galaxy, chosen.admin_key, "tools", tools)
            run_tests(galaxy, chosen.admin_key, "workflows", sorted(WORKFLOWS.glob("*/*.ga")))
            print(job_records.require_program(job_records.read(chosen.database), chosen.programs, PROJECT / "bin"))
            check_lists(galaxy)
            check_demo(galaxy)
            browse(galaxy, make_report(galaxy))
    print("the suite passed on a real Galaxy")


if __name__ == "__main__":
    main(tool_tests="--tool-tests-elsewhere" not in sys.argv[1:])
