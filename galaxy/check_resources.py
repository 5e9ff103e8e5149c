"""Let Galaxy and TPV read what administrators get for their configuration. Runs in Galaxy's environment.

    .venv-galaxy/bin/python galaxy/check_resources.py

``galaxy/jobs/tpv.yml`` and ``galaxy/jobs/job_conf.yml`` have every tool and agree; the settings that the guide of
installation shows mean to Galaxy what it says.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from galaxy.tool_util.deps.containers import ContainerRegistry
from galaxy.tool_util.deps.dependencies import AppInfo, ToolInfo
from tpv.commands.dryrunner import TPVDryRunner
from tpv.commands.linter import TPVConfigLinter
from tpv.commands.test import mock_galaxy

CHECKOUT = Path(__file__).resolve().parents[1]
JOBS = CHECKOUT / "galaxy" / "jobs"
GUIDE = CHECKOUT / "docs" / "install.md"
_SHED = "toolshed.g2.bx.psu.edu/repos/srna-tools/{tool}/{tool}/1.2.3+galaxy0"
_GB = 1024**3
_REFERENCE_INPUT_GB, _MB_PER_GB = 0.25, 1024
_PLACES = ("local", "slurm", "docker", "singularity")
# What an administrator's own files hold besides: a default for every tool, and somewhere to run.
_OF_NO_ENTRY = 99
_ADMINISTRATORS = {
    "global": {"default_inherits": "default"},
    "tools": {"default": {"abstract": True, "cores": _OF_NO_ENTRY, "mem": _OF_NO_ENTRY}},
    "destinations": {"here": {"runner": "local", "params": {"cores": "{cores}", "memory": "{mem}"}}},
}


@cache
def _dry_runner() -> TPVDryRunner:
    return TPVDryRunner(job_conf=str(JOBS / "job_conf.yml"), tpv_confs=[str(JOBS / "tpv.yml"), _ADMINISTRATORS])


def by_tpv(tool: str, input_gb: float) -> tuple[float, float] | None:
    """Cores and memory in GB that TPV gives a job of a tool; nothing where it has no entry for the tool."""
    runner = _dry_runner()
    runner.tool, runner.job = mock_galaxy.Tool(tool), mock_galaxy.Job()
    runner.job.history = mock_galaxy.History()
    dataset = mock_galaxy.Dataset("input", file_size=int(input_gb * _GB))
    runner.job.add_input_dataset(mock_galaxy.DatasetAssociation("input", dataset))
    given = runner.run()[0].params
    cores, memory = float(given["cores"]), float(given["memory"])
    return None if cores == _OF_NO_ENTRY else (cores, memory)


def by_environment(name: str, environment: Any) -> tuple[int, float]:
    """Cores and memory in GB of an environment of ``job_conf.yml``, as its runner gives them."""
    if environment.runner == "local":
        memory = {one["name"]: one["value"] for one in environment.env}["GALAXY_MEMORY_MB"]
        return int(environment.params["local_slots"]), int(memory) / _MB_PER_GB
    asked = re.fullmatch(r"--ntasks=1 --cpus-per-task=(\d+) --mem=(\d+)", environment.params["native_specification"])
    if not asked:
        raise ValueError(f"{name}: {environment.params}")
    return int(asked[1]), int(asked[2]) / _MB_PER_GB


def wrong_resources(tools: set[str]) -> list[str]:
    """Return what is wrong with the two files."""
    # T103 speaks of TPV's own modules.
    TPVConfigLinter.from_url_or_path([str(JOBS / "tpv.yml")], ["T103"]).lint()
    configuration = mock_galaxy.App(job_conf=str(JOBS / "job_conf.yml"), create_model=True).job_config
    wrong = [f"job_conf.yml has no tool {tool}" for tool in tools - configuration.tools.keys()]
    wrong += [f"job_conf.yml has {tool}, which is none of ours" for tool in configuration.tools.keys() - tools]
    entries = yaml.safe_load((JOBS / "tpv.yml").read_text(encoding="utf-8"))["tools"]
    if len(entries) != len(tools):
        wrong.append(f"tpv.yml has {len(entries)} tools, the suite {len(tools)}")
    for tool in sorted(tools & configuration.tools.keys()):
        given = by_tpv(tool, _REFERENCE_INPUT_GB)
        if given is None or given != by_tpv(_SHED.format(tool=tool), _REFERENCE_INPUT_GB):
            wrong.append(f"tpv.yml gives {tool} nothing, or not the same if it comes from the Tool Shed")
            continue
        chosen = configuration.tools[tool][0].destination
        for place in _PLACES:
            name = chosen.replace("singularity", place)
            cores, memory = by_environment(name, configuration.get_destination(name))
            if cores != given[0] or not memory / 2 < given[1] <= memory:
                wrong.append(f"{tool} gets {given} of tpv.yml, {(cores, memory)} of {name} of job_conf.yml")
    others = [
        tool for tool in ("srna", "srna_other", "other_srna_train", "srna_trainer") if by_tpv(tool, 0) is not None
    ]
    return wrong + [f"tpv.yml has an entry for {tool}" for tool in others]


def settings_of_guide() -> dict[str, list[Any]]:
    """The YAML of the guide, by the name of the file that its first line gives."""
    found: dict[str, list[Any]] = {}
    for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL):
        found.setdefault(block.partition("\n")[0].removeprefix("# "), []).append(yaml.safe_load(block))
    return found


def wrong_guide(settings: dict[str, list[Any]]) -> list[str]:
    """Return what Galaxy does not take from the guide as it is meant."""
    wrong = []
    (resolvers,) = settings["container_resolvers_conf.yml"]
    registry = ContainerRegistry(AppInfo(container_image_cache_path=".", container_resolvers_config_dict=resolvers))
    for one in resolvers[0]["mappings"]:
        tool = ToolInfo(tool_id=one["tool_id"], tool_version="1.2.3+galaxy0")
        resolved = registry.find_best_container_description([one["container_type"]], tool)
        if resolved is None or resolved.identifier != one["identifier"]:
            wrong.append(f"{GUIDE.name}: {one['tool_id']} resolves to {resolved}, not to {one['identifier']}")
    for content in settings["job_conf.yml"]:
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump(content, file)
            file.flush()
            configuration = mock_galaxy.App(job_conf=file.name, create_model=True).job_config
        for name, environment in content["execution"]["environments"].items():
            read = configuration.get_destination(name)
            lost = environment.keys() - {"runner"} - read.params.keys()
            if read.runner != environment["runner"] or lost:
                wrong.append(f"{GUIDE.name}: Galaxy does not know {sorted(lost)} of the environment {name}")
    return wrong


def main() -> int:
    """Print what is wrong; return the exit code."""
    logging.disable(logging.INFO)
    tools = {path.stem for path in (CHECKOUT / "tools").glob("srna_*.xml")}
    settings = settings_of_guide()
    wrong = wrong_resources(tools) + wrong_guide(settings)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if not wrong:
        count = sum(map(len, settings.values()))
        print(f"Galaxy and TPV read the resources of {len(tools)} tools, and {count} settings of {GUIDE.name}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
