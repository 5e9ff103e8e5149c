"""Standard streams that are closed, full or left by their reader."""

from __future__ import annotations

import os
import sys
import traceback

import click

_STREAMS = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))


def open_closed_streams() -> None:
    """Lead streams that were closed by the caller nowhere.

    Else the next file that is opened gets the number of the stream, and messages of C libraries end up in an output.
    """
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, "r" if mode == os.O_RDONLY else "w", closefd=False))


def arose_while_printing(error: BaseException) -> bool:
    """Whether an error is of the summary, not of a file."""
    return any(frame.f_code is click.echo.__code__ for frame, _ in traceback.walk_tb(error.__traceback__))


def lead_stdout_nowhere() -> None:
    """Let Python end in silence: it writes what is left of the summary once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
