"""Try both images as a cluster would run them: read-only, without network, as another user than root.

    python3 containers/check.py

containers/build.py makes the images. Exit code 1 with a sentence for the first thing that is not as it should be.
"""

from __future__ import annotations

import argparse
import configparser
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chain import DATA, REFUSED_IN_SLIM, TRAINING, USE, Call
from contents import require_clean
from engine import CHECKOUT, Engine, EngineError, engine
from images import CANNOT, image, version

# An id without a name in the image, as a cluster's user has.
_USER = 54321
_RIGHTS = ("--cap-drop", "all", "--security-opt", "no-new-privileges")
_LOCKED = ("run", "--rm", "--read-only", "--network", "none", *_RIGHTS, "--user", str(_USER))
_SHOWN = 2000
# The version is the script's own name.
_HELP = """
for program; do
    help=$("$program" --help) && printf %s "$help" | grep -q "research use only" || echo "$program"
    test "$("$program" --version)" = "$0" || echo "$program"
done
"""
_TENSORFLOW = "import importlib.util; print(importlib.util.find_spec('tensorflow') is not None)"
# Every requirement of the package, and of the extras that the image holds, is there in a version that will do.
_REQUIREMENTS = """
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from packaging.requirements import Requirement
for line in requires("srna-tools"):
    needed = Requirement(line)
    if needed.marker is not None and not any(needed.marker.evaluate({"extra": extra}) for extra in ["", *sys.argv[1:]]):
        continue
    try:
        if not needed.specifier.contains(version(needed.name), prereleases=True):
            print(f"{line} but there is {version(needed.name)}")
    except PackageNotFoundError:
        print(f"{line} but there is none")
"""
# What a start loads was compiled when the image was built: on a read-only system it would be compiled at each start.
_UNCOMPILED = """
import sys
from pathlib import Path
import anndata, scipy.sparse, sklearn.linear_model, srna_tools.cli.srna_predict
cached = {name: getattr(module, "__cached__", None) for name, module in sys.modules.items()}
print(*[name for name, path in cached.items() if path and not Path(path).exists()])
"""


def executables() -> list[str]:
    """Return the names of the package's executables."""
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(CHECKOUT / "setup.cfg", encoding="utf-8")
    lines = setup["options.entry_points"]["console_scripts"].split("\n")
    return [line.partition("=")[0].strip() for line in lines if line]


def require_executables(containers: Engine, name: str) -> None:
    """Every executable shows its help and the version."""
    failed = containers.run(*_LOCKED, name, "sh", "-c", _HELP, version(), *executables()).stdout.split()
    _require(not failed, f"{name}: these fail: {', '.join(failed)}")
    print(f"{name}: --help and --version of {len(executables())} executables", flush=True)


def require_requirements(containers: Engine, name: str, extras: Sequence[str]) -> None:
    """The libraries are those that the package declares."""
    problems = containers.run(*_LOCKED, name, "python", "-c", _REQUIREMENTS, *extras).stdout
    _require(not problems, f"{name}: {problems}")
    found = containers.run(*_LOCKED, name, "python", "-c", _TENSORFLOW).stdout.strip()
    _require(found == str("all" in extras), f"{name}: TensorFlow is there: {found}")
    print(f"{name}: all requirements of srna-tools{list(extras) or ''} are met", flush=True)


def require_compiled(containers: Engine, name: str) -> None:
    """No start of an executable compiles Python."""
    found = containers.run(*_LOCKED, name, "python", "-c", _UNCOMPILED).stdout.split()
    _require(not found, f"{name}: {len(found)} modules are not compiled, among them {', '.join(found[:5])}")
    print(f"{name}: all modules that a start loads are compiled", flush=True)


def run_chain(containers: Engine, name: str, folder: Path, calls: Sequence[Call]) -> None:
    """Run calls one after another in a folder; each writes its output."""
    for call in calls:
        done = _run_call(containers, name, folder, call)
        _require(done.returncode == 0, f"{name}: {' '.join(call.command)}\n{done.stderr[-_SHOWN:]}")
        _require((folder / call.output).is_file(), f"{name}: {' '.join(call.command)} wrote no {call.output}")
    print(f"{name}: {len(calls)} calls, the last wrote {calls[-1].output}", flush=True)


def _run_call(containers: Engine, name: str, folder: Path, call: Call) -> subprocess.CompletedProcess[str]:
    mounts = ("--volume", f"{folder}:/work", "--volume", f"{CHECKOUT / 'test-data'}:{DATA}:ro", "--workdir", "/work")
    command = (*_LOCKED, *mounts, name, *call.command)
    return containers.run(*command, check=False, stderr=subprocess.PIPE)


def require_refusals(containers: Engine, name: str, folder: Path) -> None:
    """What the slim image cannot do ends with a sentence that names the extra."""
    for call, extra in REFUSED_IN_SLIM:
        done = _run_call(containers, name, folder, call)
        named = f"srna-tools[{extra}]" in done.stderr and "Traceback" not in done.stderr
        _require(done.returncode == 1 and named, f"{name}: {' '.join(call.command)} ended with {done.stderr[-_SHOWN:]}")
    print(f"{name}: {len(REFUSED_IN_SLIM)} calls that need more than it has say so", flush=True)


def require_same_tables(first: Path, second: Path) -> None:
    """Both images gave the same tables, byte for byte."""
    names = sorted(path.name for path in second.glob("*.tsv"))
    different = [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()]
    _require(bool(names) and not different, f"the images differ in {', '.join(different)}")
    print(f"both images wrote the same {len(names)} tables", flush=True)


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        sys.exit(sentence)


def main() -> None:
    """Run all checks."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        containers = engine()
    except EngineError as error:
        print(f"the containers cannot be checked here: {error}", file=sys.stderr)
        sys.exit(CANNOT)
    slim, full = image("slim"), image("full")
    for name in (slim, full):
        _require(containers.has(name), f"there is no image {name}; make it with: python3 containers/build.py")
        require_clean(containers, name)
        require_executables(containers, name)
        require_compiled(containers, name)
    require_requirements(containers, slim, [])
    require_requirements(containers, full, ["all"])
    with tempfile.TemporaryDirectory() as place:
        folders = {name: _folder(Path(place, target)) for target, name in (("full", full), ("slim", slim))}
        run_chain(containers, full, folders[full], [*TRAINING, *USE])
        for model in folders[full].glob("*.safetensors"):
            (folders[slim] / model.name).write_bytes(model.read_bytes())
        run_chain(containers, slim, folders[slim], USE)
        require_same_tables(folders[full], folders[slim])
        require_refusals(containers, slim, folders[slim])
        _require(not list(folders[slim].glob("never*")), f"{slim}: a call that was refused left a file")


def _folder(path: Path) -> Path:
    path.mkdir()
    path.chmod(0o777)
    return path


if __name__ == "__main__":
    main()
