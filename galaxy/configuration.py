"""Configuration files of a Galaxy server on this machine, with the suite in its panel."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from container_jobs import ContainerJobs

_WAIT_SECONDS = 120
# As many jobs run at once, and a job has at most as many cores, where TPV gives it cores.
SIDE_BY_SIDE = 2
_TRUSTED = "srna_report"
_RUNNER = "galaxy.jobs.runners.local:LocalJobRunner"


@dataclass(frozen=True)
class Settings:
    """What a server is started with.

    Attributes
    ----------
    root
        Folder of everything that the server writes.
    port
        On 127.0.0.1.
    tools
        The wrappers.
    tool_data_tables
        Configuration of the data tables, as the Tool Shed would install it.
    tool_data
        Folder of the tables that it names without a path.
    tours
        Folder of interactive tours.
    environment
        Virtual environment in which the tools' jobs run, where they do not run in containers.
    requirement, version
        Name and version of the package that the wrappers require.
    owner
        Address of the only user, who needs no password; None for a server with log-in.
    containers
        In which the tools' jobs run; None for the virtual environment.
    resources
        Configuration of TPV that says what a job of each tool gets; None for nothing special.
    """

    root: Path
    port: int
    tools: Sequence[Path]
    tool_data_tables: Path
    tool_data: Path
    tours: Path
    environment: Path
    requirement: str
    version: str
    owner: str | None = None
    containers: ContainerJobs | None = None
    resources: Path | None = None
    admin_key: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def folder(self) -> Path:
        """Folder of the configuration."""
        return self.root / "server"

    @property
    def file(self) -> Path:
        """The main configuration file."""
        return self.folder / "galaxy.yml"

    @property
    def administrator(self) -> str:
        """Address of the user who may load files of this machine."""
        return self.owner or "admin@example.org"

    @property
    def programs(self) -> Path:
        """File to which every job adds the path of the program that it runs."""
        return self.root / "programs.txt"

    @property
    def database(self) -> Path:
        """The server's database, which holds the records of its jobs."""
        return self.folder / "data" / "universe.sqlite"

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"


def write(settings: Settings) -> None:
    """Write all configuration files; JSON is YAML."""
    (settings.folder / "data").mkdir(parents=True, exist_ok=True)
    _json(settings.file, {"galaxy": _galaxy(settings)})
    _json(settings.folder / "job_conf.yml", _jobs(settings))
    _json(settings.folder / "dependency_resolvers_conf.yml", _resolvers(settings))
    (settings.folder / "tool_conf.xml").write_text(_panel(settings), encoding="utf-8")
    # Galaxy shows HTML as its source unless the administrator trusts the tool that made it.
    (settings.folder / "sanitize_allowlist.txt").write_text(f"{_TRUSTED}\n", encoding="utf-8")
    _write_environment(settings)


def _json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _galaxy(settings: Settings) -> dict[str, Any]:
    folder = settings.folder
    data = folder / "data"

    def database(name: str) -> str:
        # Web, job and task processes write side by side: one that waits too short a time for another loses its job.
        return f"sqlite:///{data}/{name}.sqlite?isolation_level=IMMEDIATE&timeout={_WAIT_SECONDS}"

    options: dict[str, Any] = {
        "config_dir": str(folder),
        "data_dir": str(data),
        "database_connection": database(settings.database.stem),
        "database_auto_migrate": True,
        "enable_celery_tasks": True,
        "amqp_internal_connection": f"sqlalchemy+{database('control')}",
        "celery_conf": {
            "broker_url": f"sqlalchemy+{database('celery_broker')}",
            "result_backend": f"db+{database('celery_results')}",
            "task_routes": {"galaxy.fetch_data": "galaxy.external", "galaxy.set_job_metadata": "galaxy.external"},
        },
        "metadata_strategy": "directory_celery",
        "tool_config_file": str(folder / "tool_conf.xml"),
        "tool_data_table_config_path": str(settings.tool_data_tables),
        "tool_data_path": str(settings.tool_data),
        "job_config_file": str(folder / "job_conf.yml"),
        "dependency_resolvers_config_file": str(folder / "dependency_resolvers_conf.yml"),
        "tour_config_dir": str(settings.tours),
        "sanitize_allowlist_file": str(folder / "sanitize_allowlist.txt"),
        "conda_auto_init": False,
        "conda_auto_install": False,
        "involucro_auto_init": False,
        "bootstrap_admin_api_key": settings.admin_key,
        "admin_users": settings.administrator,
        "id_secret": secrets.token_hex(16),
        "allow_path_paste": True,
        "outputs_to_working_directory": True,
        # Each look costs the one web process time; several tests run side by side and do not notice.
        "job_handler_monitor_sleep": 0.5,
        "workflow_monitor_sleep": 1,
        "welcome_url": "/static/welcome.html",
    }
    return options | ({"single_user": settings.owner} if settings.owner else {})


def _jobs(settings: Settings) -> dict[str, Any]:
    """Jobs run on this machine; those of the tools in containers, or with what TPV gives them, if so asked."""
    execution: dict[str, Any] = {"default": "local", "environments": {"local": {"runner": "local"}}}
    jobs = {"runners": {"local": {"load": _RUNNER, "workers": SIDE_BY_SIDE}}, "execution": execution}
    place = {"runner": "local"} | (settings.containers.destination() if settings.containers else {})
    if settings.resources:
        # The runner gives a job as many cores as its parameter local_slots says.
        parameters = {key: value for key, value in place.items() if key != "runner"} | {"local_slots": "{cores}"}
        here = {"runner": "local", "max_cores": SIDE_BY_SIDE, "params": parameters}
        execution["environments"]["tools"] = {
            "runner": "dynamic",
            "type": "python",
            "function": "map_tool_to_destination",
            "rules_module": "tpv.rules",
            "tpv_configs": [str(settings.resources), {"destinations": {"here": here}}],
        }
    else:
        execution["environments"]["tools"] = place
    return jobs | {"tools": [{"id": path.stem, "environment": "tools"} for path in settings.tools]}


def _resolvers(settings: Settings) -> list[dict[str, Any]]:
    base = str(settings.folder / "deps")
    exact = {"type": "galaxy_packages", "base_path": base}
    return [exact, exact | {"versionless": True}]


def _panel(settings: Settings) -> str:
    tools = "".join(f"    <tool file={quoteattr(str(path))}/>\n" for path in settings.tools)
    return (
        '<?xml version="1.0"?>\n<toolbox>\n'
        '  <section id="getext" name="Get Data"><tool file="data_source/upload.xml"/></section>\n'
        f'  <section id="srna_tools" name="srna-tools">\n{tools}  </section>\n'
        "</toolbox>\n"
    )


def _write_environment(settings: Settings) -> None:
    """Let the wrappers' requirement stand for the virtual environment: an unresolved one would take any program."""
    folder = settings.folder / "deps" / settings.requirement / settings.version
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'export PATH="{settings.environment}/bin:$PATH"', f'command -v srna-import >> "{settings.programs}"']
    (folder / "env.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
