"""Train on one quantifier's counts and predict those of others, straight from their own files.

Trains on the tissue samples of microRNAome (miRge, mature names with merged ones; without runs whose labels are
known to be swapped) and predicts the normal samples of TCGA (stem-loop counts), colorectal tumours, metastases
and livers of miRge3 (MirGeneDB names). Everything runs through the executables; no name is changed by hand.

    python benchmarks/across_quantifiers.py
"""

from __future__ import annotations

import argparse
import gzip
import io
import itertools
import subprocess
import sys
from pathlib import Path

import pandas as pd
from public_data import public_data
from sklearn.metrics import recall_score

# microRNAome's words for the tissues that TCGA and the miRge3 files have too; all other tissues are left out.
TISSUES = {
    "adrenal": "adrenal gland", "bladder": "bladder", "bladderepithelium": "bladder", "blood": "blood",
    "brain": "brain", "braincerebellum": "brain", "brainfrontal": "brain", "brainfrontalcortex": "brain",
    "brainprefrontalcortex": "brain", "cervix": "cervix", "colon": "colon", "fat": "fat", "heart": "heart",
    "kidney": "kidney", "liver": "liver", "lung": "lung", "pancreas": "pancreas", "placenta": "placenta",
    "skin": "skin", "skindermis": "skin", "skinepidermis": "skin", "testes": "testis", "thyroid": "thyroid",
    "uterus": "uterus",
}  # fmt: skip
NEW_TISSUES = {"adrenal gland/paraganglia": "adrenal gland", "colorect": "colon"}
MODELS = ("logistic", "discriminant")
METHODS = ("rank", "clr", "log-rpm")


def run(*arguments: object) -> str:
    """Run one executable of the suite, and stop where it fails; return what it says."""
    program = Path(sys.executable).parent / str(arguments[0])
    command = [str(program), *map(str, arguments[1:])]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sheet_with(source: Path, target: Path, column: str, words: dict[str, str]) -> Path:
    """Write a sample sheet with a column ``organ`` in the words that both sides share."""
    text = gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()
    table = pd.read_csv(io.BytesIO(text), sep="\t", dtype=str)
    table["organ"] = table[column].map(lambda word: words.get(word, word))
    table.to_csv(target, sep="\t", index=False)
    return target


def prepare(data: Path, work: Path) -> dict[str, Path]:
    """Import all inputs; return the h5ad files of the new samples by name."""
    sheet = sheet_with(data / "micrornaome" / "samples.tsv", work / "micrornaome.tsv", "cell_tissue", TISSUES)
    run("srna-import", data / "micrornaome" / "counts.tsv.gz", "--samples", sheet, "--dataset-column", "study_id",
        "--species", "hsa", "-o", work / "micrornaome.h5ad")  # fmt: skip
    names = sorted(set(TISSUES.values()))
    where = f"sample_category == 'tissue' and id_mismatch != 'True' and organ in {names}"
    run("srna-filter", work / "micrornaome.h5ad", "--where", where, "-o", work / "tissues.h5ad")
    aliases = data / "mirge_crc" / "hsa_MirGeneDB_to_miRBase.csv"
    run("srna-harmonize", work / "tissues.h5ad", "--level", "locus", "--alias-table", aliases,
        "-o", work / "training.h5ad")  # fmt: skip
    sheet = sheet_with(data / "tcga_mirna" / "samples.tsv.gz", work / "tcga.tsv", "tissue", NEW_TISSUES)
    run("srna-import", data / "tcga_mirna" / "precursor_counts.tsv.gz", "--samples", sheet, "-o", work / "all.h5ad")
    run("srna-filter", work / "all.h5ad", "--where", "sample_type == 'Solid Tissue Normal'", "-o", work / "tcga.h5ad")
    sheet = sheet_with(data / "mirge_crc" / "samples.tsv", work / "mirge.tsv", "tissue", NEW_TISSUES)
    for name in ("miR.Counts1.csv", "miR.Counts3.csv"):
        run("srna-import", data / "mirge_crc" / name, "--samples", sheet, "--sample-column", "column",
            "-o", work / f"{name}.h5ad")  # fmt: skip
    run("srna-import", data / "quantifiers" / "mirge3" / "miR.Counts.csv", "-o", work / "livers.h5ad")
    return {
        "tcga": work / "tcga.h5ad",
        "metastases": work / "miR.Counts1.csv.h5ad",
        "tumours": work / "miR.Counts3.csv.h5ad",
        "livers": work / "livers.h5ad",
    }


def predicted(samples: Path, bundle: Path, work: Path) -> pd.DataFrame:
    """Predict samples; return the table with the true organ beside it where the samples have one."""
    from srna_tools.io.h5ad import read_samples

    run("srna-predict", samples, "--model", bundle, "-o", work / "predictions.tsv")
    table = pd.read_csv(work / "predictions.tsv", sep="\t", keep_default_na=False).set_index("sample")
    obs = read_samples(samples).obs
    return table.assign(organ=obs["organ"].astype(str) if "organ" in obs else None)


def main() -> None:
    """Print one row a model and normalisation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("benchmark-output/across_quantifiers"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    new = prepare(public_data(), options.work)
    rows = []
    for model, method in itertools.product(MODELS, METHODS):
        normalised, bundle = options.work / "normalised.h5ad", options.work / "model.safetensors"
        run("srna-normalize", options.work / "training.h5ad", "--method", method, "--max-zero-fraction", 1,
            "--min-rpm", 1, "--min-rpm-fraction", 0.2, "--scale", "none", "-o", normalised)  # fmt: skip
        trained = run("srna-train", normalised, "--label", "organ", "--model", model, "-o", bundle)
        tables = {name: predicted(samples, bundle, options.work) for name, samples in new.items()}
        classes = set(TISSUES.values())
        tcga = tables["tcga"][tables["tcga"]["organ"].isin(classes)]
        tumours, metastases = tables["tumours"], tables["metastases"]
        tumours = tumours[tumours["organ"] == "colon"]
        tissues = sorted(set(tcga["organ"]))
        balanced = recall_score(tcga["organ"], tcga["label"], labels=tissues, average="macro", zero_division=0)
        rows.append(
            {
                "model": model,
                "normalisation": method,
                "TCGA normals": f"{(tcga['label'] == tcga['organ']).mean():.3f}",
                "mean of tissues": f"{balanced:.3f}",
                "coverage": f"{tcga['coverage'].mean():.2f}",
                "colorectal tumours": f"{(tumours['label'] == 'colon').mean():.3f}",
                "livers": f"{(tables['livers']['label'] == 'liver').mean():.3f}",
                "metastases in lung called lung / colon": _called(metastases, "lung"),
                "metastases in liver called liver / colon": _called(metastases, "liver"),
            }
        )
    print(trained)
    print(f"{len(tcga)} TCGA normals of tissues that the training has: {tcga['organ'].value_counts().to_dict()}")
    commonest = tcga["organ"].value_counts(normalize=True)
    print(f"calling all of them {commonest.index[0]} would be right for {commonest.iloc[0]:.3f}")
    print(f"{len(tumours)} colorectal tumours, {len(tables['livers'])} livers\n")
    print(pd.DataFrame(rows).to_string(index=False))


def _called(table: pd.DataFrame, organ: str) -> str:
    """Of the samples from an organ, how many go by it and how many by the tumour's origin."""
    labels = table.loc[table["organ"] == organ, "label"]
    return f"{(labels == organ).sum()} / {(labels == 'colon').sum()} of {len(labels)}"


if __name__ == "__main__":
    main()
