"""What wheel and source distribution hold, compared with the checkout and with setup.cfg."""

from __future__ import annotations

import configparser
import email
import re
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from srna_tools.version import VERSION

_CHECKOUT = Path(__file__).resolve().parents[2]
_BESIDE_THE_PACKAGE = {"CHANGELOG.md", "CITATION.cff", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml",
                       "requirements/tested.txt", "setup.cfg"}  # fmt: skip


@pytest.fixture(scope="module")
def setup():
    parser = configparser.ConfigParser()
    parser.read(_CHECKOUT / "setup.cfg")
    return parser


@pytest.fixture(scope="module")
def package_files(tracked_files):
    return {path.as_posix() for path in tracked_files if path.parts[0] == "srna_tools"}


def contents(path):
    """Every file of a wheel, with its bytes."""
    with zipfile.ZipFile(path) as members:
        return {name: members.read(name) for name in members.namelist()}


def described(wheel):
    (name,) = [name for name in contents(wheel) if name.endswith(".dist-info/METADATA")]
    return email.message_from_string(contents(wheel)[name].decode("utf-8"))


def test_the_wheel_holds_every_file_of_the_package_as_it_is_and_nothing_else(wheel, package_files):
    found = {name: data for name, data in contents(wheel).items() if ".dist-info/" not in name}

    assert set(found) == package_files
    for name, data in found.items():
        assert data == (_CHECKOUT / name).read_bytes(), name
    assert {".py", ".tsv", ".html", ".safetensors", ".typed"} <= {PurePosixPath(name).suffix for name in found}


def test_the_source_distribution_holds_what_is_needed_to_build_it_and_no_more(distributions, package_files):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as members:
        names = {name.partition("/")[2] for name in members.getnames() if members.getmember(name).isfile()}

    made = {name for name in names if name == "PKG-INFO" or name.startswith("srna_tools.egg-info/")}
    assert names - made == package_files | _BESIDE_THE_PACKAGE
    assert path.name == f"srna_tools-{VERSION}.tar.gz"


def test_a_wheel_of_the_source_distribution_is_one_of_the_checkout(wheel, distributions):
    (direct,) = (distributions / "direct").glob("*.whl")
    assert wheel.name == direct.name == f"srna_tools-{VERSION}-py3-none-any.whl"
    assert contents(wheel) == contents(direct)


def test_the_wheel_names_licence_version_and_python(wheel, setup):
    metadata = described(wheel)
    assert metadata["Name"] == "srna-tools"
    assert metadata["Version"] == VERSION
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == setup["options"]["python_requires"]
    assert metadata.get_payload().strip() == (_CHECKOUT / "README.md").read_text(encoding="utf-8").strip()
    (licence,) = [data for name, data in contents(wheel).items() if name.endswith(".dist-info/licenses/LICENSE")]
    assert licence == (_CHECKOUT / "LICENSE").read_bytes()


def test_the_wheel_has_the_executables_and_extras_of_the_setup(wheel, setup):
    (points,) = [data for name, data in contents(wheel).items() if name.endswith("/entry_points.txt")]
    built = configparser.ConfigParser()
    built.read_string(points.decode())
    wanted = configparser.ConfigParser()
    wanted.read_string("[console_scripts]\n" + setup["options.entry_points"]["console_scripts"])
    assert dict(built["console_scripts"]) == dict(wanted["console_scripts"])

    metadata = described(wheel)
    assert set(metadata.get_all("Provides-Extra")) == set(setup["options.extras_require"])
    base = {line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert {_name(line) for line in base} == {_name(line) for line in _lines(setup["options"]["install_requires"])}
    for extra, text in setup["options.extras_require"].items():
        own = {_name(line) for line in metadata.get_all("Requires-Dist") if f'extra == "{extra}"' in line}
        assert own == {_name(line) for line in _lines(text)}, extra


def test_the_extra_all_is_every_other_but_that_of_the_tests(setup):
    extras = {name: {_name(line) for line in _lines(text)} for name, text in setup["options.extras_require"].items()}
    assert extras["all"] == set().union(*(extras[name] for name in set(extras) - {"all", "test"}))
    assert extras["all"] < extras["test"]


def _lines(text):
    return [line for line in text.splitlines() if line.strip()]


def _name(requirement):
    return re.match(r"[\w-]+", requirement).group().lower()
