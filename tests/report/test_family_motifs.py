"""Pictures of motifs: one a family, each under a name that files can have."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import InputError
from srna_tools.report.family_motifs import draw_all_motifs
from srna_tools.sequences.motifs import Motif
from srna_tools.sequences.motifs_mature import MatureHit
from srna_tools.sequences.motifs_output import FamilyMotifs

SEQUENCES = ("AAGGCUCCAA", "AGGCUCGAAA")


def motifs_of(name, hits=None, motifs=1):
    motif = Motif(0, 2, 1.0, 1.0, 1, np.arange(2), np.array([2, 1]), np.array([[0, 0, 2, 0]] * 2))
    return FamilyMotifs(name, SEQUENCES, (motif,) * motifs, hits)


def test_names_that_files_cannot_have_are_changed_and_none_is_written_over(tmp_path):
    hits = ((MatureHit("miR", 0, 8, 0),), ())

    written = draw_all_motifs([motifs_of("a/b"), motifs_of("a b", hits), motifs_of("none", motifs=0)], tmp_path / "new")

    assert [path.name for path in written] == ["a_b.png", "a_b-2.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a_b-2.png", "a_b.png"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be made"):
        draw_all_motifs([motifs_of("a")], tmp_path / "file" / "folder")
