"""Where the version of srna-tools is written, and where a number like it means something else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE = "srna_tools/version.py"
VERSION = r"\d+\.\d+\.\d+(?!\d|\.\d)"


@dataclass(frozen=True)
class Place:
    """A version that a release changes.

    Parameters
    ----------
    files
        Pattern of paths in the checkout; `*` also stands for folders.
    before
        Regular expression of the text in front of the version.
    what
        What the version is for.
    """

    files: str
    before: str
    what: str


PLACES = (
    Place(SOURCE, r'^VERSION = "', "the package, its metadata and its executables"),
    Place("tools/macros.xml", r'<token name="@TOOL_VERSION@">', "the wrappers and their requirement"),
    Place("workflows/*.ga", r'"tool_id": "[^"]*srna_\w+[^"]*",\s+"tool_version": "', "steps of the workflows"),
    Place("CITATION.cff", r"^version: ", "the citation"),
    Place("containers/bioconda/srna-tools/meta.yaml", r'{% set version = "', "the conda package"),
)
# In any file these are the project's: image tags, requirements, archives and ids of the Tool Shed; the images.
WHEREVER = (
    Place("*", r"\bsrna[-_]tools(?:\[[\w,]+\])?(?:==?|[:@/-])", "after the project's name"),
    Place("containers/*", r"^ARG VERSION=", "the images"),
    Place("containers/*.def", r"^\s*(?:Version|org\.opencontainers\.image\.version) ", "the Apptainer image"),
)

# Paths in which the number of the present version means something else, and why.
OTHER_MEANING = {
    "CHANGELOG.md": "headings of what was released",
    "tests/*": "made-up cases",
    "test-data/*": "files that record the version that wrote them",
    "requirements/*.txt": "versions of other packages",
    "galaxy/*requirements.txt": "versions of other packages",
    "srna_tools/preprocess/transform.py": "what bundles of an older version lack",
}


@dataclass(frozen=True)
class Mention:
    """A version in a file.

    Parameters
    ----------
    start, end
        Where it stands in the text.
    """

    path: str
    start: int
    end: int
    version: str


def tracked_texts(root: Path) -> dict[str, str]:
    """Return every text file under version control, by its path in the checkout; links are not followed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    texts = {}
    for path in filter(None, listed.decode().split("\0")):
        file = root / path
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        if b"\0" not in content:
            texts[path] = content.decode("utf-8", errors="surrogateescape")
    return texts


def mentions(place: Place, texts: dict[str, str]) -> list[Mention]:
    """Return all versions that stand at a place, in files whose numbers are the project's."""
    pattern = re.compile(f"(?:{place.before})({VERSION})", re.MULTILINE)
    return [
        Mention(path, found.start(1), found.end(1), found[1])
        for path, text in texts.items()
        if fnmatch(path, place.files) and not _means_something_else(path)
        for found in pattern.finditer(text)
    ]


def unknown(version: str, texts: dict[str, str]) -> Iterator[str]:
    """Give ``path:line`` of every mention of this version that is at no place and has no other meaning."""
    known = {(mention.path, mention.start) for place in (*PLACES, *WHEREVER) for mention in mentions(place, texts)}
    pattern = re.compile(rf"(?<![\d.]){re.escape(version)}(?!\d|\.\d)")
    for path, text in texts.items():
        if _means_something_else(path):
            continue
        for found in pattern.finditer(text):
            if (path, found.start()) not in known:
                yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}"


def _means_something_else(path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in OTHER_MEANING)
