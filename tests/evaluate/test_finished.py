"""Finished fits: taken when everything is the same, never otherwise, and never when the file is damaged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srna_tools.errors import InputError
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.finished import FinishedFits, fingerprint
from srna_tools.evaluate.fits import FitResult, Material, Search
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.preprocess.specification import TransformSpecification


@pytest.fixture
def fit_and_material(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    return evaluation.fits(evaluation.plan.folds, {}, 3)[0], evaluation.material


@pytest.fixture
def result(fit_and_material):
    fit, material = fit_and_material
    shape = len(fit.fold.test), len(material.classes)
    scores = ({"setting": "C=1", "mca": 1 / 3, "chosen": "yes"},)
    return FitResult(np.random.default_rng(0).random(shape), scores)


def test_a_result_is_kept_to_the_last_bit(tmp_path, fit_and_material, result):
    fit, material = fit_and_material
    finished = FinishedFits.within(tmp_path / "new" / "folder", material)
    assert finished.load(fit, material) is None
    assert not finished.holds(fit, material)
    finished.save(fit, material, result)
    again = FinishedFits.within(tmp_path / "new" / "folder", material)
    assert again.holds(fit, material)
    stored = again.load(fit, material)
    np.testing.assert_array_equal(stored.probabilities, result.probabilities)
    assert stored.scores == result.scores


def other_counts(samples):
    changed = samples.copy()
    changed.layers["counts"][0, 0] += 1
    return changed


def changed_column(name, value):
    def change(samples):
        changed = samples.copy()
        changed.obs[name] = changed.obs[name].astype(str) if name in changed.obs else ""
        changed.obs.loc[changed.obs_names[0], name] = value
        return changed

    return change


def renamed_feature(samples):
    changed = samples.copy()
    changed.var_names = ["another", *changed.var_names[1:]]
    return changed


def unmeasured(samples):
    changed = samples.copy()
    changed.varm["measured"] = changed.varm["measured"].assign(all=np.arange(changed.n_vars) > 0)
    return changed


@pytest.mark.parametrize(
    "change", [other_counts, renamed_feature, unmeasured, changed_column("resource", "x")], ids=lambda one: one.__name__
)
def test_other_samples_have_another_fingerprint(studies, change):
    labels = studies.obs["tissue"].to_numpy(str)
    assert fingerprint(Material(studies, labels)) == fingerprint(Material(studies.copy(), labels))
    assert fingerprint(Material(studies, labels)) != fingerprint(Material(change(studies), labels))


def test_what_a_result_does_not_depend_on_keeps_it(tmp_path, fit_and_material, result):
    """The number of a fold, the name of a model, and annotation that no fit uses."""
    fit, material = fit_and_material
    FinishedFits.within(tmp_path, material).save(fit, material, result)
    aged = material.samples.copy()
    aged.obs["age"] = 3
    same = Material(aged, material.labels)
    renamed = replace(fit, contender=replace(fit.contender, name="other"), fold=replace(fit.fold, number=9, name="x"))
    assert FinishedFits.within(tmp_path, same).load(renamed, same) is not None


def changes(fit, material):
    """Fits and samples that differ in one thing each."""
    fold, contender = fit.fold, fit.contender
    labels = material.labels.copy()
    labels[fold.train[:2]] = labels[fold.train[:2]][::-1]
    recorded = TransformSpecification(normalisation="clr")
    auto = replace(contender, candidates=(contender, replace(contender, transform=recorded)))
    return {
        "candidates": (replace(fit, contender=auto), material),
        "seed": (replace(fit, seed=fit.seed + 1), material),
        "setting": (replace(fit, contender=with_changes(contender, {"C": 0.5})), material),
        "transform": (replace(fit, contender=replace(contender, transform=recorded)), material),
        "training": (replace(fit, fold=replace(fold, train=fold.train[1:])), material),
        "test": (replace(fit, fold=replace(fold, test=fold.test[::-1])), material),
        "labels": (fit, Material(material.samples, labels)),
        "counts": (fit, Material(other_counts(material.samples), material.labels)),
        "search": (replace(fit, search=Search(({"C": 1.0},), "kfold", 2)), material),
    }


@pytest.mark.parametrize(
    "what", ["candidates", "seed", "setting", "transform", "training", "test", "labels", "counts", "search"]
)
def test_anything_else_that_differs_is_done_again(tmp_path, fit_and_material, result, what):
    fit, material = fit_and_material
    FinishedFits.within(tmp_path, material).save(fit, material, result)
    assert FinishedFits.within(tmp_path, material).load(fit, material) is not None
    other, of_others = changes(fit, material)[what]
    assert FinishedFits.within(tmp_path, of_others).load(other, of_others) is None


def test_what_auto_chose_depends_on_each_candidate_and_not_on_their_names(tmp_path, fit_and_material, result):
    fit, material = fit_and_material
    other = with_changes(fit.contender, {"C": 0.5})
    auto = replace(fit, contender=replace(fit.contender, candidates=(fit.contender, other)))
    finished = FinishedFits.within(tmp_path, material)
    finished.save(auto, material, result)
    for candidates, same in (
        ((fit.contender, replace(other, name="renamed")), True),
        ((fit.contender,), False),
        ((other, fit.contender), False),
        ((fit.contender, with_changes(other, {"min_rpm": 2.0})), False),
    ):
        again = replace(fit, contender=replace(fit.contender, candidates=candidates))
        assert (finished.load(again, material) is not None) == same


@pytest.mark.parametrize("column", ["dataset", "patient"])
def test_a_fit_depends_on_datasets_and_a_choice_on_patients_too(tmp_path, fit_and_material, result, column):
    fit, material = fit_and_material
    searching = replace(fit, search=Search(({"C": 1.0}, {"C": 2.0}), "group-kfold", 2))
    automatic = replace(fit, contender=replace(fit.contender, candidates=(fit.contender,)))
    first = material.samples.copy()
    if column == "patient":
        first.obs["patient"] = [f"p{number}" for number in range(first.n_obs)]
    material = Material(first, material.labels)
    moved = first.copy()
    one, other = fit.fold.train[[0, -1]]
    values = moved.obs[column].astype(str).to_numpy(copy=True)
    values[one] = values[other]
    moved.obs[column] = values
    moved = Material(moved, material.labels)
    finished = FinishedFits.within(tmp_path, material)
    for fit_to_keep in (fit, searching, automatic):
        finished.save(fit_to_keep, material, result)
    again = FinishedFits.within(tmp_path, moved)
    assert again.load(searching, moved) is None
    assert again.load(automatic, moved) is None
    assert (again.load(fit, moved) is None) == (column == "dataset")


def test_no_damaged_byte_gives_another_result(tmp_path, fit_and_material, result):
    """Every byte of the file in turn, and every length: the result as it was, or none."""
    fit, material = fit_and_material
    finished = FinishedFits.within(tmp_path, material)
    finished.save(fit, material, result)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        found = finished.load(fit, material)
        refused += found is None
        if found is not None:
            np.testing.assert_array_equal(found.probabilities, result.probabilities)
            assert found.scores == result.scores
    assert refused > 0.95 * len(whole)
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert finished.load(fit, material) is None


def test_damaged_files_are_done_again_with_a_warning_and_others_are_kept(
    tmp_path, studies, evaluation_of, warnings_logged
):
    evaluation = evaluation_of(studies, folds=4)
    fits, material = evaluation.fits(evaluation.plan.folds, {}, 3), evaluation.material
    finished = FinishedFits.within(tmp_path, material)
    expected = carry_out_all(fits, material, finished=finished)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    whole = [path.read_bytes() for path in files]
    files[0].write_bytes(whole[0][:100])
    flipped = bytearray(whole[1])
    flipped[-1] ^= 1
    files[1].write_bytes(bytes(flipped))
    before = [path.stat().st_mtime_ns for path in files]
    results = carry_out_all(fits, material, finished=finished)
    for one, other in zip(results, expected, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
    warned = [message for message in warnings_logged.messages if "is damaged" in message]
    assert sorted(message.split(" ")[0] for message in warned) == [str(path) for path in files[:2]]
    assert all(message.endswith("; the fit is done again") for message in warned)
    after = [path.stat().st_mtime_ns for path in files]
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, False, True, True]


def test_a_folder_that_cannot_be_made_is_named(tmp_path, fit_and_material):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file/folder: cannot be made \(Not a directory\)"):
        FinishedFits.within(tmp_path / "file" / "folder", fit_and_material[1])
