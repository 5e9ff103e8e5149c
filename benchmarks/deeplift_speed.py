"""DeepLIFT: seconds, memory and agreement of srna_tools.attribute against the deeplift package, in one run.

    python benchmarks/deeplift_speed.py            the size of the paper's atlas: minutes
    python benchmarks/deeplift_speed.py --small    a quick look: not a measurement

Every repeat of every engine is a fresh process, and the engines take turns, so that a busy moment of the machine meets
all of them. The inputs are drawn once and loaded by each process. This parent stays small and imports no numpy, because
Linux hands a parent's peak memory on to the children it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Samples and layers: the paper's network (section 2.3.1) and the classes, features and samples of its tissue groups.
FULL = (2215, (2500, 1000, 250, 250, 15))
SMALL = (200, (500, 200, 50, 50, 5))
RULES = ("rescale", "reveal-cancel")
ENGINES = ("ours rescale", "ours reveal-cancel", "deeplift rescale", "deeplift reveal-cancel")
# Agreement that can be asked of two float32 computations, relative to the largest score (notes of the project).
TOLERANCE = 5e-5
MEBIBYTE = 2**20


def draw_inputs(folder: Path, samples: int, sizes: tuple[int, ...]) -> None:
    """Skewed values in 0..1, as min-max scaled expression has them, and He-initialised weights."""
    import numpy as np

    rng = np.random.default_rng(2019)
    arrays = {"X": rng.random((samples, sizes[0]), dtype=np.float32) ** 4}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        arrays[f"W{layer}"] = (rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32)
        arrays[f"b{layer}"] = (rng.normal(size=outputs) * 0.1).astype(np.float32)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def run_engine(folder: Path, engine: str, threads: int, keep: bool) -> dict[str, float]:
    """Time one engine in this process, without what it takes to import it."""
    import numpy as np

    X = np.load(folder / "X.npy")
    layers = len(list(folder.glob("W*.npy")))
    weights = [(np.load(folder / f"W{layer}.npy"), np.load(folder / f"b{layer}.npy")) for layer in range(layers)]
    reference = np.zeros(X.shape[1], np.float32)
    baseline = peak_memory()
    author, rule = engine.split()
    if author != "deeplift":
        from srna_tools.attribute.deeplift import contributions

        number = np.float64 if author == "exact" else np.float32
        started = time.perf_counter()
        scores = contributions(weights, X, reference, rule, dtype=number, threads=threads)
    else:
        import deeplift.models  # noqa: F401 - TensorFlow with it: the import is not what is timed

        from srna_tools.attribute.deeplift_package import package_contributions

        started = time.perf_counter()
        scores = package_contributions(weights, X, reference, rule, block=1024)
    measured = {"seconds": time.perf_counter() - started, "memory": peak_memory() - baseline, "result": scores.nbytes}
    if keep:
        np.save(folder / f"{engine}.npy", scores)
    return measured


def peak_memory() -> int:
    """Peak resident memory of this process in bytes (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def compare(folder: Path, rule: str) -> dict[str, float]:
    """Largest difference, relative to the largest score, and the number of samples where it exceeds the tolerance."""
    import numpy as np

    scores = {a: np.load(folder / f"{a} {rule}.npy", mmap_mode="r") for a in ("ours", "deeplift", "exact")}
    largest = max(float(np.abs(sample).max()) for sample in scores["exact"])
    found = {}
    for one, other in (("ours", "deeplift"), ("ours", "exact"), ("deeplift", "exact")):
        gaps = [float(np.abs(a - b).max()) / largest for a, b in zip(scores[one], scores[other], strict=True)]
        found[f"{one} {other}"] = max(gaps)
        found[f"{one} {other} samples"] = sum(gap > TOLERANCE for gap in gaps)
    return found


def in_fresh_process(*arguments: str) -> Any:
    """Run one step of this script in a process of its own and return what it printed last."""
    command = [sys.executable, __file__, "--step", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def step(folder: Path, name: str, *details: str) -> None:
    """Do what a child process was started for."""
    answer: Any = None
    if name == "draw":
        draw_inputs(folder, *(SMALL if details[0] == "small" else FULL))
    elif name == "run":
        answer = run_engine(folder, details[0], int(details[1]), details[2] == "keep")
    else:
        answer = compare(folder, details[0])
    print(json.dumps(answer))


def show(runs: dict[str, list[dict[str, float]]], differences: dict[str, dict[str, float]]) -> None:
    """Print the table and what it means."""
    seconds = {engine: statistics.median(run["seconds"] for run in runs[engine]) for engine in ENGINES}
    memory = {engine: max(run["memory"] for run in runs[engine]) / MEBIBYTE for engine in ENGINES}
    result = runs[ENGINES[0]][0]["result"] / MEBIBYTE
    print(f"\n{'engine':<24}{'seconds':>9}{'fastest':>9}{'slowest':>9}{'peak MiB':>10}{'minus result':>14}")
    for engine in ENGINES:
        times = [run["seconds"] for run in runs[engine]]
        print(f"{engine:<24}{seconds[engine]:>9.2f}{min(times):>9.2f}{max(times):>9.2f}"
              f"{memory[engine]:>10.0f}{memory[engine] - result:>14.0f}")  # fmt: skip
    print()
    for rule, found in differences.items():
        ratio = seconds[f"deeplift {rule}"] / seconds[f"ours {rule}"]
        print(f"{rule}: ours is {ratio:.1f} times faster. Largest difference, relative to the largest score: "
              f"{found['ours deeplift']:.1e} (over {TOLERANCE:g} in {found['ours deeplift samples']} samples); "
              f"from float64 ours {found['ours exact']:.1e} ({found['ours exact samples']}), "
              f"deeplift {found['deeplift exact']:.1e} ({found['deeplift exact samples']}).")  # fmt: skip
    print(f"Seconds are medians, imports not counted. Peak is the memory needed beyond numpy and the inputs, imports "
          f"counted; {result:.0f} MiB of it are the result.")  # fmt: skip


def main() -> None:
    """Measure all engines in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a few seconds, to see that it runs")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each engine (default: 3)")
    parser.add_argument(
        "--threads", type=int, default=len(os.sched_getaffinity(0)), help="of ours (default: all cores)"
    )
    options = parser.parse_args()
    samples, sizes = SMALL if options.small else FULL
    print(f"{samples:,} samples, layers {'-'.join(map(str, sizes))}, all classes, float32, reference zero; ours with "
          f"{options.threads} threads, TensorFlow with as many as it likes; {options.repeats} repeats")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        in_fresh_process(folder, "draw", "small" if options.small else "full")
        runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
        for repeat in range(options.repeats):
            for engine in ENGINES:
                keep = "keep" if repeat == 0 else "drop"
                runs[engine].append(in_fresh_process(folder, "run", engine, str(options.threads), keep))
        for rule in RULES:
            in_fresh_process(folder, "run", f"exact {rule}", str(options.threads), "keep")
        differences = {rule: in_fresh_process(folder, "compare", rule) for rule in RULES}
    show(runs, differences)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        step(Path(sys.argv[2]), *sys.argv[3:])
    else:
        main()
