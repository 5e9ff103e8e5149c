"""Write what a Galaxy gives to each tool's jobs: from one table, for TPV, for ``job_conf.yml``, and for the reader.

    .venv/bin/python galaxy/job_resources.py

``galaxy/jobs/resources.tsv`` holds cores, and memory as a part that every job needs and a part for each GB of input;
the column ``figures`` says whether these were measured. The files beside it, and the table in ``docs/install.md``,
follow from it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from places import CHECKOUT

FOLDER = CHECKOUT / "galaxy" / "jobs"
GUIDE = CHECKOUT / "docs" / "install.md"
# Environments of job_conf.yml have one size: that of the smallest class that holds a job with so much input.
REFERENCE_INPUT_GB = 0.25
MEMORY_CLASSES_GB = (2, 4, 8, 16, 32, 64)
PLACES = ("local", "slurm", "docker", "singularity")
_BEGIN, _END = "<!-- resources: written by galaxy/job_resources.py -->", "<!-- end of resources -->"
_TPV_HEAD = """\
# Cores and memory of each tool for Total Perspective Vortex; written by galaxy/job_resources.py from resources.tsv.
# Name this file in tpv_config_files before those with your destinations. Memory in GB; input_size is all inputs' size.
"""
_JOB_CONF_HEAD = f"""\
# The same as environments of job_conf.yml; written by galaxy/job_resources.py from resources.tsv. Take from it what
# fits into yours: without containers (local, slurm), or with them on Slurm (docker, singularity). The tools use those
# of singularity; put another place's name into theirs. Memory is for {REFERENCE_INPUT_GB:g} GB of input; TPV scales it.
"""


@dataclass(frozen=True)
class Resources:
    """What a tool's jobs need."""

    tool: str
    cores: int
    memory_gb: float
    memory_gb_per_input_gb: float
    figures: str

    @property
    def memory_class_gb(self) -> int:
        """Memory of the tool's environment in ``job_conf.yml``."""
        needed = self.memory_gb + self.memory_gb_per_input_gb * REFERENCE_INPUT_GB
        return next(size for size in MEMORY_CLASSES_GB if size >= needed)

    def environment(self, place: str) -> str:
        """Name of the environment of a place in ``job_conf.yml``."""
        return f"srna_{place}_{self.cores}_cores_{self.memory_class_gb}_gb"


def read(path: Path = FOLDER / "resources.tsv") -> list[Resources]:
    """Read the table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Resources(
                tool=row["tool"],
                cores=int(row["cores"]),
                memory_gb=float(row["memory_gb"]),
                memory_gb_per_input_gb=float(row["memory_gb_per_input_gb"]),
                figures=row["figures"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


def tpv(tools: list[Resources]) -> str:
    """Return the configuration of TPV: ids match tools of a tool configuration, and of any Tool Shed and version."""
    entries = {
        f"(.*/)?{one.tool}(/[^/]*)?$": {
            "cores": one.cores,
            "mem": f"{one.memory_gb:g} + {one.memory_gb_per_input_gb:g} * input_size",
        }
        for one in tools
    }
    return _TPV_HEAD + _dump({"tools": entries})


def job_conf(tools: list[Resources]) -> str:
    """Return runners, environments for each place and size, and the environment of each tool."""
    environments = {one.environment(place): _environment(one, place) for place in PLACES for one in tools}
    content = {
        "runners": {
            "local": {"load": "galaxy.jobs.runners.local:LocalJobRunner", "workers": 4},
            "slurm": {"load": "galaxy.jobs.runners.slurm:SlurmJobRunner"},
        },
        "execution": {"default": "local", "environments": {"local": {"runner": "local"}} | environments},
        "tools": [{"id": one.tool, "environment": one.environment("singularity")} for one in tools],
    }
    return _JOB_CONF_HEAD + _dump(content)


def _environment(one: Resources, place: str) -> dict[str, Any]:
    memory_mb = one.memory_class_gb * 1024
    if place == "local":
        memory = {"name": "GALAXY_MEMORY_MB", "value": str(memory_mb)}
        return {"runner": "local", "local_slots": one.cores, "env": [memory]}
    slurm = {
        "runner": "slurm",
        "native_specification": f"--ntasks=1 --cpus-per-task={one.cores} --mem={memory_mb}",
    }
    # The tools need no network, and write into their job's folder alone.
    containers: dict[str, dict[str, Any]] = {
        "slurm": {},
        "docker": {"docker_enabled": True, "docker_sudo": False, "docker_net": "none", "require_container": True},
        "singularity": {"singularity_enabled": True, "singularity_contain": True, "require_container": True},
    }
    return slurm | containers[place]


def table(tools: list[Resources]) -> str:
    """Return the table of ``docs/install.md``."""
    head = [
        "| tool | cores | memory | environment | figures |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| `{one.tool}` | {one.cores} | {one.memory_gb:g} GB + {one.memory_gb_per_input_gb:g} GB for each GB of input "
        f"| {one.memory_class_gb} GB | {one.figures} |"
        for one in tools
    ]
    return "\n".join([*head, *rows])


def filled(guide: str, tools: list[Resources]) -> str:
    """Return the guide with the table between its marks."""
    before, _, rest = guide.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"{GUIDE} has no place for the table: expected the lines {_BEGIN} and {_END}")
    return f"{before}{_BEGIN}\n{table(tools)}\n{_END}{after}"


def _dump(content: Any) -> str:
    return yaml.safe_dump(content, sort_keys=False, width=120)


def outputs() -> dict[Path, str]:
    """Every file that follows from the table, with its text."""
    tools = read()
    return {
        FOLDER / "tpv.yml": tpv(tools),
        FOLDER / "job_conf.yml": job_conf(tools),
        GUIDE: filled(GUIDE.read_text(encoding="utf-8"), tools),
    }


if __name__ == "__main__":
    for path, text in outputs().items():
        path.write_text(text, encoding="utf-8")
