"""A Galaxy server started for a while: its web and job processes, and nothing left of them afterwards."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from configuration import Settings, write

_MARK = "SRNA_TOOLS_GALAXY"
_START_SECONDS, _STOP_SECONDS = 300, 20
_PR_SET_PDEATHSIG = 1
# A job's folders may be written by another user than the server's: in a container the job has its own.
_UMASK_OF_CONTAINERS = 0


class ServerError(RuntimeError):
    """The server did not come up; the message names the log to read."""


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(settings: Settings, galaxy: Path) -> Iterator[None]:
    """Run a server until the block ends, however it ends; whatever else was started meanwhile ends too.

    Parameters
    ----------
    galaxy
        Virtual environment of Galaxy itself.
    """
    write(settings)
    # All that is started from here on inherits the mark, and is found by it in the end.
    mark = os.environ[_MARK] = secrets.token_hex(16)
    previous = signal.signal(signal.SIGTERM, _interrupt)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name, command in _commands(settings, galaxy).items():
            processes.append(_start(name, command, settings, galaxy))
        _wait(settings, processes)
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
        _stop(processes, mark)
        if settings.containers:
            settings.containers.remove_left()


def _commands(settings: Settings, galaxy: Path) -> dict[str, list[str]]:
    queues = "celery,galaxy.internal,galaxy.external"
    return {
        "web": [str(galaxy / "bin" / "galaxy-web"), "-c", str(settings.file), "-b", f"127.0.0.1:{settings.port}"],
        "celery": [str(galaxy / "bin" / "celery"), "--app", "galaxy.celery", "worker", "--concurrency", "2", "--pool",
                   "threads", "--queues", queues, "--loglevel", "WARNING"],
    }  # fmt: skip


def _start(name: str, command: list[str], settings: Settings, galaxy: Path) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "GALAXY_CONFIG_FILE": str(settings.file),
        "C_FORCE_ROOT": "1",
        "PATH": f"{galaxy / 'bin'}:{environment['PATH']}",
        "VIRTUAL_ENV": str(galaxy),
    }
    with (settings.root / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=settings.root, env=environment, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True, umask=_UMASK_OF_CONTAINERS if settings.containers else -1,
            preexec_fn=_die_with_the_parent,  # noqa: PLW1509 - no thread is running
        )  # fmt: skip


def _die_with_the_parent() -> None:
    """Have the kernel end this process if the one that started it is killed without a chance to stop it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(f"signal {number}")


def _wait(settings: Settings, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{settings.url}/api/version"):
            return
        time.sleep(0.5)
    raise ServerError(f"Galaxy did not start; see {settings.root / 'web.log'} and {settings.root / 'celery.log'}")


def _stop(processes: list[subprocess.Popen[bytes]], mark: str) -> None:
    """End the server's processes, then every one that still carries its mark, jobs among them."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for pid in marked(mark):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for process in processes:
        process.wait()


def marked(mark: str) -> list[int]:
    """Process ids of all that inherited a server's mark in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if f"{_MARK}={mark}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
    return found
