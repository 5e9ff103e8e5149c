"""Carry out one of the papers' experiments, and write its section of docs/experiments.md or docs/explanations.md.

    python benchmarks/experiment.py benchmarks/experiments/10_tissue_groups_9.toml
    python benchmarks/experiment.py --summary
    python benchmarks/experiment.py --summary --document docs/explanations.md

An experiment that was stopped goes on where it was when it is called again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from laboratory.configuration import Experiment, read_experiment
from laboratory.document import with_section, with_summary
from laboratory.kinds import KINDS, parameters_of
from laboratory.section import section_of
from laboratory.surroundings import Surroundings
from public_data import public_data

from srna_tools.errors import SrnaToolsError
from srna_tools.io.output import write_text

_DOCUMENTS = Path(__file__).resolve().parents[1] / "docs"


def carry_out(configuration: Path, work: Path, document: Path | None, threads: int) -> None:
    """Carry out one experiment, and write its section."""
    experiment = read_experiment(configuration)
    document = document or _DOCUMENTS / experiment.document
    parameters = parameters_of(experiment, configuration)
    images = document.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    surroundings = Surroundings(public_data(), (work / experiment.name).resolve(), images, threads)
    outcome = KINDS[experiment.kind].carry_out(experiment, parameters, surroundings)
    text = section_of(experiment, outcome)
    write_text(with_section(document.read_text(encoding="utf-8"), experiment.name, text), document)
    print(text)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configurations", nargs="*", type=Path, help="configuration files (.toml)")
    parser.add_argument("--summary", action="store_true", help="write the summary anew from the sections")
    parser.add_argument(
        "--document", type=Path,
        help="the document that is written (default: the one that a configuration names; summary: docs/experiments.md)",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=2, help="fits at a time (default: 2)")
    parser.add_argument(
        "--work", type=Path, default=Path("benchmark-output/experiments"), help="folder for what lies between"
    )
    options = parser.parse_args()
    if not options.configurations and not options.summary:
        parser.error("give a configuration, or --summary")
    try:
        for configuration in options.configurations:
            carry_out(configuration, options.work, options.document, options.threads)
        if options.summary:
            document = options.document or _DOCUMENTS / Experiment.document
            write_text(with_summary(document.read_text(encoding="utf-8")), document)
    except SrnaToolsError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
