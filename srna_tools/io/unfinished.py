"""Files and folders that are to vanish if the process is stopped, and outputs that are whole by then."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

_CHANGE = threading.Lock()
_TEMPORARY: set[Path] = set()
_FINISHED: dict[Path, None] = {}


def begun(make: Callable[[], Path]) -> Path:
    """Make a temporary file or folder, and note its name before anything else can happen."""
    with _CHANGE:
        path = make()
        _TEMPORARY.add(path)
    return path


def finish(partial: Path, target: Path) -> None:
    """Rename a file that is whole to its target."""
    with _CHANGE:
        partial.replace(target)
        _TEMPORARY.discard(partial)
        _FINISHED[target] = None


def remove(path: Path) -> None:
    """Remove a temporary file or folder, if it is still there."""
    with _CHANGE:
        _remove(path)
        _TEMPORARY.discard(path)


def is_finished(target: Path) -> bool:
    """Whether this process wrote an output, whole."""
    return target in _FINISHED


def remove_all_and_begin_no_more() -> list[Path]:
    """Remove what is temporary, and let no thread begin or finish a file any more: the process is about to end.

    Returns
    -------
    Outputs that were finished before.
    """
    _CHANGE.acquire()
    for path in _TEMPORARY:
        _remove(path)
    return list(_FINISHED)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
