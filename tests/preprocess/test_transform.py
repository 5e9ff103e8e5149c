"""The Transform: no leakage from test samples, no influence of the batch, and the same after storage."""

from __future__ import annotations

import anndata
import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.preprocess import Transform, TransformSpecification, normalise
from srna_tools.preprocess.specification import PUBLISHED, RANKED

METHODS = ("rpm", "log-rpm", "clr", "rank", "presence")
KEEP_ALL = {"max_zero_fraction": 1.0}
RAW = TransformSpecification(normalisation="rpm", scaling="none", **KEEP_ALL)


def fitted_arrays(transform):
    return {name: array.tolist() for name, array in transform.to_state()[0].items()}


def everything_of(replayed):
    return [getattr(replayed, name).tolist() for name in ("values", "coverage", "clipped", "depth")]


@pytest.fixture(scope="module", params=[*METHODS, "log-tpm"])
def specification(request, simulated_studies):
    lengths = tuple((name, 18.0 + place % 15) for place, name in enumerate(simulated_studies.var_names))
    return TransformSpecification(normalisation=request.param, lengths=lengths if request.param == "log-tpm" else ())


@pytest.fixture(scope="module")
def transform(simulated_studies, specification):
    return Transform.fit(simulated_studies[:32].copy(), specification)


def test_storage_keeps_everything(simulated_studies, transform):
    again = Transform.from_state(*transform.to_state())
    assert (again.features, again.types, again.known, again.species, again.specification, again.library_types) == (
        transform.features, transform.types, transform.known, transform.species, transform.specification,
        transform.library_types,
    )  # fmt: skip
    assert everything_of(again.apply(simulated_studies)) == everything_of(transform.apply(simulated_studies))


def test_a_sample_alone_has_bitwise_the_values_it_has_in_a_batch(simulated_studies, transform):
    together = transform.apply(simulated_studies)
    for row in (0, 20, 40, 47):
        alone = transform.apply(simulated_studies[[row]])
        np.testing.assert_array_equal(alone.values[0], together.values[row])
        assert (alone.coverage[0], alone.clipped[0], alone.depth[0]) == (
            together.coverage[row], together.clipped[row], together.depth[row],
        )  # fmt: skip


def test_order_and_further_features_of_new_samples_play_no_part(simulated_studies, transform):
    expected = transform.apply(simulated_studies)
    shuffled = simulated_studies[:, np.random.default_rng(1).permutation(simulated_studies.n_vars)].copy()
    np.testing.assert_allclose(transform.apply(shuffled).values, expected.values, rtol=0, atol=1e-6)
    np.testing.assert_allclose(transform.apply(with_genes(shuffled)).values, expected.values, rtol=0, atol=1e-6)


def with_genes(samples):
    """Samples with as many reads on three genes, which the models here do not use, as on three of their features."""
    genes = samples[:, :3].copy()
    genes.var_names, genes.var["feature_type"] = ["ENSG01", "ENSG02", "ENSG03"], "gene"
    merged = anndata.concat([samples, genes], axis=1, merge="first", uns_merge="first")
    merged.varm["measured"] = pd.DataFrame({"all": True}, index=merged.var_names)
    return merged


@pytest.mark.parametrize("specification_of_model", [PUBLISHED, RANKED, TransformSpecification(gini=(0.1, 0.9))])
def test_nothing_leaks_from_test_samples(simulated_studies, specification_of_model):
    """Fitting sees the training rows alone: other rows may hold anything."""
    changed = simulated_studies.copy()
    counts = changed.layers["counts"].tolil()
    counts[32:] = np.random.default_rng(0).integers(0, 10**6, size=(16, changed.n_vars))
    changed.layers["counts"] = counts.tocsr()
    clean, dirty = (Transform.fit(s[:32].copy(), specification_of_model) for s in (simulated_studies, changed))
    assert clean.features == dirty.features
    assert fitted_arrays(clean) == fitted_arrays(dirty)
    assert Transform.fit(changed, specification_of_model).to_state()[0]["high"].sum() != clean.scale.high.sum()


def test_the_fitted_scale_is_that_of_the_training_samples(make_samples):
    training = make_samples([[10, 30, 60], [20, 20, 60], [30, 10, 60]])
    transform = Transform.fit(training, PUBLISHED)
    assert transform.scale.low.tolist() == [1e5, 1e5, 6e5]
    assert transform.scale.high.tolist() == [3e5, 3e5, 6e5]
    assert transform.median.tolist() == [2e5, 2e5, 6e5]
    np.testing.assert_allclose(transform.apply(training).values, [[0, 1, 0], [0.5, 0.5, 0], [1, 0, 0]], atol=1e-7)


def test_values_outside_the_training_range_are_clipped_and_counted(make_samples):
    transform = Transform.fit(make_samples([[10, 30, 60], [20, 20, 60], [30, 10, 60]]), PUBLISHED)
    replayed = transform.apply(make_samples([[5, 35, 60], [20, 20, 60], [0, 0, 100]]))
    np.testing.assert_allclose(replayed.values, [[0, 1, 0], [0.5, 0.5, 0], [0, 0, 0]], atol=1e-7)
    assert replayed.clipped.tolist() == [2, 0, 3]


def test_the_zero_filter_drops_features_above_the_limit(make_samples):
    samples = make_samples([[1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 1]])
    assert Transform.fit(samples, TransformSpecification(max_zero_fraction=0.25)).features == (
        "hsa-miR-1-5p", "hsa-miR-3-5p",
    )  # fmt: skip
    assert len(Transform.fit(samples, TransformSpecification(max_zero_fraction=0.5)).features) == 3
    assert len(Transform.fit(samples, TransformSpecification(max_zero_fraction=0.2)).features) == 1


def test_features_must_exceed_the_rpm_often_enough(make_samples):
    samples = make_samples([[999_990, 9, 1], [999_990, 8, 2], [999_998, 1, 1]])
    specification = TransformSpecification(max_zero_fraction=1.0, min_rpm=1.0, min_rpm_fraction=0.5)
    assert Transform.fit(samples, specification).features == ("hsa-miR-1-5p", "hsa-miR-2-5p")


def test_contaminants_are_judged_by_their_own_total(make_samples):
    """Three of ten contaminant reads are 300,000 RPM, although they are few beside the sample's own."""
    samples = make_samples([[10**8, 3, 7]] * 2, ["hsa-miR-1-5p", "taxon a", "taxon b"], ["miRNA"] + ["contaminant"] * 2)
    specification = TransformSpecification(
        feature_types=("miRNA", "contaminant"), min_rpm=1.0, min_rpm_fraction=1.0, scaling="none"
    )
    transform = Transform.fit(samples, specification)
    assert transform.features == ("hsa-miR-1-5p", "taxon a", "taxon b")
    np.testing.assert_allclose(transform.apply(samples).values[0], [1e6, 3e5, 7e5])


def test_the_species_of_the_training_is_chosen_again(make_samples):
    training = make_samples([[30, 70], [60, 40]])
    training.uns["srna_tools"]["species"] = "hsa"
    transform = Transform.fit(training, RAW)
    mixed = make_samples([[45, 55, 900]], ["hsa-miR-1-5p", "hsa-miR-2-5p", "mmu-miR-1a-5p"])
    replayed = Transform.from_state(*transform.to_state()).apply(mixed)
    assert replayed.values.tolist() == [[4.5e5, 5.5e5]]
    assert replayed.depth.tolist() == [100]


def test_samples_without_reads_are_left_out_of_the_fit(make_samples):
    """Also those whose only reads are of types that the model does not use."""
    names, types = ["hsa-miR-1-5p", "hsa-miR-2-5p", "taxon"], ["miRNA", "miRNA", "contaminant"]
    full = make_samples([[30, 70, 1], [60, 40, 1]], names, types)
    with_empty = make_samples([[30, 70, 1], [0, 0, 0], [60, 40, 1], [0, 0, 9]], names, types)
    expected, found = Transform.fit(full, PUBLISHED), Transform.fit(with_empty, PUBLISHED)
    assert fitted_arrays(found) == fitted_arrays(expected)
    assert found.apply(with_empty).depth.tolist() == [100, 0, 100, 0]


@pytest.mark.parametrize(
    ("specification_that_fails", "message"),
    [
        (TransformSpecification(max_zero_fraction=0.0), r"no feature passes the filters \(of 2: 2 measured .* 0 zero"),
        (TransformSpecification(gini=(0.99, 1.0), **KEEP_ALL), r"0 Gini coefficient 0.99 to 1\); loosen them"),
        (TransformSpecification(min_rpm=1e6, min_rpm_fraction=0.1, **KEEP_ALL), "0 above 1e.06 RPM often enough"),
        (TransformSpecification(feature_types=("piRNA",)), "the types present are: miRNA"),
        (TransformSpecification(normalisation="log-tpm", **KEEP_ALL), r"does not name hsa-miR-1-5p, hsa-miR-2-5p$"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_a_sentence(make_samples, specification_that_fails, message):
    with pytest.raises(SampleError, match=message):
        Transform.fit(make_samples([[5, 0], [0, 6]]), specification_that_fails)


def test_no_sample_with_reads_is_said_in_a_sentence(make_samples):
    with pytest.raises(SampleError, match=r"none of the 2 samples has reads \(s1, s2\)"):
        Transform.fit(make_samples([[0, 0], [0, 0]]), PUBLISHED)


def test_no_reads_on_the_chosen_types_are_said_in_a_sentence(make_samples):
    samples = make_samples([[5, 0], [6, 0]], types=["gene", "miRNA"])
    with pytest.raises(SampleError, match="none of the 2 samples has reads on features of the types miRNA"):
        Transform.fit(samples, PUBLISHED)


def test_methods_are_those_of_the_formulas(simulated_studies):
    """One oracle for the way through Transform: the formula itself on the dense table."""
    counts = simulated_studies.layers["counts"].toarray().astype(float)
    specification = TransformSpecification(normalisation="log-rpm", scaling="none", **KEEP_ALL)
    values = Transform.fit(simulated_studies, specification).apply(simulated_studies).values
    expected = normalise.log_reads_per_million(counts, counts.sum(axis=1)).astype(np.float32)
    np.testing.assert_allclose(values, expected, rtol=1e-6)
