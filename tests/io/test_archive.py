"""Zip archives that are broken or made to harm are refused; litter in them is not read."""

import re
import struct
import zipfile

import pytest

from srna_tools.errors import InputError
from srna_tools.io import archive
from srna_tools.io.archive import members

TEXT = re.compile(r"\.txt$")


def zip_of(path, contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def test_matching_members_come_in_the_order_of_their_names(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"b.txt": "2", "a/c.txt": "1", "d.html": "3"})
    assert list(members(path, TEXT)) == [("a/c.txt", b"1"), ("b.txt", b"2")]


def test_copies_that_macos_adds_are_not_read(tmp_path):
    path = zip_of(
        tmp_path / "a.zip", {"s.txt": "1", "__MACOSX/s.txt": "x", "__MACOSX/._s.txt": "x", "data/._s.txt": "x"}
    )
    assert list(members(path, TEXT)) == [("s.txt", b"1")]


def test_separators_of_windows_are_read_as_folders(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"data\\counts\\s.txt": "1"})
    assert list(members(path, TEXT)) == [("data/counts/s.txt", b"1")]


@pytest.mark.parametrize(
    "name", ["../x.txt", "data/../../x.txt", "/etc/x.txt", "..\\x.txt", "\\x.txt", "C:\\x.txt", "c:x.txt", "../x.html"]
)
def test_a_member_that_leaves_the_folder_is_refused(tmp_path, name):
    path = zip_of(tmp_path / "a.zip", {"ok.txt": "1", name: "x"})
    with pytest.raises(InputError, match="would leave the folder"):
        list(members(path, TEXT))


def test_dots_within_a_name_are_no_way_out(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"a..b/x..txt.txt": "1"})
    assert [name for name, _ in members(path, TEXT)] == ["a..b/x..txt.txt"]


def test_an_archive_truncated_anywhere_is_refused_in_a_sentence(tmp_path):
    whole = zip_of(tmp_path / "whole.zip", {"a.txt": "hsa-miR-21-5p\t5\n" * 20, "b.txt": "1"}).read_bytes()
    cut = tmp_path / "cut.zip"
    for size in range(len(whole)):
        cut.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"cut\.zip: is not a zip archive, or is truncated"):
            list(members(cut, TEXT))


def test_a_damaged_byte_is_refused_or_harmless(tmp_path):
    contents = {"a.txt": "hsa-miR-21-5p\t5\n" * 20, "b.txt": "1"}
    whole = zip_of(tmp_path / "whole.zip", contents).read_bytes()
    bad = tmp_path / "bad.zip"
    refused = 0
    for place in range(len(whole)):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            read = dict(members(bad, TEXT))
        except InputError:
            refused += 1
        else:
            assert all(contents.get(name) == content.decode() for name, content in read.items() if name in contents)
    assert refused > len(whole) / 3


def test_an_encrypted_archive_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"a.txt": "1"})
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    for flags in (6, central + 8):
        struct.pack_into("<H", content, flags, 1)
    path.write_bytes(content)
    with pytest.raises(InputError, match="zip without password"):
        list(members(path, TEXT))


def test_a_member_that_unpacks_to_absurd_size_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = zip_of(tmp_path / "bomb.zip", {"a.txt": "\n" * 2_000_000})
    monkeypatch.setattr(archive, "_LARGEST_UNCHECKED", 1_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("was unpacked"))
    with pytest.raises(InputError, match=r"'a\.txt' unpacks from [\d,]+ to 2,000,000 bytes"):
        list(members(path, TEXT))


def test_members_that_are_absurd_only_together_are_refused(tmp_path, monkeypatch):
    path = zip_of(tmp_path / "bomb.zip", {f"{number}.txt": "\n" * 600_000 for number in range(4)})
    monkeypatch.setattr(archive, "_LARGEST_UNCHECKED", 1_000_000)
    with pytest.raises(InputError, match=r"the count files unpack from .* to 2,400,000 bytes"):
        list(members(path, TEXT))


def test_a_member_larger_than_any_count_file_is_refused_however_it_is_packed(tmp_path, monkeypatch):
    path = tmp_path / "stored.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("a.txt", "x" * 1001)
    monkeypatch.setattr(archive, "_LARGEST_MEMBER", 1000)
    with pytest.raises(InputError, match="1,001 bytes"):
        list(members(path, TEXT))


def test_a_large_honest_archive_is_read(tmp_path, monkeypatch):
    content = "".join(f"hsa-miR-{number}-5p\t{number * 7919 % 100_003}\n" for number in range(20_000))
    path = zip_of(tmp_path / "a.zip", {"a.txt": content})
    monkeypatch.setattr(archive, "_LARGEST_UNCHECKED", 1000)
    assert dict(members(path, TEXT))["a.txt"].decode() == content


def test_an_excel_workbook_is_called_what_it_is(tmp_path):
    path = zip_of(tmp_path / "a.xlsx", {"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"})
    with pytest.raises(InputError, match="Excel workbook; save the sheet as tab-separated text"):
        list(members(path, TEXT))
