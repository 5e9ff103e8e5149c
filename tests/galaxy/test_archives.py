"""What the Tool Shed would get is what .shed.yml lists; anything else is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
SHED = yaml.safe_load((CHECKOUT / ".shed.yml").read_text())
NAMES = list(SHED["repositories"])


@pytest.fixture
def archives(script):
    return script("archives")


@pytest.fixture
def installed(archives, script):
    return script("installed")


@pytest.fixture
def listed(archives):
    return archives.listed(SHED["repositories"]["srna_predict"]["include"])


def packed(path, members, links=()):
    """Write an archive of members, given by name as a file or as bytes."""
    with tarfile.open(path, "w:gz", compresslevel=0) as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.read_bytes()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return path


def suite(tmp_path, names, owner="srna-tools"):
    text = "".join(f'<repository owner="{owner}" name="{name}"/>' for name in names)
    return packed(
        tmp_path / "suite.tar.gz", {"repository_dependencies.xml": f"<repositories>{text}</repositories>".encode()}
    )


def test_every_wrapper_has_a_repository():
    assert sorted(NAMES) == sorted(path.stem for path in (CHECKOUT / "tools").glob("srna_*.xml"))


def test_what_is_listed_lies_where_the_tool_shed_looks(listed):
    assert {"srna_predict.xml", "macros.xml", "README.rst", "tool_data_table_conf.xml.sample"} <= listed.keys()
    assert listed["srna_predict.xml"] == CHECKOUT / "tools" / "srna_predict.xml"
    assert {name for name in listed if name.startswith("test-data/")} == {
        f"test-data/{path.name}" for path in (CHECKOUT / "test-data").iterdir()
    }


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_of_what_is_listed_passes(archives, tmp_path, name):
    members = archives.listed(SHED["repositories"][name]["include"])
    archives.require_as_listed(packed(tmp_path / f"{name}.tar.gz", members), members)


@pytest.mark.parametrize(
    ("change", "links", "message"),
    [
        ({"notes.txt": b"x"}, (), "notes.txt is in one of them alone"),
        ({"test-data/tissue.safetensors": None}, (), "test-data/tissue.safetensors is in one of them alone"),
        ({"macros.xml": b"<macros/>"}, (), "holds another macros.xml than the checkout"),
        ({}, ("test-data/link.tsv",), "holds what is no plain file: test-data/link.tsv"),
        ({"../outside.txt": b"x"}, (), "would write outside of its folder: ../outside.txt"),
    ],
)
def test_an_archive_of_anything_else_is_refused(archives, listed, tmp_path, change, links, message):
    members = {name: content for name, content in (listed | change).items() if content is not None}
    with pytest.raises(archives.ArchiveError, match=message):
        archives.require_as_listed(packed(tmp_path / "srna_predict.tar.gz", members, links), listed)


@pytest.mark.parametrize("missing", ["test-data/new.h5ad", "macros.xml"])
def test_a_list_without_what_the_wrapper_uses_is_refused(archives, listed, tmp_path, missing):
    members = {name: path for name, path in listed.items() if name != missing}
    with pytest.raises(archives.ArchiveError, match=f"srna_predict.tar.gz lacks {Path(missing).name}"):
        archives.require_as_listed(packed(tmp_path / "srna_predict.tar.gz", members), members)


def test_the_suite_names_exactly_the_repositories(archives, tmp_path):
    archives.require_suite(suite(tmp_path, NAMES), "srna-tools", NAMES)
    for names in (NAMES[1:], [*NAMES, "srna_other"]):
        with pytest.raises(archives.ArchiveError, match="built are"):
            archives.require_suite(suite(tmp_path, names), "srna-tools", NAMES)
    with pytest.raises(archives.ArchiveError, match="built are"):
        archives.require_suite(suite(tmp_path, NAMES, owner="another"), "srna-tools", NAMES)
    with pytest.raises(archives.ArchiveError, match=r"holds README\.rst"):
        archives.require_suite(packed(tmp_path / "suite.tar.gz", {"README.rst": b"x"}), "srna-tools", NAMES)


@pytest.fixture
def unpacked(archives, installed, tmp_path):
    """All repositories, unpacked from archives of what is listed."""
    files = [
        packed(tmp_path / f"{name}.tar.gz", archives.listed(one["include"]))
        for name, one in SHED["repositories"].items()
    ]
    return installed.unpack([*files, suite(tmp_path, NAMES)], tmp_path / "repositories")


def test_repositories_are_unpacked_one_folder_each(unpacked):
    assert [one.name for one in unpacked] == NAMES
    assert all(one.wrapper.is_file() and (one.folder / "test-data" / "new.h5ad").is_file() for one in unpacked)


def test_tables_are_the_samples_with_the_models_of_the_tests(installed, unpacked, tmp_path):
    tables = installed.install_tables(unpacked, tmp_path / "tool-data")
    assert tables.name == "tool_data_table_conf.xml.sample"
    sample = (CHECKOUT / "tool-data" / "srna_tools_models.loc.sample").read_text()
    line = (CHECKOUT / "test-data" / "srna_tools_models.loc").read_text().splitlines()[1]
    assert (tmp_path / "tool-data" / "srna_tools_models.loc").read_text() == f"{sample}{line}\n"
    assert {path.name for path in (tmp_path / "tool-data").iterdir()} == {
        "srna_tools_models.loc", "srna_tools_family_models.loc", "tissue.safetensors", "family.safetensors"
    }  # fmt: skip


def test_a_tool_that_offers_a_table_has_to_bring_it(archives, installed, unpacked, tmp_path):
    (next(one for one in unpacked if one.name == "srna_report").tables).unlink()
    with pytest.raises(archives.ArchiveError, match="srna_report offer installed models"):
        installed.install_tables(unpacked, tmp_path / "tool-data")


def test_tables_are_the_same_in_all_archives(archives, installed, unpacked, tmp_path):
    one = next(one for one in unpacked if one.name == "srna_predict")
    one.tables.write_text(one.tables.read_text().replace("value, name, label, path", "value, name, path"))
    with pytest.raises(archives.ArchiveError, match="bring different"):
        installed.install_tables(unpacked, tmp_path / "tool-data")


def test_the_example_of_a_table_has_its_columns(archives, installed, unpacked, tmp_path):
    for one in unpacked:
        if one.tables.exists():
            path = one.folder / "tool-data" / "srna_tools_models.loc.sample"
            path.write_text(path.read_text() + "# a\tline\n")
    with pytest.raises(archives.ArchiveError, match="has the columns value, name, label, path"):
        installed.install_tables(unpacked, tmp_path / "tool-data")
