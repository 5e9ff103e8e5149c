"""What an image must not hold: compilers, installers, programs with rights of their own, traces of its builder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine import CHECKOUT, Engine

_TOOLS = ("gcc", "cc", "g++", "clang", "make", "ld", "as", "pip", "pip3", "uv", "buildah", "curl", "wget")
_MODULES = ("pip", "ensurepip", "setuptools", "wheel")
# Paths that a build uses and an image does not need.
_LEFT_OVER = (
    "build", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt", "installed", "root/.cache", "var/lib/apt/lists/*",
    "var/cache/*", "var/log/*", "tmp/*",
)  # fmt: skip
_USER_SCRIPT = """
test "$(id -u)" = 1000 || echo "runs as $(id -un)"
for program in {tools}; do command -v "$program"; done
for module in {modules}; do python -c "import $module" 2>/dev/null && echo "module $module"; done
for program in bash ps cp env; do command -v "$program" > /dev/null || echo "no $program"; done
touch /opt/srna-tools/written 2>/dev/null && echo "the installation can be written to"
exit 0
"""


def require_clean(containers: Engine, image: str) -> None:
    """End with a sentence if an image holds what it must not hold."""
    script = _USER_SCRIPT.format(tools=" ".join(_TOOLS), modules=" ".join(_MODULES))
    found = containers.run("run", "--rm", "--network", "none", image, "sh", "-c", script).stdout.split("\n")
    root = Path(containers.run("image", "mount", image).stdout.strip())
    try:
        found += [str(path) for pattern in _LEFT_OVER for path in root.glob(pattern)]
        privileged = ["find", str(root), "-type", "f", "-perm", "/6000"]
        found += subprocess.run(privileged, check=True, capture_output=True, text=True).stdout.split()
        found += _traces(root)
    finally:
        containers.run("image", "unmount", image)
    found = [line.removeprefix(str(root)) for line in found if line]
    if found:
        sys.exit(f"{image} holds what it must not: {', '.join(found[:20])}")
    print(f"{image}: no compiler, installer, program with rights of its own, or trace of this machine", flush=True)


def _traces(root: Path) -> list[str]:
    """Files that name this machine, its name servers or this checkout."""
    named = [path for name in ("hostname", "resolv.conf") if (path := root / "etc" / name).is_file()]
    found = [str(path) for path in named if path.read_bytes()]
    words = [CHECKOUT.as_posix(), *_name_servers()]
    patterns = [argument for word in words for argument in ("--regexp", word)]
    places = [root / name for name in ("etc", "opt", "root", "usr", "var", "tmp")]
    command = ["grep", "--recursive", "--files-with-matches", "--fixed-strings", "--text", *patterns, *places]
    return found + subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True).stdout.split(
        "\n"
    )


def _name_servers() -> list[str]:
    lines = Path("/etc/resolv.conf").read_text(encoding="utf-8").split("\n")
    addresses = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    return [address for address in addresses if not address.startswith("127.")]
