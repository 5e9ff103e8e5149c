"""Networks that come with the package, trained on the demo's studies: for a first look where nothing can be trained."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from srna_tools.io.output import written_whole

#: Columns that there is a network for; `benchmarks/make_demo_models.py` makes them.
DEMO_MODELS = ("tissue", "sex", "age_group")


def write_demo_models(folder: Path) -> list[Path]:
    """Write the bundles into a folder as ``<label>.safetensors``, and return them in the order of `DEMO_MODELS`."""
    written = []
    for label in DEMO_MODELS:
        name = f"{label}.safetensors"
        with written_whole(folder / name) as partial:
            partial.write_bytes((files("srna_tools.simulate") / "models" / name).read_bytes())
        written.append(folder / name)
    return written
