"""Pictures of base-pair matrices: what stands where, and in which colours."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from srna_tools.report.save import png_of
from srna_tools.report.structure_plot import ORDERED, UNORDERED, structure_plot
from srna_tools.sequences.structure_folding import BasePairs, Fold, fold
from srna_tools.sequences.structure_matrices import Encoding

SEQUENCE = "GUACCUGC"
FOUND = Fold(BasePairs(np.array([0, 1]), np.array([7, 6]), np.array([0.9, 0.25])), "((....))", -1.5)


def picture(kind, ordered=True):
    axes = structure_plot("one", SEQUENCE, FOUND, Encoding(kind, ordered)).axes[0]
    image = axes.images[0]
    return image.to_rgba(image.get_array())[..., :3] if kind != "mixed" else np.asarray(image.get_array())


def test_the_mixed_matrix_has_the_papers_colours():
    colours = picture("mixed")

    assert (colours[..., 0] == 0).all()
    np.testing.assert_allclose([colours[0, 7, 1], colours[7, 0, 1], colours[1, 6, 1]], [0.9, 0.9, 0.25], rtol=1e-6)
    blue = colours[..., 2]
    assert blue[1, 6] == 1 > blue[6, 1] > blue[0, 7] > blue[7, 0] > 0  # UG, GU, GC, CG
    assert np.count_nonzero(colours.any(axis=2)) == 4


def test_pairs_have_a_colour_each():
    ordered, unordered = picture("pair"), picture("pair", ordered=False)

    for (row, column), pair in {(0, 7): "GC", (7, 0): "CG", (1, 6): "UG", (6, 1): "GU"}.items():
        np.testing.assert_allclose(ordered[row, column], to_rgb(ORDERED[pair]), atol=0.01)
        other = next(name for name in UNORDERED if pair in name)
        np.testing.assert_allclose(unordered[row, column], to_rgb(UNORDERED[other]), atol=0.01)
    assert (ordered[3, 3] == 1).all()


def test_more_probable_pairs_are_darker():
    colours = picture("probability")

    assert colours[0, 7].sum() < colours[1, 6].sum() < 3
    np.testing.assert_array_equal(colours[0, 7], colours[7, 0])


@pytest.mark.parametrize("kind", ["pair", "probability", "mixed"])
@pytest.mark.parametrize("length", [0, 1, 9, 80, 250])
def test_any_length_can_be_drawn_and_says_what_it_is(kind, length):
    sequence = "".join(np.random.default_rng(0).choice(list("ACGUN"), length))

    figure = structure_plot("a$b_1", sequence, fold(sequence), Encoding(kind))

    assert png_of(figure).startswith(b"\x89PNG")
    title = figure.axes[0].get_title()
    assert f"{kind} matrix" in title
    assert f"{length} nt" in title
    assert "kcal/mol" in title
    assert sequence[:100] in figure.get_supxlabel()
