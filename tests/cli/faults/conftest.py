"""One small real call of every executable, and places in which they are run: full, read-only, without network."""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parents[3]
TEST_DATA = _REPOSITORY / "test-data"
_FAMILIES = [f"family_{letter}.fa" for letter in "abcd"]
_MODEL, _FAMILY_MODEL = ["--model", "tissue.safetensors"], ["--model", "family.safetensors"]

#: What each executable does with files of test-data; ``@NAME`` is an output.
CALLS = {
    "srna-tools": ["demo", "--output", "@demo"],
    "srna-import": ["study01.zip", "-o", "@s.h5ad", "--report-output", "@r.tsv"],
    "srna-filter": ["samples.h5ad", "-o", "@s.h5ad", "--quality-output", "@q.tsv", "--plot-output", "@q.png"],
    "srna-harmonize": ["samples.h5ad", "--level", "family", "-o", "@s.h5ad"],
    "srna-normalize": ["samples.h5ad", "-o", "@s.h5ad"],
    "srna-group": ["samples.h5ad", "--label", "age", "--bins", "0,65,110", "-o", "@s.h5ad"],
    "srna-train": ["studies.h5ad", "--label", "tissue", "--model", "logistic", "-o", "@b.safetensors"],
    "srna-evaluate": [
        "studies.h5ad", "--label", "tissue", "--models", "discriminant", "--scheme", "dataset-out", "--threads", "1",
        "-o", "@m.tsv", "--resume", "@fits",
    ],
    "srna-predict": ["new.h5ad", *_MODEL, "-o", "@p.tsv", "--h5ad-output", "@s.h5ad"],
    "srna-attribute": [
        "annotated.h5ad", *_MODEL, "-o", "@t.tsv", "--scores-output", "@s.h5ad", "--stability-output", "@st.tsv",
        "--sample", "study03_sample001", "--heatmap-dir", "@heatmaps",
    ],
    "srna-enrich": ["ranking.tsv", "--families", "--method", "over-representation", "-o", "@e.tsv"],
    "srna-embed": ["samples.h5ad", "--method", "pca", "-o", "@e.tsv", "--plot-output", "@e.svg"],
    "srna-report": ["--predictions", "predictions.tsv", "-o", "@r.html"],
    "srna-family-train": [*_FAMILIES, "--model", "kmer", "--no-calibration", "-o", "@b.safetensors"],
    "srna-family-predict": ["hairpins.fa", *_FAMILY_MODEL, "-o", "@p.tsv", "--accepted-output", "@a.fa"],
    "srna-family-evaluate": [*_FAMILIES, "--models", "nearest", "--scheme", "random", "-o", "@m.tsv"],
    "srna-family-structure": ["candidates.fa", "-o", "@p.tsv", "--structure-output", "@s.tsv"],
    "srna-family-attribute": ["candidates.fa", "--model", "family_cnn.safetensors", "-o", "@b.tsv"],
}  # fmt: skip


def names():
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(_REPOSITORY / "setup.cfg")
    lines = setup["options.entry_points"]["console_scripts"].strip().splitlines()
    return [line.partition("=")[0].strip() for line in lines]


def pytest_generate_tests(metafunc):
    """Call a test that takes `executable` with each of the package's executables."""
    if "executable" in metafunc.fixturenames:
        metafunc.parametrize("executable", names())


@pytest.fixture
def call(executable):
    """Give the words of the executable's call with its outputs in a folder, and the outputs."""

    def words(folder):
        outputs = [folder / word[1:] for word in CALLS[executable] if word.startswith("@")]
        filled = [str(folder / word[1:]) if word.startswith("@") else word for word in CALLS[executable]]
        return [str(Path(sys.executable).with_name(executable)), *filled], outputs

    return words


@pytest.fixture(autouse=True, scope="module")
def inputs_stay_as_they_are():
    def state():
        files = sorted(path for path in TEST_DATA.iterdir() if path.is_file())
        return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]

    before = state()
    yield
    assert state() == before


@pytest.fixture
def bare():
    """An environment as a container has it: no home, no language, nothing but the interpreter's own variables."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return kept | {"TQDM_DISABLE": "1"}


@pytest.fixture(scope="module")
def small_disk():
    """Give a function that mounts an empty disk of some kilobytes."""
    folder = Path(tempfile.mkdtemp(prefix="srna-tools-disk-"))
    mounted = []

    def mount(kilobytes):
        if mounted:
            subprocess.run(["umount", folder], check=True)
            mounted.clear()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=777", "tmpfs", folder],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    if mounted:
        subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.fixture
def read_only_place():
    """Give a function that runs a command where all but two folders is read-only, and no network is there.

    As root, it runs as a user that the system does not know, as containers do.
    """
    place = Path(tempfile.mkdtemp(prefix="srna-tools-place-"))
    place.chmod(0o755)
    for name in ("out", "tmp"):
        (place / name).mkdir()
        (place / name).chmod(0o777)
    root = os.geteuid() == 0
    apart = ["unshare", "--mount", "--net", *([] if root else ["--map-root-user"])]
    unknown = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"] if root else []
    own = " && ".join(f"mount --bind {folder} {folder}" for folder in (place / "out", place / "tmp"))
    script = f'mount --make-rprivate / && {own} && mount -o remount,bind,ro / && exec "$@"'

    def run(words, environment, folder=TEST_DATA, tmp=place / "tmp"):
        return subprocess.run(
            [*apart, "sh", "-c", script, "sh", *unknown, *words],
            cwd=folder, env=environment | {"TMPDIR": str(tmp)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    tried = run(["true"], dict(os.environ))
    if tried.returncode:
        pytest.skip(f"no part of the system can be made read-only here: {tried.stderr.strip()}")
    run.out, run.tmp = place / "out", place / "tmp"
    yield run
    shutil.rmtree(place)
