"""Take out of an environment what no run needs, and compile the rest, the same way each time.

    python3 trim.py /opt/srna-tools

Test suites of the libraries, sources that were compiled, headers, static libraries and debugging symbols go: they are a
third of an image. Compiled modules carry a hash of their source in place of a time, so that the same environment gives
the same bytes.
"""

from __future__ import annotations

import compileall
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

_SOURCES = (".a", ".c", ".cc", ".cpp", ".cu", ".h", ".hpp", ".pxd", ".pxi", ".pyx")
# Not "test", which is also a part of a library that tests its user's code (tensorflow.test).
_SUITES = "tests"
# It imports its tests with itself.
_NEEDS_ITS_SUITE = ("logomaker",)
_UNUSED = (
    # What installs: some libraries ask for it and none imports it.
    "_distutils_hack",
    "distutils-precedence.pth",
    "pkg_resources",
    "setuptools",
    "setuptools-*.dist-info",
    "wheel",
    "wheel-*.dist-info",
    "clang/native",  # TensorFlow names it among its requirements and never loads it
    "logomaker/examples",
    "logomaker/tutorials",
    "matplotlib/mpl-data/sample_data",
    "tensorflow/include",
)


def trim(environment: Path) -> None:
    """Remove, strip and compile."""
    libraries = next(environment.glob("lib/python3.*/site-packages"))
    for path in _superfluous(libraries):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    _strip(libraries)
    compiled = compileall.compile_dir(
        libraries, quiet=1, workers=0, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    if not compiled:
        sys.exit(f"some modules in {libraries} do not compile")


def _superfluous(libraries: Path) -> list[Path]:
    found = [path for pattern in _UNUSED for path in libraries.glob(pattern)]
    suites = (path for path in libraries.rglob(_SUITES) if path.is_dir())
    found += [path for path in suites if path.relative_to(libraries).parts[0] not in _NEEDS_ITS_SUITE]
    # A test suite may hold further ones.
    outermost = [path for path in found if not any(parent in found for parent in path.parents)]
    files = (path for path in libraries.rglob("*") if path.suffix in _SOURCES and path.is_file())
    return outermost + [path for path in files if not any(parent in outermost for parent in path.parents)]


def _strip(libraries: Path) -> None:
    """Remove debugging symbols of the shared libraries that have any.

    The others stay as they are, and so do those in the folders `*.libs`: strip breaks the layout that wheels give them.
    """
    shared = [path for path in libraries.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    own = [path for path in shared if not path.parent.name.endswith(".libs")]
    with_symbols = [str(path) for path in own if b".debug_info" in path.read_bytes()]
    if with_symbols:
        subprocess.run(["strip", "--strip-debug", *with_symbols], check=True)


if __name__ == "__main__":
    trim(Path(sys.argv[1]))
