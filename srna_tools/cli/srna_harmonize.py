"""srna-harmonize: counts -> counts in another namespace of miRNA names."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option
from srna_tools.mirna_names import LEVELS


@executable("srna-harmonize")
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    required=True,
    help="What a name shall stand for: a mature miRNA, its stem-loop, its locus (without species, arm and paralogue "
    "copy number; where mature and stem-loop counts meet) or its family (also without the paralogue's letter).",
)
@click.option(
    "--alias-table",
    type=EXISTING_FILE,
    help="Table of names and their names here, such as those of another miRBase release or of MirGeneDB; a "
    "stem-loop's name applies to its arms too. Columns after the second are not read.",
)
@click.option(
    "--report-output", type=NEW_FILE, help="Table: feature, new_feature, status, reads, share, reason; a row a feature."
)
@output_option("Samples in the new namespace (.h5ad).")
def main(samples: Path, level: str, alias_table: Path | None, report_output: Path | None, output: Path) -> None:
    """Name miRNAs in one way, so that counts of different programs and releases meet.

    Counts of features that become one are added up; the reads of names that have none at the level are lost, and
    the report says which and how many. The members of a merged name (hsa-let-7a-5p/7c-5p) are counted
    together, under the first. Other kinds of RNA keep their names.

    Example: srna-harmonize samples.h5ad --level locus --alias-table MirGeneDB_to_miRBase.csv -o locus.h5ad
    """
    from srna_tools import schema
    from srna_tools.io.aliases import read_aliases
    from srna_tools.io.h5ad import read_samples, write_samples
    from srna_tools.io.output import write_table
    from srna_tools.preprocess.harmonise import harmonise

    aliases = read_aliases(alias_table) if alias_table else {}
    harmonised = harmonise(read_samples(samples), level, aliases)
    parameters = {"level": level} | ({"alias_table": alias_table.name} if alias_table else {})
    schema.record_step(harmonised.samples, "srna-harmonize", parameters)
    write_samples(harmonised.samples, output)
    if report_output:
        write_table(harmonised.report, report_output)
    for line in harmonised.summary():
        click.echo(line)
