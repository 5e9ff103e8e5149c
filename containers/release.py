"""Give the whole project another version: ``make release VERSION=X.Y.Z``.

Every place changes, or none. What was unreleased in the changelog becomes the version's section.
"""

from __future__ import annotations

import contextlib
import datetime
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.append(str(Path(__file__).with_name("bioconda")))  # its scripts share a folder, not a package
from recipe import UNKNOWN_CHECKSUM, with_checksum
from version_places import CHECKOUT, PLACES, SOURCE, WHEREVER, mentions, tracked_texts, unknown

from srna_tools.errors import SrnaToolsError
from srna_tools.io.output import written_whole

_RECIPE = "containers/bioconda/srna-tools/meta.yaml"
_CHANGELOG = "CHANGELOG.md"
_UNRELEASED = re.compile(r"^## \[Unreleased\]\n(?P<changes>.*?)(?=^## \[)", re.MULTILINE | re.DOTALL)
_NEXT = """Next:
  make test
  git commit --all --message 'Release {version}' && git tag v{version}
  make dist, and upload dist/srna_tools-{version}* to PyPI
  python containers/bioconda/fill_checksum.py dist/srna_tools-{version}.tar.gz, and send the recipe to Bioconda"""


class ReleaseError(SrnaToolsError):
    """The version cannot be given; nothing was changed."""


def present_version(texts: Mapping[str, str]) -> str:
    """Return the version of the package."""
    return re.findall(r'^VERSION = "(.+)"$', texts[SOURCE], re.MULTILINE)[0]


def released(texts: Mapping[str, str], version: str, day: datetime.date) -> dict[str, str]:
    """Return the new text of every file that the release changes.

    Raises
    ------
    ReleaseError
        The version is not X.Y.Z or not above the present one, the changelog has no unreleased changes, a place holds
        another version than the package, or the present version is mentioned where nobody knows what it means.
    """
    present = present_version(texts)
    _check_order(present, version)
    changed = _with_version(texts, present, version)
    for path, pattern, replacement in (
        # What is counted within a version starts anew.
        ("tools/macros.xml", r'(?<=<token name="@VERSION_SUFFIX@">)\d+', "0"),
        (_RECIPE, r"(?<=^  number: )\d+", "0"),
        ("CITATION.cff", r'(?<=^date-released: ")[\d-]+', day.isoformat()),
    ):
        changed[path] = _once(path, changed[path], pattern, replacement)
    for path in [path for path in changed if path.endswith(".ga")]:
        changed[path] = re.sub(rf"(?<={re.escape(version)}\+galaxy)\d+", "0", changed[path])
    changed[_RECIPE] = with_checksum(changed[_RECIPE], UNKNOWN_CHECKSUM)
    changed[_CHANGELOG] = _with_section(texts[_CHANGELOG], version, day)
    return changed


def write_all(root: Path, texts: Mapping[str, str]) -> None:
    """Write every text beside its file, and put them in place when all are written."""
    with contextlib.ExitStack() as parts:
        for path, text in texts.items():
            part = parts.enter_context(written_whole(root / path))
            part.write_text(text, encoding="utf-8", newline="\n")


def _check_order(present: str, version: str) -> None:
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ReleaseError(f"'{version}' is not a version; give three numbers, such as VERSION=1.2.3")
    if _numbers(version) <= _numbers(present):
        raise ReleaseError(f"{version} is not above the present version {present}; give a higher one")


def _with_version(texts: Mapping[str, str], present: str, version: str) -> dict[str, str]:
    strays = list(unknown(present, dict(texts)))
    if strays:
        raise ReleaseError(
            f"{', '.join(strays)}: {present} stands here, and containers/version_places.py does not know what it "
            "means; add the place, or the other meaning of the number"
        )
    found = [mention for place in (*PLACES, *WHEREVER) for mention in mentions(place, dict(texts))]
    for place in PLACES:
        if not mentions(place, dict(texts)):
            raise ReleaseError(f"{place.files} does not hold the version ({place.what}); expected {place.before!r}")
    for mention in found:
        if mention.version != present:
            raise ReleaseError(f"{mention.path} holds version {mention.version}, the package {present}; make them one")
    changed: dict[str, str] = {}
    # From the end of each text, so that what stands in front keeps its place.
    for mention in sorted({(m.path, m.start, m.end) for m in found}, reverse=True):
        path, start, end = mention
        text = changed.get(path, texts[path])
        changed[path] = text[:start] + version + text[end:]
    return changed


def _with_section(changelog: str, version: str, day: datetime.date) -> str:
    unreleased = _UNRELEASED.search(changelog)
    if unreleased is None or not unreleased["changes"].strip():
        raise ReleaseError(f"{_CHANGELOG} has nothing under [Unreleased]; say there what is new for users")
    heading = f"## [Unreleased]\n\n## [{version}] - {day.isoformat()}\n"
    return changelog[: unreleased.start()] + heading + unreleased["changes"] + changelog[unreleased.end() :]


def _once(path: str, text: str, pattern: str, replacement: str) -> str:
    changed, places = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if places != 1:
        raise ReleaseError(f"{path} has {places} places like {pattern!r}; expected one")
    return changed


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _check_clean(root: Path) -> None:
    status = subprocess.run(["git", "status", "--porcelain"], cwd=root, check=True, capture_output=True, text=True)
    if status.stdout:
        paths = ", ".join(line[3:] for line in status.stdout.splitlines())
        raise ReleaseError(f"{paths}: changed, but not committed; commit the change or drop it first")


def main(arguments: list[str]) -> int:
    """Return 0 when all places hold the version, 1 with a sentence when none was changed, 2 for a wrong call."""
    if len(arguments) != 1 or not arguments[0]:
        print("usage: make release VERSION=X.Y.Z", file=sys.stderr)
        return 2
    version = arguments[0]
    try:
        _check_clean(CHECKOUT)
        changed = released(tracked_texts(CHECKOUT), version, datetime.datetime.now(datetime.UTC).date())
        write_all(CHECKOUT, changed)
    except SrnaToolsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("\n".join(sorted(changed)))
    print(_NEXT.format(version=version))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
