"""The demo's studies: new studies of the same world, with libraries that no annotation should trust."""

import time

import pandas as pd
import pytest

from srna_tools.simulate import DEMO_ANNOTATION, DEMO_TRAINING, demo_studies, simulate, write_oasis_archives
from srna_tools.simulate.demo import with_fewer_reads

ENOUGH_TO_ANNOTATE = 24


@pytest.fixture(scope="module")
def demo():
    return demo_studies()


def test_training_and_annotation_are_different_studies_of_the_same_world(demo):
    training, annotation = demo
    assert training.samples["dataset"].nunique() == 6
    assert annotation.samples["dataset"].nunique() == 2
    assert not set(training.samples["dataset"]) & set(annotation.samples["dataset"])
    assert list(training.counts.columns) == list(annotation.counts.columns)
    shared = annotation.truth[annotation.truth["tissue"].isin(DEMO_TRAINING.tissues)].reset_index(drop=True)
    pd.testing.assert_frame_equal(shared, training.truth)


def test_there_is_enough_to_annotate_and_something_to_refuse(demo):
    training, annotation = demo
    assert len(annotation.samples) >= ENOUGH_TO_ANNOTATE
    assert set(annotation.samples["tissue"]) - set(training.samples["tissue"]) == {"placenta"}
    assert (training.counts.sum(axis=1) > 0).all()
    depth = annotation.counts.sum(axis=1)
    assert list(depth.iloc[-2:]) == [0, 200]
    assert (depth.iloc[:-2] > 100_000).all()


def test_a_failed_library_changes_no_other_sample():
    before = simulate(DEMO_ANNOTATION)
    sample = before.samples["sample"].iloc[3]
    after = with_fewer_reads(before, sample, 1000, seed=1)
    assert after.counts.loc[sample].sum() == 1000
    assert (after.counts.loc[sample] <= before.counts.loc[sample]).all()
    assert (after.contaminants[sample] <= before.contaminants[sample]).all()
    pd.testing.assert_frame_equal(after.counts.drop(index=sample), before.counts.drop(index=sample))
    pd.testing.assert_frame_equal(after.contaminants.drop(columns=sample), before.contaminants.drop(columns=sample))


def test_seeds_give_different_demos(demo):
    assert not demo_studies(seed=2)[0].counts.equals(demo[0].counts)


def test_the_demo_is_small_and_quick(tmp_path):
    started = time.perf_counter()
    training, annotation = demo_studies()
    assert time.perf_counter() - started < 2
    archives = write_oasis_archives(training, tmp_path) + write_oasis_archives(annotation, tmp_path)
    assert len(archives) == 8
    assert max(archive.stat().st_size for archive in archives) < 100_000
