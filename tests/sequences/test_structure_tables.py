"""Choice of sequences, and names of the files of pictures."""

from __future__ import annotations

import pytest

from srna_tools.io.fasta import FastaRecord
from srna_tools.sequences.structure_folding import fold
from srna_tools.sequences.structure_matrices import Encoding
from srna_tools.sequences.structure_tables import ChoiceError, PictureFiles, chosen

RECORDS = [FastaRecord(name, "", "GGGAAACCC") for name in ("a", "b", "c")]


def test_records_are_chosen_by_id_and_no_more_are_read_than_needed():
    def records():
        yield from RECORDS[:2]
        raise AssertionError("read on after the last one that was asked for")

    assert [one.name for one in chosen(records(), ["b"])] == ["b"]
    assert [one.name for one in chosen(iter(RECORDS), [])] == ["a", "b", "c"]


def test_an_id_that_is_not_there_lists_those_that_are():
    with pytest.raises(ChoiceError, match="no sequence 'x'; the ids begin with: a, b, c"):
        list(chosen(iter(RECORDS), ["b", "x"]))


def test_ids_become_names_that_any_file_system_takes(tmp_path):
    pictures = PictureFiles(Encoding(), tmp_path / "new" / "folder")
    for name in ("chr1/20-90", "chr1:20-90", "CHR1_20-90", "../../etc", "...", "x" * 300):
        pictures.draw(name, "GGGAAACCC", fold("GGGAAACCC"))

    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == sorted(
        ["chr1_20-90.png", "chr1_20-90_2.png", "CHR1_20-90_3.png", "_.._etc.png", "sequence.png", f"{'x' * 100}.png"]
    )
