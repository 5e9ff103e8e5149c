"""Train every kind of model on the tissue samples of the atlas, whole process; auto chooses among several first.

python benchmarks/train_speed.py    (the data lies in the folder that SRNA_TOOLS_DATA names)
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from public_data import public_data
from whole_process import cost_of

GOAL_MINUTES, GOAL_MINUTES_OF_AUTO = 2, 10
MODELS: dict[str, tuple[str, ...]] = {
    "mlp": (),
    "mlp, whitened": ("--study-effect", "whiten"),
    "domain-adaptation": (),
    "random-forest": ("--no-down-sample",),
    "logistic": (),
    "logistic, whitened": ("--study-effect", "whiten"),
    "linear": (),
    "discriminant": (),
    "auto": (),
}


def main() -> None:
    """Print the time and the memory of each training beside the goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="; ".join(MODELS), help="names separated by semicolons (default: all)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        atlas, samples = Path(folder, "atlas.h5ad"), Path(folder, "samples.h5ad")
        cost_of("srna-import", public_data() / "atlas" / "atlas.h5ad", "--dataset-column", "study", "-o", atlas)
        cost_of("srna-filter", atlas, "--where", "sample_class == 'tissue'", "--label", "tissue", "--min-samples", 2,
                "-o", samples)  # fmt: skip
        print(f"tissues of the atlas, whole process (goals {GOAL_MINUTES} minutes, auto {GOAL_MINUTES_OF_AUTO})")
        for name in options.models.split("; "):
            kind = name.partition(",")[0]
            cost = cost_of("srna-train", samples, "--label", "tissue", "--model", kind, *MODELS[name],
                           "-o", Path(folder, "model.safetensors"))  # fmt: skip
            print(f"{name}: {cost.seconds:.0f} s, peak {cost.megabytes:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
