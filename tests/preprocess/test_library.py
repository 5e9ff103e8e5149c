"""Which reads make up a library: feature types, species, and contaminants by themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.preprocess.library import Library, normalised

NAMES = ["hsa-miR-21-5p", "mmu-miR-21a-5p", "miR-21-5p", "SNORD44", "E. coli"]
TYPES = ["miRNA", "miRNA", "miRNA", "snoRNA", "contaminant"]
COUNTS = [[1, 2, 4, 8, 16], [5, 0, 0, 0, 0]]


@pytest.fixture
def samples(make_samples):
    return make_samples(COUNTS, NAMES, TYPES)


@pytest.mark.parametrize(
    ("types", "species", "depth"),
    [
        (("miRNA",), None, [7, 5]),
        (("miRNA", "snoRNA"), None, [15, 5]),
        (("miRNA",), "hsa", [5, 5]),
        (("miRNA",), "mmu", [6, 0]),
        (("miRNA", "contaminant"), "hsa", [5, 5]),
        (("contaminant",), "hsa", [16, 0]),
    ],
)
def test_depth_counts_the_chosen_types_of_one_species_and_names_without(samples, types, species, depth):
    assert Library.of(samples, types, species).depth().tolist() == depth


def test_types_that_the_samples_lack_are_named(samples):
    with pytest.raises(SampleError, match=r"types piRNA; the types present are: contaminant, miRNA, snoRNA"):
        Library.of(samples, ("piRNA",), None)


@pytest.mark.parametrize(("absent", "measured"), [("zero", True), ("unmeasured", False)])
def test_a_name_that_the_source_lacks_is_a_zero_only_where_absent_means_zero(make_samples, absent, measured):
    library = Library.of(make_samples(COUNTS, NAMES, TYPES, absent=absent), ("miRNA",), None)
    counts, seen = library.take(np.array(["hsa-let-7a-5p", "miR-21-5p"]), np.array(["miRNA", "miRNA"]))
    assert counts.tolist() == [[0, 4], [0, 0]]
    assert seen.tolist() == [[measured, True]] * 2


def test_contaminants_are_measured_only_where_samples_came_with_a_table_of_them(make_samples):
    taxon = np.array(["S. aureus"]), np.array(["contaminant"])
    with_table = make_samples(COUNTS, NAMES, TYPES, absent="zero")
    without = with_table[:, :4].copy()
    for samples, measured in ((with_table, True), (without, False)):
        _, seen = Library.of(samples, ("miRNA", "contaminant"), None).take(*taxon)
        assert seen.tolist() == [[measured]] * 2


@pytest.mark.parametrize("method", ["rpm", "log-rpm"])
def test_contaminants_are_scaled_by_their_own_total(make_samples, method):
    samples = make_samples([[30, 10, 3, 1]], ["hsa-miR-1-3p", "hsa-miR-2-3p", "taxon a", "taxon b"],
                           ["miRNA", "miRNA", "contaminant", "contaminant"])  # fmt: skip
    library = Library.of(samples, ("miRNA", "contaminant"), None)
    values, _ = normalised(method, library, library.names, library.types, {})
    rpm = values if method == "rpm" else 2**values - 1
    np.testing.assert_allclose(rpm, [[750_000, 250_000] * 2])


def test_tpm_divides_by_all_features_of_known_length(make_samples):
    library = Library.of(make_samples([[20, 60, 7]], ["miR-a", "miR-b", "miR-c"], ["miRNA"] * 3), ("miRNA",), None)
    values, _ = normalised("log-tpm", library, np.array(["miR-a"]), np.array(["miRNA"]), {"miR-a": 10.0, "miR-b": 20.0})
    np.testing.assert_allclose(values, np.log2(1 + 1e6 * 2 / (2 + 3)))
    with pytest.raises(SampleError, match=r"--lengths does not name miR-c$"):
        normalised("log-tpm", library, np.array(["miR-c"]), np.array(["miRNA"]), {"miR-a": 10.0})


def test_each_sample_has_what_its_resource_measured(make_samples):
    measured = pd.DataFrame({"one": [True, True], "two": [False, True]}, index=["hsa-miR-1-5p", "hsa-miR-2-5p"])
    samples = make_samples([[1, 1], [0, 1], [1, 1]], resource=["one", "two", "one"], measured=measured)
    assert Library.of(samples, ("miRNA",), None).measured.tolist() == [[True, True], [False, True], [True, True]]
    samples.obs["resource"] = ["one", "three", "one"]
    with pytest.raises(SampleError, match="three"):
        Library.of(samples, ("miRNA",), None)
