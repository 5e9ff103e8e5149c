"""Build both images of the suite from Debian's packages and PyPI, without a registry, and weigh them.

    python3 containers/build.py
    python3 containers/build.py --twice slim

Needs Debian and root; installs podman, buildah, runc and mmdebstrap where they are missing. Exit code 69, with the
reason, where the images cannot be built; 1 where an image is over its limit, or is another one when it is built again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine import CHECKOUT, FOLDER, Engine, EngineError, engine
from images import CANNOT, LIMITS, image, release_time, version
from lent import secrets

_BASE = "localhost/srna-tools-base:bookworm"
# As in Debian's own slim images: no documentation except licences.
_BASE_OPTIONS = (
    "--variant=minbase",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    # They are copies of this machine's.
    '--customize-hook=rm -f "$1"/etc/resolv.conf "$1"/etc/hostname',
)
_PROGRAMS = {"podman": "podman", "buildah": "buildah", "runc": "runc", "mmdebstrap": "mmdebstrap"}


def install_programs() -> None:
    """Install from Debian what is missing."""
    missing = [package for program, package in _PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise EngineError(f"{', '.join(missing)} is not installed, and only root on Debian can install it here")
    print("installing", *missing, flush=True)
    apt = ["apt-get", "--quiet", "--quiet"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [*apt, "update"],
        [*apt, "install", "--yes", "--no-install-recommends", "ca-certificates", *missing],
    ):
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            raise EngineError(f"'{' '.join(command)}' failed")


def make_base(containers: Engine, time: int) -> None:
    """Make an image of Debian 12 from its packages, unless it stands with the same options."""
    recipe = hashlib.sha256(repr((_BASE_OPTIONS, time)).encode()).hexdigest()
    form = '{{index .Labels "recipe"}}'
    if containers.has(_BASE) and containers.run("image", "inspect", "--format", form, _BASE).stdout.strip() == recipe:
        return
    print("making", _BASE, "from Debian's packages", flush=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        root = Path(name, "base.tar")
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(time)}
        made = subprocess.run(
            ["mmdebstrap", "--quiet", *_BASE_OPTIONS, "bookworm", str(root)], env=environment, check=False
        )
        if made.returncode:
            raise EngineError("mmdebstrap could not make a Debian 12; see above")
        Path(name, "Containerfile").write_text(
            f'FROM scratch\nADD base.tar /\nLABEL recipe={recipe}\nCMD ["bash"]\n', encoding="utf-8"
        )
        _bud(containers, "--timestamp", time, "--tag", _BASE, name)


def build(containers: Engine, target: str, time: int, fresh: bool) -> None:
    """Build one target of the Containerfile, from layers that stand unless it is to be fresh."""
    print("building", image(target), flush=True)
    layers = ["--layers", "--no-cache"] if fresh else ["--layers"]
    with tempfile.TemporaryDirectory() as name:
        _bud(
            containers, *layers, "--timestamp", time, "--build-arg", f"BASE={_BASE}",
            "--build-arg", f"VERSION={version()}", *secrets(Path(name)), "--target", target, "--tag", image(target),
            "--file", CHECKOUT / "containers" / "Containerfile", CHECKOUT,
        )  # fmt: skip


def _bud(containers: Engine, *arguments: object) -> None:
    command = [containers.buildah, "bud", "--quiet", "--isolation", "chroot", *arguments]
    if subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("buildah could not build the image; see above")


def push(containers: Engine, target: str) -> dict[str, int]:
    """Write the image as a registry gets it, and return bytes of each compressed layer by its digest."""
    layout = FOLDER / "pushed" / target
    layout.parent.mkdir(exist_ok=True)
    shutil.rmtree(layout, ignore_errors=True)
    containers.run("push", "--quiet", "--format", "oci", image(target), f"oci:{layout}")
    return _layers(layout)


def _layers(layout: Path) -> dict[str, int]:
    index = json.loads((layout / "index.json").read_text(encoding="utf-8"))
    digest = index["manifests"][0]["digest"].partition(":")[2]
    manifest = json.loads((layout / "blobs" / "sha256" / digest).read_text(encoding="utf-8"))
    return {layer["digest"]: layer["size"] for layer in manifest["layers"]}


def require_same_layers(target: str, first: Mapping[str, int], second: Mapping[str, int]) -> None:
    """An image that is built again has the layers that it had."""
    if list(first) != list(second):
        sys.exit(f"{image(target)}: built again, {len(set(first) - set(second))} of {len(first)} layers are others")
    print(f"{image(target)}: built again from nothing, its {len(first)} layers are the same, byte for byte")


def require_size(layers: Mapping[str, Mapping[str, int]]) -> None:
    """No image is over its limit."""
    too_large = []
    for target, sizes in layers.items():
        megabytes = sum(sizes.values()) / 1e6
        print(f"{image(target)}   {megabytes:.0f} MB compressed   limit {LIMITS[target]} MB")
        too_large += [target] if megabytes > LIMITS[target] else []
    if too_large:
        sys.exit(f"over the limit: {', '.join(too_large)}")


def main() -> None:
    """Build, weigh, and say what was made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(LIMITS)} (default: both)")
    parser.add_argument(
        "--twice", action="store_true", help="build again from nothing, which has to give the same layers"
    )
    arguments = parser.parse_args()
    targets = arguments.targets or list(LIMITS)
    if unknown := set(targets) - set(LIMITS):
        parser.error(f"there is no target {', '.join(unknown)}; choose from {', '.join(LIMITS)}")
    try:
        install_programs()
        containers = engine()
        time = release_time()
        make_base(containers, time)
        containers.require_running(_BASE)
        for target in targets:
            build(containers, target, time, fresh=False)
    except EngineError as error:
        print(f"the containers cannot be built here: {error}", file=sys.stderr)
        sys.exit(CANNOT)
    layers = {target: push(containers, target) for target in targets}
    if arguments.twice:
        for target in targets:
            build(containers, target, time, fresh=True)
            require_same_layers(target, layers[target], push(containers, target))
    require_size(layers)


if __name__ == "__main__":
    main()
