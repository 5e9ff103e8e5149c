"""srna-family-structure: sequences -> base pairs, best structures, and pictures of their matrices."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import (
    EXISTING_FILE,
    NEW_FILE,
    NEW_FOLDER,
    executable,
    output_option,
    threads_option,
)
from srna_tools.cli.family_options import part_option
from srna_tools.extras import require_installed
from srna_tools.sequences.structure_folding import THRESHOLD
from srna_tools.sequences.structure_matrices import MATRICES


@executable("srna-family-structure")
@click.argument("sequences", type=EXISTING_FILE)
@click.option(
    "--sequence",
    "names",
    multiple=True,
    help="Id of a sequence to fold; may repeat.  [default: all]",
)
@part_option
@click.option(
    "--matrix",
    type=click.Choice(MATRICES),
    default="mixed",
    show_default=True,
    help="What the pictures show: the bases of each pair, its probability, or both.",
)
@click.option("--ordered/--unordered", default=True, show_default=True, help="Whether a pair AU is told apart from UA.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    default=THRESHOLD,
    show_default=True,
    help="Least probability of a pair.",
)
@click.option("--structure-output", type=NEW_FILE, help="Table: sequence, length, structure, energy (kcal/mol).")
@click.option("--image-dir", type=NEW_FOLDER, help="Folder for a picture (PNG) of each sequence's matrix.")
@click.option("--plot-output", type=NEW_FILE, help="Picture of one sequence's matrix: SVG if so named, else PNG.")
@threads_option
@output_option("Table: sequence, first, second (counted from 1), first_base, second_base, probability.")
def main(
    *,
    sequences: Path,
    names: tuple[str, ...],
    part: str,
    matrix: str,
    ordered: bool,
    threshold: float,
    structure_output: Path | None,
    image_dir: Path | None,
    plot_output: Path | None,
    threads: int,
    output: Path,
) -> None:
    """Fold RNA, and show what a network on structure matrices sees of it.

    ViennaRNA computes how probable each base pair is over all structures of a sequence. The pictures are the
    matrices of Tang & Sun 2019; in a mixed one green is the probability, and blue the number of the pair's bases.

    Example: srna-family-structure hairpins.fa --sequence mir-1 --plot-output mir-1.png -o pairs.tsv
    """
    from srna_tools.io.sequence_inputs import read_sequences
    from srna_tools.sequences.structure_matrices import Encoding
    from srna_tools.sequences.structure_tables import PictureFiles, chosen, write_structures

    require_installed("RNA")
    encoding = Encoding(matrix, ordered, threshold)
    records = chosen(read_sequences(sequences, part), names)
    if image_dir:
        records = iter(list(records))  # what cannot be read is found before pictures are written
    pictures = PictureFiles(encoding, image_dir, plot_output)
    summary = write_structures(records, threshold, output, structure_output, pictures, threads)
    for sentence in summary.sentences():
        click.echo(sentence)
