"""srna-family-attribute: sequences and a model of families -> which bases decided, and the motifs of the families."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, threads_option
from srna_tools.cli.family_motifs import motif_options, motif_sentences, motifs_wanted, write_motifs
from srna_tools.cli.family_options import part_option
from srna_tools.errors import InputError, SrnaToolsError, counted, listed
from srna_tools.extras import require_installed

if TYPE_CHECKING:
    import pandas as pd

    from srna_tools.sequences.base_attribution import BaseScores
    from srna_tools.sequences.base_attribution_inputs import Explainable
    from srna_tools.sequences.family_bundle import FamilyBundle
    from srna_tools.sequences.motifs_mature import MatureIndex
    from srna_tools.sequences.motifs_output import FamilyMotifs

_METHODS = ("auto", "substitution", "deeplift")
_DRAWN, _MOST_DRAWN = 4, 20


@executable("srna-family-attribute")
@click.argument("sequences", type=EXISTING_FILE)
@click.option("--model", required=True, type=EXISTING_FILE, help="Model bundle (.safetensors) from srna-family-train.")
@click.option(
    "--sequence",
    "chosen",
    multiple=True,
    help="Id of a sequence to explain; may repeat. Motifs are of all sequences.  [default: all]",
)
@click.option("--family", help="Explain this family instead of the predicted ones; motifs are of it in all sequences.")
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    default="auto",
    show_default=True,
    help="substitution: what is lost when another letter takes a base's place, for every kind of model; deeplift: "
    "contributions through the network, kind cnn; auto: deeplift where possible.",
)
@part_option
@click.option(
    "--plot-output",
    type=NEW_FILE,
    help=f"Picture (PNG or SVG): letters as tall as their scores; of the chosen sequences, else the first {_DRAWN}.",
)
@click.option(
    "--mature",
    type=EXISTING_FILE,
    help="FASTA of mature miRNAs, as miRBase's mature.fa, to be found in the sequences: marked in the picture and "
    "compared with the motifs.",
)
@motif_options
@threads_option
@output_option("Table: sequence, family, position, base, score.")
def main(
    *,
    sequences: Path,
    model: Path,
    chosen: tuple[str, ...],
    family: str | None,
    method: str,
    part: str,
    plot_output: Path | None,
    mature: Path | None,
    threads: int,
    output: Path,
    **options: Any,
) -> None:
    """Explain which bases of a sequence speak for its miRNA family, and what a network sees in a family.

    The score of a base is its part in the lead of the family's logit over the mean of all families' logits.

    Motifs are the windows of the filters that the sequences of a family activate most often (models of kind cnn). A
    sequence counts for its predicted family if it is accepted, or for that of --family.

    Example: srna-family-attribute novel.fa --model families.safetensors -o bases.tsv --plot-output bases.png
    """
    from srna_tools.io.output import table_in_parts
    from srna_tools.sequences.base_attribution import base_scores, method_for
    from srna_tools.sequences.base_attribution_inputs import read_explainable
    from srna_tools.sequences.family_bundle import load_family_bundle
    from srna_tools.sequences.motifs_families import motifs_of_families, require_filters
    from srna_tools.sequences.registry import FAMILY_MODELS

    if mature and not (plot_output or motifs_wanted(options)):
        raise click.UsageError("--mature marks mature miRNAs in --plot-output and in motifs; ask for one of these")
    if plot_output and len(chosen) > _MOST_DRAWN:
        raise click.UsageError(f"--plot-output draws up to {_MOST_DRAWN} sequences, not {len(chosen)}")
    for word, drawn in (("--plot-output", plot_output), ("--logo-dir", options["logo_dir"])):
        if drawn:
            require_installed("logomaker", needed_by=word)
    bundle = load_family_bundle(model)
    require_installed(*FAMILY_MODELS[bundle.kind].scores_with, needed_by=f"the model of kind {bundle.kind}")
    number = _number_of(family, bundle)
    used = method_for(method, bundle.model)
    if motifs_wanted(options):
        require_filters(bundle)
    index = _mature_index(mature)
    given = read_explainable(bundle, sequences, part, threads)
    places = given.places_of(chosen)
    texts = [given.sequences[place] for place in places]
    sentences = [f"explained by {used}: {counted(len(places), 'sequence')}", *filter(None, [given.left_out])]
    motifs: Sequence[FamilyMotifs] = ()
    if motifs_wanted(options):
        families = given.by_family(family)
        motifs = motifs_of_families(bundle, families, most=options["top_motifs"], mature=index)
        sentences += motif_sentences(motifs, len(families))
    # The table appears when pictures and motifs are written, or not at all.
    with table_in_parts(output) as write:
        scored = base_scores(bundle.model, texts, method=used, family=number, threads=threads)
        first = _write_bases(bundle, given, zip(places, scored, strict=True), len(places), write)
        if motifs_wanted(options):
            write_motifs(motifs, options)
        if plot_output:
            from srna_tools.report.family_bases import draw_bases

            drawn = list(first)[: None if chosen else _DRAWN]
            draw_bases(bundle, given, {place: first[place] for place in drawn}, used, index, plot_output)
    for sentence in sentences:
        click.echo(sentence)


def _number_of(family: str | None, bundle: FamilyBundle) -> int | None:
    """Number of the family that the user wants explained."""
    if family is None:
        return None
    if family not in bundle.families:
        raise SrnaToolsError(f"the model has no family '{family}'; it has {listed(bundle.families)}")
    return bundle.families.index(family)


def _mature_index(path: Path | None) -> MatureIndex | None:
    from srna_tools.io.fasta import read_fasta
    from srna_tools.sequences.motifs_mature import SHORTEST_MATURE, MatureIndex

    if path is None:
        return None
    index = MatureIndex((record.name, record.sequence) for record in read_fasta(path))
    if not len(index):
        raise InputError(path, f"has no sequence of at least {SHORTEST_MATURE} nt; give mature miRNAs")
    return index


def _write_bases(
    bundle: FamilyBundle, given: Explainable, scored: Iterable[tuple[int, BaseScores]], total: int,
    write: Callable[[pd.DataFrame], None],
) -> dict[int, BaseScores]:  # fmt: skip
    """Write the scores of all bases while they come; returns those of the first sequences by their rows."""
    import pandas as pd
    from tqdm import tqdm

    first: dict[int, BaseScores] = {}
    for place, scores in tqdm(scored, total=total, desc="explaining", unit="sequence", disable=None):
        sequence = given.sequences[place]
        columns = {
            "sequence": given.table["sequence"][place],
            "family": bundle.families[scores.family],
            "position": range(1, len(sequence) + 1),
            "base": list(sequence),
            "score": scores.scores,
        }
        write(pd.DataFrame(columns))
        if len(first) < _MOST_DRAWN:
            first[place] = scores
    return first
