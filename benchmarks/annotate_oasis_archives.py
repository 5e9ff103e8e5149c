"""Annotate four real OASIS 2 archives with models that never saw their studies.

Trains on the tissue samples of microRNAome without the studies 31, 37, 45 and 59 (which the archives are
made of) and without runs whose labels are known to be swapped, on the tissue groups of Fiosina 2019, and
compares the predictions with the published tissues. Every model is judged first by leaving out one of the training
studies after the other, which calibrates its probabilities. Everything runs through the executables.

    python benchmarks/annotate_oasis_archives.py
"""

from __future__ import annotations

import argparse
import json
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
    "mlp (log-RPM; whitened)": ["--model", "mlp", "--study-effect", "whiten"],
    "discriminant": ["--model", "discriminant"],
    "auto": ["--model", "auto"],
}
SEEDED = ("mlp", "random-forest")
NORMALISED = ("mlp (log-RPM)", "mlp (log-RPM; whitened)")
ALL_SAMPLES, WHITENED = "forest-all", "mlp-whitened"
VARIANTS = {
    ALL_SAMPLES: {"kind": "random-forest", "settings": {"down_sample": False}},
    WHITENED: {"kind": "mlp", "settings": {"study_effect": "whiten"}},
}


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


def judge(training: Path, models: str, work: Path) -> Path:
    """Evaluate models by leaving out one training study after the other; return the record for srna-train."""
    settings = work / "models.json"
    settings.write_text(json.dumps(VARIANTS))
    record, metrics = work / f"{training.stem}_evaluation.json", work / f"{training.stem}_metrics.tsv"
    run("srna-evaluate", training, "--label", KEY, "--models", models, "--model-settings", settings,
        "--resume", work / "fits", "--evaluation-output", record, "-o", metrics)  # fmt: skip
    return record


def annotated(new: Path, training: Path, arguments: list[object], work: Path) -> pd.DataFrame:
    """Train a model and predict the archives with it."""
    bundle, table = work / "model.safetensors", work / "predictions.tsv"
    run("srna-train", training, "--label", KEY, *arguments, "-o", bundle)
    run("srna-predict", new, "--model", bundle, "-o", table)
    return pd.read_csv(table, sep="\t")


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


def evaluated_as(name: str) -> str:
    """Name of a model in the evaluation; empty for auto, which calibrates what it chooses itself."""
    arguments = MODELS[name]
    special = {"--no-down-sample": ALL_SAMPLES, "--study-effect": WHITENED, "auto": ""}
    return next((special[word] for word in arguments if word in special), arguments[1])


def evaluated(names: list[str], normalised: bool) -> list[str]:
    """Names in the evaluation of the models that take the normalised table, or the other."""
    return [evaluated_as(name) for name in names if (name in NORMALISED) == normalised and evaluated_as(name)]


def calibrations(name: str, records: dict[Path, Path], table: Path) -> list[tuple[str, list[object]]]:
    """A model as it is and calibrated."""
    if not evaluated_as(name):
        return [(f"{name}, calibrated", [])]
    calibrated = ["--evaluation", records[table], "--evaluated-as", evaluated_as(name)]
    return [(name, []), (f"{name}, calibrated", calibrated)]


def main() -> None:
    """Print one row a model: mean and standard deviation over seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="fits of each model in which chance plays (default: 5)")
    parser.add_argument("--models", default="|".join(MODELS), help="names separated by | (default: all)")
    parser.add_argument(
        "--work", type=Path, default=Path("benchmark-output/oasis"), help="folder for what lies between"
    )
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    training, new = prepare(public_data(), options.work)
    learned = read_samples(training).obs[KEY].dropna().astype(str)
    log_rpm = options.work / "tissues_log_rpm.h5ad"
    run("srna-normalize", training, "--method", "log-rpm", "-o", log_rpm)
    records = {
        table: judge(table, ",".join(judged), options.work)
        for table in (log_rpm, training)
        if (judged := evaluated(options.models.split("|"), table == log_rpm))
    }
    samples = read_samples(new)
    truth = samples.obs[KEY].astype(str)
    known = truth.isin(set(learned)).to_numpy()
    largest = learned.value_counts().idxmax()
    sizes = ", ".join(f"{name} {number}" for name, number in learned.value_counts().items())
    print(f"training: {len(learned)} tissue samples, {learned.nunique()} groups ({sizes})")
    print(f"archives: {len(truth)} samples; groups the training never saw: {sorted(set(truth[~known])) or 'none'}")
    rows = []
    for name in options.models.split("|"):
        arguments = MODELS[name]
        table = log_rpm if name in NORMALISED else training
        for title, more in calibrations(name, records, table):
            results = []
            for seed in range(options.seeds if name.startswith(SEEDED) else 1):
                predictions = annotated(new, table, [*arguments, *more, "--seed", seed], options.work)
                refused = (predictions["status"] != "ok")[~known].sum()
                of_known = figures(predictions[known], truth[known])
                results.append({**of_known, f"refused of {(~known).sum()} unseen": refused})
            found = pd.DataFrame(results)
            spread = found.std().fillna(0.0)
            rows.append({"model": title, **{c: f"{found[c].mean():.3f} ± {spread[c]:.3f}" for c in found}})
    majority = figures(pd.DataFrame({"label": largest, "status": "ok"}, index=truth[known].index), truth[known])
    rows.append({"model": f"majority class ({largest})", **{name: f"{value:.3f}" for name, value in majority.items()}})
    print(f"judged on {int(known.sum())} samples; mean ± standard deviation over {options.seeds} seeds\n")
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()
