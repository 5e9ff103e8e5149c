"""Jobs that run in a container: what Galaxy is told of it, what the engine remembers of it, and what is left of it."""

from __future__ import annotations

import json
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LABEL = "srna-tools-galaxy"
_EVENTS_SECONDS = 60


@dataclass(frozen=True)
class ContainerJobs:
    """The engine and the image of a server's jobs.

    Attributes
    ----------
    engine
        One executable that takes the arguments of ``docker``.
    image
        Name of the image, with its tag.
    user
        User and group of the processes in the container, by number.
    mark
        Label of every container that the server starts.
    """

    engine: Path
    image: str
    user: str = "1000:1000"
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def destination(self) -> dict[str, Any]:
        """Parameters of a job: in the image or not at all, with nothing to write but the job's own folders."""
        return {
            "docker_enabled": True,
            "docker_sudo": False,
            "docker_cmd": str(self.engine),
            "docker_net": "none",
            "docker_auto_rm": True,
            "docker_set_user": self.user,
            "docker_volumes": "$defaults",
            "docker_run_extra_arguments": f"--read-only --label {_LABEL}={self.mark}",
            "docker_container_id_override": self.image,
            "require_container": True,
        }

    def image_id(self) -> str:
        """Return the id of the image that the name stands for at present."""
        return self._run("image", "inspect", "--format", "{{.Id}}", self.image).strip()

    def started(self) -> dict[str, str]:
        """Return the server's containers that the engine started, by name, with the name of the image of each."""
        # A container that has ended is gone; what remains is the engine's journal.
        lines = self._run("events", "--stream=false", "--filter", "event=start", "--format", "json").splitlines()
        events = [json.loads(line) for line in lines if line.strip()]
        ours = [event for event in events if event["Attributes"].get(_LABEL) == self.mark]
        return {event["Name"]: event["Image"] for event in ours}

    def start_forgotten(self) -> None:
        """Start a container like that of a job which was interrupted: nobody will end it but the server's end."""
        self._run("run", "--detach", "--rm", "--label", f"{_LABEL}={self.mark}", self.image, "sleep", "600")

    def left(self) -> list[str]:
        """Return the ids of the server's containers that still are there."""
        return self._run("ps", "--all", "--quiet", "--filter", f"label={_LABEL}={self.mark}").split()

    def remove_left(self) -> None:
        """End the containers of jobs that were interrupted, and remove them."""
        if left := self.left():
            self._run("rm", "--force", "--time", "0", *left)

    def _run(self, *arguments: str) -> str:
        command = [str(self.engine), *arguments]
        return subprocess.run(command, check=True, text=True, capture_output=True, timeout=_EVENTS_SECONDS).stdout
