from __future__ import annotations

import json

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.sequences.calibration import Judgement
from srna_tools.sequences.families import Families
from srna_tools.sequences.open_set import known_scores
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.training import left_out, train_families


@pytest.fixture(scope="module")
def families(simulated_families):
    return simulated_families(families=10, each=30, mutated=0.15)


def test_the_model_is_trained_on_everything_and_judged_on_what_was_left_out(tiny, families, random_sequences):
    settings = FAMILY_MODELS[tiny].settings()

    bundle, trained = train_families(
        families, tiny, settings, others={"random": random_sequences(50)}, licence="CC0-1.0"
    )

    everything = FAMILY_MODELS[tiny].train(families, settings, 0, 1).model
    np.testing.assert_array_equal(bundle.model.means, everything.means)
    assert bundle.model is trained.model
    assert bundle.families == families.names
    assert bundle.training["sequences_per_family"] == dict.fromkeys(families.names, 30)
    assert bundle.training["settings"] == {"sharpness": 2000.0}
    assert bundle.training["words"] == 64
    assert bundle.licence == "CC0-1.0"
    assert set(bundle.evaluation) == {"random", "cluster", "open_set"}
    assert bundle.evaluation["random"]["sequences"] > 50
    json.dumps(bundle.evaluation, allow_nan=False)


def test_the_threshold_holds_for_sequences_that_training_never_saw(tiny, simulated_families, random_sequences):
    """Members of the same families, and others, that the user comes with."""
    every = simulated_families(families=10, each=60, mutated=0.05)
    is_new = np.arange(600) % 2 == 1
    settings = FAMILY_MODELS[tiny].settings()
    bundle = train_families(
        every.at(np.flatnonzero(~is_new)), tiny, settings, others={"random": random_sequences(200, seed=1)}
    )[0]

    new, others = every.at(np.flatnonzero(is_new)), random_sequences(200, seed=2)
    kept, accepted = (
        np.mean(known_scores(bundle.model.scores(side), bundle.temperature)[bundle.score] >= bundle.open_set.threshold)
        for side in (new.sequences, others)
    )

    assert kept == pytest.approx(bundle.evaluation["open_set"]["kept"], abs=0.1)
    assert accepted == pytest.approx(bundle.evaluation["open_set"]["others"]["random"]["accepted"], abs=0.1)


def test_without_judging_it_accepts_everything(tiny, families):
    bundle, _ = train_families(families, tiny, FAMILY_MODELS[tiny].settings(), judgement=Judgement())

    assert bundle.open_set is None
    assert (bundle.temperature, bundle.evaluation) == (1, {})


def test_near_copies_are_on_one_side(simulated_families):
    families = simulated_families(families=10, each=30, mutated=0.5)
    twins = tuple(sequence + base for sequence in families.sequences for base in ("A", "C"))
    doubled = Families(families.names, twins, np.repeat(families.members, 2))

    held_out = left_out(doubled, {}, seed=0)

    trained = {sequence[:-1] for sequence in held_out.by_cluster[0].training.sequences}
    assert held_out.by_cluster[0].known.sequences
    assert not trained & {sequence[:-1] for sequence in held_out.by_cluster[0].known.sequences}
    assert {s[:-1] for s in held_out.at_random[0].known.sequences} & {
        s[:-1] for s in held_out.at_random[0].training.sequences
    }


def test_of_very_large_families_some_are_drawn_for_judging_and_all_for_training(tiny, simulated_families):
    families = simulated_families(families=4, each=205, mutated=0.1)

    held_out = left_out(families, {}, seed=0)
    bundle, _ = train_families(families, tiny, FAMILY_MODELS[tiny].settings())

    draw = held_out.at_random[0]
    assert len(draw.training.sequences) + len(draw.known.sequences) + len(draw.unseen.sequences) == 4 * 200
    assert bundle.training["sequences"] == 4 * 205


@pytest.mark.parametrize("judgement", [None, Judgement()])
def test_one_family_is_too_few(tiny, families, judgement):
    one = Families(("a",), ("A" * 20,), np.zeros(1, dtype=np.int64))

    with pytest.raises(SampleError, match="a model needs at least 2 families, but there are 1"):
        train_families(one, tiny, FAMILY_MODELS[tiny].settings(), judgement=judgement)
