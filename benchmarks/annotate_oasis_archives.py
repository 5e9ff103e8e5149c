"""Annotate four real OASIS 2 archives with models that never saw their studies.

Trains on the tissue samples of microRNAome without the studies 31, 37, 45 and 59 (which the archives are
made of) and without runs whose labels are known to be swapped, on the tissue groups of Fiosina 2019, and
compares the predictions with the published tissues. Everything runs through the executables.

    python benchmarks/annotate_oasis_archives.py
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from public_data import public_data
from sklearn.metrics import recall_score

from srna_tools.io.h5ad import read_samples, write_samples

ARCHIVES = ("study31", "study37", "study45", "study59")
HELD_OUT = ("31", "37", "45", "59")
KEY = "tissue_group"
MODELS: dict[str, list[str]] = {
    "mlp (RPM, as published)": ["--model", "mlp"],
    "mlp (log-RPM)": ["--model", "mlp"],
    "random-forest (down-sampled, as published)": ["--model", "random-forest"],
    "random-forest (all samples)": ["--model", "random-forest", "--no-down-sample"],
    "logistic": ["--model", "logistic"],
}
SEEDED = ("mlp", "random-forest")
NORMALISED = "mlp (log-RPM)"


def run(*arguments: object) -> None:
    """Run one executable of the suite, and stop where it fails."""
    program = Path(sys.executable).parent / str(arguments[0])
    subprocess.run(
        [str(program), *map(str, arguments[1:])], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def prepare(data: Path, work: Path) -> tuple[Path, Path]:
    """Import and group the training table and the archives; return both h5ad files."""
    ontology = data / "ontologies" / "bto.obo"
    sheet = data / "micrornaome" / "samples.tsv"
    run("srna-import", data / "micrornaome" / "counts.tsv.gz", "--samples", sheet, "--dataset-column", "study_id",
        "--species", "hsa", "-o", work / "micrornaome.h5ad")  # fmt: skip
    samples = read_samples(work / "micrornaome.h5ad")
    obs = samples.obs
    keep = (
        (obs["sample_category"] == "tissue")
        & ~obs["dataset"].astype(str).isin(HELD_OUT)
        & (obs["id_mismatch"] != "True")
    )
    write_samples(samples[keep.to_numpy()].copy(), work / "tissues.h5ad")
    archives = [data / "oasis" / f"{name}.zip" for name in ARCHIVES]
    run(
        "srna-import",
        *archives,
        "--samples",
        data / "oasis" / "samples.tsv",
        "--species",
        "hsa",
        "-o",
        work / "oasis.h5ad",
    )
    # The archives write Lung where microRNAome writes lung: labels outside the preset keep their spelling.
    corrections = work / "corrections.tsv"
    labels = pd.read_csv(data / "oasis" / "samples.tsv", sep="\t")["tissue"].unique()
    pd.DataFrame({"label": labels, "use": [label.lower() for label in labels]}).to_csv(
        corrections, sep="\t", index=False
    )
    for name, label, least in (("tissues", "cell_tissue", "5"), ("oasis", "tissue", "1")):
        run("srna-group", work / f"{name}.h5ad", "--label", label, "--ontology", ontology, "--groups", "fiosina2019",
            "--min-samples", least, "--corrections", corrections, "--key", KEY, "-o", work / f"{name}_grouped.h5ad",
            "--mapping-output", work / f"{name}_mapping.tsv")  # fmt: skip
    return work / "tissues_grouped.h5ad", work / "oasis_grouped.h5ad"


def figures(predictions: pd.DataFrame, truth: pd.Series) -> dict[str, float]:
    """Accuracy over all samples, its mean over classes, and what the accepted ones are worth."""
    label, accepted = predictions["label"].to_numpy(), (predictions["status"] == "ok").to_numpy()
    right = label == truth.to_numpy()
    return {
        "accuracy": right.mean(),
        "balanced accuracy": recall_score(truth, label, labels=sorted(set(truth)), average="macro"),
        "share accepted": accepted.mean(),
        "accuracy of accepted": right[accepted].mean() if accepted.any() else np.nan,
    }


def main() -> None:
    """Print one row a model: mean and standard deviation over seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="fits of each model in which chance plays (default: 5)")
    parser.add_argument(
        "--work", type=Path, default=Path("benchmark-output/oasis"), help="folder for what lies between"
    )
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    training, new = prepare(public_data(), options.work)
    learned = read_samples(training).obs[KEY].dropna().astype(str)
    log_rpm = options.work / "tissues_log_rpm.h5ad"
    run("srna-normalize", training, "--method", "log-rpm", "-o", log_rpm)
    samples = read_samples(new)
    truth = samples.obs[KEY].astype(str)
    known = truth.isin(set(learned)).to_numpy()
    largest = learned.value_counts().idxmax()
    sizes = ", ".join(f"{name} {number}" for name, number in learned.value_counts().items())
    print(f"training: {len(learned)} tissue samples, {learned.nunique()} groups ({sizes})")
    print(f"archives: {len(truth)} samples; groups the training never saw: {sorted(set(truth[~known])) or 'none'}")
    rows = []
    for name, arguments in MODELS.items():
        seeds = range(options.seeds if name.startswith(SEEDED) else 1)
        results = []
        for seed in seeds:
            bundle, table = options.work / "model.safetensors", options.work / "predictions.tsv"
            run(
                "srna-train",
                log_rpm if name == NORMALISED else training,
                "--label",
                KEY,
                *arguments,
                "--seed",
                seed,
                "-o",
                bundle,
            )
            run("srna-predict", new, "--model", bundle, "-o", table)
            predictions = pd.read_csv(table, sep="\t")
            refused = (predictions["status"] != "ok")[~known].sum()
            results.append(
                {**figures(predictions[known], truth[known]), f"refused of {(~known).sum()} unseen": refused}
            )
        table_of_model = pd.DataFrame(results)
        spread = table_of_model.std().fillna(0.0)
        rows.append({"model": name, **{c: f"{table_of_model[c].mean():.3f} ± {spread[c]:.3f}" for c in table_of_model}})
    majority = figures(pd.DataFrame({"label": largest, "status": "ok"}, index=truth[known].index), truth[known])
    rows.append({"model": f"majority class ({largest})", **{name: f"{value:.3f}" for name, value in majority.items()}})
    print(f"judged on {int(known.sum())} samples; mean ± standard deviation over {options.seeds} seeds\n")
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()
