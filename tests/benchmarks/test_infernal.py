"""Infernal beside the models: its files, its table, and what is said of both."""

from __future__ import annotations

import numpy as np
import pytest
from families_beside_infernal import NO_FAMILY, Answer, Outcome, Query, rows
from laboratory.infernal import best_hits, built, missing_programs, scanned

TABLE = """\
#target name accession query name accession mdl mdl from mdl to seq from seq to strand trunc pass gc bias score E-value
RF00027 - q0 - cm 1 82 3 84 + no 1 0.48 0.0 88.1 1.7e-22 ! -
RF00075 - q0 - cm 1 80 3 84 + no 1 0.48 0.0 20.1 0.5 ? -
RF00075 - q1 - cm 1 80 3 84 + no 1 0.48 0.0 10.1 2.5 ? -
RF00027 - q1 - cm 1 82 3 84 + no 1 0.48 0.0 11.1 0.9 ? -
# [ok]
"""


def test_the_best_hit_is_that_of_the_smallest_e_value(tmp_path):
    (tmp_path / "hits.tbl").write_text(TABLE)
    assert best_hits(tmp_path / "hits.tbl") == {"q0": ("RF00027", 1.7e-22), "q1": ("RF00027", 0.9)}


def test_shares_of_the_table_by_hand():
    queries = [
        Query("a", "f", 0.4), Query("b", "f", 0.6), Query("c", "g", 0.9), Query("d", "g", 0.95),
        Query("x", NO_FAMILY, float("nan")), Query("y", NO_FAMILY, float("nan")),
    ]  # fmt: skip
    said = [("g", True), ("f", False), ("g", True), ("g", True), ("f", True), (NO_FAMILY, False)]
    answers = {query.name: Answer(*answer) for query, answer in zip(queries, said, strict=True)}

    (row,) = rows(queries, [Outcome("kmer", answers, 12.3, 4567.8, 99.9)])

    assert row == {
        "": "kmer", "right": "0.750", "right and accepted": "0.500", "right, below 50 % identity (n=1)": "0.000",
        "right, 50 to 70 % identity (n=1)": "1.000", "right, above 70 % identity (n=2)": "1.000",
        "other ncRNA accepted": "0.500", "training s": "12", "sequences/s": "4,568", "memory MB": "100",
    }  # fmt: skip


def test_an_alignment_has_its_consensus_structure():
    pytest.importorskip("RNA")
    from laboratory.infernal_inputs import stockholm

    hairpin = "GGGGGGAAAACCCCCC"
    lines = stockholm("mir-1", [hairpin, hairpin.replace("AAAA", "A--A")]).splitlines()

    assert lines[0] == "# STOCKHOLM 1.0"
    assert lines[2:] == ["mir-1_0 GGGGGGAAAACCCCCC", "mir-1_1 GGGGGGA--ACCCCCC", "#=GC SS_cons ((((((....))))))", "//"]


@pytest.mark.skipif(bool(missing_programs()), reason="Infernal is not installed")
def test_a_covariance_model_finds_its_family_and_nothing_else(tmp_path, mutated_hairpins):
    pytest.importorskip("RNA")
    from laboratory.infernal_inputs import stockholm, write_fasta

    (tmp_path / "stockholm").mkdir()
    (tmp_path / "stockholm" / "mir-1.sto").write_text(stockholm("mir-1", mutated_hairpins[:6]))
    strangers = ["".join(np.random.default_rng(number).choice(list("ACGU"), 60)) for number in range(3)]
    names = [f"q{number}" for number in range(5)]
    write_fasta(zip(names, [*mutated_hairpins[6:8], *strangers], strict=True), tmp_path / "test.fa")

    database, seconds = built(tmp_path, 0.01)
    scanned(database, tmp_path / "test.fa", tmp_path / "hits.tbl")

    hits = best_hits(tmp_path / "hits.tbl")
    assert {name for name, hit in hits.items() if hit.e_value < 1e-4} == {"q0", "q1"}
    made = (tmp_path / "stockholm" / "mir-1_0.01.cm").stat().st_mtime_ns
    again, _ = built(tmp_path, 0.01)
    assert again == database
    assert seconds > 0
    assert (tmp_path / "stockholm" / "mir-1_0.01.cm").stat().st_mtime_ns == made  # kept, not made again


@pytest.fixture
def mutated_hairpins():
    generator = np.random.default_rng(4)
    arm = "".join(generator.choice(list("ACGU"), 14))
    other = arm[::-1].translate(str.maketrans("ACGU", "UGCA"))
    copies = []
    for _ in range(8):
        letters = list(arm + "GAAACU" + other)
        letters[generator.integers(14, 20)] = generator.choice(list("ACGU"))
        copies.append("".join(letters))
    return copies
