"""The line for BioContainers' multi-package containers holds what the recipe requires."""

from __future__ import annotations

import subprocess

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

_NAME_OF_IMAGE = """
import sys
from galaxy.tool_util.deps.mulled.mulled_build_files import generate_targets
from galaxy.tool_util.deps.mulled.util import v2_image_name
(line,) = generate_targets(sys.argv[1])
print(len(line.targets), line.base_image, line.image_build, v2_image_name(line.targets))
"""


@pytest.fixture
def targets(checkout):
    header, line = (checkout / "containers" / "multi-package" / "hash.tsv").read_text().splitlines()
    assert header == "#targets\tbase_image\timage_build"
    return dict(target.split("=") for target in line.split(","))


def test_line_is_up_to_date(script):
    multi_package = script("multi_package")
    assert multi_package.COMBINATION.read_text() == f"{multi_package.HEADER}\n{multi_package.combination()}\n", (
        "run: python containers/bioconda/multi_package.py"
    )


def test_every_package_of_the_recipe_is_in_the_line_with_a_version_that_it_allows(targets, script):
    bioconda = script("recipe")
    run = bioconda.rendered(bioconda.RECIPE.read_text())["requirements"]["run"]
    allowed = dict(line.split(" ") for line in run)
    assert targets.keys() == allowed.keys()
    for name, version in targets.items():
        assert version in SpecifierSet(allowed[name]), name


def test_versions_are_those_of_the_tests(targets, script, checkout):
    names = script("conda_requirements").conda_names()
    pins = dict(
        line.split("==") for line in (checkout / "requirements" / "tested.txt").read_text().splitlines() if "==" in line
    )
    tested = {names.get(canonicalize_name(name)): version for name, version in pins.items()}
    assert targets.pop("python") == "3.11"
    for name, version in targets.items():
        assert f"{tested[name]}.".startswith(f"{version}."), name


def test_galaxy_reads_the_line_as_one_image(targets, checkout):
    python = checkout / ".venv-galaxy" / "bin" / "python"
    if not python.exists():
        pytest.skip("the environment of Galaxy is not installed; make test-galaxy installs it")
    line = checkout / "containers" / "multi-package" / "hash.tsv"
    answer = subprocess.run([python, "-c", _NAME_OF_IMAGE, line], capture_output=True, text=True, check=True)
    number, base_image, image_build, name = answer.stdout.split()
    assert (int(number), base_image, image_build) == (len(targets), "None", "None")
    repository, tag = name.split(":")
    assert repository.startswith("mulled-v2-")
    assert len(tag) == 40
