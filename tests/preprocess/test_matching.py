"""Names of new samples met with a model's: what is exact is counted, what is not is left, and why is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.namespace import Namespace
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.preprocess.harmonise import harmonise
from srna_tools.preprocess.matching import NameMatch, advice, match_names

RAW = TransformSpecification(normalisation="rpm", scaling="none", max_zero_fraction=1.0)
ALIASES = {"Hsa-Mir-8-P1a": "hsa-mir-200a", "Hsa-Let-7-P1a": "hsa-let-7a-2"}


@pytest.fixture
def matched(make_samples):
    """Match names with those of a model: harmonised to a level, or trained on the names as they are."""

    def match(names, known, level=None, aliases=None, **contract):
        training = make_samples([range(1, len(known) + 1)], known)
        training = harmonise(training, level, aliases).samples if level else training
        samples = make_samples([range(1, len(names) + 1)], names, **contract)
        return match_names(samples, frozenset(training.var_names), Namespace.of(training))

    return match


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["hsa-miR-16-5p"], "mir-16"),
        (["hsa-mir-16-2"], "mir-16"),
        (["MIR16-1"], "mir-16"),
        (["miR-16"], "mir-16"),
        (["mir-16"], None),
        (["hsa-miR-192-5p"], "mir-215"),
        (["hsa-mir-192"], "mir-215"),
        (["mir-192"], "mir-215"),
        (["hsa-miR-16-5p/195-5p"], "mir-16"),
        (["mmu-miR-16-5p"], None),
        (["hsa-miR-9-5p"], None),
        (["Hsa-Mir-8-P1a_5p"], "mir-200a"),
        (["Hsa-Mir-9-P1_5p"], None),
        (["TP53"], None),
    ],
)
def test_a_locus_model_takes_every_finer_name(matched, names, expected):
    known = ["hsa-miR-16-5p", "hsa-miR-215-5p/192-5p", "hsa-miR-200a-3p"]
    match = matched(names, known, "locus", ALIASES)
    assert match == NameMatch({names[0]: expected} if expected else {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hsa-let-7a-5p", "hsa-let-7a-5p/7c-5p"),
        ("hsa-let-7c-5p", "hsa-let-7a-5p/7c-5p"),
        ("let-7c-5p", "hsa-let-7a-5p/7c-5p"),
        ("HSA-MIR-21-5P", "hsa-miR-21-5p"),
        ("hsa-mir-21", None),
        ("mir-21", None),
        ("mmu-miR-21-5p", None),
    ],
)
def test_a_mature_model_takes_other_spellings_and_merging_alone(matched, name, expected):
    match = matched([name], ["hsa-let-7a-5p/7c-5p", "hsa-miR-21-5p", "hsa-miR-9-5p"])
    assert match.new_names == ({name: expected} if expected else {})


def test_a_stem_loop_model_takes_no_mature_names(matched):
    """One arm is not the stem-loop, and the copy it came from is not known."""
    known = ["hsa-mir-21", "hsa-mir-16-1"]
    assert matched(["hsa-miR-21-5p", "hsa-miR-16-1-3p"], known) == NameMatch()
    assert matched(["MIR21", "hsa-MIR-21"], known).new_names == {"MIR21": "hsa-mir-21", "hsa-MIR-21": "hsa-mir-21"}


def test_reads_of_several_of_the_models_names_are_not_divided(matched):
    match = matched(["hsa-miR-107/103a-3p/103b"], ["hsa-mir-107", "hsa-mir-103a-1", "hsa-mir-9"], "locus")
    assert match.undivided == {"hsa-miR-107/103a-3p/103b": {"mir-107", "mir-103a"}}
    assert match.unmeasured == {"mir-107", "mir-103a"}
    assert match.sentences() == [
        "1 feature (hsa-miR-107/103a-3p/103b) each hold reads of several of the model's names, of which 2 therefore "
        "count as not measured"
    ]


def test_names_that_the_samples_pooled_before_are_not_divided_either(make_samples):
    samples = harmonise(make_samples([[1, 2]], ["hsa-miR-215-5p/192-5p", "hsa-miR-9-5p"]), "locus").samples
    training = harmonise(make_samples([[1, 2, 3]], ["hsa-mir-215", "hsa-mir-192", "hsa-mir-9"]), "locus").samples
    match = match_names(samples, frozenset(training.var_names), Namespace.of(training))
    assert match == NameMatch({}, {"mir-215": frozenset({"mir-215", "mir-192"})})
    assert match_names(samples, frozenset(samples.var_names), Namespace.of(samples)) == NameMatch()


def test_names_that_two_of_the_models_names_share_tell_nothing(matched):
    assert matched(["miR-21-5p"], ["hsa-miR-21-5p", "hsa-mir-21-5p", "hsa-miR-9-5p"]) == NameMatch()


def test_the_transform_counts_matched_names_and_takes_undivided_ones_as_not_measured(make_samples):
    known = ["hsa-mir-16-1", "hsa-mir-107", "hsa-mir-103a-1", "hsa-mir-9-1"]
    training = harmonise(make_samples([[10, 20, 30, 40], [40, 30, 20, 10]], known), "locus").samples
    transform = Transform.fit(training, RAW)
    names = ["hsa-miR-16-5p", "hsa-miR-16-1-3p", "hsa-miR-107/103a-3p", "hsa-miR-9-5p"]
    replayed = transform.apply(make_samples([[100, 200, 600, 100]], names))
    values = pd.Series(replayed.values[0], index=transform.features)
    np.testing.assert_allclose(values["mir-16"], 300_000)
    np.testing.assert_allclose(values["mir-9"], 100_000)
    np.testing.assert_allclose(values[["mir-107", "mir-103a"]], [250_000, 250_000])
    assert replayed.coverage.tolist() == [0.5]
    assert (replayed.depth.tolist(), replayed.model_reads.tolist()) == ([1000], [400])


def test_undivided_reads_of_one_sample_leave_the_others_as_they_are(make_samples):
    known = ["hsa-mir-107", "hsa-mir-103a-1", "hsa-mir-9-1"]
    transform = Transform.fit(harmonise(make_samples([[10, 20, 30], [30, 20, 10]], known), "locus").samples, RAW)
    names = ["hsa-miR-107/103a-3p", *known]
    measured = pd.DataFrame({"a": [True, False, False, True], "b": [False, True, True, True]}, index=names)
    both = make_samples([[5, 0, 0, 5], [0, 2, 2, 6]], names, measured=measured, resource=["a", "b"])
    alone = make_samples([[2, 2, 6]], known)
    np.testing.assert_array_equal(transform.apply(both).values[1], transform.apply(alone).values[0])
    assert transform.apply(both).coverage.tolist() == [1 / 3, 1.0]
    zeros = make_samples([[5, 0, 0, 5], [0, 2, 2, 6]], names, absent="zero")
    np.testing.assert_array_equal(transform.apply(zeros).values[1], transform.apply(alone).values[0])


def test_a_stored_transform_matches_the_same_names(make_samples):
    transform = Transform.fit(
        harmonise(make_samples([[1, 2], [2, 1]], ["hsa-miR-16-5p", "hsa-miR-9-5p"]), "locus").samples, RAW
    )
    again = Transform.from_state(*transform.to_state())
    assert again.namespace == transform.namespace
    samples = make_samples([[3, 4]], ["hsa-mir-16-1", "hsa-mir-9-3"])
    np.testing.assert_array_equal(again.apply(samples).values, transform.apply(samples).values)
    assert again.apply(samples).coverage.tolist() == [1.0]


def test_a_transform_stored_without_namespace_takes_what_its_names_tell(make_samples):
    transform = Transform.fit(make_samples([[1, 2], [2, 1]], ["hsa-miR-16-5p", "hsa-miR-9-5p"]), RAW)
    arrays, description = transform.to_state()
    del description["namespace"]
    assert Transform.from_state(arrays, description).namespace == Namespace("mature", "hsa")


@pytest.mark.parametrize(
    ("names", "level", "sentence"),
    [
        (["Hsa-Mir-8-P1a_5p"], "locus", "run srna-harmonize --level locus --alias-table <table of their"),
        (["MIMAT0000076"], "mature", "run srna-harmonize --level mature --alias-table"),
        (["hsa-mir-21"], "mature", "stem-loop names do not tell the mature ones; a model trained after srna-harmonize"),
        (["mir-21"], "stem-loop", "locus names do not tell the stem-loop ones"),
        (["hsa-miR-21-5p"], "stem-loop", "srna-harmonize --level stem-loop helps where a miRNA has one copy"),
        (["hsa-miR-21-5p"], "mature", ""),
        (["hsa-miR-21-5p"], "locus", ""),
        (["TP53"], "locus", ""),
        (["hsa-miR-21-5p"], None, ""),
    ],
)  # fmt: skip
def test_advice_names_the_call_that_helps(make_samples, names, level, sentence):
    text = advice(make_samples([[1] * len(names)], names), Namespace(level))
    assert text.startswith(sentence)
    assert bool(text) == bool(sentence)
