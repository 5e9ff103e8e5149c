"""What the simulator knows of biology: names are real and classified, truth is reproducible."""

import re

import numpy as np
import pandas as pd
import pytest

from srna_tools.features import FEATURE_TYPES, feature_type, species
from srna_tools.simulate.catalogue import FEATURES_PER_TISSUE, TISSUES, features, taxa, tissue_effects, tissue_markers

HUMAN_MIRNA = re.compile(r"^hsa-(?:let-7[a-i](?:-\d)?|miR-\d+[a-z]?(?:-\d)?)(?:-[35]p)?$")
SIMULATED_TYPES = set(FEATURE_TYPES) - {"gene", "contaminant", "other"}


@pytest.mark.parametrize("table", [features, taxa])
def test_names_are_unique_and_values_are_finite(table):
    assert table().index.is_unique
    assert list(table().columns) == ["log2_rpm", "log2_female_to_male", "log2_per_decade"]
    assert np.isfinite(table().to_numpy()).all()


def test_all_kinds_of_small_rna_are_simulated_and_recognised_by_name():
    kinds = pd.Series([feature_type(name) for name in features().index])
    assert set(kinds) == SIMULATED_TYPES
    assert (kinds == "miRNA").sum() > 300


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hsa-miR-122-5p", "miRNA"),
        ("hsa_piR_000001", "piRNA"),
        ("SNORD44", "snoRNA"),
        ("RNU6-2", "snRNA"),
        ("RNA5-8SN1", "rRNA"),
        ("tRNA-Gly-GCC-1-1", "tRNA"),
        ("p-hsa-miR-12", "novel_miRNA"),
        ("mmu-miR-21a-5p", "miRNA"),
    ],
)
def test_each_kind_has_its_usual_form_of_name(name, kind):
    assert name in features().index
    assert feature_type(name) == kind


def test_human_mirna_names_have_the_form_of_mirbase():
    human = [name for name in features().index if name.startswith("hsa-")]
    assert [name for name in human if not HUMAN_MIRNA.match(name)] == []
    assert len(human) > 300
    assert {"mmu", "rno", "bta", "cel"} <= {species(name) for name in features().index}


def test_human_mirna_names_exist(real_data):
    lines = pd.read_csv(real_data / "micrornaome" / "counts.tsv.gz", sep="\t", usecols=[0]).iloc[:, 0]
    known = {merged.split("/")[0] for merged in lines}
    human = [name for name in features().index if name.startswith("hsa-")]
    assert np.mean([name in known for name in human]) > 0.9  # the others are merged names' second members there


def test_markers_are_known_names_with_known_biology():
    markers = tissue_markers().set_index(["tissue", "feature"])["log2_fold_change"]
    assert markers.index.is_unique
    assert set(markers.index.get_level_values("feature")) <= set(features().index)
    assert markers["liver", "hsa-miR-122-5p"] == markers["liver"].max()
    assert markers["skin", "hsa-miR-205-5p"] == markers["skin"].max()
    assert markers["embryonic stem cell", "hsa-let-7a-5p"] < 0


def test_every_tissue_has_enough_driving_features_whatever_the_seed():
    for seed in (0, 1):
        changed = (tissue_effects(seed) != 0).sum(axis=1)
        assert list(changed.index) == list(TISSUES)
        assert (changed == FEATURES_PER_TISSUE).all()


def test_known_markers_keep_their_effect_and_the_seed_changes_the_others():
    one, other = tissue_effects(1), tissue_effects(2)
    for marker in tissue_markers().itertuples():
        assert one.loc[marker.tissue, marker.feature] == marker.log2_fold_change
    assert not one.equals(other)
    pd.testing.assert_frame_equal(one, tissue_effects(1))
