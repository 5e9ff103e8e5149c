"""srna-predict as a whole process: wall seconds and peak memory for 100 samples and the paper's network.

    python benchmarks/predict_speed.py

The samples are random counts of about the size of microRNAome's table, the network has random weights: neither
changes what is computed. Every run is a fresh process, as in Galaxy. This parent stays small and imports no numpy,
because Linux hands a parent's peak memory on to the children it starts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from whole_process import Cost, cost_of

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = 100
# Fiosina, Fiosins & Bonn 2019, section 2.3.1, with the features and classes of its tissue model.
SIZES = (2500, 1000, 250, 250, 15)
GOAL_SECONDS, GOAL_MEGABYTES = 1.5, 200


def draw_inputs(folder: Path) -> None:
    """Write the samples and the bundle."""
    import numpy as np
    import pandas as pd
    from scipy import sparse

    from srna_tools import assembly, schema
    from srna_tools.bundle import Bundle, save_bundle
    from srna_tools.io.h5ad import write_samples
    from srna_tools.models.dense_network import DenseNetwork
    from srna_tools.preprocess import Transform, TransformSpecification

    rng = np.random.default_rng(2019)
    abundance = rng.lognormal(2, 3, SIZES[0])
    counts = rng.negative_binomial(1.0, 1.0 / (1.0 + rng.lognormal(0, 0.5, (SAMPLES, 1)) * abundance))
    obs = pd.DataFrame({"dataset": "study"}, index=[f"sample{number}" for number in range(SAMPLES)])
    var = pd.DataFrame(index=[f"hsa-miR-{number}-5p" for number in range(SIZES[0])])
    samples = assembly.assemble(sparse.csr_matrix(counts), obs, var, absent=schema.ABSENT_ZERO)
    write_samples(samples, folder / "samples.h5ad")
    weights = tuple(
        ((rng.normal(size=(n, m)) * np.sqrt(2 / n)).astype(np.float32), np.zeros(m, dtype=np.float32))
        for n, m in pairwise(SIZES)
    )
    transform = Transform.fit(samples, TransformSpecification(max_zero_fraction=1.0))
    classes = tuple(f"tissue {number}" for number in range(SIZES[-1]))
    save_bundle(Bundle("mlp", "tissue", classes, DenseNetwork(weights), transform), folder / "model.safetensors")


def predict(folder: Path) -> Cost:
    """Run srna-predict once."""
    table = folder / "p.tsv"
    cost = cost_of("srna-predict", folder / "samples.h5ad", "--model", folder / "model.safetensors", "-o", table)
    rows = len(table.read_text().splitlines()) - 1
    if rows != SAMPLES:
        sys.exit(f"srna-predict wrote {rows} rows")
    return cost


def main() -> None:
    """Draw the inputs, run srna-predict several times and print the figures beside the goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="runs of srna-predict (default: 5)")
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as name:
        draw = [sys.executable, __file__, "--draw", name]
        subprocess.run(draw, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
        predict(Path(name))  # the first run reads the libraries from disk
        runs = [predict(Path(name)) for _ in range(repeats)]
    seconds, megabytes = statistics.median(run.seconds for run in runs), max(run.megabytes for run in runs)
    print(
        f"srna-predict, {SAMPLES} samples x {SIZES[0]:,} features, network {'-'.join(map(str, SIZES))}, {repeats} runs"
    )
    fastest, slowest = min(runs).seconds, max(runs).seconds
    print(f"wall seconds   median {seconds:.2f} ({fastest:.2f} to {slowest:.2f})   goal {GOAL_SECONDS}")
    print(f"peak memory    {megabytes:.0f} MB                    goal {GOAL_MEGABYTES} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw_inputs(Path(sys.argv[2]))
    else:
        main()
