"""The Apptainer definition installs what the Containerfile's full image does; Apptainer itself does not run here."""

from __future__ import annotations

import re
import subprocess

import pytest

from srna_tools.version import VERSION


@pytest.fixture(scope="module")
def containerfile(checkout):
    return re.sub(r"\\\n\s*", "", (checkout / "containers" / "Containerfile").read_text())


@pytest.fixture(scope="module")
def stages(checkout):
    """Headers and sections of each stage."""
    found = []
    for line in (checkout / "containers" / "srna-tools.def").read_text().splitlines():
        if line.startswith("Bootstrap:"):
            found.append({"header": []})
            section = "header"
        if line.startswith("%"):
            section = line
            assert section not in found[-1]
            found[-1][section] = []
        elif found and line and not line.startswith("#"):
            found[-1][section].append(line.strip())
    return found


def packages(lines):
    return {word for line in lines for names in re.findall(r"--no-install-recommends ([^&]*)", line)
            for word in names.split()}  # fmt: skip


def test_there_are_two_stages_on_the_base_of_the_containerfile(stages, containerfile):
    base = re.search(r"^ARG BASE=docker.io/library/(.*)$", containerfile, re.MULTILINE)[1]
    assert [stage["header"] for stage in stages] == [
        ["Bootstrap: docker", f"From: {base}", "Stage: build"],
        ["Bootstrap: docker", f"From: {base}", "Stage: final"],
    ]
    assert stages[1]["%files from build"] == ["/opt/srna-tools /opt/srna-tools"]


def test_debian_packages_are_the_same(stages, containerfile):
    runtime, build = (packages([line]) for line in containerfile.splitlines() if "apt-get install" in line)
    assert packages(stages[1]["%post"]) == runtime
    assert packages(stages[0]["%post"]) == build | runtime - {"procps"}


def test_python_libraries_are_the_same(stages, containerfile):
    built = "\n".join(stages[0]["%post"])
    settings = re.search(r"^ENV (PIP_CONSTRAINT.*)$", containerfile, re.MULTILINE)[1]
    assert f"export {settings}" in built
    for command in (
        "python3 -m venv --without-pip /opt/srna-tools",
        "python3 dependencies.py [all] > full.txt",
        "python3 -m pip --python /opt/srna-tools/bin/python install --quiet --requirement full.txt",
        "python3 trim.py /opt/srna-tools",
    ):
        assert command in built
        assert command in containerfile


def test_files_are_those_of_the_build(stages, checkout):
    allowed = {line[1:] for line in (checkout / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {line.split()[0] for line in stages[0]["%files"]} == allowed


def test_labels_and_environment_are_the_same(stages, containerfile):
    labels = dict(re.findall(r'(org\.opencontainers\.image\.\w+)="(.*?)"', containerfile))
    labels["org.opencontainers.image.version"] = VERSION
    assert dict(line.split(" ", 1) for line in stages[1]["%labels"]) == labels
    environment = re.search(r"^ENV (PATH=.*)$", containerfile, re.MULTILINE)[1].split()
    exported = {line.removeprefix("export ") for line in stages[1]["%environment"]}
    # Apptainer gives the user's own home folder.
    assert exported == set(environment) - {"HOME=/tmp"}


@pytest.mark.parametrize(
    ("stage", "section"), [(0, "%post"), (1, "%post"), (1, "%environment"), (1, "%test"), (1, "%runscript")]
)
def test_scripts_are_shell(stages, stage, section):
    lines = "\n".join(stages[stage][section])
    answer = subprocess.run(["sh", "-n"], input=lines, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
