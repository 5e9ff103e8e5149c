"""planemo's tests, with a second between two questions about a job instead of a quarter. Runs in planemo's environment.

    .venv-planemo/bin/python galaxy/planemo_test.py --engine external_galaxy ...

Four planemos that ask four times a second keep the one web process of a Galaxy busy with nothing else. planemo's option
``--polling_backoff`` is for workflows alone.
"""

from __future__ import annotations

import sys

from galaxy.util import wait
from planemo.cli import planemo

SECONDS = 1.0


def ask_less_often() -> None:
    """Change the pause of every wait for a job that does not name its own: the first default of the function."""
    pause, *others = wait.wait_on.__defaults__
    if pause != wait.DEFAULT_POLLING_DELTA:
        sys.exit(f"{wait.__file__} is another than this knows: its first default is {pause}")
    wait.wait_on.__defaults__ = (SECONDS, *others)


if __name__ == "__main__":
    ask_less_often()
    planemo(["test", *sys.argv[1:]])
