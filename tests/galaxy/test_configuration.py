"""What a server is told of its tools and of where their jobs run."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

IMAGE = "localhost/srna-tools:1.2.3"


@pytest.fixture
def written(script, tmp_path):
    """Write the configuration of two tools; return a reader of its files."""
    configuration = script("configuration")

    def write(**further):
        chosen = configuration.Settings(
            root=tmp_path, port=1, tools=[Path("/shed/srna_a/srna_a.xml"), Path("/shed/srna_b/srna_b.xml")],
            tool_data_tables=Path("/shed/tables.xml"), tool_data=Path("/shed/data"), tours=Path("/tours"),
            environment=Path("/venv"), requirement="srna-tools", version="1.2.3", **further,
        )  # fmt: skip
        configuration.write(chosen)
        return {name: json.loads((chosen.folder / name).read_text()) for name in ("job_conf.yml", "galaxy.yml")}

    return write


@pytest.fixture
def containers(script):
    return script("container_jobs").ContainerJobs(Path("/engine/podman"), IMAGE, mark="mark")


def test_the_panel_has_each_tool_from_its_own_folder(written, tmp_path):
    options = written()["galaxy.yml"]["galaxy"]
    files = [one.get("file") for one in ET.parse(tmp_path / "server" / "tool_conf.xml").iter("tool")]
    assert files == ["data_source/upload.xml", "/shed/srna_a/srna_a.xml", "/shed/srna_b/srna_b.xml"]
    assert (options["tool_data_table_config_path"], options["tool_data_path"]) == ("/shed/tables.xml", "/shed/data")


def test_without_containers_jobs_run_on_this_machine(written):
    jobs = written()["job_conf.yml"]
    assert jobs["execution"]["environments"]["tools"] == {"runner": "local"}
    assert jobs["tools"] == [{"id": name, "environment": "tools"} for name in ("srna_a", "srna_b")]


def test_jobs_run_in_the_image_or_not_at_all(written, containers):
    execution = written(containers=containers)["job_conf.yml"]["execution"]
    place = execution["environments"]["tools"]
    assert execution["default"] == "local"
    assert place["require_container"] is place["docker_enabled"] is True
    assert (place["docker_container_id_override"], place["docker_cmd"]) == (IMAGE, "/engine/podman")
    assert (place["docker_net"], place["docker_set_user"]) == ("none", "1000:1000")
    assert place["docker_run_extra_arguments"] == "--read-only --label srna-tools-galaxy=mark"


def test_tpv_sends_jobs_into_the_image_with_the_cores_of_their_tool(written, containers):
    jobs = written(containers=containers, resources=Path("/jobs/tpv.yml"))["job_conf.yml"]
    place = jobs["execution"]["environments"]["tools"]
    assert (place["runner"], place["rules_module"]) == ("dynamic", "tpv.rules")
    resources, destinations = place["tpv_configs"]
    here = destinations["destinations"]["here"]
    assert (resources, here["runner"]) == ("/jobs/tpv.yml", "local")
    assert here["params"] == containers.destination() | {"local_slots": "{cores}"}
