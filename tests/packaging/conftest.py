"""Wheel and source distribution of this checkout, and the wheel in an environment of its own; made once a test run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from filelock import FileLock

CHECKOUT = Path(__file__).resolve().parents[2]
_CONSTRAINTS = CHECKOUT / "requirements" / "tested.txt"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """One folder for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "packaging"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def tracked_files():
    """Files that belong to the checkout, relative to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip(f"what belongs to the checkout is not known without git: {listed.stderr.strip()}")
    return [Path(name) for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


@pytest.fixture(scope="session")
def distributions(shared_folder, tracked_files):
    """Folder with the source distribution and the wheel that was built from it, and in `direct` one of the checkout."""
    folder = shared_folder / "dist"
    with FileLock(shared_folder / "dist.lock"):
        if not folder.exists():
            source = shared_folder / "source"
            _copy(tracked_files, source)
            made = shared_folder / "made"
            _build(source, made)
            _build(source, made / "direct", "--wheel")
            made.rename(folder)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions):
    """The wheel that was built from the source distribution."""
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def base_installation(wheel, shared_folder):
    """Programs of an environment that holds the wheel and what it requires without any extra, nothing else."""
    folder = shared_folder / "base"
    with FileLock(shared_folder / "base.lock"):
        if not (folder / "installed").exists():
            shutil.rmtree(folder, ignore_errors=True)
            installer = _installer(folder)
            # The same way to the index as for the package, so that a failure there is one of the package.
            if subprocess.run([*installer, "click"], capture_output=True, check=False).returncode:
                pytest.skip("no package index can be reached, from which the base installation would come")
            subprocess.run([*installer, str(wheel)], check=True)
            (folder / "installed").touch()
    return folder / "bin"


@pytest.fixture(scope="session")
def run_installed(base_installation):
    """Run a program of the base installation, away from the checkout."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}

    def run(name, *words, folder):
        command = [base_installation / name, *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


def _copy(files, target):
    for path in files:
        (target / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / path, target / path)


def _build(source, target, *options):
    # With setuptools of this environment, so that it needs no network.
    command = [sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", target, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _installer(folder):
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    venv.create(folder, with_pip=uv is None, symlinks=True)
    python = str(folder / "bin" / "python")
    start = [uv, "pip", "install", "--compile-bytecode", "--python", python] if uv else [python, "-m", "pip", "install"]
    return [*start, "--quiet", "--constraint", str(_CONSTRAINTS)]
