"""What a build borrows from this machine for single steps: its certificates and where its packages come from.

Both are mounted as secrets, so that nothing of them becomes part of an image.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_OPTIONS = ("index-url", "extra-index-url", "proxy", "trusted-host")


def secrets(folder: Path) -> list[str]:
    """Return the options of buildah that lend them; a folder keeps the file of settings meanwhile."""
    options = []
    certificates = Path(os.environ.get("PIP_CERT") or _CERTIFICATES)
    if certificates.is_file():
        options += ["--secret", f"id=certificates,src={certificates}"]
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if settings := pip_settings(listed.splitlines()):
        path = folder / "pip.conf"
        path.write_text(settings, encoding="utf-8")
        options += ["--secret", f"id=pip,src={path}"]
    return options


def pip_settings(listed: Iterable[str]) -> str:
    """Return what of ``pip config list`` says where packages come from, as a file of settings; empty for none.

    Folders of this machine are left out: a build does not see them.
    """
    found: dict[str, str] = {}
    for line in listed:
        place, _, value = line.partition("=")
        name = place.rpartition(".")[2]
        words = [word for word in value.strip("'\"").split() if not word.startswith(("file:", "/"))]
        if name in _OPTIONS and words:
            found[name] = " ".join(words)
    lines = [f"{name} = {value}" for name, value in found.items()]
    return "\n".join(["[global]", *lines, ""]) if lines else ""
