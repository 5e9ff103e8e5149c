"""The guide for administrators says what is so: its commands run, its examples fit, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
GUIDE = (CHECKOUT / "docs" / "install.md").read_text(encoding="utf-8")
SHED = yaml.safe_load((CHECKOUT / ".shed.yml").read_text())
MACROS = (CHECKOUT / "tools" / "macros.xml").read_text()
WRAPPERS = {path.stem: ET.parse(path).getroot() for path in sorted((CHECKOUT / "tools").glob("srna_*.xml"))}
TABLES = {
    table.get("name"): [one.strip() for one in table.findtext("columns").split(",")]
    for table in ET.parse(CHECKOUT / "tool_data_table_conf.xml.sample").getroot()
}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, flags=re.DOTALL | re.MULTILINE)


def offered(table):
    """Names of the tools that offer a table, themselves or by a macro."""
    taking = {
        one.get("name")
        for one in ET.fromstring(MACROS).iter("xml")
        for options in one.iter("options")
        if options.get("from_data_table") == table
    }
    return {
        root.get("name")
        for root in WRAPPERS.values()
        if any(one.get("macro") in taking for one in root.iter("expand"))
        or any(one.get("from_data_table") == table for one in root.iter("options"))
    }


def test_links_lead_to_files():
    links = re.findall(r"\]\((?!https?://)([^)#]+)", GUIDE)
    assert len(links) > 3
    missing = [link for link in links if not (CHECKOUT / "docs" / link).resolve().exists()]
    assert missing == []


@pytest.mark.parametrize("command", [line for block in blocks("sh") for line in block.replace("\\\n", "").splitlines()])
def test_commands_run(command, tmp_path):
    shutil.copyfile(CHECKOUT / "test-data" / "new.h5ad", tmp_path / "samples.h5ad")
    shutil.copyfile(CHECKOUT / "test-data" / "tissue.safetensors", tmp_path / "tissue.safetensors")
    program, *arguments = command.split()
    assert program.startswith("srna-")
    subprocess.run([Path(sys.executable).parent / program, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "predictions.tsv").read_text().startswith("sample\tlabel\t")


def test_the_suite_is_called_as_it_is_published():
    assert f"--owner {SHED['owner']} --name {SHED['suite']['name']}" in GUIDE


def test_the_oldest_galaxy_is_that_of_the_wrappers():
    profile = re.search(r'<token name="@PROFILE@">(.*?)<', MACROS)[1]
    assert f"The tools need Galaxy {profile} or newer." in GUIDE


def test_tools_of_the_examples_exist():
    (panel,) = blocks("xml")
    files = [Path(one.get("file")) for one in ET.fromstring(panel).iter("tool")]
    assert {path.stem for path in files} <= WRAPPERS.keys()
    settings = [yaml.safe_load(block) for block in blocks("yaml")]
    mappings = [one for content in settings if isinstance(content, list) for one in content[0]["mappings"]]
    assert mappings
    assert {one["tool_id"] for one in mappings} <= WRAPPERS.keys()
    assert all("VERSION" in one["identifier"] for one in mappings)


def test_tables_are_described_with_their_columns():
    described = dict(re.findall(r"^\| `(srna_tools_\w+)` \| `\1\.loc` \| (.*?) \|$", GUIDE, flags=re.MULTILINE))
    assert described.keys() == TABLES.keys()
    for name, columns in TABLES.items():
        assert re.findall(r"`(\w+)`", described[name]) == columns
    (example,) = re.findall(r"^tissue_2026\t.*$", GUIDE, flags=re.MULTILINE)
    assert len(example.split("\t")) == len(TABLES["srna_tools_models"])


def test_the_tools_that_offer_a_table_are_named():
    said = re.search(
        r"^(\*sRNA predict\*.*?)offer the models.*?srna_tools_models`,(.*?)those of", GUIDE, re.DOTALL | re.M
    )
    for text, table in zip(said.groups(), ("srna_tools_models", "srna_tools_family_models"), strict=True):
        assert {re.sub(r"\s+", " ", name) for name in re.findall(r"\*(.*?)\*", text, re.DOTALL)} == offered(table)
