"""What is left out to choose a model: nothing of a test sample's study, patient or resource is learnt from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from srna_tools.errors import SampleError
from srna_tools.evaluate.fits import Material
from srna_tools.evaluate.views import RESOURCES, SAMPLES, STUDIES, folds_expected, views_of


@pytest.fixture(scope="module")
def material_of(make_samples):
    """Make material of labels, datasets, resources and patients."""

    def make(labels, datasets, resources=None, patients=None):
        columns = {"tissue": list(labels), "dataset": list(datasets)}
        columns |= {"resource": list(resources)} if resources is not None else {}
        columns |= {"patient": list(patients)} if patients is not None else {}
        return Material(make_samples(np.ones((len(columns["tissue"]), 1)), **columns), np.array(columns["tissue"]))

    return make


def everything(material):
    return np.arange(len(material.labels))


@given(st.data())
@settings(max_examples=60)
def test_nothing_that_a_test_sample_is_tied_to_is_in_its_training_set(material_of, data):
    size = data.draw(st.integers(6, 40))
    column = lambda most: [str(n) for n in data.draw(st.lists(st.integers(0, most), min_size=size, max_size=size))]  # noqa: E731
    material = material_of(column(3), column(5), column(2), column(2 * size))
    train = np.array(sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=5))))
    try:
        views = views_of(train, material, data.draw(st.integers(0, 3)))
    except SampleError:
        assume(False)
    for view in views:
        tested = np.concatenate([fold.test for fold in view.plan.folds])
        assert len(set(tested)) == len(tested)
        for fold in view.plan.folds:
            assert set(fold.train) | set(fold.test) <= set(train)
            assert not set(material.linked[fold.train]) & set(material.linked[fold.test])
            assert set(material.labels[fold.test]) <= set(material.labels[fold.train])
            if view.name == STUDIES:
                assert not set(material.datasets[fold.train]) & set(material.datasets[fold.test])
            if view.name == RESOURCES:
                assert not set(material.resources[fold.train]) & set(material.resources[fold.test])


def test_at_most_five_folds_of_studies_and_one_fold_a_resource(material_of):
    studies = np.repeat([f"study {number}" for number in range(8)], 4)
    resources = np.repeat(["x", "y", "z", "x"], 8)
    material = material_of("abab" * 8, studies, resources)
    views = views_of(everything(material), material, 0)
    assert [(view.name, view.plan.scheme, len(view.plan.folds)) for view in views] == [
        (STUDIES, "group-kfold", 5), (RESOURCES, "resource-out", 3),
    ]  # fmt: skip
    assert folds_expected(everything(material), material) == 8
    for view in views:
        assert sorted(np.concatenate([fold.test for fold in view.plan.folds])) == list(range(32))


def test_a_class_rarer_than_the_folds_is_tested_where_two_studies_have_it(material_of):
    """Class c has a sample in each of two studies, d has two in one."""
    labels, datasets = [*"abab" * 5, *"ccdd"], [*np.repeat(list("vwxyz"), 4), *"vwzz"]
    material = material_of(labels, datasets)
    (view,) = views_of(everything(material), material, 0)
    tested = np.concatenate([fold.test for fold in view.plan.folds])
    assert sorted(set(range(24)) - set(tested)) == [22, 23]


def test_classes_that_are_all_rarer_than_the_studies_can_be_judged(material_of):
    material = material_of("abc" * 6, np.repeat(list("uvwxyz"), 3)[:18])
    few = np.arange(12)
    (view,) = views_of(few, material, 0)
    assert (view.name, len(view.plan.folds)) == (STUDIES, 4)
    assert sorted(np.concatenate([fold.test for fold in view.plan.folds])) == few.tolist()


@pytest.mark.parametrize("resources", ["xxxxxxyyyyyy", "xyxyxyxyxyxy"])
def test_resources_are_left_out_only_where_a_class_is_in_two(material_of, resources):
    """Classes a and b are of resource x, c and d of y; or all are of both."""
    material = material_of("aabbabccddcd", [*"uuuvvvwwwzzz"], resources)
    names = [view.name for view in views_of(everything(material), material, 0)]
    assert (RESOURCES in names) == (resources == "xyxyxyxyxyxy")
    assert STUDIES in names


@pytest.mark.parametrize("datasets", [["only"] * 12, [*"uuuuuuvvvvvv"]])
def test_samples_are_left_out_where_no_study_can_be(material_of, datasets):
    """One study; or two, each with a class of its own."""
    material = material_of("a" * 6 + "b" * 6, datasets)
    (view,) = views_of(everything(material), material, 0)
    assert (view.name, view.plan.scheme, len(view.plan.folds)) == (SAMPLES, "kfold", 5)
    assert sorted(np.concatenate([fold.test for fold in view.plan.folds])) == list(range(12))


def test_samples_of_one_patient_stay_together_however_few_patients_there_are(material_of):
    material = material_of("ab" * 9, ["only"] * 18, patients=np.repeat(["p", "q", "r"], 6))
    (view,) = views_of(everything(material), material, 0)
    assert len(view.plan.folds) == 3
    with pytest.raises(SampleError, match="form only 1 sets that must stay together"):
        views_of(np.arange(6), material, 0)


def test_the_seed_deals_the_studies(material_of):
    material = material_of("abab" * 12, np.repeat([f"study {number}" for number in range(12)], 4))
    first, again, other = (
        [fold.test.tolist() for fold in views_of(everything(material), material, seed)[0].plan.folds]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
