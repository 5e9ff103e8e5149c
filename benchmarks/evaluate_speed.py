"""Five-fold cross-validation of the published network: srna-evaluate against five Keras fits one after another.

    python benchmarks/evaluate_speed.py                3 turns of each, about 12 minutes
    python benchmarks/evaluate_speed.py --turns 1

2,215 samples of 2,500 features and 15 classes, the paper's size, drawn at random. The peer is what a script does: Keras
as it comes, with its own threads, on values that are already normalised, in one process. Ours is the whole executable:
reading, normalising inside each fold, fitting side by side, metrics with their intervals. They take turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES, FEATURES, CLASSES, FOLDS = 2215, 2500, 15, 5
ROOT = Path(__file__).resolve().parents[1]


def draw(folder: Path) -> None:
    """Write counts with classes that can be told apart as a table, import them, and save normalised values."""
    import numpy as np
    import pandas as pd

    from srna_tools.io.h5ad import read_samples
    from srna_tools.preprocess.specification import PUBLISHED
    from srna_tools.preprocess.transform import Transform

    generator = np.random.default_rng(2019)
    classes = generator.integers(0, CLASSES, SAMPLES)
    profile = generator.lognormal(3.0, 1.5, FEATURES) * generator.lognormal(0.0, 0.5, (CLASSES, FEATURES))
    counts = generator.poisson(profile[classes] * generator.gamma(2.0, 0.5, (SAMPLES, FEATURES)) + 1)
    names = [f"s{number:04}" for number in range(SAMPLES)]
    features = [f"hsa-miR-{number}" for number in range(1, FEATURES + 1)]
    pd.DataFrame(counts.T, index=features, columns=names).to_csv(folder / "counts.tsv", sep="\t")
    sheet = pd.DataFrame({"sample": names, "dataset": np.arange(SAMPLES) % 20, "tissue": classes})
    sheet.assign(tissue="class " + sheet["tissue"].astype(str)).to_csv(folder / "sheet.tsv", sep="\t", index=False)
    run("srna-import", folder / "counts.tsv", "--samples", folder / "sheet.tsv", "-o", folder / "samples.h5ad")
    samples = read_samples(folder / "samples.h5ad")
    np.save(folder / "values.npy", Transform.fit(samples, PUBLISHED).apply(samples).values)
    np.save(folder / "classes.npy", classes)


def five_keras_fits(folder: Path) -> None:
    """Fit the network of Fiosina et al. 2019 on each fold with Keras as it comes, and predict the rest."""
    import keras
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    values, classes = np.load(folder / "values.npy"), np.load(folder / "classes.npy")
    one_hot = np.eye(CLASSES, dtype=np.float32)[classes]
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(values, classes):
        network = keras.Sequential([keras.Input((values.shape[1],))])
        for width, rate in ((1000, 0.5), (250, 0.4), (250, 0.4)):
            network.add(keras.layers.Dense(width, activation="relu"))
            network.add(keras.layers.Dropout(rate))
        network.add(keras.layers.Dense(CLASSES, activation="softmax"))
        network.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        network.fit(values[train], one_hot[train], epochs=50, batch_size=30, verbose=0)
        network.predict(values[test], verbose=0)


def run(*arguments: object) -> float:
    """Run an executable of the suite or this script; return its seconds."""
    program = Path(sys.executable).parent / str(arguments[0])
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    start = time.perf_counter()
    done = subprocess.run(
        [str(program), *map(str, arguments[1:])], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        sys.exit(f"{arguments[0]} failed:\n{done.stderr}")
    if arguments[0] == "srna-evaluate":
        print(next(line for line in done.stdout.splitlines() if "fits" in line), flush=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the seconds of every turn, their medians, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=3, help="runs of each (default: 3)")
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        five_keras_fits(options.peer)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder)
        ours, theirs = [], []
        for turn in range(options.turns):
            theirs.append(run(Path(sys.executable).name, __file__, "--peer", folder))
            ours.append(
                run("srna-evaluate", folder / "samples.h5ad", "--label", "tissue", "--models", "mlp",
                    "--scheme", "kfold", "-o", folder / "metrics.tsv")
            )  # fmt: skip
            print(f"turn {turn + 1}: five Keras fits {theirs[-1]:.1f} s, srna-evaluate {ours[-1]:.1f} s", flush=True)
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"median: five Keras fits {peer:.1f} s, srna-evaluate {mine:.1f} s, ratio {mine / peer:.2f}")


if __name__ == "__main__":
    main()
