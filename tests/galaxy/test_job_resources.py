"""What a Galaxy is told to give each tool's jobs follows from one table, which has every tool."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from srna_tools.version import VERSION

CHECKOUT = Path(__file__).resolve().parents[2]
JOBS = CHECKOUT / "galaxy" / "jobs"
TOOLS = sorted(path.stem for path in (CHECKOUT / "tools").glob("srna_*.xml"))


@pytest.fixture
def resources(script):
    return script("job_resources")


def test_the_committed_files_are_those_of_the_table(resources):
    outputs = resources.outputs()
    assert sorted(path.name for path in outputs) == ["install.md", "job_conf.yml", "tpv.yml"]
    for path, text in outputs.items():
        assert path.read_text() == text, f"run: python galaxy/job_resources.py (it writes {path.name})"


def test_every_tool_has_an_entry_and_nothing_else_has(resources):
    assert sorted(one.tool for one in resources.read()) == TOOLS
    assert sorted(one["id"] for one in yaml.safe_load((JOBS / "job_conf.yml").read_text())["tools"]) == TOOLS
    patterns = list(yaml.safe_load((JOBS / "tpv.yml").read_text())["tools"])
    for tool in TOOLS:
        for name in (tool, f"toolshed.g2.bx.psu.edu/repos/srna-tools/{tool}/{tool}/{VERSION}+galaxy0"):
            assert len([pattern for pattern in patterns if re.match(pattern, name)]) == 1


def test_figures_say_whether_they_were_measured(resources):
    assert {one.figures for one in resources.read()} <= {"measured", "estimated"}


def test_a_class_of_memory_is_the_smallest_that_holds_the_reference(resources):
    one = resources.Resources("srna_x", 4, 1.0, 4.0, "measured")
    assert one.memory_class_gb == 2
    assert resources.Resources("srna_x", 4, 1.0, 4.1, "measured").memory_class_gb == 4
    assert one.environment("slurm") == "srna_slurm_4_cores_2_gb"


def test_all_places_of_a_tool_have_its_cores_and_memory(resources):
    content = yaml.safe_load(resources.job_conf([resources.Resources("srna_x", 4, 1.0, 4.0, "measured")]))
    environments = content["execution"]["environments"]
    assert environments["srna_local_4_cores_2_gb"]["local_slots"] == 4
    assert environments["srna_local_4_cores_2_gb"]["env"] == [{"name": "GALAXY_MEMORY_MB", "value": "2048"}]
    for place in ("slurm", "docker", "singularity"):
        one = environments[f"srna_{place}_4_cores_2_gb"]
        assert one["native_specification"] == "--ntasks=1 --cpus-per-task=4 --mem=2048"
        assert one.get("require_container", False) == (place != "slurm")
    assert content["tools"] == [{"id": "srna_x", "environment": "srna_singularity_4_cores_2_gb"}]


def test_a_guide_without_a_place_for_the_table_is_refused(resources):
    with pytest.raises(ValueError, match="no place for the table"):
        resources.filled("# A guide\n", resources.read())
