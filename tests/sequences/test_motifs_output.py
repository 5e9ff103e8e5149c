"""The table of motifs by hand, and MEME's format read back by Bio.motifs."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from Bio import motifs as bio

from srna_tools.sequences.letters import LETTERS
from srna_tools.sequences.motifs import Motif
from srna_tools.sequences.motifs_matrix import base_counts
from srna_tools.sequences.motifs_mature import MatureHit
from srna_tools.sequences.motifs_output import FamilyMotifs, meme_text, motif_table

SEQUENCES = ("AAGGCUCCAA", "AGGCUCGAAA", "AAAGGCUCCA", "ACACACACAC")


def found(hits=None, name="mir 160"):
    starts = np.array([2, 1, 3])
    windows = [SEQUENCES[row][start : start + 6] for row, start in enumerate(starts)]
    motif = Motif(17, 6, 0.75, 1.5, 4, np.arange(3), starts, base_counts(windows))
    wider = Motif(
        20, 8, 0.5, 1.0, 1, np.arange(2), np.array([0, 1]), base_counts([SEQUENCES[0][:8], SEQUENCES[1][1:9]])
    )
    return FamilyMotifs(name, SEQUENCES, (motif, wider), hits)


def test_table_by_hand():
    table = motif_table([found()])

    first = table.iloc[0].to_dict()
    # All three windows have the same letters but for the last, of which one is a G. Background: A 18, C 14, G 8, U 4.
    columns = np.array([[0, 0, 3, 0]] * 2 + [[0, 3, 0, 0], [0, 0, 0, 3]] + [[0, 3, 0, 0], [0, 2, 1, 0]])
    shares = (columns + np.array([18, 14, 8, 4]) / 44) / 4
    assert first.pop("information") == pytest.approx(12 + (shares * np.log2(shares)).sum())
    assert first == {
        "family": "mir 160", "motif": 1, "filter": 17, "width": 6, "consensus": "GGCUCS", "activated": 0.75,
        "contribution": 1.5, "alike": 4, "sequences": 3, "start": 3.0, "start_q1": 2.5, "start_q3": 3.5, "end": 8.0,
    }  # fmt: skip
    assert list(table["motif"]) == [1, 2]
    assert "mature" not in table


def test_mature_mirnas_add_where_the_windows_lie_in_them():
    hits = ((MatureHit("miR", 1, 9, 0),), (MatureHit("miR", 1, 4, 0),), (), ())

    row = motif_table([found(hits)]).iloc[0]

    assert (row["mature"], row["mature_sequences"], row["mature_share"]) == ("miR", 2, 0.75)
    assert row["mature_start"] == 1.5


def test_a_family_without_motifs_has_no_rows_but_all_have_columns():
    assert list(motif_table([FamilyMotifs("a", SEQUENCES, ())]).columns) == list(motif_table([found()]).columns)


def test_bio_motifs_reads_meme():
    one = found()

    record = bio.parse(io.StringIO(meme_text([one, found(name="let-7")])), "minimal")

    assert [motif.name for motif in record] == [
        "mir_160-1-width6",
        "mir_160-2-width8",
        "let-7-1-width6",
        "let-7-2-width8",
    ]
    for read, motif in zip(record[:2], one.motifs, strict=True):
        assert (read.length, read.num_occurrences) == (motif.width, len(motif.starts))
        # It takes whole counts, rounded down.
        counts = pd.DataFrame(read.counts)[list(LETTERS)].to_numpy()
        assert ((counts == motif.counts) | (counts == motif.counts - 1)).all()
        assert (counts.argmax(axis=1) == motif.counts.argmax(axis=1)).all()
    rows = [line.split() for line in meme_text([one]).splitlines() if line.startswith(("0.", "1."))]
    np.testing.assert_allclose(np.array(rows[:6], float), one.motifs[0].counts / 3, atol=1e-6)
    letters = "".join(2 * SEQUENCES)
    assert record.background["A"] == pytest.approx((letters.count("A") + 1) / (len(letters) + 4), abs=1e-4)
