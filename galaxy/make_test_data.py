"""Make the small inputs of the wrappers' tests, all of them simulated, through the suite's own executables.

python galaxy/make_test_data.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
from make_family_data import write_families

from srna_tools.simulate import (
    SimulationSettings,
    simulate,
    write_contaminants,
    write_oasis_archives,
    write_sample_sheet,
)

TEST_DATA = Path(__file__).resolve().parents[1] / "test-data"
TISSUES = ("blood", "brain", "liver", "skin")
STUDIES = SimulationSettings(studies=3, samples_per_study=12, tissues=TISSUES)
FIXED = {"README.md"}
ONTOLOGY = """format-version: 1.2
ontology: tiny

[Term]
id: TEST:0000001
name: organ

[Term]
id: TEST:0000002
name: blood
is_a: TEST:0000001 ! organ

[Term]
id: TEST:0000003
name: solid organ
is_a: TEST:0000001 ! organ

[Term]
id: TEST:0000004
name: brain
is_a: TEST:0000003 ! solid organ

[Term]
id: TEST:0000005
name: liver
is_a: TEST:0000003 ! solid organ

[Term]
id: TEST:0000006
name: skin
is_a: TEST:0000003 ! solid organ
"""
ALIASES = "name\talias\nhsa-miR-21-5p\thsa-miR-21-5p\nHsa-Mir-8-P1a\thsa-mir-200a\nHsa-Mir-3059\tNone\n"
# Six runs of five experiments in two laboratories, of which the second did not measure two of the features.
GENES = {
    "genes_1.tsv": """feature\tr1\tr2\tr3\tr4
XIST\t900\t800\t2\t1
RPS4Y1\t0\t1\t300\t320
DDX3Y\t1\t0\t150\t130
ACTB\t5000\t4000\t6000\t5500
hsa-miR-21-5p\t50\t40\t30\t20
hsa-miR-16-5p\t5\t4\t9000\t0
""",
    "genes_2.tsv": """feature\tr5\tr6
XIST\t700\t0
RPS4Y1\t0\t280
ACTB\t4800\t5200
hsa-miR-21-5p\t60\t10
""",
}
RUNS = """run\tdataset\tresource\texperiment\tsex
r1\tA\tlab one\te1\tfemale
r2\tA\tlab one\te1\tfemale
r3\tA\tlab one\te2\tmale
r4\tA\tlab one\te3\tmale
r5\tB\tlab.2\te4\tfemale
r6\tB\tlab.2\te5\tfemale
"""
SHEET = """tissue,library,study's
blood,study01_sample001,first
brain,study01_sample002,second
"""
# A model of other settings for sRNA evaluate, and values for it to choose from.
FURTHER_MODELS = """{"all samples": {"kind": "random-forest",
    "settings": {"first_trees": 5, "trees": 10, "down_sample": false}}}
"""
GRID = """{"logistic": {"C": [0.0001, 1], "normalisation": ["rank", "log-rpm"]}}
"""
# Sets of miRNAs for sRNA enrich: as GMT, as families of miRBase and as a cluster of the genome.
MIRNA_SETS = """red blood cells\tmade for the tests\thsa-miR-451a\thsa-miR-144-3p\thsa-miR-486-5p\thsa-miR-16-5p
white blood cells\tmade for the tests\thsa-miR-142-3p\thsa-miR-142-5p\thsa-miR-223-3p\thsa-miR-223-5p
two miRNAs\tmade for the tests\thsa-miR-192-5p\thsa-miR-215-5p
"""
FAMILIES = """AC   MIPF0000001
ID   mir-17
MI   MI0000071  hsa-mir-17
MI   MI0000687  mmu-mir-17
MI   MI0000072  hsa-mir-18a
MI   MI0000076  hsa-mir-20a
MI   MI0000095  hsa-mir-93
//
AC   MIPF0000005
ID   mir-30
MI   MI0000088  hsa-mir-30a
MI   MI0000255  hsa-mir-30d
MI   MI0000441  hsa-mir-30b
//
"""
# Of the cluster mir-17 to mir-92a-1: accession, stem-loop, its place on chromosome 13, and its mature miRNAs.
CLUSTER = (
    ("MI0000071", "hsa-mir-17", 91350605, 91350688, ("hsa-miR-17-5p", "hsa-miR-17-3p")),
    ("MI0000072", "hsa-mir-18a", 91350751, 91350821, ("hsa-miR-18a-5p", "hsa-miR-18a-3p")),
    ("MI0000073", "hsa-mir-19a", 91350891, 91350972, ("hsa-miR-19a-5p", "hsa-miR-19a-3p")),
    ("MI0000076", "hsa-mir-20a", 91351065, 91351135, ("hsa-miR-20a-5p", "hsa-miR-20a-3p")),
)
MIRGE = """miRNA,liver_1,liver_2
Hsa-Mir-8-P1a_5p,30.0,5.0
Hsa-Mir-8-P1a_3p,4.0,1.0
Hsa-Mir-3059_5p,2.0,0.0
Hsa-Mir-8-P1a_5p/P1b_5p,7.0,0.0
"""


def run(folder: Path, *arguments: str) -> None:
    """Run one executable in a folder; its failure is the script's."""
    program = Path(sys.executable).parent / arguments[0]
    subprocess.run([str(program), *arguments[1:]], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def write_inputs(folder: Path) -> None:
    """Write archives of three studies, their sheet and contaminants, and small tables of other kinds."""
    simulation = simulate(STUDIES)
    write_oasis_archives(simulation, folder)
    write_sample_sheet(simulation, folder / "samples.tsv")
    write_contaminants(simulation, folder / "contaminants.tsv")
    mirnas = simulation.counts.loc[:, simulation.counts.columns.str.startswith("hsa-")].iloc[:4, :40]
    mirnas.T.rename_axis("feature").to_csv(folder / "matrix.tsv", sep="\t")
    names = simulation.counts.columns
    (folder / "lengths.tsv").write_text(
        "feature\tlength\n" + "".join(f"{name}\t{18 + place % 10}\n" for place, name in enumerate(names)),
        encoding="utf-8",
    )
    (folder / "tiny.obo").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "terms.tsv").write_text("term\tgroup\nblood\tfluid\nsolid organ\tsolid\n", encoding="utf-8")
    (folder / "aliases.tsv").write_text(ALIASES, encoding="utf-8")
    (folder / "miR.Counts.csv").write_text(MIRGE, encoding="utf-8")
    (folder / "corrections.tsv").write_text("skin\tblood\nliver\t\n", encoding="utf-8")
    (folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    (folder / "runs.tsv").write_text(RUNS, encoding="utf-8")
    with zipfile.ZipFile(folder / "study01.zip") as archive:
        first = archive.read("data/counts/study01_sample001_allspeciesCounts.txt")
    (folder / "study01_sample001_allspeciesCounts.txt").write_bytes(first)
    (folder / "further_models.json").write_text(FURTHER_MODELS, encoding="utf-8")
    (folder / "grid.json").write_text(GRID, encoding="utf-8")
    (folder / "mirnas.gmt").write_text(MIRNA_SETS, encoding="utf-8")
    (folder / "families.txt").write_text(FAMILIES, encoding="utf-8")
    write_cluster(folder / "cluster.gff3")
    write_foreign(folder / "foreign.h5ad")
    (folder / "not_counts.tsv").write_text("feature\ts1\nhsa-miR-1-3p\t-4\n", encoding="utf-8")


def write_study_sheet(folder: Path) -> str:
    """Write a sheet with a column of training and test samples, and one of organs of which a study alone has one."""
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t")
    last = sheet["dataset"] == "study03"
    sheet["part"] = np.where(last, "test", "train")
    sheet["organ"] = sheet["tissue"].mask(last & (sheet["tissue"] == "skin"), "tonsil")
    (folder / "sheets").mkdir()
    sheet.to_csv(folder / "sheets" / "studies.tsv", sep="\t", index=False)
    return "sheets/studies.tsv"


def write_genes(folder: Path) -> list[str]:
    """Write the tables of genes into a folder of their own, which is no input of a test."""
    (folder / "tables").mkdir()
    for name, text in GENES.items():
        (folder / "tables" / name).write_text(text, encoding="utf-8")
    return [f"tables/{name}" for name in GENES]


def write_cluster(path: Path) -> None:
    """Write the cluster as miRBase writes its GFF3."""
    lines = ["##gff-version 3"]
    for accession, name, start, end, matures in CLUSTER:
        place = f"{start}\t{end}\t.\t+\t."
        lines.append(f"chr13\t.\tmiRNA_primary_transcript\t{place}\tID={accession};Alias={accession};Name={name}")
        lines += [f"chr13\t.\tmiRNA\t{place}\tID={mature};Name={mature};Derives_from={accession}" for mature in matures]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_foreign(path: Path) -> None:
    """Write an h5ad that the suite did not make."""
    counts, rows, columns = np.ones((2, 3), dtype=np.float32), pd.Index(["s1", "s2"]), pd.Index(["x", "y", "z"])
    anndata.AnnData(counts, pd.DataFrame(index=rows), pd.DataFrame(index=columns)).write_h5ad(path)


def write_results(folder: Path) -> None:
    """Run the chain on two studies for training and one to annotate."""
    studies = [path.name for path in sorted(folder.glob("study*.zip"))]
    sheet = ("--samples", "samples.tsv", "--species", "hsa")
    run(folder, "srna-import", *studies[:2], *sheet, "-o", "samples.h5ad", "--report-output", "import_report.tsv")
    run(folder, "srna-import", studies[2], "--species", "hsa", "-o", "new.h5ad")
    run(folder, "srna-import", "miR.Counts.csv", "-o", "mirgenedb.h5ad")
    run(folder, "srna-import", *write_genes(folder), "--samples", "runs.tsv", "-o", "genes.h5ad")
    run(folder, "srna-group", "samples.h5ad", "--label", "age", "--bins", "fiosina2019-2", "-o", "grouped.h5ad",
        "--mapping-output", "mapping.tsv")  # fmt: skip
    for label, model in (("tissue", ("mlp", "--hidden", "16,8", "--dropout", "0.2,0.2", "--epochs", "30")),
                         ("sex", ("logistic",))):  # fmt: skip
        run(folder, "srna-train", "samples.h5ad", "--label", label, "--model", *model, "-o", f"{label}.safetensors")
    run(folder, "srna-train", "samples.h5ad", "--label", "tissue", "--model", "random-forest", "--trees", "10",
        "--first-trees", "5", "-o", "forest.safetensors")  # fmt: skip
    run(folder, "srna-predict", "new.h5ad", "--model", "tissue.safetensors", "-o", "predictions.tsv", "--h5ad-output",
        "annotated.h5ad")  # fmt: skip
    # As sRNA report meets them: Galaxy calls a model by its name in the history.
    run(folder, "srna-predict", "new.h5ad", "--model", "tissue.safetensors", "--name", "tissue.safetensors", "--model",
        "sex.safetensors", "--name", "sex.safetensors", "-o", "predictions_of_two_models.tsv")  # fmt: skip
    run(folder, "srna-attribute", "new.h5ad", "--model", "tissue.safetensors", "--top", "20", "-o", "top_features.tsv",
        "--heatmap-output", "heatmap.png")  # fmt: skip
    write_explanation(folder)
    run(folder, "srna-embed", "annotated.h5ad", "--color", "predicted_tissue", "-o", "embedding.tsv",
        "--plot-output", "embedding.png")  # fmt: skip


def write_explanation(folder: Path) -> None:
    """Explain the samples that the model was trained on, all of its classes therefore, and test their rankings."""
    run(folder, "srna-attribute", "samples.h5ad", "--model", "tissue.safetensors", "--top", "20", "-o",
        "top_features_of_classes.tsv", "--ranking-output", "ranking.tsv", "--sets-output", "derived.gmt",
        "--stability-output", "stability.tsv", "--similarity-output", "similarity.tsv")  # fmt: skip
    run(folder, "srna-enrich", "ranking.tsv", "--families", "-o", "enrichment.tsv")


def write_evaluation(folder: Path) -> None:
    """Evaluate on three studies fold by fold, gather the folds, and evaluate on random folds as well."""
    studies = [path.name for path in sorted(folder.glob("study*.zip"))]
    sheet = ("--samples", write_study_sheet(folder), "--species", "hsa")
    run(folder, "srna-import", *studies, *sheet, "-o", "studies.h5ad")
    shared = ("srna-evaluate", "studies.h5ad", "--label", "tissue", "--models", "logistic")
    run(folder, *shared, "--folds-dir", ".")
    gathered = []
    for number in range(1, len(studies) + 1):
        run(folder, *shared, "--fold", f"fold_{number}.json", "--predictions-output", f"fold_{number}.tsv")
        gathered += ["--gather", f"fold_{number}.tsv"]
    run(folder, *shared, *gathered, "-o", "metrics.tsv", "--plot-output", "evaluation.png", "--evaluation-output",
        "evaluation.json")  # fmt: skip
    run(folder, *shared, "--scheme", "kfold", "--folds", "3", "-o", "metrics_of_random_folds.tsv")


def main() -> None:
    """Make everything in a folder of its own, then replace what was there."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        write_inputs(folder)
        write_results(folder)
        write_evaluation(folder)
        write_families(folder, run)
        TEST_DATA.mkdir(exist_ok=True)
        for path in TEST_DATA.iterdir():
            if path.name not in FIXED and path.suffix != ".loc":
                path.unlink()
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            shutil.copyfile(path, TEST_DATA / path.name)
            print(f"{path.stat().st_size:9,} {path.name}")


if __name__ == "__main__":
    main()
