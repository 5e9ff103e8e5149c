"""Mining of triplets for one epoch: seconds and peak memory at the size of Wartmann et al. 2020's tissue data.

    python benchmarks/triplet_speed.py

1,721 anchors (their SRA samples for training) against 5,480 sources (GTEx), embeddings of 512 dimensions, 16 classes.
The embeddings are random: of other ones other negatives qualify, but the distances are as many.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.models.triplets import mine, sigmoid

ANCHORS, SOURCES, DIMENSIONS, CLASSES = 1721, 5480, 512, 16
MARGIN = 5.0
GOAL_SECONDS = 2
MEBIBYTE = 2**20


def main() -> None:
    """Mine several epochs with one thread, as training does, and print the figures beside the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7, help="epochs (default: 7)")
    repeats = parser.parse_args().repeats
    generator = np.random.default_rng(2020)
    anchors, sources = (
        sigmoid(generator.normal(0, 2, (number, DIMENSIONS)).astype(np.float32)) for number in (ANCHORS, SOURCES)
    )
    codes = generator.integers(0, CLASSES, ANCHORS), np.arange(SOURCES) % CLASSES
    seconds = []
    with threadpool_limits(limits=1):
        for _ in range(repeats):
            started = time.perf_counter()
            mine(anchors, codes[0], sources, codes[1], MARGIN, generator)
            seconds.append(time.perf_counter() - started)
        tracemalloc.start()
        mine(anchors, codes[0], sources, codes[1], MARGIN, generator)
        peak = tracemalloc.get_traced_memory()[1] / MEBIBYTE
    print(f"{ANCHORS:,} anchors x {SOURCES:,} sources, {DIMENSIONS} dimensions, one thread, {repeats} epochs")
    print(f"seconds an epoch   median {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
          f"   goal {GOAL_SECONDS}")  # fmt: skip
    print(f"peak memory        {peak:.0f} MiB beyond the embeddings")


if __name__ == "__main__":
    main()
