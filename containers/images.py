"""Names and limits of the images, which are those of the checkout's version."""

from __future__ import annotations

import datetime
import re

from engine import CHECKOUT

# Megabytes (10^6 bytes) of the compressed layers, by target of the Containerfile.
LIMITS = {"slim": 300, "full": 1000}
CANNOT = 69  # exit code (EX_UNAVAILABLE) of scripts that cannot do their work on this machine


def version() -> str:
    """Return the version of the package."""
    return _found(r'^VERSION = "(.+)"$', "srna_tools/version.py")


def image(target: str) -> str:
    """Return the name of the image of a target, `slim` or `full`."""
    return f"localhost/srna-tools:{version()}" + ("" if target == "full" else f"-{target}")


def release_time() -> int:
    """Seconds since 1970 of the release's day: the time of every file, so that the same inputs give the same layers."""
    day = _found(r'^date-released: "?(\d{4}-\d\d-\d\d)"?$', "CITATION.cff")
    return int(datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC).timestamp())


def _found(pattern: str, path: str) -> str:
    found = re.search(pattern, (CHECKOUT / path).read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{path} has no line like {pattern}")
    return found[1]
