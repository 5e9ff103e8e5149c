"""Signals that ask a process to end: heeded at once, whatever the main thread does."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# A lock of C that is taken twice is waited for without end, and no signal interrupts the wait.
IN_COMPILED_CODE = """
import ctypes, sys, tempfile
from pathlib import Path
from srna_tools.cli.stopping import stopping_in_order
from srna_tools.io import unfinished
from srna_tools.io.output import write_text, written_whole
folder = Path(sys.argv[1])
lock, library = ctypes.create_string_buffer(64), ctypes.CDLL(None)
with stopping_in_order("srna-test"):
    if "finished" in sys.argv:
        write_text("whole", folder / "first.txt")
    unfinished.begun(lambda: Path(tempfile.mkdtemp(dir=folder)))
    with written_whole(folder / "second.txt") as partial:
        partial.write_text("half")
        print("ready", flush=True)
        library.pthread_mutex_lock(lock)
        library.pthread_mutex_lock(lock)
"""


# Whatever the process that runs the tests ignores, as under nohup, is heeded here.
AS_FROM_A_TERMINAL = ["env", "--default-signal=INT,HUP"]


def stopped(number, folder, *words, prefix=()):
    process = subprocess.Popen(
        [*AS_FROM_A_TERMINAL, *prefix, sys.executable, "-c", IN_COMPILED_CODE, folder, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU])
def test_compiled_code_does_not_delay_the_end(tmp_path, number):
    process = stopped(number, tmp_path)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert said == f"srna-test: stopped by {number.name}; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_outputs_that_were_finished_before_are_named(tmp_path):
    process = stopped(signal.SIGTERM, tmp_path, "finished")
    _, said = process.communicate(timeout=60)
    assert said == f"srna-test: stopped by SIGTERM; written before, and whole: {tmp_path}/first.txt\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("first.txt", "whole")]


def test_a_signal_that_is_ignored_stays_so(tmp_path):
    process = stopped(signal.SIGHUP, tmp_path, prefix=["nohup"])
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "stopped by SIGTERM" in said


def test_signals_mean_what_they_did_when_the_block_is_left():
    script = """
import signal, threading
from srna_tools.cli.stopping import stopping_in_order
def state():
    return [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)], threading.active_count()
before = state()
with stopping_in_order("srna-test"):
    assert state() != before
assert state() == before
thread = threading.Thread(target=lambda: stopping_in_order("srna-test").__enter__())
thread.start()
thread.join()
assert state() == before
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
