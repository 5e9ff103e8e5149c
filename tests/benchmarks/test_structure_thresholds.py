"""Experiments on structure matrices: families drawn, folds, and small runs of both kinds."""

from __future__ import annotations

import numpy as np
import pytest
from laboratory.configuration import Experiment
from laboratory.structure_matrices import MatrixParameters, compare_matrices, split_of
from laboratory.structure_runs import drawn_families, folds_of
from laboratory.structure_thresholds import ThresholdParameters, compare_thresholds
from laboratory.surroundings import Surroundings

from srna_tools.errors import SrnaToolsError

EXPERIMENT = Experiment("e", "structure-thresholds", "t", "q", "s", "family", ())


@pytest.fixture(scope="module")
def around(tmp_path_factory):
    """Four families, three of hairpins of a length each, with a few sequences over it; the last is small."""
    data, work = (tmp_path_factory.mktemp(name) for name in ("data", "work"))
    (data / "rfam_mirna").mkdir()
    generator = np.random.default_rng(0)
    for family, (stem, number) in enumerate([(6, 16), (8, 14), (12, 13), (9, 5)]):
        lines = []
        for place in range(number):
            side = "".join(generator.choice(list("GC"), stem))
            sequence = side + "GAAA" + side[::-1].translate(str.maketrans("GC", "CG")) + "A" * (40 if place == 3 else 0)
            lines.append(f">s{family}_{place}\n{sequence}\n")
        (data / "rfam_mirna" / f"RF{family}.fa").write_text("".join(lines))
    return Surroundings(data, work, work, 1)


def test_families_that_are_large_enough_are_drawn(around):
    families = drawn_families(around.data, 2, 10, 30, seed=0)

    assert families.sizes.tolist() == [10, 10]
    assert set(families.names) < {"RF0", "RF1", "RF2"}
    assert max(map(len, families.sequences)) <= 30
    assert {drawn_families(around.data, 2, 10, 30, seed=seed).names for seed in range(8)} > {families.names}
    with pytest.raises(
        SrnaToolsError, match="4 families with 10 sequences of at most 30 bases are needed, but there are 3"
    ):
        drawn_families(around.data, 4, 10, 30, seed=0)


def test_folds_and_splits_are_even_within_families(around):
    families = drawn_families(around.data, 3, 10, 30, seed=0)
    folds = folds_of(families, 5, seed=1)
    training, test = split_of(families, 3, seed=1)

    for family in range(3):
        assert np.bincount(folds[families.members == family]).tolist() == [2] * 5
    assert np.bincount(families.members[test]).tolist() == [3, 3, 3]
    assert sorted([*training, *test]) == list(range(30))


def test_thresholds_are_compared(around):
    parameters = ThresholdParameters(
        (0.0001, 0.5), families=3, sequences=10, folds=5, folds_used=1, longest=30, epochs=25
    )

    outcome = compare_thresholds(EXPERIMENT, parameters, around)
    again = compare_thresholds(EXPERIMENT, parameters, around)

    assert set(outcome.figures) == {"0.0001", "0.5", "ordered/median", "unordered/median"}
    assert float(outcome.figures["0.5"]) > 0.6
    assert again == outcome
    assert "3 families drawn at random, 10 sequences of each, none longer than 30 nt" in outcome.markdown
    assert "1 of 5 folds" in outcome.markdown
    assert len(list(around.work.glob("*.tsv"))) >= 4


def test_matrices_are_compared(around):
    groups = ({"name": "9", "families": 2, "training": 9, "test": 3},)

    outcome = compare_matrices(EXPERIMENT, MatrixParameters(groups, repeats=1, longest=30, epochs=12), around)

    assert set(outcome.figures) == {
        f"9/{matrix}/{metric}" for matrix in ("pair", "probability", "mixed") for metric in ("accuracy", "f_score")
    }
    assert float(outcome.figures["9/probability/accuracy"]) > 60
    assert "9: 2 families, 9 training and 3 test sequences" in outcome.markdown
    assert outcome.markdown.count("| mixed matrix |") == 1
