"""Where numba and matplotlib keep their caches when the home folder cannot be written, as in many containers."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_VARIABLES = ("NUMBA_CACHE_DIR", "MPLCONFIGDIR")


def use_writable_caches() -> None:
    """Point the caches to a temporary folder if the home folder is read-only or missing.

    To be called before numba or matplotlib is imported. Variables that are already set stay.
    """
    unset = [name for name in _VARIABLES if not os.environ.get(name)]
    if not unset or _home_is_writable():
        return
    folder = tempfile.mkdtemp(prefix="srna-tools-caches-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in unset:
        os.environ[name] = folder


def _home_is_writable() -> bool:
    try:
        home = Path.home()
    except RuntimeError:
        return False
    return home.is_dir() and os.access(home, os.W_OK | os.X_OK)
