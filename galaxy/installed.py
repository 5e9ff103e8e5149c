"""Repositories installed from their archives, as the Tool Shed installs them: a folder each, and their data tables."""

from __future__ import annotations

import shutil
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archives import SUITE_FILE, TEST_DATA_FOLDER, ArchiveError

_TABLES = "tool_data_table_conf.xml.sample"
_MACROS = "macros.xml"


@dataclass(frozen=True)
class Repository:
    """An unpacked repository: its name, and its folder."""

    name: str
    folder: Path

    @property
    def wrapper(self) -> Path:
        """The only tool of a repository is called like it."""
        return self.folder / f"{self.name}.xml"

    @property
    def tables(self) -> Path:
        """Configuration of the data tables that the repository brings, if it brings any."""
        return self.folder / _TABLES

    @property
    def tables_of_tests(self) -> Path:
        """The same with the models of the tests, for planemo."""
        return self.tables.with_suffix(".test")


def unpack(archives: Sequence[Path], folder: Path) -> list[Repository]:
    """Unpack each archive of a tool into a folder of its own."""
    repositories = []
    for archive in archives:
        name = archive.name.removesuffix(".tar.gz")
        with tarfile.open(archive) as opened:
            if SUITE_FILE in opened.getnames():
                continue
            opened.extractall(folder / name, filter="data")
        repositories.append(Repository(name, folder / name))
    return repositories


def install_tables(repositories: Sequence[Repository], folder: Path) -> Path:
    """Install the data tables that the archives bring, with the models of their tests; return the configuration.

    As an administrator does it: the sample of the configuration as it is, and in ``folder`` each sample of a table
    without its ending, with a line for each model. The models lie beside the tables, where every job may read.

    Raises
    ------
    ArchiveError
        A wrapper offers a table that its archive does not bring, two archives bring different ones, or the lines of
        the tests have not the table's columns.
    """
    bringing = [one for one in repositories if one.tables.exists()]
    without = [one.name for one in repositories if _offers_a_table(one) and one not in bringing]
    if without:
        raise ArchiveError(f"{', '.join(without)} offer installed models, but bring no data table")
    if len({one.tables.read_bytes() for one in bringing}) != 1:
        raise ArchiveError(f"the archives of {', '.join(one.name for one in bringing)} bring different {_TABLES}")
    folder.mkdir(parents=True)
    columns = _columns(bringing[0].tables)
    for one in bringing:
        for name, names in columns.items():
            _install_table(one.folder, name, names, folder)
    return bringing[0].tables


def _offers_a_table(repository: Repository) -> bool:
    """Whether the wrapper, or a macro that it expands, takes options from a data table."""

    def takes(element: ET.Element) -> bool:
        return any(one.get("from_data_table") for one in element.iter("options"))

    wrapper = ET.parse(repository.wrapper).getroot()
    macros = ET.parse(repository.folder / _MACROS).getroot()
    taking = {one.get("name") for one in macros.iter("xml") if takes(one)}
    return takes(wrapper) or any(one.get("macro") in taking for one in wrapper.iter("expand"))


def _columns(tables: Path) -> Mapping[str, list[str]]:
    """Columns of each table, by the name of its file."""
    root = ET.parse(tables).getroot()
    return {
        Path(table.find("file").get("path")).name: [one.strip() for one in table.findtext("columns").split(",")]
        for table in root.iter("table")
    }


def _install_table(repository: Path, name: str, columns: Sequence[str], folder: Path) -> None:
    """Write one table: the comments of the sample, then the lines of the models that the tests know."""
    sample = (repository / "tool-data" / f"{name}.sample").read_text(encoding="utf-8")
    tests = repository / TEST_DATA_FOLDER
    lines = [line for line in (tests / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for line in [*lines, *(one.removeprefix("# ") for one in sample.splitlines()[1:])]:
        if len(line.split("\t")) != len(columns):
            raise ArchiveError(
                f"{name} has the columns {', '.join(columns)}; this line of {repository} has not: {line}"
            )
    for line in lines:
        model = Path(line.split("\t")[-1]).name
        shutil.copyfile(tests / model, folder / model)
    (folder / name).write_text(sample + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def install(archives: Sequence[Path], folder: Path) -> tuple[list[Repository], Path]:
    """Unpack archives and install their tables; return the repositories and the configuration of the tables."""
    repositories = unpack(archives, folder / "repositories")
    return repositories, install_tables(repositories, folder / "tool-data")
