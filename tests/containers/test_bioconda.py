"""The Bioconda recipe says the same as setup.cfg, and rattler-build reads it."""

from __future__ import annotations

import configparser
import csv
import hashlib
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from rattler_build import RattlerBuildError, RenderConfig, Stage0Recipe, VariantConfig

from srna_tools.version import VERSION

_RENDERED_PIN = "srna-tools pinned to x.x"


@pytest.fixture
def recipe(script):
    bioconda = script("recipe")
    return bioconda.rendered(bioconda.RECIPE.read_text())


@pytest.fixture(scope="session")
def settings(checkout):
    parser = configparser.ConfigParser()
    parser.read(checkout / "setup.cfg")
    return parser


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def bounds_of(requirements):
    """The bounds of each requirement, as conda writes them: a blank behind the name."""
    named = dict(re.fullmatch(r"([a-z0-9-]+)(?: (\S+))?", line).groups() for line in requirements)
    return {name: set(filter(None, (bounds or "").split(","))) for name, bounds in named.items()}


def test_recipe_names_the_package_and_its_version(recipe, settings):
    assert recipe["package"] == {"name": settings["metadata"]["name"], "version": VERSION}
    assert recipe["source"]["url"].endswith(f"/srna_tools-{VERSION}.tar.gz")
    assert re.fullmatch("[0-9a-f]{64}", recipe["source"]["sha256"])
    assert recipe["about"]["summary"] == settings["metadata"]["description"]
    assert recipe["about"]["license"] == settings["metadata"]["license_expression"]
    assert recipe["about"]["license_file"] == settings["metadata"]["license_files"]


def test_executables_are_those_of_the_package_and_each_is_called(recipe, settings):
    executables = lines(settings["options.entry_points"]["console_scripts"])
    assert recipe["build"]["entry_points"] == executables
    assert recipe["test"]["commands"] == [f"{line.split(' = ')[0]} --help" for line in executables]


def test_every_package_is_imported(recipe, checkout):
    folders = sorted(path.parent.relative_to(checkout) for path in (checkout / "srna_tools").rglob("__init__.py"))
    assert recipe["test"]["imports"] == [".".join(folder.parts) for folder in folders]


def test_requirements_are_those_of_setup_cfg_in_the_names_of_conda(recipe, script):
    assert bounds_of(recipe["requirements"]["run"]) == script("conda_requirements").conda_requirements()


def test_conda_requirements_by_hand(script):
    expected = script("conda_requirements").conda_requirements()
    assert expected["python"] == {">=3.11"}
    assert expected["anndata"] == {">=0.11", "<0.13"}
    assert expected["tensorflow"] == {">=2.18", "<3"}  # on Linux and elsewhere, which are two names on PyPI
    assert expected["deeplift"] == {"==0.6.13.0"}
    assert {"dask-core", "matplotlib-base", "viennarna"} < set(expected)
    assert not {"dask", "matplotlib", "tensorflow-cpu", "pytest"} & set(expected)


def test_table_of_names_holds_what_is_required_and_nothing_else(script):
    conda = script("conda_requirements")
    with conda.CONDA_NAMES.open() as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert [row["pypi"] for row in rows] == sorted({r.name.lower() for r in conda.pypi_requirements()})
    assert {row["channel"] for row in rows} == {"bioconda", "conda-forge"}


def test_a_dependency_that_the_recipe_lacks_is_noticed(recipe, script, checkout, tmp_path, monkeypatch):
    conda = script("conda_requirements")
    setup = (checkout / "setup.cfg").read_text()
    monkeypatch.setattr(conda, "CHECKOUT", tmp_path)

    (tmp_path / "setup.cfg").write_text(setup.replace("    click>=8.1\n", "    click>=8.2\n"))
    assert bounds_of(recipe["requirements"]["run"]) != conda.conda_requirements()

    (tmp_path / "setup.cfg").write_text(setup.replace("    gseapy>=1.1\n", "    gseapy>=1.1\n    igraph>=0.11\n"))
    with pytest.raises(KeyError, match="igraph"):
        conda.conda_requirements()


def test_build_needs_what_the_package_is_built_with(recipe, checkout):
    build = tomllib.loads((checkout / "pyproject.toml").read_text())["build-system"]["requires"]
    expected = {r.name: {str(bound) for bound in r.specifier} for r in map(Requirement, build)}
    host = bounds_of(recipe["requirements"]["host"])
    assert host.pop("pip") == set()
    assert host.pop("python") == bounds_of(recipe["requirements"]["run"])["python"]
    assert host == expected


def test_recipe_follows_the_rules_of_bioconda(recipe, checkout):
    build = recipe["build"]
    assert (build["noarch"], build["number"]) == ("python", 0)
    assert {"--no-deps", "--no-build-isolation"} < set(build["script"].split())
    # Of a version 0.x every minor one may break what depends on it.
    assert VERSION.startswith("0.")
    assert build["run_exports"] == [_RENDERED_PIN]
    assert len(recipe["about"]["summary"]) <= 120
    assert all(recipe["about"][key].startswith("https://") for key in ("home", "doc_url", "dev_url"))
    citation = yaml.safe_load((checkout / "CITATION.cff").read_text())
    assert recipe["extra"]["identifiers"] == [f"doi:{work['doi']}" for work in citation["references"] if "doi" in work]
    assert recipe["extra"]["recipe-maintainers"]
    assert "skip-lints" not in recipe["extra"]


def test_address_of_the_sources_is_that_of_the_tool_shed_once_published(recipe, checkout):
    published = yaml.safe_load((checkout / ".shed.yml").read_text())["remote_repository_url"]
    assert recipe["about"]["dev_url"] == (published or "https://pypi.org/project/srna-tools/")


def in_rattler_words(recipe):
    """The same recipe in the newer format, whose parser refuses unknown fields and malformed values."""
    about, build, requirements = recipe["about"], recipe["build"], recipe["requirements"]
    renamed = {"home": "homepage", "doc_url": "documentation", "dev_url": "repository"}
    return {
        "schema_version": 1,
        "package": recipe["package"],
        "source": recipe["source"],
        "build": {
            "number": build["number"],
            "noarch": build["noarch"],
            "script": build["script"],
            "python": {"entry_points": build["entry_points"]},
        },
        "requirements": {
            "host": requirements["host"],
            "run": requirements["run"],
            "run_exports": ["${{ pin_subpackage('srna-tools', upper_bound='x.x') }}"],
        },
        "tests": [
            {"python": {"imports": recipe["test"]["imports"], "pip_check": False}},
            {"script": recipe["test"]["commands"]},
        ],
        "about": {renamed.get(key, key): value for key, value in about.items() if key != "license_family"},
        "extra": recipe["extra"],
    }


def read_by_rattler_build(recipe):
    text = yaml.safe_dump(in_rattler_words(recipe))
    return Stage0Recipe.from_yaml(text).render(VariantConfig(), RenderConfig())


def test_rattler_build_reads_the_recipe(recipe):
    (variant,) = read_by_rattler_build(recipe)
    assert (variant.recipe.package.name, str(variant.recipe.package.version)) == ("srna-tools", VERSION)
    assert len(variant.recipe.requirements.run) == len(recipe["requirements"]["run"])


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("about", "license", "MITT"),
        ("build", "entry_points", ["srna-tools = srna_tools.cli.srna_tools"]),
        ("build", "noarch", "java"),
        ("requirements", "run", ["python =>3.11"]),
        ("source", "sha256", "0123"),
    ],
)
def test_rattler_build_refuses_what_is_wrong(recipe, section, key, value):
    recipe[section][key] = value
    with pytest.raises(RattlerBuildError):
        read_by_rattler_build(recipe)


def test_checksum_is_that_of_the_source(script, tmp_path):
    fill_checksum, bioconda = script("fill_checksum"), script("recipe")
    copy = tmp_path / "meta.yaml"
    copy.write_text(bioconda.RECIPE.read_text())
    sdist = tmp_path / f"srna_tools-{VERSION}.tar.gz"
    sdist.write_bytes(b"the source")

    fill_checksum.fill(copy, sdist)

    filled = bioconda.rendered(copy.read_text())
    assert filled["source"]["sha256"] == hashlib.sha256(b"the source").hexdigest()
    filled["source"]["sha256"] = bioconda.rendered(bioconda.RECIPE.read_text())["source"]["sha256"]
    assert filled == bioconda.rendered(bioconda.RECIPE.read_text())


@pytest.mark.parametrize("name", [f"srna_tools-{VERSION}-py3-none-any.whl", "srna_tools-9.9.9.tar.gz"])
def test_checksum_of_another_file_is_refused(checkout, tmp_path, name):
    (tmp_path / name).write_bytes(b"something else")
    answer = call_fill_checksum(checkout, tmp_path / name)
    assert answer.returncode == 1
    assert answer.stderr == (
        f"error: {tmp_path / name}: is not the source of the recipe; give srna_tools-{VERSION}.tar.gz\n"
    )


def test_checksum_of_a_missing_file_is_refused(checkout, tmp_path):
    answer = call_fill_checksum(checkout, tmp_path / f"srna_tools-{VERSION}.tar.gz")
    assert answer.returncode == 1
    assert answer.stderr.endswith("cannot be read (No such file or directory); build it first\n")


def call_fill_checksum(checkout, *arguments):
    program = checkout / "containers" / "bioconda" / "fill_checksum.py"
    return subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, check=False)
