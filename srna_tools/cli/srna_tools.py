"""srna-tools: the whole chain on simulated data, as a first look and as a check of an installation."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import NEW_FOLDER, Process, executable, seed_option, threads_option
from srna_tools.version import VERSION


class Programs(Process, click.Group):
    """Commands under one name, which can be stopped in order."""


@click.group(cls=Programs, context_settings={"max_content_width": 100}, epilog="For research use only.")
@click.version_option(VERSION, prog_name="srna-tools", message="%(version)s")
def main() -> None:
    """Predict and explain missing sample annotations from small-RNA expression profiles.

    The steps are executables of their own: srna-import, srna-normalize, srna-group, srna-train,
    srna-predict, srna-attribute, srna-enrich, srna-embed and srna-report; each explains itself with
    --help.
    """


@executable("srna-tools demo")
@click.option(
    "-o", "--output", type=NEW_FOLDER, default="demo-output", show_default=True, help="Folder for the results."
)
@click.option(
    "--quick", is_flag=True, help="Annotate with models that come with the package, and explain nothing: some seconds."
)
@seed_option
@threads_option
def demo(*, output: Path, quick: bool, seed: int, threads: int) -> None:
    """Annotate samples of two simulated studies with models trained on six others.

    Writes predictions.tsv, top_features.tsv, report.html and all that lies between into the folder, and
    prints each command, so that it can be repeated on real data. Where TensorFlow is not installed the models
    are those that come with the package.

    Example: srna-tools demo -o demo-output
    """
    from srna_tools.cli.demo import run_demo

    run_demo(output, seed=seed, threads=threads, quick=quick)


main.add_command(demo, "demo")
