"""srna-predict in the slim image: wall seconds of a whole `podman run`, for 100 samples and the paper's network.

    python benchmarks/predict_speed_in_container.py

containers/build.py makes the image. The inputs are those of predict_speed.py; each run is a new container, read-only
and without network, as a cluster starts one for a job.
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

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "containers"))

from engine import Engine, EngineError, engine  # noqa: E402 - a script of another folder
from images import CANNOT, image  # noqa: E402
from predict_speed import SAMPLES, SIZES  # noqa: E402

GOAL_SECONDS = 2.0


def predict(containers: Engine, folder: Path) -> float:
    """Run srna-predict in a container of its own; return its seconds."""
    table = folder / "p.tsv"
    table.unlink(missing_ok=True)
    start = time.perf_counter()
    containers.run(
        "run", "--rm", "--read-only", "--network", "none", "--volume", f"{folder}:/work", "--workdir", "/work",
        image("slim"), "srna-predict", "samples.h5ad", "--model", "model.safetensors", "-o", table.name,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    rows = len(table.read_text().splitlines()) - 1
    if rows != SAMPLES:
        sys.exit(f"srna-predict wrote {rows} rows")
    return seconds


def main() -> None:
    """Draw the inputs, run several containers and print the figures beside the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="runs of srna-predict (default: 5)")
    repeats = parser.parse_args().repeats
    try:
        containers = engine()
    except EngineError as error:
        print(f"containers cannot be run here: {error}", file=sys.stderr)
        sys.exit(CANNOT)
    if not containers.has(image("slim")):
        sys.exit(f"there is no image {image('slim')}; make it with: python3 containers/build.py slim")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw = [sys.executable, str(ROOT / "benchmarks" / "predict_speed.py"), "--draw", name]
        subprocess.run(draw, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
        folder.chmod(0o777)
        predict(containers, folder)  # the first run reads the libraries from disk
        runs = [predict(containers, folder) for _ in range(repeats)]
    print(
        f"srna-predict in {image('slim')}, {SAMPLES} samples x {SIZES[0]:,} features, {repeats} runs, each a container"
    )
    median = statistics.median(runs)
    print(f"wall seconds   median {median:.2f} ({min(runs):.2f} to {max(runs):.2f})   goal {GOAL_SECONDS}")


if __name__ == "__main__":
    main()
