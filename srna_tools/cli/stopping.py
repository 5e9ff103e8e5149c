"""A stopped executable ends at once and in order: what is unfinished is removed, its workers end, and it says so."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from srna_tools.errors import listed, on_one_line
from srna_tools.io import unfinished

# What batch systems, terminals and Galaxy send to end a job.
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU)
# As shells count: a process that a signal ended.
_ENDED_BY_SIGNAL = 128


@contextlib.contextmanager
def stopping_in_order(name: str) -> Iterator[None]:
    """While the block runs, end the process in order when a signal asks for it.

    Python calls its handlers between two steps of the main thread, which may be in compiled code for minutes. The
    number of the signal arrives in a pipe at once, though, and a thread that waits there does not wait for the other.
    Signals that are ignored, as under nohup, stay so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _leave_it_to_the_watcher) for number in heeded}
    woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reading, name, heeded), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)
        watcher.join()
        os.close(reading)


def _leave_it_to_the_watcher(number: int, frame: FrameType | None) -> None:
    """Do nothing: only a signal that has a handler is told to the pipe."""


def _watch(reading: int, name: str, heeded: list[signal.Signals]) -> None:
    while told := os.read(reading, 1):
        if told[0] in heeded:
            _stop(name, signal.Signals(told[0]))


def _stop(name: str, number: signal.Signals) -> None:
    workers = _workers()
    finished = unfinished.remove_all_and_begin_no_more()
    _say(on_one_line(f"{name}: stopped by {number.name}; {_outcome(finished)}"))
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):  # it ended by itself
            os.kill(pid, signal.SIGKILL)
    os._exit(_ENDED_BY_SIGNAL + number)


def _outcome(finished: list[Path]) -> str:
    return f"written before, and whole: {listed(finished)}" if finished else "nothing was written"


def _workers() -> list[int]:
    """Processes that run fits for this one; without multiprocessing there are none."""
    multiprocessing = sys.modules.get("multiprocessing")
    children = multiprocessing.active_children() if multiprocessing else []
    return [child.pid for child in children if child.pid is not None]


def _say(sentence: str) -> None:
    # Not by sys.stderr, which the main thread may hold; a progress bar ends before the sentence.
    start = "\n" if os.isatty(2) else ""
    with contextlib.suppress(OSError):  # the reader of the messages is gone, and nobody else is there to be told
        os.write(2, f"{start}{sentence}\n".encode())
