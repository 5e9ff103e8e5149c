"""Every real file of every quantifier: all reads arrive, or one sentence says what is wrong with the file."""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction

import numpy as np
import pytest

from srna_tools.errors import InputError, SampleError
from srna_tools.io.importing import ImportSettings, import_samples

ARTBIO = ["aga_mirs_count.22.tab", "aga_pre_mirs_count.22.tab", "mirs_clipped_count.tab", "mirs_unclipped_count.22.tab",
          "mirs_unclipped_count.tab", "mouse_mirs_count.29.tab", "mouse_pre_mirs_count.29.tab",
          "pre_mirs_clipped_count.tab", "pre_mirs_unclipped_count.22.tab", "pre_mirs_unclipped_count.tab"]  # fmt: skip
EXCERPT = ["readCounts_gencode_antisense.txt", "readCounts_gencode_antisense_geneLevel.txt",
           "readCounts_gencode_sense.txt", "readCounts_gencode_sense_geneLevel.txt",
           "readCounts_miRNAmature_sense.txt", "readCounts_miRNAprecursor_sense.txt",
           "readCounts_tRNA_sense.txt"]  # fmt: skip
GFF = ["2samples.gff", "2uid_missing.gff", "correct_file.gff", "missing_filter_type.gff", "synthetic_100_full.gff3"]


def rows(path, delimiter="\t"):
    """Cells of each line, read by nothing but Python's csv module."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="") as stream:
        yield from csv.reader(stream, delimiter=delimiter)


def whole(cell):
    value = Fraction(cell)
    assert value.denominator == 1
    return int(value)


def second_column(path):
    return sum(int(count) for _, count in rows(path))


def named_column(name):
    def total(path):
        header, *lines = rows(path)
        return sum(Fraction(line[header.index(name)]) for line in lines)

    return total


def all_cells(delimiter="\t"):
    def total(path):
        _, *lines = rows(path, delimiter)
        return sum(whole(cell) for line in lines for cell in line[1:])

    return total


def all_integers(path):
    """As `all_cells`, for tables of millions of whole numbers."""
    return sum(sum(map(int, line[1:])) for number, line in enumerate(rows(path)) if number)


def samples_of_mirdeep2(path):
    _, *lines = rows(path)
    return sum(whole(line[4]) + whole(line[5]) for line in lines)


def samples_of_smallrnaseq(path):
    header, *lines = rows(path, ",")
    samples = [place for place, name in enumerate(header) if name.endswith(".trimmed")]
    return sum(whole(line[place]) for line in lines for place in samples if line[place])


def expressions(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    stated = [part.split("=")[1] for line in lines for part in line.split(";") if part.strip().startswith("Expression")]
    return sum(whole(count) for counts in stated for count in counts.split(","))


GOOD = {
    **{f"quantifiers/artbio/{name}": second_column for name in ARTBIO},
    **{f"quantifiers/exceRpt/{name}": named_column("multimapAdjustedReadCount") for name in EXCERPT},
    **{f"quantifiers/mirtop/{name}": expressions for name in GFF},
    "quantifiers/mirtop/reads.mirna": named_column("freq"),
    "quantifiers/mirtop/microRNAannotation.txt": named_column("readCount"),
    "quantifiers/mirdeep2/miRNAs_expressed_all_samples_demo.csv": samples_of_mirdeep2,
    "quantifiers/mirge3/miR.Counts.csv": all_cells(","),
    "mirge_crc/miR.Counts1.csv": all_cells(","),
    "mirge_crc/miR.Counts3.csv": all_cells(","),
    "quantifiers/smallrnaseq/mirbase_mature_counts.csv": samples_of_smallrnaseq,
    "micrornaome/counts.tsv.gz": all_integers,
    "tcga_mirna/precursor_counts.tsv.gz": all_integers,
    "fetal_lung/counts.tsv": all_integers,
}
BAD = {
    "quantifiers/mirtop/3wrong_type.gff": "line 6: the type is 'isomiRe', but must be ref_miRNA or isomiR",
    "quantifiers/mirtop/coldata_missing.gff": "line 4: a line '## COLDATA: <samples>' must name the samples before",
    "quantifiers/mirtop/missing_tools_header.gff": "line 4: a line '## COLDATA: <samples>' must name the samples",
    "quantifiers/mirtop/tagMir-all.gff": "line 1: a line '## COLDATA: <samples>' must name the samples before",
    "quantifiers/mirtop/example_count.tsv": "line 1: is a table of mirtop stats, not of counts of miRNAs",
    "quantifiers/mirtop/mirtop_stats.txt": "line 1: is a table of mirtop stats, not of counts of miRNAs",
    "quantifiers/mirtop/prost.example.txt": "line 1: is a table of Prost!, which is not read; make mirGFF3 of it",
    "quantifiers/mirtop/reads.annotation": "line 1: is sRNAbench's reads.annotation, .* import microRNAannotation.txt",
    "quantifiers/mirtop/reads20.mirna": "line 2: the count is 'ample_', which is not a number",
    "quantifiers/mirtop/readsAdd.mirna": "line 2: the count is 'ample_', which is not a number",
    "quantifiers/mirtop/seqbuster_nofreq.mirna": "line 2: there is no column 'freq', and the name 'hsa-let-7a-2-3p_3pr",
    "quantifiers/exceRpt/endogenousAlignments_genome_Aligned.out.bam.CIGARstats.txt": "1.0 stands twice",
    "quantifiers/smallrnaseq/phenodata.txt": "row SRR1103937.trimmed, column diseaseStatus: the count is 'CT'",
    "quantifiers/smallrnaseq/LICENSE": "is not a format that srna-import knows",
}


@pytest.mark.parametrize("name", GOOD)
def test_all_reads_of_a_real_file_arrive_or_are_reported_as_left_out(real_data, name):
    samples, report = import_samples([real_data / name], ImportSettings())
    counts = samples.layers["counts"]
    left_out = sum(number for item, _, number, _ in report.rows if item == "left out")
    expected = GOOD[name](real_data / name)
    if counts.dtype == np.int64:
        assert int(counts.sum()) + left_out == expected
    else:
        assert any(cell % 1 for cell in counts.data)
        assert counts.sum() + left_out == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("name", BAD)
def test_a_real_file_that_holds_no_counts_is_refused_with_its_name_and_line(real_data, name):
    with pytest.raises(InputError, match=rf"^{real_data / name}(, |: ).*{BAD[name]}"):
        import_samples([real_data / name], ImportSettings())


def test_no_real_file_of_a_quantifier_is_forgotten(real_data):
    files = {str(path.relative_to(real_data)) for path in (real_data / "quantifiers").rglob("*") if path.is_file()}
    files |= {str(path.relative_to(real_data)) for path in (real_data / "mirge_crc").glob("miR.Counts*.csv")}
    others = {name for name in {*GOOD, *BAD} if name.split("/")[0] not in {"quantifiers", "mirge_crc"}}
    assert files == {*GOOD, *BAD} - others


@pytest.mark.parametrize("name", GOOD)
def test_a_real_file_is_recognised_under_the_name_that_galaxy_gives_it(real_data, tmp_path, name):
    renamed = tmp_path / "dataset_12.dat"
    renamed.symlink_to(real_data / name)
    samples, _ = import_samples([renamed], ImportSettings())
    original, _ = import_samples([real_data / name], ImportSettings())
    assert samples.var_names.equals(original.var_names)
    assert (samples.layers["counts"] != original.layers["counts"]).nnz == 0


@pytest.mark.parametrize(
    ("name", "present"),
    [
        ("mirge3/miR.Counts.csv", "hsa"),
        ("mirdeep2/miRNAs_expressed_all_samples_demo.csv", "cel"),
        ("artbio/mirs_clipped_count.tab", "dme"),
        ("exceRpt/readCounts_miRNAmature_sense.txt", "hsa"),
        ("mirtop/correct_file.gff", "hsa"),
    ],
)
def test_a_species_that_a_file_lacks_is_refused_with_those_that_it_has(real_data, name, present):
    with pytest.raises(SampleError, match=f"no feature is of species 'rno'; the prefixes found are: {present}$"):
        import_samples([real_data / "quantifiers" / name], ImportSettings(species="rno"))
    samples, _ = import_samples([real_data / "quantifiers" / name], ImportSettings(species=present))
    assert samples.n_vars > 0


def test_a_real_folder_of_excerpt_holds_its_sense_files_by_gene(real_data):
    samples, report = import_samples([real_data / "quantifiers" / "exceRpt"], ImportSettings())
    sense = ["miRNAmature_sense", "miRNAprecursor_sense", "tRNA_sense", "gencode_sense_geneLevel"]
    total = sum(
        named_column("multimapAdjustedReadCount")(real_data / "quantifiers" / "exceRpt" / f"readCounts_{name}.txt")
        for name in sense
    )
    assert samples.obs_names.tolist() == ["exceRpt"]
    assert samples.layers["counts"].sum() == pytest.approx(float(total), rel=1e-12)
    (note,) = [note for note in report.notes() if "files not read" in note]
    for name in ("gencode_antisense.txt", "gencode_antisense_geneLevel.txt", "gencode_sense.txt"):
        assert f"readCounts_{name}" in note
