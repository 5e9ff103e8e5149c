"""Speed of models of miRNA families on one core: sequences a second, the network beside Keras, training.

    python benchmarks/family_speed.py
    python benchmarks/family_speed.py --kinds cnn kmer --train

The network is the paper's with 165 families and random weights, which changes nothing of what is computed. Sequences
are of Rfam where SRNA_TOOLS_DATA names the folder of the public data, else random ones of the same mean length.
Seconds are of the processor, of one thread. Keras runs in the same process on the same sequences.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from srna_tools.sequences.families import Families
from srna_tools.sequences.letters import clean
from srna_tools.sequences.one_hot import one_hot
from srna_tools.sequences.one_hot_keras import as_keras
from srna_tools.sequences.one_hot_network import OneHotNetwork, directions
from srna_tools.sequences.registry import FAMILY_MODELS

FAMILIES, LONGEST, GOAL = 165, 200, 2500
WIDTHS, FILTERS, HIDDEN = (2, 4, 6, 8, 10, 12, 14, 16), 512, 1024  # Tang & Sun 2019


def draw_families(least: int, most: int) -> Families:
    """Draw families of at least `least` sequences of at most 200 bases, at most `most` of each."""
    generator = np.random.default_rng(2019)
    folder = Path(os.environ["SRNA_TOOLS_DATA"], "rfam_mirna") if "SRNA_TOOLS_DATA" in os.environ else None
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("RF*.fa")) if folder else []:
        records = ["".join(record.splitlines()[1:]) for record in path.read_text().split(">")[1:]]
        kept = [clean(record) for record in dict.fromkeys(records) if len(record) <= LONGEST]
        if len(kept) >= least:
            found[path.stem] = [kept[place] for place in generator.permutation(len(kept))[:most]]
    if not found:
        lengths = generator.integers(60, 141, (FAMILIES, most))
        found = {
            f"family {number}": ["".join(generator.choice(list("ACGU"), size=length)) for length in row]
            for number, row in enumerate(lengths)
        }
    members = np.repeat(np.arange(len(found)), [len(each) for each in found.values()])
    return Families(tuple(found), tuple(sequence for each in found.values() for sequence in each), members)


def random_network() -> OneHotNetwork:
    """Draw the paper's network."""
    generator = np.random.default_rng(0)

    def layer(*shape: int) -> tuple[np.ndarray, np.ndarray]:
        scale = np.sqrt(2 / np.prod(shape[:-1]))
        return (generator.normal(0, scale, shape).astype(np.float32), np.zeros(shape[-1], dtype=np.float32))

    convolutions = tuple(layer(width, 4, FILTERS) for width in WIDTHS)
    centroids = directions(generator.random((FAMILIES, HIDDEN)).astype(np.float32))
    dense = layer(FILTERS * len(WIDTHS), HIDDEN), layer(HIDDEN, FAMILIES)
    return OneHotNetwork(convolutions, dense, centroids, LONGEST)


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Fewest processor seconds of some runs after one that compiles."""
    work()
    costs = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        costs.append(time.process_time() - start)
    return min(costs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--kinds", nargs="*", default=[], choices=sorted(FAMILY_MODELS), help="also train these briefly"
    )
    parser.add_argument("--sequences", type=int, default=1024, help="sequences to score (default: 1024)")
    parser.add_argument("--train", action="store_true", help="train the network on 50 sequences of each family")
    arguments = parser.parse_args()
    families = draw_families(60, 50)
    mixed = np.random.default_rng(1).permutation(len(families.sequences))[: arguments.sequences]
    sequences = [families.sequences[place] for place in mixed]
    length = np.mean([len(sequence) for sequence in sequences])
    print(f"{len(sequences)} sequences, {length:.0f} bases on average, one core")

    network = random_network()
    ours = seconds(lambda: network.scores(sequences))
    print(f"cnn, {FAMILIES} families   {len(sequences) / ours:7,.0f} sequences/s   goal {GOAL:,}")
    model, few = as_keras(network), sequences[:256]
    keras = seconds(lambda: model.predict(one_hot(few, LONGEST), batch_size=64, verbose=0), 1) / len(few)
    print(f"Keras, the same       {1 / keras:7,.0f} sequences/s   {keras * len(sequences) / ours:.1f} times as slow")
    for kind in arguments.kinds:
        few_families = draw_families(60, 10)
        start = time.process_time()
        trained = FAMILY_MODELS[kind].train(few_families, FAMILY_MODELS[kind].settings(), 0, 1).model
        training = time.process_time() - start
        cost = seconds(lambda trained=trained: trained.scores(sequences), 1)
        print(
            f"{kind}, {len(few_families.names)} families of 10   {len(sequences) / cost:7,.0f} sequences/s, "
            f"trained in {training:.0f} s"
        )
    if arguments.train:
        kind = FAMILY_MODELS["cnn"]
        wall, start = time.perf_counter(), time.process_time()
        kind.train(families, kind.settings(), 0, os.cpu_count() or 1)
        print(
            f"training on {len(families.names)} families of 50: {time.perf_counter() - wall:.0f} s, "
            f"of the processor {time.process_time() - start:.0f} s   goal 900 s"
        )


if __name__ == "__main__":
    main()
