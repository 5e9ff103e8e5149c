"""Which samples are source and which are bias: as named, by the rule, and what is said where classes are missing."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.models.domains import split_domains
from srna_tools.models.interface import TrainingSamples

NAMES = ("brain", "liver", "skin")
# Class, dataset, resource, number of samples. Brain is largest in A, liver in B and C alike, skin in C.
STUDIES = (
    ("brain", "A", "big", 5), ("brain", "B", "big", 2), ("brain", "D", "small", 1),
    ("liver", "B", "big", 4), ("liver", "C", "small", 4), ("liver", "D", "small", 2),
    ("skin", "C", "small", 3),
)  # fmt: skip


@pytest.fixture
def said(caplog, monkeypatch):
    logger = logging.getLogger("srna_tools")
    monkeypatch.setattr(logger, "handlers", [caplog.handler])
    monkeypatch.setattr(logger, "propagate", False)
    return caplog


def samples_of(studies=STUDIES):
    rows = [row[:3] for row in studies for _ in range(row[3])]
    classes, datasets, resources = np.array(rows).T
    present = [name for name in NAMES if name in classes]
    codes = np.array([present.index(name) for name in classes])
    return TrainingSamples(np.zeros((len(rows), 2)), codes, len(present), datasets, resources, tuple(present))


def datasets_of(domains, samples):
    facts = domains.facts(samples.datasets)["domains"]
    return facts["source"], facts["bias"]


def test_by_default_the_largest_dataset_of_each_class_is_source(said):
    samples = samples_of()
    source, bias = datasets_of(split_domains(samples, (), ()), samples)
    assert source == {"A": 5, "B": 6, "C": 7}  # B before C, which has as many of liver, but C for skin
    assert bias == {"D": 3}
    assert said.messages == ["the bias datasets lack 1 class (skin): nothing adapts the model for them"]


@pytest.mark.parametrize(
    ("source", "bias", "expected"),
    [
        (("B", "C"), (), {"B": 6, "C": 7}),
        (("small",), (), {"C": 7, "D": 3}),
        ((), ("A", "D"), {"B": 6, "C": 7}),
        ((), ("big",), {"C": 7, "D": 3}),
        (("small",), ("big",), {"C": 7, "D": 3}),
    ],
)
def test_the_domain_that_is_not_named_is_the_rest_and_resources_are_all_their_datasets(source, bias, expected):
    samples = samples_of()
    domains = split_domains(samples, source, bias)
    found, others = datasets_of(domains, samples)
    assert found == expected
    assert sorted([*found, *others]) == ["A", "B", "C", "D"]
    assert not (domains.source & domains.bias).any()


def test_classes_that_the_source_lacks_join_it_with_all_their_samples(said):
    samples = samples_of()
    domains = split_domains(samples, ("A",), ("B", "C"))
    assert datasets_of(domains, samples) == ({"A": 5, "B": 4, "C": 7, "D": 2}, {"B": 2})
    assert set(samples.codes[domains.source]) == {0, 1, 2}
    assert said.messages == [
        "the source datasets lack 2 classes (liver, skin): their samples from elsewhere (13) join the source",
        "1 training sample of datasets that are neither source nor bias is not used",
        "the bias datasets lack 2 classes (liver, skin): nothing adapts the model for them",
    ]


def test_a_fold_without_a_named_dataset_goes_on_with_the_others(said):
    samples = samples_of()
    source, bias = datasets_of(split_domains(samples, ("B", "C", "absent"), ("D", "away")), samples)
    assert (source, bias) == ({"B": 6, "C": 7}, {"D": 3})
    assert not any("as named" in sentence for sentence in said.messages)


@pytest.mark.parametrize(
    ("source", "bias", "empty"), [(("B", "C"), ("absent",), "bias"), (("absent",), ("A", "D"), "source")]
)
def test_where_one_of_two_named_domains_is_absent_it_is_the_rest_of_the_other(said, source, bias, empty):
    """The rule would make A and B the source."""
    samples = samples_of([row for row in STUDIES if row[0] != "skin"])
    assert datasets_of(split_domains(samples, source, bias), samples) == ({"B": 6, "C": 4}, {"A": 5, "D": 3})
    assert said.messages == [
        f"no training samples are in the {empty} domain as named; it is all that are not in the other instead"
    ]


@pytest.mark.parametrize(
    ("source", "bias", "empty"),
    [
        (("absent",), (), "source"),
        ((), ("absent",), "bias"),
        (("absent",), ("away",), "source or bias"),
        (("big", "small"), ("absent",), "bias"),
        (("big", "small"), (), "bias"),
        ((), ("big", "small"), "source"),
    ],
)
def test_an_empty_domain_falls_back_to_the_rule(said, source, bias, empty):
    samples = samples_of()
    domains = split_domains(samples, source, bias)
    np.testing.assert_array_equal(domains.source, split_domains(samples, (), ()).source)
    assert said.messages[0] == (
        f"no training samples are in the {empty} domain as named; the largest dataset of each class is source instead"
    )


def test_a_single_dataset_leaves_no_bias(said):
    samples = samples_of([("brain", "A", "x", 2), ("liver", "A", "x", 3)])
    domains = split_domains(samples, (), ())
    assert domains.source.all()
    assert not domains.bias.any()
    assert said.messages == ["there are no bias samples to adapt to: the model is the source network alone"]


@pytest.mark.parametrize(("source", "bias"), [(("A",), ("A", "B")), (("big",), ("D", "A")), (("A", "C"), ("big",))])
def test_a_dataset_in_both_domains_is_refused(source, bias):
    with pytest.raises(SampleError, match="A cannot be a source and a bias dataset at once; name it in one of them"):
        split_domains(samples_of(), source, bias)


def test_samples_without_resources_or_names_of_classes_will_do(said):
    whole = samples_of()
    bare = TrainingSamples(whole.values, whole.codes, whole.classes, whole.datasets)
    assert split_domains(bare, ("B", "C"), ()).source.sum() == 13
    assert said.messages == ["the bias datasets lack 1 class (number 2): nothing adapts the model for them"]
