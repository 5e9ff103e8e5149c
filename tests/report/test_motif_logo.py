"""Logos: heights of letters are bits and scores, letters below zero stand on their heads, mature miRNAs are marked."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from logomaker.src.Glyph import Glyph

from srna_tools.errors import MissingExtraError
from srna_tools.report.motif_logo import (
    LETTER_COLOURS,
    DrawnMotif,
    DrawnSequence,
    motif_logos,
    sequence_logos,
)
from srna_tools.report.save import save_figure
from srna_tools.sequences.motifs_matrix import information


def motif(*rows, title="a motif"):
    shares = np.array(rows, dtype=float)
    return DrawnMotif(title, shares, information(shares))


@pytest.fixture
def drawn(monkeypatch):
    """Every letter that is drawn, as place, letter, bottom, top and whether it stands on its head."""
    letters = []
    make = Glyph.__init__

    def keep(self, p, c, *arguments, **keywords):
        make(self, p, c, *arguments, **keywords)
        letters.append((p, c, self.floor, self.ceiling, bool(self.flip)))

    monkeypatch.setattr(Glyph, "__init__", keep)
    return letters


def test_a_motif_s_letters_share_its_information_by_their_frequency(drawn):
    figure = motif_logos([motif((1, 0, 0, 0), (0, 0.25, 0, 0.75))], "title", "caption")

    tall = {(place, letter): (low, high) for place, letter, low, high, _ in drawn if high - low > 1e-9}
    bits = 2 + 0.25 * np.log2(0.25) + 0.75 * np.log2(0.75)
    assert set(tall) == {(0, "A"), (1, "C"), (1, "U")}
    assert tall[0, "A"] == pytest.approx((0, 2))
    assert tall[1, "C"] == pytest.approx((0, 0.25 * bits))
    assert tall[1, "U"] == pytest.approx((0.25 * bits, bits))
    assert figure.axes[0].get_ylim() == (0, 2)


def test_letters_of_all_motifs_have_one_width():
    rows = [(0.7, 0.1, 0.1, 0.1)]
    figure = motif_logos([motif(*rows * 6), motif(*rows * 16, title="longer")], "title", "caption")

    assert [axes.get_xlim() for axes in figure.axes] == [(-0.5, 15.5)] * 2
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a motif", "longer"]


def test_bases_are_as_tall_as_their_scores_and_stand_on_their_heads_below_zero(drawn):
    sequence_logos([DrawnSequence("x", "ACNGU", np.array([1.0, -2, 0, 0.5, 0]))], "title", "caption")

    assert drawn == [(1, "A", 0, 1.0, False), (2, "C", -2.0, 0, True), (4, "G", 0, 0.5, False)]


def test_long_sequences_go_over_several_rows_that_name_every_base():
    sequence = "ACGU" * 40
    figure = sequence_logos([DrawnSequence("x", sequence, np.zeros(160))], "title", "caption")

    labels = ["".join(label.get_text() for label in axes.get_xticklabels(minor=True)) for axes in figure.axes]
    assert len(labels) > 1
    assert "".join(labels) == sequence
    limits = [axes.get_xlim() for axes in figure.axes]
    assert limits[0][0] == 0.5
    assert all(one[1] == other[0] for one, other in pairwise(limits))


def test_mature_mirnas_are_marked_in_every_row_that_they_reach():
    one = DrawnSequence("x", "ACGU" * 40, np.zeros(160), (("miR-1", 50, 60), ("miR-2", 150, 158)))
    figure = sequence_logos([one], "title", "caption")

    marks = [patch.get_bbox().intervalx for axes in figure.axes for patch in axes.patches if patch.get_alpha() is None
             and patch.get_zorder() < 0]  # fmt: skip
    named = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert named == ["miR-1", "miR-2"]
    assert sum(high - low for low, high in marks) == pytest.approx(18)


def test_pictures_are_written_as_png_and_svg(tmp_path):
    figure = sequence_logos([DrawnSequence("x $1$ _y", "ACGU", np.zeros(4))] * 2, "title", "caption")
    for name in ("x.png", "x.svg"):
        save_figure(figure, tmp_path / name)

    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "x.svg").read_bytes()


def test_colours_tell_all_letters_apart():
    assert len(set(LETTER_COLOURS.values())) == len(LETTER_COLOURS) == 4


def test_without_logomaker_one_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "logomaker", None)

    with pytest.raises(MissingExtraError, match=r"srna-tools\[sequence\]"):
        motif_logos([motif((1, 0, 0, 0))], "title", "caption")
