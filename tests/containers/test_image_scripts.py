"""The scripts that build and check images: their settings, and their sentence where they cannot work."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from srna_tools.version import VERSION

_SETUP = """\
[options]
install_requires =
    numpy>=1.26
    anndata>=0.11,<0.13
[options.extras_require]
train =
    keras>=3.5
explain =
    shap>=0.46
all =
    %(train)s
    %(explain)s
"""


@pytest.fixture
def setup(tmp_path):
    path = tmp_path / "setup.cfg"
    path.write_text(_SETUP)
    return path


def test_libraries_are_those_of_setup_cfg(script, setup):
    dependencies = script("dependencies").dependencies
    base = ["anndata>=0.11,<0.13", "numpy>=1.26"]
    assert dependencies(setup, []) == base
    assert dependencies(setup, ["shap"]) == [*base, "shap>=0.46"]
    assert dependencies(setup, ["[all]"]) == [base[0], "keras>=3.5", base[1], "shap>=0.46"]


@pytest.mark.parametrize(("wanted", "sentence"), [("[none]", "no extra 'none'"), ("sha", "library 'sha'")])
def test_an_unknown_library_is_refused(script, setup, wanted, sentence):
    with pytest.raises(LookupError, match=sentence):
        script("dependencies").dependencies(setup, [wanted])


def test_names_and_days_are_the_projects(script, checkout):
    images = script("images")
    assert images.image("full") == f"localhost/srna-tools:{VERSION}"
    assert images.image("slim") == f"localhost/srna-tools:{VERSION}-slim"
    day = re.search(r'date-released: "(.*)"', (checkout / "CITATION.cff").read_text())[1]
    assert images.release_time() % 86400 == 0
    assert subprocess.run(
        ["date", "--utc", "--date", f"@{images.release_time()}", "+%F"], check=True, capture_output=True, text=True
    ).stdout.strip() == day  # fmt: skip


def test_of_pip_only_what_works_elsewhere_is_lent(script):
    listed = [
        "global.index-url='https://mirror.example/simple'",
        "global.extra-index-url='file:///srv/simple https://more.example/simple'",
        "global.find-links='/srv/wheels'",
        "global.cert='/etc/ssl/own.crt'",
        ":env:.timeout='180'",
    ]
    assert script("lent").pip_settings(listed) == (
        "[global]\nindex-url = https://mirror.example/simple\nextra-index-url = https://more.example/simple\n"
    )
    assert script("lent").pip_settings(listed[2:]) == ""


def test_an_engine_keeps_to_its_folder(script, tmp_path):
    module = script("engine")
    try:
        containers = module.engine(tmp_path / "engine")
    except module.EngineError as error:
        pytest.skip(f"no engine here: {error}")
    version = subprocess.run([containers.podman, "--version"], check=True, capture_output=True, text=True).stdout
    assert version.startswith("podman version")
    root = containers.run("info", "--format", "{{.Store.GraphRoot}}").stdout.strip()
    assert root == str(tmp_path / "engine" / "storage")
    assert not containers.has("localhost/none")


@pytest.mark.parametrize(("name", "verb"), [("build", "built"), ("check", "checked")])
def test_where_nothing_can_be_installed_a_sentence_says_so(checkout, tmp_path, name, verb):
    # No apt-get and no podman on the way.
    environment = os.environ | {"PATH": str(tmp_path), "SRNA_TOOLS_CONTAINERS": str(tmp_path / "engine")}
    command = [sys.executable, checkout / "containers" / f"{name}.py"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 69
    assert re.fullmatch(rf"the containers cannot be {verb} here: .*\n", answer.stderr)
