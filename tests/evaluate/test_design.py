"""From samples and a scheme to folds: who takes part, what stays together, and from which seed each fit starts."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import ColumnError, SampleError
from srna_tools.evaluate.contenders import contenders
from srna_tools.evaluate.design import Design, fits_for, material_for, plan_for
from srna_tools.validation.splits import Fold


@pytest.fixture
def samples(make_samples):
    """Ten samples of two classes and two datasets; s3 has no label, s6 no reads."""
    counts = np.ones((10, 3))
    counts[5] = 0
    labels = ["a", "b", None, "b", "a", "b", "a", "b", "a", "b"]
    return make_samples(counts, tissue=labels, dataset=["x"] * 5 + ["y"] * 5)


def test_samples_without_label_or_reads_take_no_part(samples, quick, warnings_logged):
    material = material_for(samples, "tissue", quick(samples, "logistic", "mlp"), Design("kfold"))
    assert material.names.tolist() == ["s1", "s2", "s4", "s5", "s7", "s8", "s9", "s10"]
    assert material.labels.tolist() == ["a", "b", "b", "a", "a", "b", "a", "b"]
    assert (material.classes, material.codes.tolist()) == (("a", "b"), [0, 1, 1, 0, 0, 1, 0, 1])
    assert material.datasets.tolist() == ["x"] * 4 + ["y"] * 4
    left_out = [message for message in warnings_logged.messages if "left out" in message]
    assert left_out == [
        "1 sample without 'tissue' and 1 sample without reads on the features used are left out of the training"
    ]
    assert len([message for message in warnings_logged.messages if "fewer than 10" in message]) == 1


def test_samples_need_reads_on_the_features_of_every_model(make_samples):
    counts = [[1, 1], [1, 1], [1, 1], [1, 1], [1, 0], [0, 1]]
    samples = make_samples(counts, ["hsa-miR-1-5p", "piR-1"], ["miRNA", "piRNA"], tissue=list("ababab"))
    variants = {
        kind: {"kind": "logistic", "transform": {"feature_types": [kind], "measured": "any"}}
        for kind in ("miRNA", "piRNA")
    }
    for names, kept in ((["miRNA"], 5), (["piRNA"], 5), (["miRNA", "piRNA"], 4)):
        models = contenders(samples, names, {}, variants)
        assert material_for(samples, "tissue", models, Design("kfold")).samples.n_obs == kept


def test_parts_come_from_the_column_and_others_are_left_out(samples, quick, warnings_logged):
    samples = samples.copy()
    samples.obs["part"] = ["train"] * 5 + ["test"] * 3 + [None, "held back"]
    design = Design("split", split_column="part")
    material = material_for(samples, "tissue", quick(samples, "logistic"), design)
    plan = plan_for(material, design)
    assert [material.names[fold.train].tolist() for fold in plan.folds] == [["s1", "s2", "s4", "s5"]]
    assert [material.names[fold.test].tolist() for fold in plan.folds] == [["s7", "s8"]]
    assert "2 samples are neither 'train' nor 'test' in 'part' and are left out" in warnings_logged.messages


@pytest.mark.parametrize(("values", "missing"), [(["train"] * 10, "test"), (["test"] * 9 + ["Train"], "train")])
def test_a_part_that_nobody_is_in_is_refused(samples, quick, values, missing):
    samples = samples.copy()
    samples.obs["part"] = values
    with pytest.raises(SampleError, match=f"the column 'part' has no sample with the value '{missing}' "):
        material_for(samples, "tissue", quick(samples, "logistic"), Design("split", split_column="part"))


def test_groups_come_from_the_column_and_samples_without_a_value_are_alone(samples, quick):
    samples = samples.copy()
    samples.obs["batch"] = [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, np.nan, np.nan]
    design = Design("group-kfold", folds=4, group_column="batch")
    material = material_for(samples, "tissue", quick(samples, "logistic"), design)
    plan = plan_for(material, design)
    together = {frozenset(material.names[fold.test].tolist()) for fold in plan.folds}
    for batch in ({"s1", "s2"}, {"s4", "s5"}, {"s7", "s8"}):
        assert sum(bool(batch & test) for test in together) == 1
    assert len(together) == 4


def test_patients_stay_on_one_side_and_what_training_does_without_is_said(studies, quick, warnings_logged):
    samples = studies.copy()
    samples.obs["patient"] = [f"p{number}" for number in range(47)] + ["p0"]
    design = Design("dataset-out")
    material = material_for(samples, "tissue", quick(samples, "logistic"), design)
    plan = plan_for(material, design)
    for fold in plan.folds:
        assert not set(samples.obs["patient"].iloc[fold.train]) & set(samples.obs["patient"].iloc[fold.test])
    assert plan.withheld == 2
    assert (
        "2 samples of the same patient or experiment as a test sample stayed out of the training of that fold"
    ) in warnings_logged.messages


@pytest.mark.parametrize("design", [Design("group-kfold", group_column="organ"), Design("split", split_column="organ")])
def test_columns_that_do_not_exist_are_named(studies, quick, design):
    models = quick(studies, "logistic")
    with pytest.raises(ColumnError, match="there is no sample column 'organ'; the columns are: dataset, tissue, sex"):
        plan_for(material_for(studies, "tissue", models, design), design)


def test_all_models_start_a_repeat_from_the_same_seed(studies, quick):
    folds = [Fold(repeat, number, "", np.array([0]), np.array([1])) for repeat in (1, 2) for number in (1, 2)]
    fits = fits_for(folds, quick(studies, "logistic", "mlp"), 7)
    assert [(fit.contender.name, fit.fold.repeat, fit.fold.number, fit.seed) for fit in fits] == [
        (name, repeat, number, 6 + repeat) for name in ("logistic", "mlp") for repeat in (1, 2) for number in (1, 2)
    ]
