"""Where the suite and the environments lie in a checkout."""

from __future__ import annotations

from pathlib import Path

from configuration import Settings

from srna_tools.version import VERSION

CHECKOUT = Path(__file__).resolve().parents[1]
TOOLS = CHECKOUT / "tools"
TEST_DATA = CHECKOUT / "test-data"
WORKFLOWS = CHECKOUT / "workflows"
TOURS = CHECKOUT / "galaxy" / "tours"
PROJECT = CHECKOUT / ".venv"
GALAXY = CHECKOUT / ".venv-galaxy"
PLANEMO = CHECKOUT / ".venv-planemo" / "bin" / "planemo"
REPORTS = CHECKOUT / "galaxy-reports"
OWNER = "biologist@example.org"


def settings(root: Path, port: int, tools: Path = TOOLS, tables: Path = CHECKOUT, owner: str | None = None) -> Settings:
    """Return the settings of a server that runs wrappers in the project's environment.

    Parameters
    ----------
    tools, tables
        Folders of the wrappers and of the configuration of their data tables; those of this checkout unless given.
    owner
        The only user, who needs no password.
    """
    return Settings(
        root=root,
        port=port,
        tools=tools,
        tool_data_tables=tables / "tool_data_table_conf.xml.test",
        tours=TOURS,
        environment=PROJECT,
        requirement="srna-tools",
        version=VERSION,
        owner=owner,
    )
