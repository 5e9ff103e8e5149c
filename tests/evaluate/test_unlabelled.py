"""Unlabelled samples beside a training set: what is never added, and that names must be the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.evaluate.pseudo_labels import USED
from srna_tools.evaluate.unlabelled import Unlabelled
from srna_tools.models.logistic import LogisticSettings
from srna_tools.preprocess.specification import RANKED
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import TrainingSet, train_on

STUDIES = SimulationSettings(studies=3, samples_per_study=16, tissues=("blood", "brain", "liver", "skin"))


@pytest.fixture(scope="module")
def labelled():
    return TrainingSet.of(to_anndata(simulate(STUDIES)), "tissue", RANKED)


@pytest.fixture
def new_study():
    samples = to_anndata(simulate(replace(STUDIES, studies=1, first_study=4)))
    del samples.obs["tissue"]
    return samples


def reasons(labelled, samples):
    left_out = Unlabelled.beside(labelled, samples).left_out
    return dict(zip(left_out["sample"], left_out["reason"], strict=True))


def trained(labelled):
    return train_on(labelled, "logistic", LogisticSettings(C=100), RANKED)[0]


def test_samples_of_new_studies_may_all_be_added(labelled, new_study):
    pool = Unlabelled.beside(labelled, new_study)
    assert pool.left_out.empty
    assert pool.joined.obs_names.tolist() == [*labelled.samples.obs_names, *new_study.obs_names]
    joined = pool.joined[48:].to_df("counts")
    pd.testing.assert_frame_equal(joined[new_study.var_names], new_study.to_df("counts"), check_names=False)


def test_a_labelled_sample_in_another_guise_is_left_out(labelled, new_study):
    """The same id, a value in the column that is learnt, exactly the same counts, each once."""
    names = new_study.obs_names.tolist()
    names[0] = labelled.samples.obs_names[0]
    new_study.obs_names = names
    new_study.obs["tissue"] = [None, "brain", *[None] * 14]
    counts = new_study.layers["counts"].tolil()
    counts[2] = labelled.samples.layers["counts"][7].toarray()
    new_study.layers["counts"] = counts.tocsr()
    assert reasons(labelled, new_study) == {
        names[0]: "one of the labelled samples",
        names[1]: "with a value in 'tissue'",
        names[2]: "with exactly the counts of a labelled sample",
    }


def test_patients_and_experiments_of_labelled_samples_are_left_out(labelled, new_study):
    """The labelled patient 7 is written as a number, the unlabelled one as text; the third is linked by a fourth."""
    samples = labelled.samples.copy()
    samples.obs["patient"] = [7.0, *[np.nan] * 47]
    new_study.obs["patient"] = ["7", "8", None, "8", *[None] * 12]
    new_study.obs["replicate_of"] = [None, "run", "run", "other", *[None] * 12]
    linked = replace(labelled, samples=samples)
    first, *others = new_study.obs_names
    expected = "of the same patient or experiment as a labelled sample"
    assert reasons(linked, new_study) == {first: expected}
    new_study.obs.loc[first, "replicate_of"] = "other"
    assert reasons(linked, new_study) == dict.fromkeys([first, *others[:3]], expected)


def test_where_nothing_can_be_added_the_reasons_are_counted(labelled):
    with pytest.raises(SampleError) as error:
        Unlabelled.beside(labelled, labelled.samples)
    assert str(error.value).startswith(
        "none of the 48 unlabelled samples can be added to the training (48 one of the labelled samples); give samples"
    )
    copies = labelled.samples.copy()
    copies.obs_names = [f"copy of {name}" for name in copies.obs_names]
    del copies.obs["tissue"]
    with pytest.raises(SampleError, match=r"\(48 with exactly the counts of a labelled sample\)"):
        Unlabelled.beside(labelled, copies)


def test_other_names_of_the_same_mirnas_are_refused(labelled, new_study):
    """The model would count miR-21's reads under its own name, the joined table under both."""
    name = next(name for name in new_study.var_names if name.startswith("hsa-miR-21-5p"))
    samples = new_study.copy()
    samples.var_names = [f"{one}/miR-21-5p" if one == name else one for one in samples.var_names]
    pool = Unlabelled.beside(labelled, samples)
    with pytest.raises(SampleError, match=r"name 1 feature otherwise than the labelled ones .* run srna-harmonize"):
        pool.choose(trained(labelled), np.arange(48), 0.5)


def test_chosen_samples_are_added_with_their_predicted_classes(labelled, new_study):
    pool = Unlabelled.beside(labelled, new_study)
    rows = np.arange(0, 48, 2)
    table = pool.choose(trained(labelled), rows, 0.5)
    used = table[table["used"] == USED]
    assert 0 < len(used) < len(table)
    together = pool.added_to(rows, table)
    assert together.samples.obs_names.tolist() == [*labelled.samples.obs_names[rows], *used["sample"]]
    assert together.classes.tolist() == [*labelled.classes[rows], *used["label"]]
    expected = pd.concat([labelled.samples[rows].to_df("counts"), new_study.to_df("counts").loc[used["sample"]]])
    pd.testing.assert_frame_equal(together.samples.to_df("counts"), expected[together.samples.var_names])


def test_barred_studies_give_nothing(labelled, new_study):
    pool = Unlabelled.beside(labelled, new_study)
    table = pool.choose(trained(labelled), np.arange(48), 0.5, frozenset(["study04"]))
    assert (table["used"] == "").all()
