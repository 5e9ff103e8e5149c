"""Import one OASIS 2 archive of 1,000 samples with 5,000 non-zero rows each; the goals are 10 s and 1 GB.

python benchmarks/import_speed.py
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from whole_process import cost_of

SAMPLES, ROWS, FEATURES = 1000, 5000, 6000
GOAL_SECONDS, GOAL_MEGABYTES = 10, 1000


def write_archive(path: Path) -> None:
    """Write an archive whose samples each name 5,000 of 6,000 sRNAs."""
    generator = np.random.default_rng(0)
    names = [f"hsa-miR-{number}-5p" for number in range(FEATURES)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("summary.html", "<html></html>")
        for sample in range(SAMPLES):
            chosen = generator.permutation(FEATURES)[:ROWS]
            counts = generator.integers(1, 100_000, ROWS)
            rows = "".join(f"{names[feature]}\t{count}\n" for feature, count in zip(chosen, counts, strict=True))
            archive.writestr(f"data/counts/S{sample}_allspeciesCounts.txt", rows)


def main() -> None:
    """Print the median of several whole-process runs beside the goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "large.zip")
        write_archive(archive)
        costs = [cost_of("srna-import", archive, "-o", Path(folder, "large.h5ad")) for _ in range(options.repeats)]
    seconds = statistics.median(cost.seconds for cost in costs)
    megabytes = max(cost.megabytes for cost in costs)
    print(f"{SAMPLES:,} samples x {ROWS:,} non-zero rows, archive to h5ad, whole process, {options.repeats} runs")
    print(f"median {seconds:.1f} s (goal {GOAL_SECONDS}), peak {megabytes:.0f} MB (goal {GOAL_MEGABYTES})")


if __name__ == "__main__":
    main()
