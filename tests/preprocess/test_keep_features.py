"""Filters of features: by type and by the resources that measured them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.preprocess.keep_features import FeatureCriteria, choose, resources_named

NAMES = ["hsa-miR-1", "hsa-miR-2", "x", "y"]
MEASURED = pd.DataFrame(
    {"a": [True, True, True, False], "b": [True, False, True, False], "c": [True, True, False, True]}, index=NAMES
)


@pytest.fixture
def samples(make_samples):
    return make_samples(
        [[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1]], NAMES, ["miRNA", "miRNA", "piRNA", "gene"],
        resource=["a", "b", "c"], measured=MEASURED,
    )  # fmt: skip


def chosen(samples, rows=(True, True, True), **criteria):
    choice = choose(samples, np.array(rows), FeatureCriteria(**criteria))
    return samples.var_names[choice.columns].tolist(), choice.lines


@pytest.mark.parametrize(
    ("criteria", "names", "lines"),
    [
        ({}, NAMES, ()),
        (
            {"feature_types": ("miRNA", "gene")},
            ["hsa-miR-1", "hsa-miR-2", "y"],
            ("--feature-types miRNA gene: 1 of 4 features left out",),
        ),
        ({"measured_in": "all"}, ["hsa-miR-1"], ("--measured-in all: 3 of 4 features left out",)),
        ({"measured_in": "a,b"}, ["hsa-miR-1", "x"], ("--measured-in a,b: 2 of 4 features left out",)),
        (
            {"measured_in": "a", "feature_types": ("piRNA",)},
            ["x"],
            ("--feature-types piRNA: 3 of 4 features left out", "--measured-in a: 0 of 1 feature left out"),
        ),
    ],
)
def test_features_by_type_and_resource(samples, criteria, names, lines):
    assert chosen(samples, **criteria) == (names, lines)


def test_all_resources_are_those_of_the_kept_samples_but_any_may_be_named(samples):
    assert chosen(samples, (True, False, True), measured_in="all")[0] == ["hsa-miR-1", "hsa-miR-2"]
    assert chosen(samples, (True, False, True), measured_in="b")[0] == ["hsa-miR-1", "x"]


def test_nothing_left_is_refused(samples):
    sentence = r"^no feature is left: --feature-types tRNA: 4 of 4 features left out; the feature types are: gene, mi"
    with pytest.raises(SampleError, match=sentence):
        chosen(samples, feature_types=("tRNA",))


def test_an_unknown_resource_lists_those_that_exist(samples):
    with pytest.raises(SampleError, match=r"names the resource 'TCGA', but the resources are: a, b, c$"):
        chosen(samples, measured_in="a,TCGA")


@pytest.mark.parametrize(
    ("text", "named"),
    [("x, y", ["x, y"]), ("z,x, y", ["z", "x, y"]), ("x, y,x,z", ["x, y", "x", "z"]), (" z , x ", ["z", "x"])],
)
def test_names_of_resources_may_hold_commas(text, named):
    assert resources_named(text, {"x", "x, y", "z"}) == named


@pytest.mark.parametrize("text", ["", "x,", "x,,z"])
def test_empty_names_are_refused(text):
    with pytest.raises(SampleError, match="names the resource ''"):
        resources_named(text, {"x", "z"})
