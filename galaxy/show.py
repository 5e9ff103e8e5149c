"""Show the suite in a real Galaxy: ``make galaxy``. Ends with Ctrl-C."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import Any

from api import Galaxy
from places import GALAXY, OWNER, TEST_DATA, WORKFLOWS, settings
from server import free_port, running

_LOAD_SECONDS = 300
_PORT = 8080


def fill(galaxy: Galaxy) -> list[dict[str, Any]]:
    """Load the workflows, and a history with everything that they need; return its datasets."""
    for workflow in sorted(WORKFLOWS.glob("*/*.ga")):
        galaxy.import_workflow(workflow)
    history = galaxy.new_history("srna-tools demo (simulated data)")
    singles = (
        "samples.tsv", "tiny.obo", "tissue.safetensors", "sex.safetensors", "samples.h5ad",
        "candidates.fa", "unknown.fa", "mature.fa", "family.safetensors", "family_cnn.safetensors",
    )  # fmt: skip
    galaxy.load(history, [TEST_DATA / name for name in singles])
    galaxy.load(history, sorted(TEST_DATA.glob("study*.zip")), "OASIS 2 archives")
    galaxy.load(history, sorted(TEST_DATA.glob("family_?.fa")), "Families")
    return galaxy.wait(history, _LOAD_SECONDS)


def _free(port: int) -> int:
    """Return the port if nobody listens on it, else another."""
    import socket

    with socket.socket() as probe:
        return port if probe.connect_ex(("127.0.0.1", port)) else free_port()


def main() -> None:
    """Start, fill, print the address and wait."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    port = int(os.environ.get("PORT", _free(_PORT)))
    with tempfile.TemporaryDirectory(prefix="srna-tools-galaxy-") as folder:
        chosen = settings(Path(folder), port, owner=OWNER)
        print(f"starting Galaxy on {chosen.url} (about a minute)")
        try:
            with running(chosen, GALAXY):
                fill(Galaxy(chosen.url, chosen.admin_key).with_user(chosen.administrator))
                print(f"\nOpen {chosen.url} - the tools are in the section srna-tools, the demo history is loaded.")
                print("Ctrl-C stops it.", flush=True)
                signal.pause()
        except KeyboardInterrupt:
            print("\nstopped")


if __name__ == "__main__":
    main()
