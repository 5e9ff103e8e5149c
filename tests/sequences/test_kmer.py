"""The k-mer model against scikit-learn's own machine, and what is stored of it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.kmer import KmerModel, KmerSettings, train_kmer
from srna_tools.sequences.kmer_counts import word_features
from srna_tools.sequences.registry import FAMILY_MODELS, family_model_from_state
from srna_tools.validation.temperature import best_temperature

SMALL = KmerSettings(k=(2, 3), gapped=("1101",))


@pytest.fixture(scope="module", params=[2, 6])
def trained(request, mutated_families):
    training, test = mutated_families(request.param)
    return training, test, train_kmer(training, SMALL, 0, 1).model


def test_margins_are_those_of_scikit_learn(trained):
    training, test, model = trained
    machine = LinearSVC(C=1, dual=True, random_state=0).fit(
        word_features(training.sequences, SMALL.patterns), training.members
    )
    theirs = machine.decision_function(word_features(test.sequences, SMALL.patterns))
    if theirs.ndim == 1:
        theirs = np.column_stack([-theirs, theirs])

    scores = model.scores(test.sequences)

    np.testing.assert_allclose(scores.logits / model.scale, theirs, atol=5e-3)
    np.testing.assert_allclose(scores.known["margin"], theirs.max(axis=1), atol=5e-3)


def test_families_are_found(trained):
    _, test, model = trained
    assert (model.scores(test.sequences).logits.argmax(axis=1) == test.members).mean() > 0.95


def test_the_scale_makes_probabilities_as_sure_as_they_are_right(mutated_families):
    training, test = mutated_families(6, changes=35)
    model = train_kmer(training, SMALL, 0, 1).model
    logits = model.scores(test.sequences).logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))

    temperature = best_temperature(test.members, powers / powers.sum(axis=1, keepdims=True))

    assert 0.4 < temperature < 2.5


def test_scores_of_a_sequence_are_its_own_and_the_seed_gives_the_same_model(trained):
    training, test, model = trained
    whole = model.scores(test.sequences).logits

    np.testing.assert_array_equal(whole[3:4], model.scores(test.sequences[3:4]).logits)
    again = train_kmer(training, SMALL, 0, 2).model
    np.testing.assert_array_equal(again.scores(test.sequences).logits, whole)


def test_words_that_never_occur_are_not_stored():
    families = Families(("A", "C"), ("AAAAAA", "AAAAAC", "CCCCCC", "CCCCCA"), np.array([0, 0, 1, 1]))
    model = train_kmer(families, KmerSettings(k=(2,), gapped=()), 0, 1).model

    np.testing.assert_array_equal(model.kept, [0, 1, 4, 5])  # AA AC CA CC
    assert np.isfinite(model.scores(["GGGG", "", "NNNN"]).logits).all()


def test_families_of_one_sequence_can_be_learnt():
    families = Families(("A", "C"), ("AAGAAGAA", "CCUCCUCC"), np.array([0, 1]))
    model = train_kmer(families, SMALL, 0, 1).model
    assert list(model.scores(["AAGAAGA", "CUCCUC"]).logits.argmax(axis=1)) == [0, 1]


@pytest.mark.parametrize(
    ("names", "members", "sentence"),
    [
        (("A",), [0, 0], "a k-mer model needs at least two families"),
        (("A", "B"), [0, 0], "the family B has no sequences"),
    ],
)
def test_families_that_cannot_be_told_apart_are_refused(names, members, sentence):
    with pytest.raises(SampleError, match=f"^{sentence}$"):
        train_kmer(Families(names, ("ACGU", "ACGG"), np.array(members)), SMALL, 0, 1)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"k": (), "gapped": ()}, "at least one length"),
        ({"k": (9,)}, "must be 1 to 8, not 9"),
        ({"gapped": ("0110",)}, "'0110' is no pattern"),
        ({"gapped": ("111111111",)}, "'111111111' is no pattern"),
        ({"gapped": tuple(f"1{number:07b}1" for number in range(100))}, "up to 64 patterns of words, not"),
        ({"C": 0.0}, "C must be above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, sentence):
    with pytest.raises(SampleError, match=sentence):
        KmerSettings(**settings)


def test_a_stored_model_scores_the_same(trained):
    _, test, model = trained
    again = family_model_from_state("kmer", *model.to_state())
    np.testing.assert_array_equal(again.scores(test.sequences).logits, model.scores(test.sequences).logits)


DAMAGE = {
    "no weights": lambda arrays, _: arrays.pop("weights"),
    "a word outside": lambda arrays, _: arrays["kept"].__setitem__(-1, 10**6),
    "a word before the first": lambda arrays, _: arrays["kept"].__setitem__(0, -1),
    "words twice": lambda arrays, _: arrays["kept"].__setitem__(1, arrays["kept"][0]),
    "weights that are no numbers": lambda arrays, _: arrays["weights"].__setitem__((0, 0), np.nan),
    "an endless bias": lambda arrays, _: arrays["bias"].__setitem__(0, np.inf),
    "a family less": lambda arrays, _: arrays.update(bias=arrays["bias"][1:]),
    "weights of another type": lambda arrays, _: arrays.update(weights=arrays["weights"].astype(np.float64)),
    "no patterns": lambda _, description: description.pop("patterns"),
    "an empty pattern": lambda _, description: description.update(patterns=[""]),
    "a pattern twice": lambda _, description: description["patterns"].append(description["patterns"][0]),
    "more patterns than columns can be counted": lambda _, description: description["patterns"].extend(
        f"1{number:018b}1" for number in range(2**15) if number.bit_count() == 6
    ),
    "a number for a pattern": lambda _, description: description.update(patterns=[11]),
    "a huge pattern": lambda _, description: description.update(patterns=["1" * 16]),
    "text for the scale": lambda _, description: description.update(scale="1"),
    "an endless scale": lambda _, description: description.update(scale=float("inf")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_refused(trained, damage):
    arrays, description = trained[2].to_state()
    arrays = {name: array.copy() for name, array in arrays.items()}
    damage(arrays, description)
    with pytest.raises(BundleError, match="k-mer model"):
        KmerModel.from_state(arrays, description)


def test_the_kind_is_registered_with_its_defaults():
    kind = FAMILY_MODELS["kmer"]
    assert (kind.model, kind.settings().k, kind.train, kind.needs) == (KmerModel, (3, 4, 5, 6), train_kmer, ())
