"""An evaluation as many jobs: one file a fold, and all of their predictions together again."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from srna_tools.errors import InputError, SampleError
from srna_tools.evaluate.evaluation import Run
from srna_tools.evaluate.fold_files import chosen_fold, gather, write_folds
from srna_tools.io.output import write_table

SEED = 4


@pytest.fixture(scope="module")
def evaluation(studies, evaluation_of):
    """Two repeats of three folds, from a seed of its own."""
    return evaluation_of(studies, "logistic", "random-forest", repeats=2, seed=SEED)


@pytest.fixture(scope="module")
def whole(evaluation):
    """Predictions of one run."""
    return predictions_of(evaluation, evaluation.plan.folds)


@pytest.fixture(scope="module")
def tables(evaluation, tmp_path_factory):
    """One table a fold."""
    folder = tmp_path_factory.mktemp("folds")
    paths = []
    for place, fold in enumerate(evaluation.plan.folds):
        paths.append(folder / f"{place}.tsv")
        write_table(predictions_of(evaluation, [fold]), paths[-1])
    return paths


def predictions_of(evaluation, folds):
    return Run.of(evaluation, evaluation.fits(folds, {}, 2)).carry_out(0).predictions


def test_the_files_hold_the_folds(tmp_path, evaluation):
    paths = write_folds(evaluation.plan, evaluation.material, tmp_path / "new" / "folds")
    assert [path.name for path in paths] == [f"fold_{number}.json" for number in range(1, 7)]
    for path, fold in zip(paths, evaluation.plan.folds, strict=True):
        facts = json.loads(path.read_text())
        assert (facts["scheme"], facts["repeat"], facts["fold"]) == ("kfold", fold.repeat, fold.number)
        assert facts["name"] == fold.name
        assert facts["train"] == evaluation.material.names[fold.train].tolist()
        assert facts["test"] == evaluation.material.names[fold.test].tolist()


def test_names_sort_as_the_folds_do(tmp_path, studies, evaluation_of):
    evaluation = evaluation_of(studies, folds=12)
    paths = write_folds(evaluation.plan, evaluation.material, tmp_path)
    assert [path.name for path in paths] == sorted(path.name for path in paths)
    assert len(paths) == 12


def test_a_fold_is_found_by_its_number_and_by_its_file(tmp_path, evaluation):
    plan, material = evaluation.plan, evaluation.material
    for number, path in enumerate(write_folds(plan, material, tmp_path), start=1):
        fold = plan.folds[number - 1]
        assert chosen_fold(str(number), plan, material) is fold
        assert chosen_fold(str(path.rename(tmp_path / f"dataset_{number}.dat")), plan, material) is fold


@pytest.mark.parametrize("number", ["0", "7", "99"])
def test_numbers_outside_the_plan_are_refused(evaluation, number):
    with pytest.raises(SampleError, match=f"--fold {number} does not exist: the plan has the folds 1 to 6"):
        chosen_fold(number, evaluation.plan, evaluation.material)


@pytest.mark.parametrize("text", ["{", "[]", '{"scheme": "kfold"}', "3", ""])
def test_other_files_are_refused(tmp_path, evaluation, text):
    (tmp_path / "f.json").write_text(text)
    with pytest.raises(InputError, match=r"f.json: is neither a number nor a file of srna-evaluate --folds-dir"):
        chosen_fold(str(tmp_path / "f.json"), evaluation.plan, evaluation.material)
    with pytest.raises(InputError, match=r"none.json: does not exist"):
        chosen_fold(str(tmp_path / "none.json"), evaluation.plan, evaluation.material)
    with pytest.raises(InputError, match="²: does not exist"):
        chosen_fold("²", evaluation.plan, evaluation.material)


def test_folds_of_another_seed_or_scheme_are_refused(tmp_path, studies, evaluation, evaluation_of):
    for name, keywords in (("seed", {"seed": SEED + 5}), ("scheme", {"scheme": "dataset-out"})):
        other = evaluation_of(studies, **keywords)
        path = write_folds(other.plan, other.material, tmp_path / name)[0]
        with pytest.raises(InputError, match="is a fold of other samples, another label, scheme or seed; make the"):
            chosen_fold(str(path), evaluation.plan, evaluation.material)


def test_gathered_tables_are_those_of_one_run_in_any_order(evaluation, whole, tables):
    for paths in (tables, tables[::-1], tables[3:] + tables[:3]):
        pd.testing.assert_frame_equal(gather(paths, evaluation.plan, evaluation.material, SEED), whole)


def test_models_may_come_in_tables_of_their_own(tmp_path, evaluation, whole, tables):
    paths = []
    for path in tables:
        table = pd.read_csv(path, sep="\t")
        for model, rows in table.groupby("model"):
            paths.append(tmp_path / f"{path.stem}_{model}.tsv")
            write_table(rows, paths[-1])
    pd.testing.assert_frame_equal(gather(paths, evaluation.plan, evaluation.material, SEED), whole)


def test_a_missing_fold_is_named(evaluation, tables):
    with pytest.raises(SampleError, match=r"of 'logistic' for fold 2 of repeat 2 \(fold 2\) are missing; give"):
        gather([*tables[:4], *tables[5:]], evaluation.plan, evaluation.material, SEED)


def test_a_table_that_stands_twice_is_refused(evaluation, tables):
    with pytest.raises(SampleError, match=r"for fold 1 of repeat 1 \(fold 1\) are not of the samples .* stand twice"):
        gather([*tables, tables[0]], evaluation.plan, evaluation.material, SEED)


def changed(tables, tmp_path, change):
    table = pd.read_csv(tables[0], sep="\t")
    write_table(change(table), tmp_path / "changed.tsv")
    return [tmp_path / "changed.tsv", *tables[1:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table[1:], "not of the samples that this fold tests"),
        (lambda table: table[::-1], "not of the samples that this fold tests"),
        (lambda table: table.assign(true=table["true"].to_numpy()[::-1]), "not of the samples that this fold tests"),
        (lambda table: table.assign(fold=9), "for fold 1 of repeat 1 .* are missing"),
        (lambda table: table.assign(seed=7), "from the seed 7, but here it would be 4; give the --seed of the folds"),
        (lambda table: table.rename(columns={"p:skin": "p:zebra"}).replace("skin", "zebra"), "have the classes"),
        (
            lambda table: pd.concat([table, table.assign(repeat=3)]),
            "hold 32 rows of other folds than the scheme has; give the same --scheme",
        ),
    ],
)
def test_tables_of_another_evaluation_are_refused(tmp_path, evaluation, tables, change, message):
    with pytest.raises(SampleError, match=message):
        gather(changed(tables, tmp_path, change), evaluation.plan, evaluation.material, SEED)


def test_another_seed_is_refused_where_the_folds_are_the_same(tmp_path, studies, evaluation_of):
    """Datasets are left out in the same way whatever the seed; the models started from another one."""
    evaluation = evaluation_of(studies, scheme="dataset-out", seed=1)
    write_table(predictions_of(evaluation, evaluation.plan.folds), tmp_path / "p.tsv")
    assert len(gather([tmp_path / "p.tsv"], evaluation.plan, evaluation.material, 1)) == 48
    with pytest.raises(SampleError, match="made from the seed 1, but here it would be 0"):
        gather([tmp_path / "p.tsv"], evaluation.plan, evaluation.material, 0)
    plan = replace(evaluation.plan, folds=(*evaluation.plan.folds, replace(evaluation.plan.folds[0], repeat=2)))
    with pytest.raises(SampleError, match="for fold 1 of repeat 2"):
        gather([tmp_path / "p.tsv"], plan, evaluation.material, 1)
