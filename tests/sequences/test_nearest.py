"""The nearest neighbour against all alignments of a plain Smith-Waterman, and what is stored of it."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity
from srna_tools.sequences.nearest import NearestModel, NearestSettings, train_nearest
from srna_tools.sequences.registry import FAMILY_MODELS, family_model_from_state


def smith_waterman(first, second):
    """Gotoh's three matrices: 2 a match, -3 a mismatch, -7 for the first base of a gap and -2 for each further one."""
    shape = (len(first) + 1, len(second) + 1)
    here, down, across = np.zeros(shape), np.full(shape, -np.inf), np.full(shape, -np.inf)
    for row in range(1, shape[0]):
        for column in range(1, shape[1]):
            down[row, column] = max(here[row - 1, column] - 7, down[row - 1, column] - 2)
            across[row, column] = max(here[row, column - 1] - 7, across[row, column - 1] - 2)
            pair = 2 if first[row - 1] == second[column - 1] else -3
            diagonal = here[row - 1, column - 1] + pair
            here[row, column] = max(0, diagonal, down[row, column], across[row, column])
    return here.max()


@pytest.fixture(scope="module")
def trained(mutated_families):
    training, test = mutated_families(4, changes=18, training=4, test=2, length=30)
    return training, test, train_nearest(training, NearestSettings(candidates=100), 0, 1).model


def test_logits_are_the_best_score_of_each_family(trained):
    training, test, model = trained
    scores = [[smith_waterman(one, other) for other in training.sequences] for one in test.sequences]
    best = np.array(scores).reshape(len(test.sequences), 4, 4).max(axis=2)

    found = model.scores(test.sequences)

    np.testing.assert_allclose(found.logits, model.scale * best)
    np.testing.assert_allclose(found.known["score-per-base"], best.max(axis=1) / 30)
    nearest = np.argmax(scores, axis=1)
    expected = [
        identity(sequence, training.sequences[place]) for sequence, place in zip(test.sequences, nearest, strict=True)
    ]
    np.testing.assert_allclose(found.known["identity"], expected)


def test_families_without_a_candidate_have_a_logit_of_0(trained):
    training, _, _ = trained
    model = train_nearest(training, NearestSettings(candidates=1), 0, 1).model

    scores = model.scores(training.sequences)

    assert (np.count_nonzero(scores.logits, axis=1) == 1).all()
    np.testing.assert_array_equal(scores.logits.argmax(axis=1), training.members)
    np.testing.assert_array_equal(scores.known["identity"], 1.0)


def test_families_are_found(mutated_families):
    training, test = mutated_families(6)
    model = train_nearest(training, NearestSettings(), 0, 1).model
    assert (model.scores(test.sequences).logits.argmax(axis=1) == test.members).all()


def test_sequences_that_nothing_aligns_to_have_finite_scores(trained):
    scores = trained[2].scores(["", "N", "NNNNNNNNNNNN"])
    np.testing.assert_array_equal(scores.logits, 0.0)
    assert all(np.isfinite(values).all() for values in scores.known.values())


def test_scores_of_a_sequence_are_its_own_and_threads_play_no_role(trained):
    training, test, model = trained
    whole = model.scores(test.sequences).logits
    np.testing.assert_array_equal(whole[2:3], model.scores(test.sequences[2:3]).logits)
    again = train_nearest(training, NearestSettings(candidates=100), 0, 2).model
    np.testing.assert_array_equal(again.scores(test.sequences).logits, whole)


def test_families_of_one_sequence_need_no_scale():
    families = Families(("A", "C"), ("AAGAAGAANA", "CCUCCUCC"), np.array([0, 1]))
    model = train_nearest(families, NearestSettings(), 0, 1).model
    assert list(model.scores(["AAGAAGA", "CUCCUC"]).logits.argmax(axis=1)) == [0, 1]


def test_a_family_without_sequences_is_refused():
    with pytest.raises(SampleError, match=r"^the family B has no sequences$"):
        train_nearest(Families(("A", "B"), ("ACGU",), np.array([0])), NearestSettings(), 0, 1)


@pytest.mark.parametrize("settings", [{"candidates": 0}, {"word": 0}, {"word": 9}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(SampleError, match="must"):
        NearestSettings(**settings)


def test_a_stored_model_scores_the_same(trained):
    _, test, model = trained
    again = family_model_from_state("nearest", *model.to_state())
    np.testing.assert_array_equal(again.scores(test.sequences).logits, model.scores(test.sequences).logits)


DAMAGE = {
    "no sequences": lambda arrays, _: arrays.pop("codes"),
    "a letter that is none": lambda arrays, _: arrays["codes"].__setitem__(0, 5),
    "a sequence that ends too early": lambda arrays, _: arrays["starts"].__setitem__(-1, 7),
    "a sequence that ends before it begins": lambda arrays, _: arrays["starts"].__setitem__(1, 10**6),
    "a sequence without letters": lambda arrays, _: arrays["starts"].__setitem__(1, 0),
    "no sequence at all": lambda arrays, _: arrays.update(starts=arrays["starts"][:1], codes=arrays["codes"][:0]),
    "a family outside": lambda arrays, _: arrays["members"].__setitem__(-1, 4),
    "a family that has none": lambda _, description: description.update(families=10**30),
    "families in disorder": lambda arrays, _: arrays["members"].__setitem__(0, 2),
    "a member less": lambda arrays, _: arrays.update(members=arrays["members"][1:]),
    "codes of another type": lambda arrays, _: arrays.update(codes=arrays["codes"].astype(np.int64)),
    "no families": lambda _, description: description.pop("families"),
    "true for a number": lambda _, description: description.update(candidates=True),
    "long words": lambda _, description: description.update(word=12),
    "an endless scale": lambda _, description: description.update(scale=float("inf")),
    "text for the scale": lambda _, description: description.update(scale="1"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_refused(trained, damage):
    arrays, description = trained[2].to_state()
    arrays = {name: array.copy() for name, array in arrays.items()}
    damage(arrays, description)
    with pytest.raises(BundleError, match="nearest-neighbour model"):
        NearestModel.from_state(arrays, description)


def test_the_kind_is_registered():
    kind = FAMILY_MODELS["nearest"]
    assert (kind.model, kind.settings, kind.train, kind.needs) == (NearestModel, NearestSettings, train_nearest, ())
