"""The Tool Shed archives of the suite, built and looked through.

    .venv/bin/python galaxy/archives.py dist/shed    (an archive for each repository, and one for the suite)

A repository holds one tool; the suite's archive holds nothing but the names of the others.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from places import CHECKOUT, PLANEMO_PYTHON

_DEFINITION = ".shed.yml"
SUITE_FILE = "repository_dependencies.xml"
TEST_DATA_FOLDER = "test-data"


class ArchiveError(RuntimeError):
    """An archive is not what the Tool Shed should get; the message says which, and what is wrong."""


def build(folder: Path) -> list[Path]:
    """Build all archives into a folder and look through them; return them, the suite's last.

    Raises
    ------
    ArchiveError
        planemo failed, or an archive is not what the definition asks for.
    """
    command = [PLANEMO_PYTHON, CHECKOUT / "galaxy" / "planemo_archives.py", folder]
    if subprocess.run([str(part) for part in command], check=False, stdout=subprocess.DEVNULL).returncode:
        raise ArchiveError(f"planemo could not build the archives of {CHECKOUT / _DEFINITION}")
    definition = yaml.safe_load((CHECKOUT / _DEFINITION).read_text(encoding="utf-8"))
    names = [*definition["repositories"], definition["suite"]["name"]]
    archives = [folder / f"{name}.tar.gz" for name in names]
    found = sorted(path.name for path in folder.iterdir())
    if found != sorted(path.name for path in archives):
        raise ArchiveError(f"{folder} holds {', '.join(found)}; {_DEFINITION} defines {', '.join(names)}")
    for name, repository in definition["repositories"].items():
        require_as_listed(folder / f"{name}.tar.gz", listed(repository["include"]))
    require_suite(archives[-1], definition["owner"], list(definition["repositories"]))
    return archives


def listed(include: Sequence[Any], checkout: Path = CHECKOUT) -> dict[str, Path]:
    """Return what a repository's ``include`` asks for: the source of each member of the archive, by its name."""
    members = {}
    for entry in include:
        sources, strip = ([entry], 0) if isinstance(entry, str) else (entry["source"], entry.get("strip_components", 0))
        for source in sources:
            start = checkout / source
            files = sorted(path for path in start.rglob("*") if path.is_file()) if start.is_dir() else [start]
            for path in files:
                parts = path.relative_to(checkout).parts[strip:]
                members[PurePosixPath(*parts).as_posix()] = path
    return members


def require_as_listed(archive: Path, expected: Mapping[str, Path]) -> None:
    """Refuse an archive with other files than are listed, or with links, or without a file of the wrapper's tests."""
    with tarfile.open(archive) as opened:
        members = {member.name: member for member in opened}
        links = [name for name, member in members.items() if not member.isreg()]
        if links:
            raise ArchiveError(f"{archive.name} holds what is no plain file: {', '.join(links)}")
        outside = [name for name in members if name.startswith("/") or ".." in PurePosixPath(name).parts]
        if outside:
            raise ArchiveError(f"{archive.name} would write outside of its folder: {', '.join(outside)}")
        if members.keys() != expected.keys():
            raise ArchiveError(
                f"{archive.name} is not what {_DEFINITION} lists: "
                f"{', '.join(sorted(members.keys() ^ expected.keys()))} is in one of them alone"
            )
        for name, member in members.items():
            if opened.extractfile(member).read() != expected[name].read_bytes():
                raise ArchiveError(f"{archive.name} holds another {name} than the checkout")
    _require_test_files(archive.name, expected)


def _require_test_files(archive: str, members: Mapping[str, Path]) -> None:
    """Whatever looks like a file in the wrapper's tests is in the archive, and so are its macros."""
    wrappers = [path for name, path in members.items() if name.startswith("srna_") and name.endswith(".xml")]
    if [f"{path.stem}.tar.gz" for path in wrappers] != [archive]:
        raise ArchiveError(f"{archive} should hold one wrapper, of its own name; it holds {wrappers}")
    root = ET.parse(wrappers[0]).getroot()
    data = {PurePosixPath(name).name for name in members if name.startswith(f"{TEST_DATA_FOLDER}/")}
    endings = {name.partition(".")[2] for name in data}
    values = [one.get(key) or "" for one in root.findall("./tests//*") for key in ("value", "file")]
    words = {word for value in values for word in value.split(",")}
    files = {word for word in words if re.fullmatch(r"[\w.-]+", word) and word.partition(".")[2] in endings}
    macros = {one.text or "" for one in root.iter("import")}
    missing = sorted((files - data) | (macros - members.keys()))
    if missing:
        raise ArchiveError(f"{archive} lacks {', '.join(missing)}, which its wrapper uses")


def require_suite(archive: Path, owner: str, repositories: Sequence[str]) -> None:
    """Refuse a suite definition that does not name exactly the repositories that are built."""
    with tarfile.open(archive) as opened:
        names = opened.getnames()
        if names != [SUITE_FILE]:
            raise ArchiveError(f"{archive.name} should hold {SUITE_FILE} alone; it holds {', '.join(names)}")
        root = ET.fromstring(opened.extractfile(SUITE_FILE).read())
    named = [(one.get("owner"), one.get("name")) for one in root.iter("repository")]
    if sorted(named, key=str) != sorted((owner, name) for name in repositories):
        raise ArchiveError(f"{archive.name} names {named}; built are {', '.join(repositories)} of {owner}")


if __name__ == "__main__":
    print(*build(Path(sys.argv[1])), sep="\n")
