"""Where numba and matplotlib keep their caches when the home folder cannot be written, as in many containers."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

from srna_tools.errors import SrnaToolsError
from srna_tools.io import unfinished

_VARIABLES = ("NUMBA_CACHE_DIR", "MPLCONFIGDIR")
# Room for compiled functions: a home whose quota is used up still lets empty files be made.
_ROOM = 1 << 18


def use_writable_caches() -> None:
    """Point the caches to a temporary folder if those in the home folder cannot be written.

    To be called before numba or matplotlib is imported. Variables that are already set stay.

    Raises
    ------
    SrnaToolsError
        There is no place for temporary files either.
    """
    unset = [name for name in _VARIABLES if not os.environ.get(name)]
    if not unset or _home_serves():
        return
    try:
        folder = unfinished.begun(lambda: Path(tempfile.mkdtemp(prefix="srna-tools-caches-")))
    except OSError as error:
        raise SrnaToolsError(
            "neither the home folder nor a folder for temporary files can be written; let TMPDIR name one that can be"
        ) from error
    atexit.register(unfinished.remove, folder)
    for name in unset:
        os.environ[name] = str(folder)


def _home_serves() -> bool:
    """Whether both libraries can keep their caches where they do by themselves."""
    try:
        home = Path.home()
    except RuntimeError:
        return False
    places = (("XDG_CACHE_HOME", ".cache"), ("XDG_CONFIG_HOME", ".config"))
    return home.is_dir() and all(_has_room(Path(os.environ.get(variable) or home / name)) for variable, name in places)


def _has_room(folder: Path) -> bool:
    """Whether a file can be written in the folder, or in the one in which it would be made."""
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(bytes(_ROOM))
    except OSError:
        return False
    return True
