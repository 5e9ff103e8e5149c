"""Where the suite and the environments lie in a checkout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
PLANEMO_PYTHON = PLANEMO.with_name("python")
REPORTS = CHECKOUT / "galaxy-reports"
OWNER = "biologist@example.org"


def wrappers() -> list[Path]:
    """Return the wrappers of this checkout."""
    return sorted(TOOLS.glob("srna_*.xml"))


def settings(
    root: Path,
    port: int,
    tools: Sequence[Path] | None = None,
    tables: Path = CHECKOUT / "tool_data_table_conf.xml.test",
    tool_data: Path = TEST_DATA,
    **further: Any,
) -> Settings:
    """Return the settings of a server that runs wrappers in the project's environment, unless told otherwise.

    Parameters
    ----------
    tools, tables, tool_data
        The wrappers, the configuration of their data tables, and the folder of these; those of this checkout unless
        given.
    further
        Other settings, by their names.
    """
    return Settings(
        root=root,
        port=port,
        tools=wrappers() if tools is None else tools,
        tool_data_tables=tables,
        tool_data=tool_data,
        tours=TOURS,
        environment=PROJECT,
        requirement="srna-tools",
        version=VERSION,
        **further,
    )
