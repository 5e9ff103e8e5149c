"""What a Galaxy's own records, and the container engine's, say of where its jobs ran."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_JOBS = """
    SELECT job.id, job.tool_id, job.state, job.exit_code, job.job_runner_external_id, job.info,
           association.container_name, image.metric_value, slots.metric_value
    FROM job
    LEFT JOIN job_container_association AS association ON association.job_id = job.id
    LEFT JOIN job_metric_text AS image ON image.job_id = job.id AND image.metric_name = 'container_id'
    LEFT JOIN job_metric_numeric AS slots ON slots.job_id = job.id AND slots.metric_name = 'galaxy_slots'
    WHERE job.tool_id LIKE :pattern ESCAPE '!' ORDER BY job.id
"""


# The server writes while this reads.
_LOCKED_SECONDS = 60


class RecordError(RuntimeError):
    """Jobs ran elsewhere than they should; the message names them."""


@dataclass(frozen=True)
class Job:
    """A row of Galaxy's records.

    Attributes
    ----------
    runner_id
        Process that the job's runner started; None for a job that was never started.
    container
        Name of the container that the job was sent into.
    image, slots
        Image of the container, and cores that the job was given: noted at the end of a job.
    """

    number: int
    tool: str
    state: str
    exit_code: int | None
    runner_id: str | None
    info: str | None
    container: str | None
    image: str | None
    slots: float | None

    @property
    def started(self) -> bool:
        """Whether anything ran: a job with refused inputs, or a step that a workflow skips, ends before that."""
        return self.runner_id is not None or self.exit_code is not None

    def __str__(self) -> str:
        return f"job {self.number} of {self.tool} ({self.state})"


def read(database: Path, prefix: str = "srna_") -> list[Job]:
    """Read the jobs of our tools from a server's database, without changing it."""
    pattern = {"pattern": prefix.replace("_", "!_") + "%"}
    with contextlib.closing(
        sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=_LOCKED_SECONDS)
    ) as connection:
        return [Job(*row) for row in connection.execute(_JOBS, pattern)]


def require_image(jobs: Sequence[Job], image: str, started: Mapping[str, str], tools: Sequence[str]) -> str:
    """Refuse records by which a job that started ran elsewhere than in the image; return what they say.

    Two records must agree: Galaxy's, of the container that it sent a job into, and the engine's, of the containers
    that it started and their images.

    Parameters
    ----------
    started
        Names of the containers that the engine started, with the image of each.
    tools
        Ids of the tools of which at least one job must have run.

    Raises
    ------
    RecordError
        A job ran elsewhere, or no job of a tool ran.
    """
    ran = [job for job in jobs if job.started]
    elsewhere = [f"{job}: {why}" for job in ran if (why := _elsewhere(job, image, started))]
    if elsewhere:
        raise RecordError(f"{len(elsewhere)} of {len(ran)} jobs did not run in {image}: {'; '.join(elsewhere)}")
    counts = Counter(job.tool for job in ran)
    idle = [tool for tool in tools if not counts[tool]]
    if idle:
        raise RecordError(f"no job of these tools ran: {', '.join(idle)}")
    others = [job for job in jobs if not job.started]
    lines = [f"{len(ran)} jobs of {len(counts)} tools ran in {image}, by the records of Galaxy and of the engine"]
    lines += [f"not started, so in no container: {job} {job.info or ''}".rstrip() for job in others]
    return "\n".join(lines)


def require_slots(jobs: Sequence[Job], slots: Mapping[str, int]) -> str:
    """Refuse records by which jobs had other cores than their tools; return what they say. Each tool has a job."""
    known = [job for job in jobs if job.started and job.slots is not None]
    wrong = [f"{job} had {job.slots:g}, not {slots[job.tool]}" for job in known if job.slots != slots[job.tool]]
    wrong += [f"of {tool} nothing is known" for tool in slots.keys() - {job.tool for job in known}]
    if wrong:
        raise RecordError(f"jobs did not get the cores of their tools: {'; '.join(wrong)}")
    return f"they had the cores of their tools: {', '.join(f'{tool} {number}' for tool, number in slots.items())}"


def require_program(jobs: Sequence[Job], programs: Path, folder: Path) -> str:
    """Refuse records by which a job took its programs from elsewhere than a folder; return what they say.

    An unresolved requirement would have run any program on the path.

    Parameters
    ----------
    programs
        File with the path of the program that each job ran.
    """
    ran = [job for job in jobs if job.started]
    found = programs.read_text(encoding="utf-8").split() if programs.exists() else []
    others = sorted({path for path in found if Path(path).parent != folder})
    if others or not ran or len(found) < len(ran):
        raise RecordError(f"{len(ran)} jobs ran, but {len(found)} of them with programs of {folder}; others: {others}")
    return f"{len(ran)} jobs ran with the programs of {folder}"


def _elsewhere(job: Job, image: str, started: Mapping[str, str]) -> str:
    """Return why a job did not run in the image; nothing if it did."""
    if job.container is None:
        return "Galaxy sent it into no container"
    # Galaxy notes the image when it collects a job, which it does with none that was stopped: the engine knows of all.
    if job.image not in {None, image}:
        return f"Galaxy sent it into {job.image}"
    if job.container not in started:
        return f"the engine did not start its container {job.container}"
    if started[job.container] != image:
        return f"the engine started {started[job.container]}"
    return ""
