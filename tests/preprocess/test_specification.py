"""What a Transform is to do: stored, read back, and refused where it says nothing known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.features import FEATURE_TYPES
from srna_tools.preprocess.specification import PUBLISHED, RANKED, TransformSpecification

EVERYTHING = TransformSpecification(
    normalisation="log-tpm", feature_types=("miRNA", "contaminant"), max_zero_fraction=0.1, min_rpm=2.0,
    min_rpm_fraction=0.5, gini=(0.5, 1.0), scaling="zscore", measured="any", lengths=(("hsa-miR-1-5p", 22.0),),
)  # fmt: skip


def test_the_published_transform_is_that_of_the_paper():
    """Fiosina 2019, section 2.2: RPM, features zero in more than 30 % of the samples dropped, MinMax."""
    assert (PUBLISHED.normalisation, PUBLISHED.max_zero_fraction, PUBLISHED.scaling) == ("rpm", 0.3, "minmax")
    assert (PUBLISHED.min_rpm_fraction, PUBLISHED.gini) == (0.0, None)


@pytest.mark.parametrize("specification", [PUBLISHED, RANKED, EVERYTHING])
def test_what_is_recorded_is_read_back(make_samples, specification):
    samples = make_samples([[1, 2]])
    assert TransformSpecification.recorded_in(samples) is None
    specification.record(samples)
    assert TransformSpecification.recorded_in(samples) == specification


def test_other_kinds_of_features_leave_all_else_as_it_is():
    assert EVERYTHING.restricted_to(("tRNA",)) == replace(EVERYTHING, feature_types=("tRNA",))
    assert EVERYTHING.restricted_to(()) == EVERYTHING


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"normalisation": "tpm"}, "normalisation is 'tpm', but must be one of rpm, log-rpm"),
        ({"scaling": "max"}, "scaling is 'max'"),
        ({"measured": "some"}, "measured is 'some'"),
        ({"feature_types": ["mirna"]}, "unknown feature types: mirna; known are miRNA"),
        ({"max_zero_fraction": "all"}, "limits must be numbers from 0 on, but are all, 0.0, 0.0"),
        ({"min_rpm": float("nan")}, "limits must be numbers"),
        ({"gini": [0.5]}, "limits must be numbers"),
        ({"lengths": [["hsa-miR-1-5p", 0]]}, "lengths must be positive numbers, but those of hsa-miR-1-5p are not"),
        ({"quantile": True}, "unknown settings: quantile; a newer version wrote it"),
    ],
)
def test_unknown_words_are_refused(stored, message):
    with pytest.raises(SampleError, match=message):
        TransformSpecification.from_dict(stored)


@pytest.mark.parametrize("text", ["{", "[1]", '{"lengths": 3}', '{"gini": 0.5}'])
def test_a_damaged_record_is_refused(make_samples, text):
    samples = make_samples([[1, 2]])
    samples.uns["srna_tools"]["transform"] = text
    with pytest.raises(SampleError, match=r"the recorded normalisation cannot be read .* run srna-normalize again"):
        TransformSpecification.recorded_in(samples)


@pytest.mark.parametrize(
    ("chosen", "present", "used"),
    [
        ((), ["miRNA", "gene", "contaminant"], set(FEATURE_TYPES) - {"gene", "contaminant"}),
        ((), ["gene", "contaminant"], {"gene"}),
        (("contaminant",), ["miRNA", "contaminant"], {"contaminant"}),
    ],
)
def test_contaminants_and_genes_are_used_on_request_or_where_there_is_nothing_else(chosen, present, used):
    assert set(TransformSpecification(feature_types=chosen).types_for(np.array(present))) == used


@pytest.mark.parametrize(
    ("genes", "mirnas", "used"), [(20_000, 3, ("gene",)), (50, 0, ("gene",)), (100, 50, None), (100, 1, None)]
)
def test_a_gene_table_with_a_few_mirna_genes_is_still_a_gene_table(genes, mirnas, used):
    chosen = TransformSpecification().types_for(np.array(["gene"] * genes + ["miRNA"] * mirnas))
    assert chosen == used if used else "gene" not in chosen


@pytest.mark.parametrize("bounds", [(0.9, 0.1), (0.5, 9.0)])
def test_gini_bounds_that_no_feature_can_meet_are_refused(bounds):
    with pytest.raises(SampleError, match="must ascend and lie within 0 and 1"):
        TransformSpecification(gini=bounds)
