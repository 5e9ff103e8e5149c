"""One version everywhere, and a release that changes it everywhere or nowhere."""

from __future__ import annotations

import datetime
import json
import re
import runpy
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import yaml

from srna_tools.version import VERSION

_NEXT = "987.65.43"
_RECIPE = "containers/bioconda/srna-tools/meta.yaml"
_ONE = ("package", "wrappers", "citation", "recipe", "source", "changelog")


@pytest.fixture
def places(script):
    return script("version_places")


@pytest.fixture(scope="session")
def original(checkout, tmp_path_factory):
    """A repository of its own with the files of this checkout, committed."""
    root = tmp_path_factory.mktemp("release") / "checkout"
    for path in git(checkout, "ls-files").splitlines():
        if (checkout / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / path, root / path)
    git(root, "init", "--quiet")
    commit(root)
    return root


@pytest.fixture
def copy(original, tmp_path):
    root = tmp_path / "checkout"
    git(original, "clone", "--quiet", str(original), str(root))
    return root


def git(root, *arguments):
    command = ["git", "-c", "user.name=Tester", "-c", "user.email=tester@example.org", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Files")


def release(root, *arguments):
    command = [sys.executable, root / "containers" / "release.py", *arguments]
    return subprocess.run(command, cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)


@pytest.fixture
def versions(script):
    """What each file of a checkout says its version is, read as its users read it."""

    def read(root):
        macros = ElementTree.parse(root / "tools" / "macros.xml").getroot()
        tokens = {token.get("name"): token.text for token in macros.iter("token")}
        recipe = script("recipe").rendered((root / _RECIPE).read_text())
        steps = [
            step
            for workflow in root.glob("workflows/*/*.ga")
            for step in json.loads(workflow.read_text())["steps"].values()
            if "srna_" in (step.get("tool_id") or "")
        ]
        citation = yaml.safe_load((root / "CITATION.cff").read_text())
        heading = re.findall(r"^## \[(\d.*)\] - (.*)$", (root / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
        return {
            "package": runpy.run_path(str(root / "srna_tools" / "version.py"))["VERSION"],
            "wrappers": tokens["@TOOL_VERSION@"],
            "suffix": tokens["@VERSION_SUFFIX@"],
            "steps": {step["tool_version"] for step in steps},
            "citation": citation["version"],
            "recipe": recipe["package"]["version"],
            "source": recipe["source"]["url"].split("srna_tools-")[1].removesuffix(".tar.gz"),
            "checksum": recipe["source"]["sha256"],
            "build number": recipe["build"]["number"],
            "changelog": heading[0],
            "days": {citation["date-released"], heading[1]},
        }

    return read


def test_every_place_holds_the_version_of_the_package(versions, checkout):
    found = versions(checkout)
    assert {found[key] for key in _ONE} == {VERSION}
    assert found["steps"] == {f"{VERSION}+galaxy{found['suffix']}"}
    assert len(found["days"]) == 1


def test_every_place_is_found_and_no_mention_is_unknown(places, checkout):
    texts = places.tracked_texts(checkout)
    for place in places.PLACES:
        found = places.mentions(place, texts)
        assert found, place
        assert {mention.version for mention in found} == {VERSION}
    for place in places.WHEREVER:
        assert {mention.version for mention in places.mentions(place, texts)} <= {VERSION}
    assert list(places.unknown(VERSION, texts)) == []


def test_a_version_after_the_name_is_the_projects(places):
    written = ("srna-tools:1.2.3-slim", "srna-tools[all]==1.2.3", "dist/srna_tools-1.2.3.tar.gz", "srna-tools=1.2.3")
    texts = {
        "docs/install.md": "\n".join([*written, "numpy==1.2.3", "srna-tools==1.2.3.4"]),
        "containers/Containerfile": "ARG VERSION=1.2.3\n",
        "containers/srna-tools.def": "%labels\n    Version 1.2.3\n",
    }
    found = [len(places.mentions(place, texts)) for place in places.WHEREVER]
    assert found == [len(written), 1, 1]
    assert list(places.unknown("1.2.3", texts)) == ["docs/install.md:5"]


def test_release_changes_every_place(versions, copy):
    macros, recipe = copy / "tools" / "macros.xml", copy / _RECIPE
    macros.write_text(macros.read_text().replace('@VERSION_SUFFIX@">0<', '@VERSION_SUFFIX@">3<'))
    recipe.write_text(recipe.read_text().replace("number: 0", "number: 2").replace("0" * 64, "ab" * 32))
    for workflow in copy.glob("workflows/*/*.ga"):
        workflow.write_text(workflow.read_text().replace("+galaxy0", "+galaxy3"))
    (copy / "docs" / "files.md").write_text(f"pip install srna-tools=={VERSION}\n")
    commit(copy)
    unreleased = re.search(r"## \[Unreleased\]\n(.*?)\n## \[", (copy / "CHANGELOG.md").read_text(), re.DOTALL)[1]

    answer = release(copy, _NEXT)

    assert (answer.returncode, answer.stderr) == (0, "")
    found = versions(copy)
    assert {found[key] for key in _ONE} == {_NEXT}
    assert found["steps"] == {f"{_NEXT}+galaxy0"}
    assert (found["suffix"], found["build number"], len(found["days"])) == ("0", 0, 1)
    assert found["checksum"] == "0" * 64
    assert (copy / "docs" / "files.md").read_text() == f"pip install srna-tools=={_NEXT}\n"
    changelog = (copy / "CHANGELOG.md").read_text()
    assert f"## [Unreleased]\n\n## [{_NEXT}] - {found['days'].pop()}\n{unreleased}\n## [{VERSION}]" in changelog

    changed = git(copy, "diff", "--name-only").splitlines()
    assert answer.stdout.splitlines()[: len(changed)] == sorted(changed)
    assert f"srna_tools-{_NEXT}.tar.gz" in answer.stdout


# Each file that may still hold the old number, and why.
_STALE_BY_RIGHT = {
    "CHANGELOG.md": "the heading of the earlier release",
    "requirements/tested.txt": "another package has this version",
    "galaxy/requirements.txt": "another package has this version",
    "galaxy/planemo-requirements.txt": "another package has this version",
    "srna_tools/preprocess/transform.py": "a comment on bundles of that version",
}


def test_release_leaves_the_old_version_nowhere_but_in_data_and_history(copy):
    assert release(copy, _NEXT).returncode == 0
    stale = git(copy, "grep", "--files-with-matches", "-I", "--fixed-strings", "--word-regexp", VERSION).splitlines()
    # Tables and files of test-data say which version wrote them.
    assert {path for path in stale if not path.startswith("test-data/")} <= set(_STALE_BY_RIGHT)


def refused(root, *arguments, code=1):
    """Call for a release that is refused; nothing may change."""
    before = git(root, "status", "--porcelain")
    answer = release(root, *arguments)
    assert answer.returncode == code
    assert git(root, "status", "--porcelain") == before
    assert answer.stdout == ""
    return answer.stderr


def test_a_refusal_is_one_sentence_and_changes_nothing(copy):
    assert refused(copy, VERSION) == f"error: {VERSION} is not above the present version {VERSION}; give a higher one\n"
    assert refused(copy, code=2) == "usage: make release VERSION=X.Y.Z\n"
    (copy / "README.md").write_text("half done")
    message = "error: README.md: changed, but not committed; commit the change or drop it first\n"
    assert refused(copy, _NEXT) == message


@pytest.fixture
def texts(places, checkout):
    return places.tracked_texts(checkout)


@pytest.fixture
def refusal(script, texts):
    """The sentence that refuses a release of these texts."""
    module = script("release")

    def sentence(version=_NEXT):
        with pytest.raises(module.ReleaseError) as error:
            module.released(texts, version, datetime.date(2030, 1, 2))
        return str(error.value)

    return sentence


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3.4", "1.2.3rc1", "01.2.3", "1.2.3\n"])
def test_what_is_not_a_version_is_refused(refusal, version):
    assert "is not a version; give three numbers" in refusal(version)


@pytest.mark.parametrize("version", [VERSION, "0.0.9"])
def test_a_version_that_is_not_higher_is_refused(refusal, version):
    assert "is not above the present version" in refusal(version)


def test_numbers_are_compared_and_not_letters(script, texts):
    texts["srna_tools/version.py"] = 'VERSION = "0.9.0"\n'
    with pytest.raises(script("release").ReleaseError, match=r"the package 0\.9\.0; make them one"):
        script("release").released(texts, "0.10.0", datetime.date(2030, 1, 2))


def test_a_release_without_news_is_refused(refusal, texts):
    texts["CHANGELOG.md"] = re.sub(r"(?<=\[Unreleased\]\n).*?(?=## \[)", "\n", texts["CHANGELOG.md"], flags=re.DOTALL)
    assert refusal() == "CHANGELOG.md has nothing under [Unreleased]; say there what is new for users"


def test_an_unknown_mention_is_refused_and_named(refusal, texts):
    texts["docs/files.md"] = f"The newest is\n{VERSION}.\n"
    assert refusal().startswith(f"docs/files.md:2: {VERSION} stands here")


def test_a_place_without_the_version_is_refused(refusal, texts):
    texts["CITATION.cff"] = texts["CITATION.cff"].replace(f"version: {VERSION}\n", "")
    assert refusal().startswith("CITATION.cff does not hold the version")


def test_a_place_with_another_version_is_refused(refusal, texts):
    texts["CITATION.cff"] = texts["CITATION.cff"].replace(f"version: {VERSION}", "version: 0.0.7")
    assert refusal() == f"CITATION.cff holds version 0.0.7, the package {VERSION}; make them one"


def test_no_file_is_written_when_one_cannot_be(script, tmp_path):
    (tmp_path / "first.txt").write_text("old")
    with pytest.raises(script("release").SrnaToolsError, match="cannot be written"):
        script("release").write_all(tmp_path, {"first.txt": "new", "missing/second.txt": "new"})
    assert (tmp_path / "first.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["first.txt"]
