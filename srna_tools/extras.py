"""Libraries of the package's extras: imported where they are needed, or named with the command that installs them."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from typing import Any, NamedTuple

from srna_tools.errors import BrokenExtraError, MissingExtraError
from srna_tools.writable_caches import use_writable_caches


class Library(NamedTuple):
    """A library that the base installation does without.

    Attributes
    ----------
    name
        As its authors write it.
    extra
        What installs it: ``pip install 'srna-tools[extra]'``.
    """

    name: str
    extra: str


#: By the name of the module that is imported.
LIBRARIES = {
    "tensorflow": Library("TensorFlow", "train"),
    "keras": Library("Keras", "train"),
    "scanpy": Library("scanpy", "embed"),
    "distributed": Library("Dask", "cluster"),
    "deeplift": Library("deeplift", "deeplift"),
    "RNA": Library("ViennaRNA", "sequence"),
    "logomaker": Library("logomaker", "sequence"),
    "pyfamsa": Library("pyfamsa", "sequence"),
    "pyhmmer": Library("pyhmmer", "sequence"),
    "gseapy": Library("gseapy", "explain"),
    "shap": Library("shap", "explain"),
}
#: What networks are trained with.
NETWORK_LIBRARIES = ("tensorflow", "keras")


def is_installed(*modules: str) -> bool:
    """Whether all of these libraries are installed; none is imported, so that it takes no time."""
    return not any(_is_missing(module) for module in modules)


def require_installed(*modules: str, needed_by: str = "this step") -> None:
    """Refuse a step that cannot be done before the work for it begins; nothing is imported, so that it takes no time.

    Parameters
    ----------
    modules
        Of `LIBRARIES`.
    needed_by
        What the sentence says needs them.

    Raises
    ------
    MissingExtraError
        One is not installed: the first is named.
    """
    for module in modules:
        if _is_missing(module):
            raise MissingExtraError(*LIBRARIES[module], needed_by)


def import_from_extra(module: str) -> Any:
    """Import a library of an extra, or a module of it; what it warns of as it loads is not for users.

    Raises
    ------
    MissingExtraError
        The library is not installed.
    BrokenExtraError
        It is, but does not load.
    """
    library = module.partition(".")[0]
    require_installed(library)
    use_writable_caches()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except Exception as error:
        # A file that a loader does not find, a module of another library, or whatever two versions do to each other.
        raise BrokenExtraError(*LIBRARIES[library], str(error)) from error


def _is_missing(module: str) -> bool:
    return importlib.util.find_spec(module) is None
