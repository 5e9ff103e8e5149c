"""Sample sheets: words for missing values, studies by name, numbers where they are numbers, joined by sample id."""

import anndata
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools import schema
from srna_tools.errors import ColumnError, InputError
from srna_tools.io.sample_sheet import attach, named_column, read_sheet, storable


def values(column):
    return [None if pd.isna(value) else value for value in column]


@pytest.fixture
def samples(make_samples):
    return make_samples([[1, 2], [3, 4]])


def test_the_first_column_holds_the_ids_unless_another_is_named(write):
    path = write("s.tsv", "file\tsample\ttissue\nf1\ts1\tliver\nf2\ts2\tlung\n")
    assert read_sheet(path).values.index.tolist() == ["f1", "f2"]
    sheet = read_sheet(path, "sample").values
    assert sheet.index.tolist() == ["s1", "s2"]
    assert sheet.columns.tolist() == ["file", "tissue"]
    assert read_sheet(path, "file").values.columns.tolist() == ["sample", "tissue"]


def test_a_sample_column_that_does_not_exist_lists_those_that_do(write):
    path = write("s.tsv", "file\tsample\ttissue\nf1\ts1\tliver\n")
    with pytest.raises(ColumnError, match="no sample column 'id'; the columns are: file, sample, tissue"):
        read_sheet(path, "id")


def test_a_column_may_be_given_by_its_place(write):
    path = write("s.csv", "file,sample,#1\nf1,s1,liver\n")
    assert [named_column(path, column) for column in ("#2", "#3", "#1", "tissue", "#0")] == [
        "sample", "#1", "#1", "tissue", "#0",
    ]  # fmt: skip
    with pytest.raises(InputError, match="has 3 columns, so that there is no column #4"):
        named_column(path, "#4")


def test_the_names_of_rows_are_the_first_place_though_they_have_no_header(write):
    path = write("s.tsv", "tissue\tage\ns1\tliver\t3\n")
    assert [named_column(path, column) for column in ("#1", "#2", "#3")] == ["", "tissue", "age"]


@pytest.mark.parametrize("word", ["", "NA", "n/a", "NaN", "NULL", "unknown", " Unknown ", "not available"])
def test_words_for_missing_values_are_missing(write, word):
    sheet = read_sheet(write("s.tsv", f"sample\ttissue\tage\ns1\t{word}\t{word}\ns2\tliver\t3\n")).values
    assert values(sheet["tissue"]) == [None, "liver"]
    assert values(sheet["age"]) == [None, 3.0]


def test_what_was_read_as_missing_is_kept_for_the_report(write):
    sheet = read_sheet(write("s.tsv", "sample\ttissue\tage\ns1\t NA\t1\ns2\t\t2\ns3\tnone\t3\n"))
    assert {column: words.to_dict() for column, words in sheet.missing.items()} == {"tissue": {"s1": "NA", "s2": ""}}
    assert sheet.values["tissue"].tolist()[2] == "none"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "20"], [1, 20]),
        (["1", ""], [1.0, None]),
        (["0.5", "-1e-3"], [0.5, -0.001]),
        (["83.", "-0.01651292154393912"], [83.0, -0.01651292154393912]),
        (["0012", "13"], ["0012", "13"]),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),
        (["1", "adult"], ["1", "adult"]),
        (["inf", "1"], ["inf", "1"]),
        (["1_000", "1"], ["1_000", "1"]),
        (["\u0661", "1"], ["\u0661", "1"]),
        (["True", "False"], ["True", "False"]),
    ],
    ids=str,
)
def test_a_column_is_numbers_only_where_no_value_is_changed_by_that(write, cells, expected):
    sheet = read_sheet(write("s.tsv", f"sample\tx\ns1\t{cells[0]}\ns2\t{cells[1]}\n")).values
    assert values(sheet["x"]) == expected


@pytest.mark.parametrize(
    ("cell", "name"), [("19.0", "19"), ("19", "19"), ("19.5", "19.5"), ("007", "007"), ("a.0", "a.0"), ("", None)]
)
def test_a_dataset_is_a_name_even_where_pandas_wrote_a_number(write, cell, name):
    sheet = read_sheet(write("s.tsv", f"sample\tdataset\ns1\t{cell}\ns2\tx\n")).values
    assert values(sheet["dataset"]) == [name, "x"]


def test_names_that_h5ad_cannot_store_are_changed(write):
    sheet = read_sheet(write("s.tsv", "sample\tage/years\t_index\ns1\t1\t2\n")).values
    assert sheet.columns.tolist() == ["age_years", "index"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("sample\tx\ns1\t1\ns1\t2\n", "the sample s1 has two rows"),
        ("sample\tx\ns1\t1\n s1 \t2\n", "the sample s1 has two rows"),
        ("sample\ta/b\ta_b\ns1\t1\t2\n", "two columns of one name"),
    ],
)
def test_a_sheet_that_says_two_things_of_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_sheet(write("s.tsv", content))


def test_columns_are_joined_by_id_and_what_fits_on_one_side_only_is_told(samples, write):
    path = write("s.tsv", "sample\ttissue\ns9\tlung\ns2\tliver\n")
    match = attach(samples, read_sheet(path))
    assert values(samples.obs["tissue"]) == [None, "liver"]
    assert match.without_row == ["s1"]
    assert match.without_counts == ["s9"]
    assert match.replaced_columns == []


def test_a_sheet_that_matches_nothing_shows_both_styles_of_ids(samples, write):
    path = write("s.tsv", "sample\tx\nGSM1\t1\nGSM2\t2\n")
    with pytest.raises(
        InputError, match=r"none of the 2 samples: the counts have ids such as s1, s2, the sheet such as GSM1, GSM2"
    ):
        attach(samples, read_sheet(path))


def test_the_dataset_of_the_sheet_wins_and_gaps_keep_the_old_one(samples, write):
    path = write("s.tsv", "sample\tdataset\ns1\tGSE1\ns2\t\n")
    match = attach(samples, read_sheet(path))
    assert samples.obs["dataset"].tolist() == ["GSE1", "study"]
    assert match.renamed_datasets == {"study -> GSE1": 1}


def test_a_column_of_the_input_is_replaced_where_the_sheet_has_a_value(samples, write):
    samples.obs["age"], samples.obs["sex"] = [30.0, 40.0], ["m", "f"]
    path = write("s.tsv", "sample\tage\tsex\ns1\tadult\tm\ns2\t\tf\n")
    match = attach(samples, read_sheet(path))
    assert samples.obs["age"].tolist() == ["adult", 40.0]
    assert match.replaced_columns == ["age"]


def test_a_sheet_does_not_touch_the_quality_flag(samples, write):
    path = write("s.tsv", "sample\tquality_flag\ns1\tbad\ns2\tbad\n")
    attach(samples, read_sheet(path))
    assert samples.obs["quality_flag"].tolist() == ["", ""]


def test_a_resource_column_keeps_the_contract(samples, write):
    path = write("s.tsv", "sample\tresource\ns1\tlab/a\ns2\tlab b\n")
    attach(samples, read_sheet(path))
    assert samples.obs["resource"].tolist() == ["lab_a", "lab b"]
    assert schema.values_of(samples) == {"lab_a": "counts", "lab b": "counts"}
    assert schema.measured_of(samples)[["lab_a", "lab b"]].to_numpy().all()


MIXED = st.one_of(
    st.sampled_from([None, np.nan, True, False]),
    st.integers(-9, 9),
    st.integers(-999, 999).filter(bool).map(lambda number: number / 8),
    st.text("aé,", max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MIXED, min_size=2, max_size=2))
def test_whatever_a_column_holds_can_be_stored_and_read_again(tmp_path_factory, column):
    obs = storable(pd.DataFrame({"x": pd.Series(column, dtype=object, index=["a", "b"])}))
    path = tmp_path_factory.mktemp("obs") / "x.h5ad"
    anndata.AnnData(np.ones((2, 1)), obs=obs).write_h5ad(path)
    assert words(anndata.read_h5ad(path).obs["x"]) == words(column)


def words(column):
    """Values as text, however a number is written; what is missing is None."""
    return [None if pd.isna(value) else str(value).strip().removesuffix(".0") for value in column]


def test_columns_of_one_kind_keep_it():
    columns = {"n": [1, 2], "f": [0.5, None], "b": [True, False], "t": ["x", None], "none": [None, None]}
    stored = storable(pd.DataFrame(columns, dtype=object))
    assert [stored[name].dtype.kind for name in columns] == ["i", "f", "b", "O", "f"]
