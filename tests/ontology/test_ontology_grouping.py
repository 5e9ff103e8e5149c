"""Labels of samples grouped, with the mapping table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.ontology import (
    MAPPING_COLUMNS,
    Lexicon,
    ListedGroups,
    ListedTerm,
    Minimum,
    group_by_intervals,
    group_by_terms,
    load_preset,
    read_ontology,
    summarize,
)

LABELS = pd.Series(["cerebellum", "brain", None, "skin", "skin", "xyz", "valve"], list("abcdefg"), name="tissue")
DATASETS = pd.Series(["x", "y", "x", "x", "y", "x", "y"], list("abcdefg"))


def test_each_sample_gets_the_class_of_its_label(lexicon):
    groups = ListedGroups("list", {"T:2": ListedTerm("T:2", "brain"), "T:10": ListedTerm("T:10", "hide")},
                          {"brain": "T:2", "hide": "T:10"})  # fmt: skip
    grouping = group_by_terms(LABELS, DATASETS, groups=groups, lexicon=lexicon)
    assert grouping.groups.astype(object).where(grouping.groups.notna(), None).to_dict() == {
        "a": "brain", "b": "brain", "c": None, "d": "hide", "e": "hide", "f": None, "g": None,
    }  # fmt: skip
    assert dict(grouping.group_ids) == {"brain": "T:2", "hide": "T:10"}
    assert tuple(grouping.mapping.columns) == MAPPING_COLUMNS
    by_label = grouping.mapping.set_index("label")
    assert list(by_label.index) == ["brain", "cerebellum", "skin", "valve", "xyz"]
    assert by_label["kept"].to_dict() == {
        "brain": "yes", "cerebellum": "yes", "skin": "yes", "valve": "no", "xyz": "no",
    }  # fmt: skip
    assert by_label.loc["skin", ["samples", "datasets", "term_id", "group_id"]].tolist() == [2, 2, "T:10", "T:10"]
    assert by_label.loc["valve", "suggestions"] == "left valve (T:15); right valve (T:16)"
    assert summarize(grouping, ["skin", "hart"]) == [
        "4 of 7 samples in 2 groups; 2 labels unmatched: valve, xyz; 1 sample without a label; "
        "1 correction of labels that no sample has: hart",
        "brain (T:2): 2 samples in 2 datasets",
        "hide (T:10): 2 samples in 2 datasets",
    ]


def test_small_classes_are_named_in_the_mapping_and_in_the_summary(lexicon):
    grouping = group_by_terms(
        LABELS, DATASETS, groups=load_preset("fiosina2019"), lexicon=lexicon, minimum=Minimum(samples=2)
    )
    assert set(grouping.groups.cat.categories) == {"epithelium"}
    small = grouping.mapping.set_index("label").loc["cerebellum"]
    assert (small["group"], small["kept"]) == ("cerebellum", "no")
    assert "class 'cerebellum' has 1 sample in 1 dataset, needed: 2 samples in 1 dataset" in small["reason"]
    assert "4 groups too small: brain, cerebellum, valve, xyz" in summarize(grouping)[0]


def test_automatic_classes(lexicon):
    grouping = group_by_terms(LABELS, DATASETS, groups=None, lexicon=lexicon, minimum=Minimum(2, 2))
    assert dict(grouping.group_ids) == {"brain": "T:2", "skin": "T:10"}
    assert int(grouping.groups.isna().sum()) == 3
    assert "2 labels unmatched: valve, xyz" in summarize(grouping)[0]


def test_nothing_left_is_an_error_with_the_reasons(lexicon):
    with pytest.raises(SampleError, match=r"no sample of the column 'tissue' is left in a class.*needed: 9 samples"):
        group_by_terms(LABELS, DATASETS, groups=load_preset("fiosina2019"), lexicon=None, minimum=Minimum(9))
    with pytest.raises(SampleError, match="none of the 7 samples has a label"):
        group_by_terms(LABELS.where(LABELS.isna(), None), DATASETS, groups=None, lexicon=lexicon)


def test_ages_become_ordered_classes_with_a_row_an_interval():
    ages = pd.Series(["70", "3", "65", "adult", None, "200", "66"], list("abcdefg"), name="age")
    grouping = group_by_intervals(ages, DATASETS, (0, 65, 66, 100, 110))
    assert list(grouping.groups.cat.categories) == ["[0;65]", "(65;66]", "(66;100]"]
    assert grouping.groups.dropna().to_dict() == {"a": "(66;100]", "b": "[0;65]", "c": "[0;65]", "g": "(65;66]"}
    rows = grouping.mapping[["label", "samples", "datasets", "group", "kept", "reason"]].to_numpy().tolist()
    assert rows == [
        ["[0;65]", 2, 2, "[0;65]", "yes", ""],
        ["(65;66]", 1, 1, "(65;66]", "yes", ""],
        ["(66;100]", 1, 1, "(66;100]", "yes", ""],
        ["(100;110]", 0, 0, "(100;110]", "no", "no sample"],
        ["200", 1, 1, "", "no", "outside 0 to 110"],
        ["adult", 1, 1, "", "no", "not a number"],
    ]
    assert summarize(grouping)[0] == (
        "4 of 7 samples in 3 groups; 2 labels dropped: 200, adult; 1 sample without a label"
    )


def test_small_intervals_are_dropped():
    ages = pd.Series(["70", "3", "65", "1", "2", "7", "66"], list("abcdefg"), name="age")
    grouping = group_by_intervals(ages, DATASETS, (0, 65, 110), Minimum(3))
    assert list(grouping.groups.cat.categories) == ["[0;65]"]
    row = grouping.mapping.set_index("label").loc["(65;110]"]
    assert (row["samples"], row["kept"]) == (2, "no")
    assert row["reason"] == "class '(65;110]' has 2 samples in 2 datasets, needed: 3 samples in 1 dataset"


@pytest.mark.parametrize("column", ["cell_tissue", "organ"])
def test_public_labels_are_grouped_without_loss(real_data: Path, bto: Lexicon, column):
    sheet = pd.read_csv(real_data / "micrornaome" / "samples.tsv", sep="\t", index_col=0)
    labels = sheet[column].map(lambda text: str(text).strip(), na_action="ignore").astype(object)
    datasets = sheet["study_id"].astype(int).astype(str)
    preset = load_preset("fiosina2019")
    for groups, minimum in ((preset, Minimum()), (preset, Minimum(10, 2)), (None, Minimum(10, 2))):
        grouping = group_by_terms(labels, datasets, groups=groups, lexicon=bto, minimum=minimum)
        mapping = grouping.mapping
        assert mapping["samples"].sum() == labels.notna().sum()
        assert grouping.groups.notna().sum() == mapping.loc[mapping["kept"] == "yes", "samples"].sum()
        assert (mapping.loc[mapping["kept"] == "no", "reason"] != "").all()
        for members in grouping.groups.dropna().groupby(grouping.groups, observed=True).groups.values():
            assert len(members) >= minimum.samples
            assert datasets.loc[members].nunique() >= minimum.datasets


def test_the_preset_places_the_brain_and_the_blood_of_public_labels(real_data: Path, bto: Lexicon):
    sheet = pd.read_csv(real_data / "micrornaome" / "samples.tsv", sep="\t", index_col=0)
    grouping = group_by_terms(
        sheet["cell_tissue"], sheet["study_id"].astype(str), groups=load_preset("fiosina2019"), lexicon=bto
    )
    group_of = grouping.mapping.set_index("label")["group"]
    assert group_of[["brainprefrontalcortex", "braincerebellum", "brainfrontalcortex"]].tolist() == ["brain"] * 3
    assert group_of[["serum", "plasma", "Monocyte", "liver"]].tolist() == ["blood"] * 4
    assert group_of[["Hepatocyte", "hela", "lung"]].tolist() == ["Hepatocyte", "hela", "lung"]


@pytest.fixture(scope="module")
def bto(real_data: Path) -> Lexicon:
    return Lexicon(read_ontology(real_data / "ontologies" / "bto.obo"))
