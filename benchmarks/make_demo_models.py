"""Make the networks that come with the package, by the demo's own steps and a fixed seed.

    python benchmarks/make_demo_models.py

`srna-tools demo` annotates with them where TensorFlow is not installed, and with --quick. They are smaller than the
published ones, so that the package stays small.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from srna_tools.cli.demo_training import GROUPED, WITH_CONTAMINANTS, import_training, run_step, write_inputs
from srna_tools.cli.srna_normalize import main as srna_normalize
from srna_tools.cli.srna_train import main as srna_train
from srna_tools.simulate import DEMO_MODELS

PLACE = Path(__file__).resolve().parents[1] / "srna_tools" / "simulate" / "models"
SEED = 0
_NETWORK = ("--model", "mlp", "--hidden", "64", "--dropout", "0.5", "--seed", str(SEED), "--threads", "1",
            "--licence", "MIT")  # fmt: skip
# Rarely expressed features left out, logarithms, and blind to how studies differ: of the networks best on new studies.
_EXPRESSED = ("--method", "log-rpm", "--max-zero-fraction", "1", "--min-rpm", "1", "--min-rpm-fraction", "0.2",
              "--scale", "none")  # fmt: skip


def make_demo_models(folder: Path) -> None:
    """Write a bundle for each label of the demo into a folder that exists."""
    target, home = folder.resolve(), Path.cwd()
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        try:
            write_inputs(SEED)
            import_training()
            run_step(srna_normalize, [GROUPED, *_EXPRESSED, "-o", "expressed.h5ad"])
            for label in DEMO_MODELS:
                samples, blind = (
                    ("expressed.h5ad", ["--study-effect", "whiten"]) if label == "tissue" else (WITH_CONTAMINANTS, [])
                )
                run_step(srna_train, [samples, "--label", label, *_NETWORK, *blind, "-o", f"{label}.safetensors"])
                shutil.move(f"{label}.safetensors", target / f"{label}.safetensors")
        finally:
            os.chdir(home)


def main() -> None:
    """Make them in their place in the package, or elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=PLACE, help=f"default: {PLACE}")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    make_demo_models(folder)


if __name__ == "__main__":
    main()
