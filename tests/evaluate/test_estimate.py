"""What an evaluation will take: the numbers in the sentence, and that more work is never estimated as less."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.estimate import _last_done, describe, seconds_of
from srna_tools.evaluate.fits import Search


def fits_of(evaluation, grids=None):
    return evaluation.fits(evaluation.plan.folds, grids or {}, 3)


def test_the_sentence_counts_fits_models_folds_and_the_search(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=4)
    fits = fits_of(evaluation, {"logistic": {"C": [0.1, 1.0]}})
    sentence = describe(fits, fits, evaluation.material, 2)
    assert sentence.startswith("8 fits (2 models, 4 folds) and 24 fits to choose settings, of up to 36 samples: about ")
    assert re.search(r"about \d+ seconds with 2 workers, up to \d\.\d GB of memory a worker$", sentence)


def test_the_candidates_of_auto_are_counted(studies, evaluation_of, quick):
    """Each training set has two studies, so that each candidate is fitted twice to choose."""
    evaluation = evaluation_of(studies, scheme="dataset-out")
    (plain,) = quick(studies, "logistic")
    auto = replace(plain, name="auto", candidates=(plain, with_changes(plain, {"C": 0.1}), *quick(studies, "mlp")))
    fits = [replace(fit, contender=auto) for fit in fits_of(evaluation)]
    sentence = describe(fits, fits, evaluation.material, 1)
    assert sentence.startswith("3 fits (1 model, 3 folds) and 18 fits to choose models, of up to 32 samples: about ")
    each = [seconds_of(replace(fits[0], contender=one), evaluation.material) for one in (plain, *auto.candidates)]
    assert seconds_of(fits[0], evaluation.material) == pytest.approx(each[0] + 2 * sum(each[1:]))
    without = describe(fits_of(evaluation), fits_of(evaluation), evaluation.material, 1)
    memory = [float(re.search(r"up to (\d\.\d) GB", one)[1]) for one in (without, sentence)]
    assert memory[1] > memory[0]  # TensorFlow may be loaded


def test_both_kinds_of_choosing_are_counted_together(studies, evaluation_of, quick):
    evaluation = evaluation_of(studies, "logistic", "random-forest", scheme="dataset-out")
    fits = fits_of(evaluation, {"logistic": {"C": [0.1, 1.0]}})
    forest = quick(studies, "random-forest")[0]
    auto = replace(forest, name="auto", candidates=(forest,))
    fits = [replace(fit, contender=auto) if fit.search is None else fit for fit in fits]
    sentence = describe(fits, fits, evaluation.material, 1)
    assert sentence.startswith("6 fits (2 models, 3 folds) and 24 fits to choose settings and models, of up to ")


def test_folds_of_the_same_number_but_another_name_are_others(studies, evaluation_of):
    (fit, *_) = fits_of(evaluation_of(studies))
    other = replace(fit, fold=replace(fit.fold, name="TCGA"))
    assert describe([fit, other], [fit, other], evaluation_of(studies).material, 1).startswith("2 fits (1 model, 2 f")


def test_one_of_everything_is_in_the_singular(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    (fit, *_) = fits_of(evaluation)
    assert describe([fit], [fit], evaluation.material, 4).startswith("1 fit (1 model, 1 fold), of up to 32 samples: ")
    assert "with 1 worker," in describe([fit], [fit], evaluation.material, 4)


def test_finished_fits_are_counted_and_take_no_time(studies, evaluation_of):
    evaluation = evaluation_of(studies, given={"max_iterations": 10})
    fits = fits_of(evaluation)
    assert ", 2 of them finished by an earlier run: about " in describe(fits, fits[2:], evaluation.material, 1)
    nothing = describe(fits, [], evaluation.material, 1)
    assert ", 3 of them finished by an earlier run: about 1 seconds with 1 worker" in nothing
    assert "finished" not in describe(fits, fits, evaluation.material, 1)


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [
        ("mlp", "epochs", [1, 5, 50]),
        ("mlp", "hidden", [[4], [40], [400]]),
        ("domain-adaptation", "bias_epochs", [1, 5, 50]),
        ("domain-adaptation", "mapper", [[4], [40], [400, 400]]),
        ("random-forest", "trees", [1, 50, 500]),
        ("random-forest", "first_trees", [1, 50, 500]),
        ("random-forest", "down_sample", [True, False]),
    ],
)
def test_larger_settings_take_longer(studies, evaluation_of, kind, name, values):
    samples = studies.copy()
    samples.obs["tissue"] = np.where(np.arange(48) < 8, "rare", "common")
    evaluation = evaluation_of(samples, kind)
    (fit, *_) = fits_of(evaluation)
    fits = [replace(fit, contender=with_changes(fit.contender, {name: value})) for value in values]
    seconds = [seconds_of(one, evaluation.material) for one in fits]
    assert seconds == sorted(set(seconds))


@pytest.mark.parametrize("kind", ["mlp", "random-forest", "logistic", "domain-adaptation"])
def test_more_samples_and_a_search_take_longer(studies, evaluation_of, kind):
    evaluation = evaluation_of(studies, kind, given={"batch_size": 4} if kind == "mlp" else {})
    (fit, *_) = fits_of(evaluation)
    fewer = replace(fit, fold=replace(fit.fold, train=fit.fold.train[::2]))
    assert seconds_of(fewer, evaluation.material) < seconds_of(fit, evaluation.material)
    searching = replace(fit, search=Search(({}, {}), "kfold", 3))
    assert seconds_of(searching, evaluation.material) == pytest.approx(7 * seconds_of(fit, evaluation.material))


def minutes(evaluation, epochs, workers):
    fits = [replace(fit, contender=with_changes(fit.contender, {"epochs": epochs})) for fit in fits_of(evaluation)]
    return describe(fits, fits, evaluation.material, workers)


def test_time_is_given_in_its_unit_and_falls_with_workers(studies, evaluation_of):
    evaluation = evaluation_of(studies, "mlp", folds=4)
    assert re.search(r"about \d+ seconds ", minutes(evaluation, 10, 1))
    assert re.search(r"about \d+ minutes ", minutes(evaluation, 30_000, 1))
    assert re.search(r"about \d+\.\d hours ", minutes(evaluation, 3_000_000, 1))
    alone, two = (
        float(re.search(r"about ([\d.]+) hours", minutes(evaluation, 3_000_000, workers))[1]) for workers in (1, 2)
    )
    assert two == pytest.approx(alone / 2, rel=0.1)


@pytest.mark.parametrize(("seconds", "workers", "done"), [([4, 4, 4, 4, 4], 2, 12), ([9, 1, 1, 1], 2, 9), ([], 1, 0)])
def test_the_last_worker_decides_by_hand(seconds, workers, done):
    assert _last_done(seconds, workers) == done
