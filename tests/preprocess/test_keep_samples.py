"""Filters of samples: who falls to which, why, and what is said about it."""

from __future__ import annotations

import pytest

from srna_tools.errors import ColumnError, SampleError
from srna_tools.preprocess.keep_samples import SampleCriteria, judge
from srna_tools.preprocess.quality import quality_table

NAMES = ["hsa-miR-1", "hsa-miR-2", "TP53"]
#: Depths 100, 5, 0, 1,000, 10, 20; shares of miRNA 1, 0.4, none, 0.1, 1, 0.5.
COUNTS = [[90, 10, 0], [2, 0, 3], [0, 0, 0], [100, 0, 900], [10, 0, 0], [5, 5, 10]]
TISSUES = ["liver", "liver", "liver", "lung", "liver", None]
DATASETS = ["x", "x", "y", "y", "y", "y"]


@pytest.fixture
def samples(make_samples):
    return make_samples(COUNTS, NAMES, tissue=TISSUES, dataset=DATASETS)


def judged(samples, **criteria):
    return judge(samples, quality_table(samples), SampleCriteria(**criteria))


def left_out(samples, verdict):
    return {name: why for name, why in zip(samples.obs_names, verdict.reasons, strict=True) if why}


def test_without_criteria_all_are_kept(samples):
    verdict = judged(samples)
    assert verdict.kept.all()
    assert verdict.lines == ()


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (
            {"min_depth": 10},
            {"s2": "5 reads, fewer than 10", "s3": "0 reads, fewer than 10"},
        ),
        (
            {"min_mirna_fraction": 0.5},
            {
                "s2": "0.4 of the reads on miRNAs, less than 0.5",
                "s3": "no reads",
                "s4": "0.1 of the reads on miRNAs, less than 0.5",
            },
        ),
        ({"min_features": 2}, {"s3": "0 features, fewer than 2", "s5": "1 feature, fewer than 2"}),
        ({"where": "tissue != 'liver'"}, dict.fromkeys(["s1", "s2", "s3", "s5"], "does not meet --where")),
        (
            {"assay": "small-rna"},
            {"s2": "looks like mRNA, most reads on gene", "s4": "looks like mRNA, most reads on gene"},
        ),
        (
            {"assay": "mrna"},
            dict.fromkeys(["s1", "s5", "s6"], "looks like small RNA, most reads on miRNA"),
        ),
        ({"label": "tissue"}, {"s6": "no value in tissue"}),
        (
            {"label": "tissue", "min_samples": 2, "min_datasets": 2},
            {
                "s4": "class 'lung' has 1 sample in 1 dataset, needed: 2 samples in 2 datasets",
                "s6": "no value in tissue",
            },
        ),
    ],
)
def test_each_filter_alone(samples, criteria, expected):
    verdict = judged(samples, **criteria)
    assert left_out(samples, verdict) == expected
    assert verdict.lines[0].endswith(f": {len(expected)} of 6 samples left out: {', '.join(list(expected)[:5])}")


def test_a_sample_falls_to_the_first_filter_and_classes_count_what_is_left(samples):
    verdict = judged(samples, where="tissue is not None", min_depth=10, label="tissue", min_samples=2, min_datasets=2)
    assert left_out(samples, verdict) == {
        "s2": "5 reads, fewer than 10",
        "s3": "0 reads, fewer than 10",
        "s4": "class 'lung' has 1 sample in 1 dataset, needed: 2 samples in 2 datasets",
        "s6": "does not meet --where",
    }
    assert verdict.lines == (
        '--where "tissue is not None": 1 of 6 samples left out: s6',
        "--min-depth 10: 2 of 5 samples left out: s2, s3",
        "--label tissue --min-samples 2 --min-datasets 2: 1 of 3 samples left out: s4",
        "1 class too small: lung (1 sample in 1 dataset)",
        "1 class kept: liver 2",
    )


def test_samples_whose_assay_cannot_be_judged_stay_and_are_counted(samples):
    assert judged(samples, assay="small-rna").lines[1] == (
        "1 sample kept whose assay cannot be judged: without reads, or only genes or only small RNAs were measured"
    )


def test_a_misspelt_value_is_told(samples):
    lines = judged(samples, where="tissue in ['livr', 'lung']").lines
    assert lines[1] == "no sample has tissue 'livr'; the values are: liver, lung"


def test_nothing_left_says_which_filter_left_how_many(samples):
    sentence = r"^no sample is left: of 6, --where \"tissue == 'liver'\" left 4, --min-depth 1000 left 0$"
    with pytest.raises(SampleError, match=sentence):
        judged(samples, where="tissue == 'liver'", min_depth=1000, min_features=1)
    with pytest.raises(SampleError, match=r"left 0; no sample has tissue 'livr'; the values are: liver, lung$"):
        judged(samples, where="tissue == 'livr'")


@pytest.mark.parametrize("values", [{"rpm": True}, {}])
def test_a_depth_is_of_counts(make_samples, values):
    samples = make_samples([[0.5, 100]], **values)
    with pytest.raises(SampleError, match="--min-depth needs counts, but the values of all are"):
        judged(samples, min_depth=1)
    assert judged(samples, min_features=1, min_mirna_fraction=0.1).kept.all()


def test_a_label_that_does_not_exist(samples):
    with pytest.raises(ColumnError, match="no sample column 'organ'"):
        judged(samples, label="organ")
