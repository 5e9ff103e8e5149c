"""srna-family-attribute, motifs: what the filters of the network see in the sequences of each family."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.executable import NEW_FILE, NEW_FOLDER, Function, with_options

if TYPE_CHECKING:
    from srna_tools.sequences.motifs_output import FamilyMotifs

_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option("--motifs-output", type=NEW_FILE, help="Table of the motifs of each family; models of kind cnn only."),
    click.option("--meme-output", type=NEW_FILE, help="The motifs in MEME's minimal format, for Tomtom or FIMO."),
    click.option("--logo-dir", type=NEW_FOLDER, help="Folder for the logos of the motifs, a PNG a family."),
    click.option("--top-motifs", type=click.IntRange(1), default=5, show_default=True, help="Motifs of each family."),
)
_MOST_NAMED = 10


def motif_options(function: Function) -> Function:
    """``--motifs-output``, ``--meme-output``, ``--logo-dir``, ``--top-motifs``."""
    return with_options(_OPTIONS, function)


def motifs_wanted(options: Mapping[str, Any]) -> bool:
    """Whether any output of motifs was asked for."""
    return any(options[name] for name in ("motifs_output", "meme_output", "logo_dir"))


def write_motifs(found: Sequence[FamilyMotifs], options: Mapping[str, Any]) -> None:
    """Write what was asked for of the motifs of families; logos, which may lack a library, before the tables."""
    from srna_tools.io.output import write_table, write_text
    from srna_tools.sequences.motifs_output import meme_text, motif_table

    if options["logo_dir"]:
        from srna_tools.report.family_motifs import draw_all_motifs

        draw_all_motifs(found, Path(options["logo_dir"]))
    if options["motifs_output"]:
        write_table(motif_table(found), options["motifs_output"])
    if options["meme_output"]:
        write_text(meme_text(found), options["meme_output"])


def motif_sentences(found: Sequence[FamilyMotifs], families: int) -> Iterator[str]:
    """Say what was found in so many families."""
    from srna_tools.errors import counted
    from srna_tools.sequences.motifs_output import motif_table

    for one in found[:_MOST_NAMED]:
        rows = motif_table([one]).to_dict("records")
        named = ", ".join(f"{row['consensus']} around base {row['start']:.0f}{_in_mature(row)}" for row in rows)
        yield f"motifs of {one.family} in {counted(len(one.sequences), 'sequence')}: {named or 'none'}"
    if len(found) > _MOST_NAMED:
        yield f"motifs of {counted(len(found) - _MOST_NAMED, 'further family', 'further families')} are in the outputs"
    if families > len(found):
        number = counted(families - len(found), "family", "families")
        yield f"without motifs: {number} of a single sequence"


def _in_mature(row: Mapping[Any, Any]) -> str:
    return f" ({100 * row['mature_share']:.0f} % in {row['mature']})" if row.get("mature") else ""
