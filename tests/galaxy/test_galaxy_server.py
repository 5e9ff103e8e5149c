"""What a Galaxy server leaves behind: nothing, whichever way it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

GALAXY = Path(__file__).resolve().parents[2] / "galaxy"


@pytest.fixture
def server(monkeypatch):
    """The module that starts servers, which is a script's and not a part of the package."""
    monkeypatch.syspath_prepend(str(GALAXY))
    import server

    yield server
    for name in ("server", "configuration"):
        sys.modules.pop(name, None)


@pytest.fixture
def marked_sleeper(server):
    """Start a process that carries a mark, ignores SIGTERM and has a child in a session of its own."""
    script = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen(['sleep', '60'], start_new_session=True); print('ready', flush=True); time.sleep(60)"
    )
    environment = os.environ | {server._MARK: "mark-of-this-test"}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, start_new_session=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def test_every_process_with_the_mark_is_found_and_ended(server, marked_sleeper, monkeypatch):
    assert len(server.marked("mark-of-this-test")) == 2
    assert server.marked("another mark") == []
    monkeypatch.setattr(server, "_STOP_SECONDS", 0.5)
    server._stop([marked_sleeper], "mark-of-this-test")
    assert marked_sleeper.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while server.marked("mark-of-this-test") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server.marked("mark-of-this-test") == []


def test_a_process_dies_with_the_one_that_started_it(server):
    starter = (
        f"import sys, subprocess, time; sys.path.insert(0, {str(GALAXY)!r}); import server;"
        "child = subprocess.Popen(['sleep', '60'], preexec_fn=server._die_with_the_parent);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as process:
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]


def test_free_ports_are_free(server):
    assert 1024 < server.free_port() < 65536
