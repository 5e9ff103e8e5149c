"""Import two large public matrices: TCGA miRNA (10,893 samples x 680) and bulk RNA-seq (989 samples x 20,242 genes).

python benchmarks/import_matrix_speed.py    (the data lies in the folder that SRNA_TOOLS_DATA names)
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from public_data import public_data
from whole_process import cost_of

GOAL_SECONDS, GOAL_MEGABYTES = 15, 1500
MATRICES = ("tcga_mirna/precursor_counts.tsv.gz", "bulk_rnaseq/counts.tsv.gz")


def main() -> None:
    """Print the median of several whole-process runs beside the goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    data = public_data()
    print(f"matrix to h5ad, whole process, {options.repeats} runs (goals {GOAL_SECONDS} s, {GOAL_MEGABYTES} MB)")
    with tempfile.TemporaryDirectory() as folder:
        for name in MATRICES:
            output = Path(folder, "large.h5ad")
            costs = [cost_of("srna-import", data / name, "-o", output) for _ in range(options.repeats)]
            seconds = statistics.median(cost.seconds for cost in costs)
            print(f"{name}: median {seconds:.1f} s, peak {max(cost.megabytes for cost in costs):.0f} MB")


if __name__ == "__main__":
    main()
