"""srna-import: outputs of OASIS 2 and other sRNA quantifiers, matrices and h5ad files -> one AnnData."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, replicate_options
from srna_tools.io.recognise import FORMATS


@executable("srna-import")
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="Format of the inputs; auto recognises it by content.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Name of an input (dataset, or sample for files of one sample), instead of its file name; once per input.",
)
@click.option("--samples", type=EXISTING_FILE, help="Sample sheet (table with a header); joined by sample id.")
@click.option(
    "--sample-column",
    help="Column of the sample sheet with the sample ids, by name or as #2 by its place.  [default: the first]",
)
@click.option(
    "--dataset-column",
    help="Column with the dataset (study) of each sample, in the sample sheet (by name or as #2) or the h5ad.",
)
@click.option(
    "--contaminants",
    type=EXISTING_FILE,
    help="Taxon x sample table, added as contaminant features; imported alone without INPUTS.",
)
@click.option(
    "--species", help="Keep this species' features, e.g. hsa; names without a species prefix stay.  [default: all]"
)
@click.option(
    "--values",
    type=click.Choice(["auto", "counts", "rpm"]),
    default="auto",
    show_default=True,
    help="What the numbers are; auto: counts if whole, else fractional counts.",
)
@replicate_options
@click.option("--report-output", type=NEW_FILE, help="Table of what was read (item, name, number, note).")
@output_option("Samples as AnnData (.h5ad).")
def main(
    inputs: tuple[Path, ...], names: tuple[str, ...], report_output: Path | None, output: Path, **options: Any
) -> None:
    """Read count files into one AnnData.

    INPUTS are OASIS 2 archives (.zip), their unpacked folders or count files; outputs of miRge3, miRDeep2, exceRpt,
    sRNAbench, mirtop, seqbuster, smallrnaseq, featureCounts and nf-core/smrnaseq; plain matrices (features x samples
    or the reverse); or h5ad files. Folders hold the files of one sample (exceRpt, sRNAbench) or of many. Each archive,
    folder or matrix is one dataset; docs/files.md says which counts are taken from each format.

    Example: srna-import study1.zip study2.zip --samples sheet.tsv --species hsa -o samples.h5ad
    """
    from srna_tools.errors import counted
    from srna_tools.io.h5ad import write_samples
    from srna_tools.io.importing import ImportSettings, import_samples
    from srna_tools.io.output import write_table

    files = max(len(inputs), 1)
    if names and len(names) != files:
        raise click.UsageError(f"--name was given {len(names)} times for {files} inputs; give it once per input")
    samples, report = import_samples(inputs, ImportSettings(names=names, **options))
    write_samples(samples, output)
    if report_output:
        write_table(report.to_table(), report_output)
    for note in report.notes():
        click.echo(f"note: {note}")
    read, datasets = counted(samples.n_obs, "sample"), counted(samples.obs["dataset"].nunique(), "dataset")
    click.echo(f"read {read} of {datasets} with {counted(samples.n_vars, 'feature')}")
