from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from srna_tools.sequences.calibration import Judgement, best_temperature_of_logits, judge
from srna_tools.sequences.held_out import UNSEEN, hold_out
from srna_tools.sequences.open_set import OtherSequences, rates_on_other_halves
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.validation.temperature import HIGHEST, LOWEST, best_temperature

SETTINGS = {"seed": 0, "threads": 2}


def judged(tiny, families, others=None, clusters=None):
    clusters = np.arange(len(families.sequences)) if clusters is None else clusters
    held_out = hold_out(families, clusters, others or {}, seed=0)
    return judge(tiny, FAMILY_MODELS[tiny].settings(), held_out, **SETTINGS), held_out


@pytest.mark.parametrize("sharper", [0.5, 1, 4])
def test_temperature_is_that_of_probabilities_where_both_can_be_computed(sharper):
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(4000, 5)) * 2
    true = np.array([generator.choice(5, p=row) for row in softmax(logits, axis=1)])

    found = best_temperature_of_logits(true, logits * sharper)

    assert found == pytest.approx(best_temperature(true, softmax(logits * sharper, axis=1)), rel=0.02)
    assert found == pytest.approx(sharper, rel=0.1)


def test_a_model_without_errors_is_not_made_infinitely_sure():
    logits = np.full((100, 4), -600.0)
    logits[np.arange(100), np.arange(100) % 4] = 0

    temperature = best_temperature_of_logits(np.arange(100) % 4, logits)

    assert LOWEST < temperature <= HIGHEST
    # One more answer than there are, and that one wrong: the odds are 101 to 1, as far as the limits allow.
    few = best_temperature_of_logits(np.arange(100) % 4, logits / 100)
    assert softmax(logits[:1] / 100 / few, axis=1).max() == pytest.approx(101 / 102, abs=0.01)


def test_accuracy_is_that_of_a_model_that_did_not_see_what_it_is_tested_on(tiny, simulated_families):
    families = simulated_families(families=8, each=200, mutated=0.5)

    found, held_out = judged(tiny, families)

    (draw,) = held_out.at_random
    model = FAMILY_MODELS[tiny].train(draw.training, FAMILY_MODELS[tiny].settings(), 0, 1).model
    right = model.scores(draw.known.sequences).logits.argmax(axis=1) == draw.known.members
    assert found.figures["random"] == {"accuracy": right.mean(), "sequences": len(right)}
    assert 0.3 < right.mean() < 1
    assert found.accuracy == np.mean([found.figures[scheme]["accuracy"] for scheme in ("random", "cluster")])


def test_open_set_tells_unseen_families_and_others_apart(tiny, simulated_families, random_sequences):
    families = simulated_families(families=12, each=30, mutated=0.05)

    found, _ = judged(tiny, families, {"random": random_sequences(200)})

    figures = found.figures["open_set"]
    assert list(figures["others"]) == [UNSEEN, "random"]
    assert found.open_set.auroc > 0.95
    pooled = np.concatenate(list(found.others.values()))
    truth = np.repeat([1, 0], [len(found.known), len(pooled)])
    assert found.open_set.auroc == pytest.approx(roc_auc_score(truth, np.concatenate([found.known, pooled])))
    for group, values in found.others.items():
        assert figures["others"][group]["sequences"] == len(values)
        assert figures["others"][group]["above_median"] == sum(values > np.median(found.known))
        assert figures["others"][group]["accepted"] == pytest.approx(
            np.mean(values >= found.open_set.threshold), abs=0.1
        )
    assert figures["kept"] == pytest.approx(found.open_set.kept, abs=0.1)


def test_the_same_seed_gives_the_same_judgement_on_any_number_of_threads(tiny, simulated_families):
    families = simulated_families(each=8)
    held_out = hold_out(families, np.arange(64), {}, seed=1)

    first, second = (
        judge(tiny, FAMILY_MODELS[tiny].settings(), held_out, seed=1, threads=threads) for threads in (1, 3)
    )

    assert first.figures == second.figures
    assert first.temperature == second.temperature
    np.testing.assert_array_equal(first.open_set.thresholds, second.open_set.thresholds)


def test_families_of_one_cluster_are_counted_and_not_tested(tiny, simulated_families):
    families = simulated_families(families=4, each=10)

    found, _ = judged(tiny, families, clusters=np.repeat([0, 1, 2, 3], 10))

    assert "cluster" not in found.figures
    assert found.accuracy == found.figures["random"]["accuracy"]


def test_with_nothing_to_leave_out_nothing_is_judged(tiny, simulated_families):
    found, _ = judged(tiny, simulated_families(families=3, each=1))

    assert found.open_set is None
    assert found.figures == {}
    assert found.temperature == 1
    assert found.accuracy == Judgement().accuracy == 0


def test_rates_are_those_of_the_half_on_which_the_threshold_was_not_chosen():
    """Scores without information: the best threshold of the own half looks better than it is on the other."""
    generator = np.random.default_rng(0)
    own, other = [], []
    for seed in range(40):
        known, others = generator.normal(size=20), generator.normal(size=20)
        kept, rates = rates_on_other_halves({"a": known}, {"x": OtherSequences({"a": others}, np.arange(20))}, seed)
        other.append(kept - rates["x"])
        thresholds = np.concatenate([known, others])
        own.append(max(np.mean(known >= t) - np.mean(others >= t) for t in thresholds))

    assert np.mean(other) == pytest.approx(0, abs=0.05)
    assert np.mean(own) > 0.15


def test_what_comes_from_one_source_is_in_one_half():
    """Two families, one that is accepted and one that is not: known apart from the other, each is judged unseen."""
    known = np.linspace(2, 3, 50)
    groups = {"x": OtherSequences({"a": np.repeat([2.5, 0.0], 30)}, np.repeat([4, 7], 30))}

    kept, rates = rates_on_other_halves({"a": known}, groups, seed=0)

    assert 0 < kept < 1
    assert 0 < rates["x"] < 1
    assert rates_on_other_halves({"a": known[:1]}, groups, seed=0) == (None, {})
