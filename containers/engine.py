"""A container engine for this checkout alone: podman and buildah, with storage and settings in a folder of their own.

Where nothing else runs containers there is often no systemd, no unprivileged user name space and no bridge to make; the
settings do without them. Whoever has a working engine does not need this: the Containerfile is an ordinary one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# Where the engine keeps its images unless the variable names another folder.
FOLDER = Path(os.environ.get("SRNA_TOOLS_CONTAINERS") or CHECKOUT / ".containers").resolve()

_CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
netns = "host"
log_driver = "k8s-file"

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "{folder}/run/libpod"
static_dir = "{folder}/storage/libpod"
volume_path = "{folder}/storage/volumes"
"""
_STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{folder}/storage"
runroot = "{folder}/run"

# Else the folder stays mounted, and cannot be deleted.
[storage.options.overlay]
skip_mount_home = "true"
"""
_PROGRAM = """\
#!/bin/sh
# {name} with the settings in this folder.
export CONTAINERS_CONF='{folder}/containers.conf' CONTAINERS_STORAGE_CONF='{folder}/storage.conf'
exec {program} "$@"
"""


class EngineError(RuntimeError):
    """Containers cannot be built or run on this machine; the sentence says why."""


@dataclass(frozen=True)
class Engine:
    """The programs of an engine, each a single file to call."""

    podman: Path
    buildah: Path

    def run(
        self, *arguments: object, check: bool = True, stderr: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run podman; what it prints is returned as text."""
        command = [str(self.podman), *map(str, arguments)]
        return subprocess.run(command, text=True, check=check, stdout=subprocess.PIPE, stderr=stderr)

    def has(self, image: str) -> bool:
        """Say whether there is an image of this name."""
        return self.run("image", "exists", image, check=False).returncode == 0

    def require_running(self, image: str) -> None:
        """Run a container of an image.

        Raises
        ------
        EngineError
            It does not run; the sentence ends with what podman said.
        """
        tried = self.run("run", "--rm", "--network", "none", image, "true", check=False, stderr=subprocess.PIPE)
        if tried.returncode:
            raise EngineError(f"no container runs here: {_last_line(tried.stderr)}")


def engine(folder: Path = FOLDER) -> Engine:
    """Write the settings into the folder and return the programs that use them.

    Raises
    ------
    EngineError
        A program is missing, this is not root, or the kernel does not let them keep images here.
    """
    if os.geteuid():
        raise EngineError("the engine runs as root here, and this is another user")
    missing = [name for name in ("podman", "buildah", "runc") if not shutil.which(name)]
    if missing:
        raise EngineError(f"{', '.join(missing)} is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(_CONTAINERS_CONF.format(folder=folder), encoding="utf-8")
    (folder / "storage.conf").write_text(_STORAGE_CONF.format(folder=folder), encoding="utf-8")
    made = Engine(*(_program(folder, name) for name in ("podman", "buildah")))
    answer = made.run("info", check=False, stderr=subprocess.PIPE)
    if answer.returncode:
        raise EngineError(f"podman does not work here: {_last_line(answer.stderr)}")
    return made


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(_PROGRAM.format(folder=folder, name=name, program=shutil.which(name)), encoding="utf-8")
    path.chmod(0o755)
    return path
