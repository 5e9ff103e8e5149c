"""Tables of families: miRBase's, whose mature miRNAs have the family of their stem-loop, and two columns."""

from __future__ import annotations

from collections import defaultdict

import pytest

from srna_tools.errors import InputError
from srna_tools.io.family_of_id import NO_FAMILY, UNTOLD, read_family_table
from srna_tools.io.fasta import read_fasta
from srna_tools.io.mirbase import read_families

MIFAM = """AC   MIPF1
ID   mir-15
MI   MI1  hsa-mir-16-1
MI   MI2  hsa-mir-16-2
MI   MI3  mmu-mir-15a
//
AC   MIPF2
ID   mir-467
MI   MI4  mmu-mir-466f-1
//
AC   MIPF3
ID   mir-297
MI   MI5  mmu-mir-466f-2
//
AC   MIPF4
ID   MIR161
MI   MI6  ath-MIR161
MI   MI7  cel-let-7
MI   MI8  dme-bantam
MI   MI9  mmu-mir-3102
//
"""


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("hsa-mir-16-1", ("mir-15", "")),
        ("hsa-miR-16-5p", ("mir-15", "")),
        ("hsa-miR-16-2-3p", ("mir-15", "")),
        ("hsa-miR-16", ("mir-15", "")),
        ("mmu-miR-15a*", ("mir-15", "")),
        ("hsa-miR-15a", (None, NO_FAMILY)),
        ("mmu-miR-16-5p", (None, NO_FAMILY)),
        ("hsa-mir-16-3", (None, NO_FAMILY)),
        ("mmu-miR-466f-5p", (None, UNTOLD)),
        ("mmu-miR-466f-1-5p", ("mir-467", "")),
        ("ath-miR161.1", ("MIR161", "")),
        ("mmu-miR-3102-5p.2-5p", ("MIR161", "")),
        ("cel-let-7-5p", ("MIR161", "")),
        ("dme-bantam-3p", ("MIR161", "")),
        ("chr1_123", (None, NO_FAMILY)),
    ],
)
def test_mature_mirnas_have_the_family_of_their_stem_loop(write, name, family):
    assert read_family_table(write("miFam.dat", MIFAM)).family(name) == family


@pytest.mark.parametrize("mark", ["\t", ",", ";", "  "])
def test_two_columns_are_ids_and_families(write, mark):
    lines = ["# a, comment", "id|family", "", "x1|let-7", "x2|mir-1", "x1|let-7"]
    table = read_family_table(write("t.csv", "\n".join(lines).replace("|", mark)))
    assert [table.family(name)[0] for name in ("x1", "x2", "x3")] == ["let-7", "mir-1", None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; give an id and its family"),
        ("# nothing\n", "is empty; give an id and its family"),
        ("x\ty\nx1\n", "line 2: 'x1' is not an id and its family"),
        ("x\t\n", "line 1: 'x\t' is not an id and its family"),
        ("x\ty\tz\n", "line 1: 'x\ty\tz' is not an id and its family"),
        ("x\ta\n\nx\tb\n", "line 3: 'x' is in two families, 'a' and 'b'"),
        ("AC   MIPF1\nID   mir-17\n//\n", "line 3: the family that ends here lacks"),
    ],
)
def test_what_is_no_table_is_refused(write, text, sentence):
    with pytest.raises(InputError) as error:
        read_family_table(write("t.txt", text))
    assert sentence in str(error.value)


def test_real_mature_mirnas_lie_in_a_stem_loop_of_their_family(real_data):
    folder = real_data / "mirbase_v18"
    family_of = {member: one.name for one in read_families(folder / "miFam.dat.gz") for member in one.members}
    stem_loops = defaultdict(list)
    for record in read_fasta(folder / "hairpin.fa.gz"):
        stem_loops[record.name.split("-")[0], family_of.get(record.name)].append(record.sequence)
    table = read_family_table(folder / "miFam.dat.gz")
    placed, outside, untold = 0, [], 0
    for record in read_fasta(folder / "mature.fa.gz"):
        family, why = table.family(record.name)
        untold += why == UNTOLD
        placed += family is not None
        inside = any(record.sequence in one for one in stem_loops[record.name.split("-")[0], family])
        if family is not None and not inside:
            outside.append(record.name)
    assert (placed, untold) == (15_262, 5)
    assert outside == ["bta-miR-193a"]
