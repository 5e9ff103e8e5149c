"""What can be said of the images from the files that they are built by."""

from __future__ import annotations

import fnmatch
import re
import subprocess

import pytest

from srna_tools.version import VERSION

_SECRETS = ("id=pip,target=/etc/pip.conf", "id=certificates,target=/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture(scope="module")
def text(checkout):
    return re.sub(r"\\\n\s*", "", (checkout / "containers" / "Containerfile").read_text())


@pytest.fixture(scope="module")
def stages(text):
    """Lines of each stage by its name, the line FROM first."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [place for place, line in enumerate(lines) if line.startswith("FROM ")]
    ends = [*starts[1:], len(lines)]
    return {lines[start].split(" AS ")[1]: lines[start:end] for start, end in zip(starts, ends, strict=True)}


def ancestors(stages, name):
    while name in stages:
        yield name
        name = stages[name][0].split()[1]


def instructions(stages, name, word):
    return [line for line in stages[name] if line.startswith(f"{word} ")]


@pytest.mark.parametrize("target", ["slim", "full"])
def test_an_image_runs_as_somebody_without_rights(stages, target):
    assert instructions(stages, target, "USER") == ["USER 1000:1000"]


@pytest.mark.parametrize("target", ["slim", "full"])
def test_an_image_never_held_what_builds_it(stages, target):
    assert "build" not in ancestors(stages, target)
    installed = " ".join(line for stage in ancestors(stages, target) for line in instructions(stages, stage, "RUN"))
    assert re.findall(r"--no-install-recommends (.*?) &&", installed) == ["procps python3"]
    assert instructions(stages, target, "COPY") == [
        f"COPY --from={target}-trimmed /opt/srna-tools /opt/srna-tools",
        "COPY --from=package /installed/opt/srna-tools /opt/srna-tools",
    ]


def test_every_installation_keeps_to_the_tested_versions(stages):
    constraint = next(line for line in instructions(stages, "build", "ENV") if "PIP_CONSTRAINT=" in line)
    assert "PIP_CONSTRAINT=/build/tested.txt" in constraint
    assert "COPY requirements/tested.txt ./" in stages["build"]
    installing = [(name, line) for name in stages for line in stages[name] if " pip " in line]
    assert len(installing) == 3
    for name, line in installing:
        assert "build" in ancestors(stages, name)
        assert all(f"--mount=type=secret,{secret}" in line for secret in _SECRETS)


def test_the_base_is_a_debian_that_another_can_replace(text):
    assert "ARG BASE=docker.io/library/debian:12-slim" in text.splitlines()
    assert "FROM ${BASE} AS runtime" in text.splitlines()


def test_labels_say_what_and_which(stages, checkout):
    assert f"ARG VERSION={VERSION}" in stages["image"]
    (labels,) = instructions(stages, "image", "LABEL")
    assert 'org.opencontainers.image.version="${VERSION}"' in labels
    assert 'org.opencontainers.image.licenses="MIT"' in labels
    description = re.search(r"^description = (.*)$", (checkout / "setup.cfg").read_text(), re.MULTILINE)[1]
    assert f'org.opencontainers.image.description="{description}"' in labels


def test_the_build_is_given_the_files_that_it_copies_and_no_others(stages, checkout):
    allowed = {line[1:] for line in (checkout / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word.rstrip("/")
        for lines in stages.values()
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert copied == allowed
    tracked = subprocess.run(["git", "ls-files"], cwd=checkout, check=True, capture_output=True, text=True).stdout
    for path in allowed:
        assert fnmatch.filter(tracked.splitlines(), f"{path}*"), path


def test_slim_has_what_prediction_and_explanation_may_import(script, checkout, stages):
    (line,) = instructions(stages, "lists", "RUN")
    names = re.search(r"dependencies.py (.*?) > slim.txt", line)[1].split()
    listed = " ".join(script("dependencies").dependencies(checkout / "setup.cfg", names))
    assert {"logomaker", "shap", "viennarna"} <= set(re.findall(r"[a-z]+", listed))
    assert not re.search("tensorflow|keras|scanpy|dask|pyfamsa", listed)
