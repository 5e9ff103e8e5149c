"""Rankings of features for each class: what each of them must put first."""

from __future__ import annotations

import numpy as np
import pytest
from laboratory.rankings import by_explanation, by_forest, by_forests_of_classes, by_moderated_t, trained

from srna_tools.attribute.explain import prepare
from srna_tools.evaluate.contender import Contender
from srna_tools.models.discriminant import DiscriminantSettings
from srna_tools.preprocess.specification import EXPRESSED, TransformSpecification

RAW = TransformSpecification(normalisation="log-rpm", max_zero_fraction=1.0, scaling="none")


@pytest.fixture
def two_markers(make_samples):
    """Feature 1 is high in a, feature 3 low in b; the others vary by chance."""
    generator = np.random.default_rng(0)
    counts = generator.negative_binomial(10, 0.1, (60, 40))
    tissue = np.repeat(["a", "b", "c"], 20)
    counts[tissue == "a", 0] *= 4
    counts[tissue == "b", 2] //= 4
    return make_samples(counts, tissue=tissue.tolist(), dataset=["x", "y"] * 30)


def test_every_ranking_by_class_puts_its_marker_first(two_markers):
    rankings = [
        by_moderated_t(two_markers, "tissue", RAW),
        by_forests_of_classes(two_markers, "tissue", RAW, 0, 1),
        by_explanation(
            two_markers,
            trained(two_markers, "tissue", Contender("m", "discriminant", DiscriminantSettings(), RAW), 0, 1),
            "mean",
        ),
    ]

    for ranking in rankings:
        assert list(ranking) == ["a", "b", "c"]
        assert ranking["a"][0] == "hsa-miR-1-5p"
        assert ranking["b"][0] == "hsa-miR-3-5p"
        assert all(sorted(features) == sorted(two_markers.var_names) for features in ranking.values())


def test_one_forest_ranks_alike_for_all_classes(two_markers):
    ranking = by_forest(two_markers, "tissue", RAW, 0, 1)

    assert set(ranking["a"][:2]) == {"hsa-miR-1-5p", "hsa-miR-3-5p"}
    assert all((features == ranking["a"]).all() for features in ranking.values())


def test_explanations_rank_as_the_top_features_of_srna_attribute(simulated_studies):
    bundle = trained(
        simulated_studies, "tissue", Contender("m", "discriminant", DiscriminantSettings(0.6), EXPRESSED), 0, 1
    )

    ranking = by_explanation(simulated_studies, bundle, "mean")

    table, _ = prepare(simulated_studies, bundle, rule="rescale", reference="mean").rank_classes(top=30)
    for name, rows in table.groupby("class"):
        assert rows["feature"].tolist() == ranking[name][:30].tolist()


def test_training_does_not_change_the_samples(two_markers):
    before = dict(two_markers.uns["srna_tools"])
    trained(two_markers, "tissue", Contender("m", "discriminant", DiscriminantSettings(0.6), RAW), 0, 1)
    assert two_markers.uns["srna_tools"] == before
