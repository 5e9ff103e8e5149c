"""srna-enrich, sets: which files and rules they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srna_tools.cli.executable import EXISTING_FILE, Function, with_options

if TYPE_CHECKING:
    from srna_tools.io.gmt import FeatureSet

_NONE_GIVEN = "no sets to test; give --sets FILE.gmt, --families, --family-table miFam.dat or --clusters FILE.gff3"


def set_options(function: Function) -> Function:
    """Options of where the sets come from."""
    options = (
        click.option("--sets", "gmt_files", type=EXISTING_FILE, multiple=True, help="Sets as GMT; may repeat."),
        click.option("--name", "names", multiple=True,
                     help="Source in the table instead of the file's name; once per file of --sets."),
        click.option("--families", is_flag=True, help="Families of the miRNAs, by their names: let-7a, let-7f: let-7."),
        click.option("--family-table", type=EXISTING_FILE, help="Families of miRBase (miFam.dat)."),
        click.option("--clusters", type=EXISTING_FILE, help="Genomic clusters, from a GFF3 of miRBase (hsa.gff3)."),
        click.option("--cluster-distance", type=click.IntRange(1), default=10_000, show_default=True,
                     help="Stem-loops of one strand that are fewer bases apart are of one cluster."),
        click.option("--allow-derived", is_flag=True,
                     help="Test sets that were derived from the training data too, and warn of them."),
    )  # fmt: skip
    return with_options(options, function)


def sets_from(
    gmt_files: tuple[Path, ...],
    names: tuple[str, ...],
    families: bool,
    family_table: Path | None,
    clusters: Path | None,
    cluster_distance: int,
) -> Callable[[tuple[str, ...]], list[FeatureSet]]:
    """Read the files, and return what makes of them and of the features the sets.

    Raises
    ------
    UsageError
        Nothing was given, or files have too few or too many names, or the same.
    InputError
        A file cannot be read.
    """
    from srna_tools.attribute.feature_sets import clusters as clusters_of
    from srna_tools.attribute.feature_sets import families_by_name, of_species
    from srna_tools.io.gmt import read_gmt
    from srna_tools.io.mirbase import read_families, read_loci

    if not (gmt_files or families or family_table or clusters):
        raise click.UsageError(_NONE_GIVEN)
    if names and len(names) != len(gmt_files):
        raise click.UsageError(
            f"--name was given {len(names)} times for {len(gmt_files)} files of --sets; give it once per file"
        )
    sources = names or tuple(path.name for path in gmt_files)
    for name, times in Counter(sources).items():
        if times > 1:
            raise click.UsageError(f"two files of sets have the same name ({name}); tell them apart with --name")
    from_files = [one for path, source in zip(gmt_files, sources, strict=True) for one in read_gmt(path, source)]
    if clusters:
        from_files += clusters_of(read_loci(clusters), cluster_distance)
    of_mirbase = read_families(family_table) if family_table else []

    def sets_for(features: tuple[str, ...]) -> list[FeatureSet]:
        by_name = families_by_name(features) if families else []
        return [*from_files, *by_name, *of_species(of_mirbase, features)]

    return sets_for
