"""The whole import: what the options ask for happens, and what was left out or overridden is told."""

import io

import anndata
import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.errors import ColumnError, SampleError, SrnaToolsError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.io.import_report import ImportReport
from srna_tools.io.importing import ImportSettings, import_samples, keep_species
from srna_tools.namespace import Namespace
from srna_tools.preprocess.harmonise import harmonise
from srna_tools.simulate import SimulationSettings, simulate, write_oasis_archives, write_sample_sheet

MATRIX = "miRNA\ts1\ts2\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t4\n"


def imported(*paths, **options):
    return import_samples(paths, ImportSettings(**options))


def rows(report, item):
    return {name: (number, note) for kind, name, number, note in report.rows if kind == item}


def test_the_order_of_archives_does_not_matter(tmp_path, frame):
    simulation = simulate(SimulationSettings(studies=3, samples_per_study=2, tissues=("blood", "liver")))
    archives = write_oasis_archives(simulation, tmp_path)
    one, other = imported(*archives)[0], imported(*reversed(archives))[0]
    pd.testing.assert_frame_equal(frame(one), frame(other).loc[one.obs_names])
    pd.testing.assert_frame_equal(one.obs, other.obs.loc[one.obs_names])
    pd.testing.assert_frame_equal(one.var, other.var)


def test_simulated_studies_are_imported_as_they_were_simulated(tmp_path, frame):
    simulation = simulate(SimulationSettings(studies=2, samples_per_study=4, tissues=("blood", "liver")))
    write_sample_sheet(simulation, tmp_path / "sheet.tsv")
    samples, report = imported(*write_oasis_archives(simulation, tmp_path), samples=tmp_path / "sheet.tsv")
    truth = simulation.counts.loc[samples.obs_names, samples.var_names]
    assert (frame(samples).to_numpy() == truth.to_numpy()).all()
    assert samples.layers["counts"].sum() == simulation.counts.to_numpy().sum()
    sheet = simulation.samples.set_index("sample").loc[samples.obs_names]
    for column in sheet:
        assert samples.obs[column].tolist() == sheet[column].tolist()
    assert report.notes() == []


def test_every_real_archive_together_keeps_every_read(real_data, frame):
    sheet = pd.read_csv(real_data / "oasis" / "samples.tsv", sep="\t", index_col=0)
    samples, report = imported(
        *sorted((real_data / "oasis").glob("*.zip")), samples=real_data / "oasis" / "samples.tsv"
    )
    published = pd.read_csv(real_data / "micrornaome" / "counts.tsv.gz", sep="\t", index_col=0)[samples.obs_names].T
    pd.testing.assert_frame_equal(frame(samples), published[samples.var_names], check_names=False)
    assert samples.layers["counts"].sum() == published.to_numpy().sum()
    assert samples.obs["tissue"].tolist() == sheet.loc[samples.obs_names, "tissue"].tolist()
    assert {name: number for name, (number, _) in rows(report, "dataset").items()} == sheet[
        "dataset"
    ].value_counts().to_dict()
    assert {name: number for name, (number, _) in rows(report, "sample").items()} == published.sum(axis=1).to_dict()


def test_the_report_tells_what_was_read(write):
    _, report = imported(write("m.tsv", MATRIX))
    assert report.to_table().to_dict("records") == [
        {"item": "input", "name": "m.tsv", "number": 7, "note": "2 samples, 2 features"},
        {"item": "feature type", "name": "miRNA", "number": 2, "note": ""},
        {"item": "dataset", "name": "m", "number": 2, "note": "samples"},
        {"item": "sample", "name": "s1", "number": 3, "note": "2 features seen"},
        {"item": "sample", "name": "s2", "number": 4, "note": "1 feature seen"},
    ]


def test_what_does_not_fit_is_told_in_notes(write, make_archive):
    archive = make_archive("GSE1.zip", {"s1": "mmu-miR-1\t10\nhsa-miR-1\t5\n", "s2": "hsa-miR-1\t7\n", "s3": ""})
    samples, report = imported(
        archive,
        species="HSA",
        samples=write("s.tsv", "sample\tdataset\ns1\tother\ns9\tx\n"),
        contaminants=write("c.tsv", "taxon\trank\ts1\nE. coli\tS\t3\n"),
    )
    assert report.notes() == [
        "1 feature of other species left out, with 10 reads",
        "2 samples without contaminants in the table, so theirs are not measured: s2, s3",
        "1 column of the contaminant table not used, since no sample has that name: rank",
        "2 samples without a row in the sample sheet, so not annotated by it: s2, s3",
        "1 row of the sample sheet without counts: s9",
        "the dataset of 1 sample comes from the sample sheet, not from the input",
        "1 sample without reads, kept and flagged: s3",
    ]
    assert rows(report, "dataset from sheet") == {"GSE1 -> other": (1, "samples")}
    assert samples.obs["quality_flag"].tolist() == ["", "", "no reads"]
    assert schema.species_of(samples) == "hsa"


def test_each_input_may_be_named(make_archive):
    archives = [make_archive("a.zip", {"s1": "x\t1\n"}), make_archive("b.zip", {"s2": "x\t1\n"})]
    samples, _ = imported(*archives, names=("GSE1", "GSE2"))
    assert samples.obs["dataset"].to_dict() == {"s1": "GSE1", "s2": "GSE2"}


def test_the_step_is_recorded_with_what_was_asked_for(write):
    samples, _ = imported(write("m.tsv", MATRIX), species="hsa")
    (step,) = schema.history_of(samples)
    assert step["step"] == "srna-import"
    assert step["parameters"]["inputs"] == ["m.tsv"]
    assert step["parameters"]["species"] == "hsa"


def test_only_features_of_the_species_and_those_without_one_are_kept(make_samples, frame):
    names = [
        "hsa-miR-1-3p",
        "mmu-miR-1a-3p",
        "Hsa-Mir-8-P1a_5p",
        "p-mmu-miR-9",
        "tRNA-Gly-GCC",
        "miR-21",
        "piR-mmu-7",
        "TP53",
    ]
    report = ImportReport([])
    kept = keep_species(make_samples([[1, 2, 4, 8, 16, 32, 64, 128]], names), "hsa", report)
    assert kept.var_names.tolist() == ["hsa-miR-1-3p", "Hsa-Mir-8-P1a_5p", "tRNA-Gly-GCC", "miR-21", "TP53"]
    assert frame(kept).to_numpy().sum() == 1 + 4 + 16 + 32 + 128
    assert report.notes() == [f"3 features of other species left out, with {2 + 8 + 64} reads"]


def test_reads_of_another_species_only_leave_a_flagged_sample(make_samples):
    kept = keep_species(make_samples([[1, 2], [0, 2]], ["hsa-miR-1", "mmu-miR-1"]), "hsa", ImportReport([]))
    assert kept.obs["quality_flag"].tolist() == ["", "no reads"]


def test_a_species_that_no_name_has_is_refused_with_those_found(make_samples):
    with pytest.raises(SampleError, match=r"no feature is of species 'rno'; the prefixes found are: hsa, mmu$"):
        keep_species(make_samples([[1, 2, 3]], ["hsa-miR-1", "mmu-miR-1", "TP53"]), "rno", ImportReport([]))


def test_a_species_without_reads_is_refused(make_samples):
    with pytest.raises(SampleError, match="none of the 1 samples has reads"):
        keep_species(make_samples([[0, 2]], ["hsa-miR-1", "mmu-miR-1"]), "hsa", ImportReport([]))


def test_names_without_any_prefix_are_all_kept_and_that_is_told(make_samples):
    report = ImportReport([])
    assert keep_species(make_samples([[1, 2]], ["mir-1", "let-7a"]), "hsa", report).n_vars == 2
    assert report.notes() == ["no name has a species prefix, so --species hsa leaves nothing out"]


@pytest.mark.parametrize(
    ("values", "cells", "kind"),
    [
        ("auto", "1\t2", "counts"),
        ("auto", "1.5\t2", "fractional"),
        ("counts", "1\t2", "counts"),
        ("rpm", "1.5\t2", "rpm"),
    ],
)
def test_what_the_values_are_is_recorded(write, values, cells, kind):
    samples, report = imported(write("m.tsv", f"miRNA\ts1\ts2\nmiR-1\t{cells}\n"), values=values)
    assert schema.values_of(samples) == {"all": kind}
    assert any("fractions" in note for note in report.notes()) is (kind == "fractional")


def test_fractions_that_are_said_to_be_counts_are_refused(write):
    with pytest.raises(SampleError, match="--values counts was given, but there are fractional values"):
        imported(write("m.tsv", "miRNA\ts1\ts2\nmiR-1\t1.5\t2\n"), values="counts")


def test_values_that_sum_to_a_million_are_suspected_to_be_rpm(write):
    _, report = imported(write("m.tsv", "miRNA\ts1\ts2\nmiR-1\t0.5\t999999.5\nmiR-2\t999999.5\t0.5\n"))
    assert "each sample sums to a million: if these are RPM, say --values rpm" in report.notes()


class TestTheDatasetColumn:
    """It may be in the sheet or in the h5ad; the sheet wins."""

    OBS = {"study": ["in h5ad", "in h5ad"], "age": [30.0, 40.0]}  # noqa: RUF012

    @pytest.fixture
    def h5ad(self, make_h5ad):
        return make_h5ad("x.h5ad", [[1, 2], [3, 4]], self.OBS)

    def test_in_the_h5ad(self, h5ad):
        assert imported(h5ad, dataset_column="study")[0].obs["dataset"].tolist() == ["in h5ad"] * 2

    def test_in_the_h5ad_beside_a_sheet_that_lacks_it(self, h5ad, write):
        samples, _ = imported(
            h5ad, dataset_column="study", samples=write("s.tsv", "sample\ttissue\nA\tliver\nB\tlung\n")
        )
        assert samples.obs["dataset"].tolist() == ["in h5ad"] * 2
        assert samples.obs["tissue"].tolist() == ["liver", "lung"]

    def test_in_the_sheet_and_in_the_h5ad(self, h5ad, write):
        sheet = write("s.tsv", "sample\tstudy\nA\t19.0\nB\tin sheet\n")
        assert imported(h5ad, dataset_column="study", samples=sheet)[0].obs["dataset"].tolist() == ["19", "in sheet"]

    def test_in_neither(self, h5ad, write):
        with pytest.raises(ColumnError, match="'cohort'; the columns are: study, age"):
            imported(h5ad, dataset_column="cohort", samples=write("s.tsv", "sample\ttissue\nA\tliver\n"))

    def test_not_in_the_sheet_of_a_matrix(self, write):
        with pytest.raises(ColumnError, match="'study'; the columns are: tissue"):
            imported(
                write("m.tsv", MATRIX), dataset_column="study", samples=write("s.tsv", "sample\ttissue\ns1\tliver\n")
            )

    def test_of_a_matrix_without_sheet(self, write):
        with pytest.raises(SampleError, match="'study' needs a table that has it; give it with --samples"):
            imported(write("m.tsv", MATRIX), dataset_column="study")


def test_mixed_columns_are_stored_as_text(make_h5ad, write, tmp_path):
    first = make_h5ad("x.h5ad", [[1, 2], [3, 4]], {"age": [30.0, 40.5], "batch": ["a", "b"]})
    sheet = write("s.tsv", "sample\tage\tbatch\tempty\nA\tadult\t7\t\nB\t\t8\t\n")
    samples, report = imported(first, samples=sheet)
    write_samples(samples, tmp_path / "out.h5ad")
    obs = read_samples(tmp_path / "out.h5ad").obs
    assert obs["age"].tolist() == ["adult", "40.5"]
    assert obs["batch"].tolist() == [7, 8]
    assert obs["empty"].isna().all()
    assert "2 columns of the input replaced by that of the sample sheet: age, batch" in report.notes()


def test_gaps_of_a_boolean_column_stay_missing(make_h5ad, tmp_path):
    path = make_h5ad("x.h5ad", [[1, 2], [3, 4]], {"smoker": pd.array([True, None], dtype="boolean")})
    samples, report = imported(path)
    write_samples(samples, tmp_path / "out.h5ad")
    assert schema.labels_of(read_samples(tmp_path / "out.h5ad"), "smoker").tolist() == ["True", None]
    assert report.notes() == ["smoker: 1 sample without a value"]


SHEET = "sample\ttissue\tstudy\nA\tNA\tGSE1\nB\tunknown\t\nC\tnone\tn/a\n"


@pytest.mark.parametrize("in_sheet", [True, False])
def test_missing_values_and_studies_are_told_alike_for_both_inputs(make_h5ad, write, in_sheet):
    obs = pd.read_csv(io.StringIO(SHEET), sep="\t", index_col=0, keep_default_na=False)
    X = [[1, 2], [3, 4], [5, 6]]
    path = make_h5ad("x.h5ad", X, pd.DataFrame(index=obs.index) if in_sheet else obs)
    sheet = {"samples": write("s.tsv", SHEET)} if in_sheet else {}
    samples, report = imported(path, dataset_column="study", **sheet)
    assert schema.labels_of(samples, "tissue").tolist() == [None, None, "none"]
    assert samples.obs["dataset"].tolist() == ["GSE1", "x", "x"]
    told = [
        "tissue: 2 samples without a value (NA, unknown)",
        "study: 2 samples without a value (n/a)",
        "2 samples without a study, which take the name of their input as dataset: B, C",
    ]
    assert [note for note in report.notes() if "comes from the sample sheet" not in note] == told


def test_a_value_of_either_input_is_no_missing_one(make_h5ad, write):
    path = make_h5ad("x.h5ad", [[1, 2], [3, 4]], {"tissue": ["NA", "lung"], "dataset": ["a", "a"]})
    sheet = write("s.tsv", "sample\ttissue\tdataset\nA\tliver\t\nB\t\t\n")
    samples, report = imported(path, samples=sheet)
    assert samples.obs["tissue"].tolist() == ["liver", "lung"]
    assert report.notes() == []


def test_a_number_may_name_the_only_sample(write):
    samples, report = imported(write("m.dat", "id\t101\nhsa-miR-21-5p\t5\n"))
    assert (samples.obs_names.tolist(), samples.var_names.tolist()) == (["101"], ["hsa-miR-21-5p"])
    assert report.notes() == ["the sample name '101' was taken from the header: m.dat"]


def test_a_column_may_have_the_name_of_the_ids(make_h5ad, write, tmp_path):
    path = make_h5ad("x.h5ad", [[1, 2], [3, 4]], pd.DataFrame(index=pd.Index(["A", "B"], name="id")))
    samples, _ = imported(path, samples=write("s.tsv", "sample\tid\nA\t7\nB\t8\n"))
    write_samples(samples, tmp_path / "out.h5ad")
    assert read_samples(tmp_path / "out.h5ad").obs["id"].tolist() == [7, 8]


def test_the_real_atlas_joined_with_a_matrix_and_contaminants_can_be_stored(real_data, write, tmp_path):
    atlas = real_data / "atlas" / "atlas.h5ad"
    contaminants = write("c.tsv", "taxon\tERR738403\nE. coli\t5\n")
    samples, _ = imported(
        atlas, write("m.tsv", MATRIX), dataset_column="study", format="auto", contaminants=contaminants
    )
    write_samples(samples, tmp_path / "out.h5ad")
    again = read_samples(tmp_path / "out.h5ad")
    flags = anndata.read_h5ad(atlas).var["TCGA"]
    assert again.var.loc[flags.index, "TCGA"].tolist() == flags.tolist()
    assert not again.var.loc["hsa-let-7a-5p", "TCGA"]
    assert again.obs.loc["s1", "resource"] == "m, without contaminants"


GFF = (
    "## mirGFF3. VERSION 1.1\n## COLDATA: s1\n"
    "p\tm\tisomiR\t3\t26\t0\t+\t.\tRead=A; UID=u; Name=hsa-let-7a; Expression=3; Filter=Pass\n"
    "p\tm\tisomiR\t3\t26\t0\t+\t.\tRead=C; UID=v; Name=hsa-let-7a; Expression=12; Filter=low_counts\n"
)
EXCERPT = "ReferenceID\tuniqueReadCount\ttotalReadCount\tmultimapAdjustedReadCount\n"


def test_what_a_reader_left_out_is_a_row_of_the_report_and_a_note(write):
    _, report = imported(write("x.gff", GFF))
    assert rows(report, "left out") == {"x.gff": (12, "1 line that mirtop filtered (low_counts)")}
    assert report.notes() == ["1 line that mirtop filtered (low_counts) left out, with 12 reads: x.gff"]


def test_files_of_one_sample_of_excerpt_are_one_sample(write, frame):
    files = [write("1.dat", EXCERPT + "hsa-let-7a-5p\t1\t2\t2.0\n"), write("2.dat", EXCERPT + "tRNA-Gly\t1\t2\t1.5\n")]
    samples, report = imported(*files, names=["s1", "s1"])
    assert frame(samples).to_dict("index") == {"s1": {"hsa-let-7a-5p": 2, "tRNA-Gly": 1.5}}
    assert rows(report, "input") == {"1.dat and 2.dat": (3.5, "1 sample, 2 features")}
    with pytest.raises(SampleError, match=r"the sample s1 is in .*1\.dat and again in .*1\.dat"):
        imported(files[0], files[0], names=["s1", "s1"])


def test_files_of_several_samples_are_joined(write, frame):
    files = [write(f"study/{name}", f"hsa-let-7a\t{count}\nhsa-miR-1\t0\n") for name, count in (("a", 5), ("b", 7))]
    samples, _ = imported(*files)
    assert frame(samples)["hsa-let-7a"].to_dict() == {"a": 5, "b": 7}
    assert samples.obs["dataset"].tolist() == ["study", "study"]


def test_a_contaminant_table_is_imported_alone(write, frame):
    table = write("taxa.csv", ",species_name,phylo_level,parent,s1,s2\n562,E. coli,S,561,5.0,\n")
    sheet = write("sheet.tsv", "sample\ttissue\ns1\tbrain\n")
    samples, report = imported(contaminants=table, samples=sheet)
    assert frame(samples).to_dict("index") == {"s1": {"E. coli": 5}, "s2": {"E. coli": 0}}
    assert samples.obs["dataset"].tolist() == ["taxa", "taxa"]
    assert samples.obs["quality_flag"].tolist() == ["", "no reads"]
    assert report.notes()[0] == "1 empty cell of the contaminant table read as 0: taxa.csv"
    assert imported(contaminants=table, names=["GSE1"])[0].obs["dataset"].unique().tolist() == ["GSE1"]


def test_the_real_contaminants_are_imported_alone_with_every_read(real_data):
    path = real_data / "contaminants" / "FTD_contamination_aggregated.csv"
    samples, _ = imported(contaminants=path)
    published = pd.read_csv(path, index_col=0).set_index("species_name").iloc[:, 2:].fillna(0).astype(int)
    assert samples.layers["counts"].dtype == int
    stored = pd.DataFrame(samples.layers["counts"].toarray(), samples.obs_names, samples.var_names)
    assert (stored == published.T.loc[stored.index, stored.columns]).all(axis=None)
    assert set(samples.var["feature_type"]) == {"contaminant"}


def test_the_real_sheet_of_the_contaminants_is_read_and_its_ids_told_not_to_match(real_data):
    folder = real_data / "contaminants"
    sheet = folder / "metadata.csv"
    with pytest.raises(
        SrnaToolsError, match=r"metadata\.csv: matches none of the 48 samples: .* such as 00116_fro, 05150"
    ):
        imported(contaminants=folder / "FTD_contamination_aggregated.csv", samples=sheet)
    samples, _ = imported(
        contaminants=folder / "FTD_contamination_aggregated.csv", samples=sheet, sample_column="SAMPLEID"
    )
    known = samples.obs[samples.obs["REGION"].notna()]
    published = pd.read_csv(sheet, sep=" ", dtype={"SAMPLEID": str}).set_index("SAMPLEID")
    assert known["AGE"].tolist() == published.loc[known.index, "AGE"].tolist()
    assert known["GENDER"].tolist() == published.loc[known.index, "GENDER"].tolist()
    assert len(known) == 30


def test_columns_of_the_sheet_may_be_given_by_their_place(write):
    counts = write("c.tsv", "feature\ts1\ts2\nhsa-miR-1-3p\t1\t2\n")
    sheet = write("s.tsv", "study\tlibrary\ttissue\nA\ts1\tliver\nB\ts2\tlung\n")
    samples, _ = imported(counts, samples=sheet, sample_column="#2", dataset_column="#1")
    assert samples.obs["dataset"].tolist() == ["A", "B"]
    assert samples.obs["tissue"].tolist() == ["liver", "lung"]
    assert '"sample_column": "library"' in str(samples.uns["srna_tools"]["history"])


def test_a_sheet_whose_ids_have_no_header_may_be_given_by_its_first_place(write):
    counts = write("c.tsv", "feature\ts1\ts2\nhsa-miR-1-3p\t1\t2\n")
    sheet = write("s.tsv", "tissue\tage\ns1\tliver\t3\ns2\tlung\t4\n")
    samples, _ = imported(counts, samples=sheet, sample_column="#1")
    assert samples.obs["tissue"].tolist() == ["liver", "lung"]


def test_the_report_calls_an_input_by_the_name_that_it_was_given(write):
    counts = write("dataset_1.dat", "feature\ts1\ts2\nhsa-miR-1-3p\t1\t2\n")
    _, report = imported(counts, names=("Liver of 2019",))
    assert list(rows(report, "input")) == ["Liver of 2019"]


def test_nothing_cannot_be_imported():
    with pytest.raises(SampleError, match="there is nothing to import"):
        imported()


class TestHarmonisedInputs:
    """What an earlier step said of the names stays true, or is told not to."""

    @pytest.fixture
    def harmonised(self, make_samples, tmp_path):
        """Two h5ad files at the locus level, of which only one pools mir-192 with mir-215."""
        for name, features in (("merged", ["hsa-miR-215-5p/192-5p", "hsa-miR-21-5p"]),
                               ("apart", ["hsa-mir-215", "hsa-mir-192", "hsa-mir-21"])):  # fmt: skip
            samples = harmonise(make_samples([range(1, len(features) + 1)], features), "locus").samples
            samples.obs_names = [name]
            samples.uns["srna_tools"]["species"] = "hsa"
            write_samples(samples, tmp_path / f"{name}.h5ad")
        return tmp_path / "merged.h5ad", tmp_path / "apart.h5ad"

    def test_one_alone_keeps_its_namespace_and_species(self, harmonised):
        samples, report = imported(harmonised[0])
        assert Namespace.of(samples) == Namespace("locus", "hsa", {"mir-215": "mir-215", "mir-192": "mir-215"})
        assert schema.species_of(samples) == "hsa"
        assert report.notes() == []

    def test_joined_ones_pool_alike_after_another_harmonising(self, harmonised, frame):
        samples, report = imported(*harmonised)
        assert report.notes()[0] == "the inputs were harmonised apart; run srna-harmonize on the joined samples"
        assert frame(harmonise(samples, "locus").samples).to_dict("index") == {
            "merged": {"mir-21": 2, "mir-215": 1},
            "apart": {"mir-21": 3, "mir-215": 3},
        }

    def test_one_beside_names_as_they_are_has_no_namespace(self, harmonised, write):
        samples, report = imported(harmonised[0], write("counts.tsv", MIRNAS))
        assert Namespace.recorded_in(samples) is None
        assert schema.species_of(samples) is None
        assert any("harmonised apart" in note for note in report.notes())


MIRNAS = "miRNA\ts1\ts2\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t20000001\n"


def test_runs_of_one_experiment_are_summed_by_the_sheet(write, frame):
    sheet = write("sheet.tsv", "run\texperiment\ttissue\ns1\tSRX1\tliver\ns2\tSRX1\tliver\n")
    samples, report = imported(write("c.tsv", MIRNAS), samples=sheet, replicate_column="experiment")
    assert frame(samples).to_dict("index") == {"SRX1": {"hsa-let-7a-5p": 1, "hsa-miR-21-5p": 20_000_003}}
    assert samples.obs[["tissue", "replicates"]].to_numpy().tolist() == [["liver", 2]]
    assert report.notes()[0].startswith("2 runs of 1 experiment in experiment summed")


def test_runs_of_one_experiment_are_marked_on_request(write):
    sheet = write("sheet.tsv", "run\texperiment\ns1\tSRX1\ns2\tSRX1\n")
    options = {"samples": sheet, "replicate_column": "experiment", "replicates": "mark"}
    samples, _ = imported(write("c.tsv", MIRNAS), **options)
    assert samples.obs["replicate_of"].tolist() == ["SRX1", "SRX1"]
