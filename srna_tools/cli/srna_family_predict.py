"""srna-family-predict: sequences and a model of families -> one row a sequence."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srna_tools.cli.executable import EXISTING_FILE, FRACTION, NEW_FILE, executable, output_option, threads_option
from srna_tools.cli.family_options import part_option
from srna_tools.extras import require_installed

if TYPE_CHECKING:
    from srna_tools.sequences.family_bundle import FamilyBundle
    from srna_tools.sequences.open_set import OpenSet
    from srna_tools.sequences.prediction import PredictedBlock

_Write = Callable[["PredictedBlock"], None]
_MOST_NAMED = 5


@executable("srna-family-predict")
@click.argument("sequences", type=EXISTING_FILE)
@click.option("--model", required=True, type=EXISTING_FILE, help="Model bundle (.safetensors) from srna-family-train.")
@click.option(
    "--threshold",
    type=float,
    help="Accept sequences whose score is at least this, instead of the threshold of the model.",
)
@click.option(
    "--fpr",
    type=FRACTION,
    help="Choose the threshold so that at most this share of sequences of no family is accepted.",
)
@click.option(
    "--both-strands", is_flag=True, help="Try the reverse complement, too; the strand of higher score counts."
)
@part_option
@click.option(
    "--over-long",
    type=click.Choice(["reject", "truncate"]),
    default="reject",
    show_default=True,
    help="What becomes of sequences longer than the model takes; truncate judges them by their first bases.",
)
@click.option("--accepted-output", type=NEW_FILE, help="FASTA of the accepted sequences, with family and probability.")
@click.option("--probabilities-output", type=NEW_FILE, help="Table of the probabilities of all families.")
@threads_option
@output_option("Table: sequence, family, probability, status, reason, runner_up, margin, score, strand, length.")
def main(
    *,
    sequences: Path,
    model: Path,
    threshold: float | None,
    fpr: float | None,
    both_strands: bool,
    part: str,
    over_long: str,
    accepted_output: Path | None,
    probabilities_output: Path | None,
    threads: int,
    output: Path,
) -> None:
    """Predict the miRNA family of every sequence, or reject it.

    SEQUENCES is FASTA (plain or gzip) of any size, an OASIS archive or a miRDeep2 result with novel miRNAs.

    A sequence is 'accepted' where its score is at least the threshold, else 'rejected', as it looks like no family that
    the model knows, is over-long, too short, or has many unknown letters; the reason says which. The family of a
    rejected one is the most similar.

    Example: srna-family-predict novel.fa --model families.safetensors -o predictions.tsv
    """
    from tqdm import tqdm

    from srna_tools.io.sequence_inputs import read_sequences
    from srna_tools.sequences.family_bundle import load_family_bundle
    from srna_tools.sequences.prediction import Rules, predict
    from srna_tools.sequences.registry import FAMILY_MODELS

    if threshold is not None and fpr is not None:
        raise click.UsageError("--threshold and --fpr both set the threshold; give one of them")
    if any(value is not None and not math.isfinite(value) for value in (threshold, fpr)):
        raise click.UsageError("--threshold and --fpr must be finite numbers")
    bundle = load_family_bundle(model)
    require_installed(*FAMILY_MODELS[bundle.kind].scores_with, needed_by=f"the model of kind {bundle.kind}")
    open_set = _threshold(bundle, threshold, fpr)
    chosen = open_set.threshold if open_set else threshold
    kinds: Counter[str] = Counter()
    families: Counter[str] = Counter()
    with _written(bundle, output, accepted_output, probabilities_output) as write:
        records = tqdm(read_sequences(sequences, part), desc="sequences", unit="sequence", disable=None)
        for block in predict(bundle, records, Rules(chosen, both_strands, over_long), threads=threads):
            write(block)
            kinds.update(block.kinds)
            families.update(block.table["family"][[not kind for kind in block.kinds]])
    for line in _summary(bundle, open_set, chosen, kinds, families):
        click.echo(line)


def _threshold(bundle: FamilyBundle, threshold: float | None, fpr: float | None) -> OpenSet | None:
    """The open set of the model, with the threshold that the user wants."""
    from srna_tools.errors import BundleError
    from srna_tools.sequences.open_set import at_fpr, at_threshold

    if bundle.open_set is None:
        if fpr is not None:
            raise BundleError("the model was trained without calibration, so --fpr has no threshold; give --threshold")
        return None
    if fpr is not None:
        return at_fpr(bundle.open_set, fpr)
    return bundle.open_set if threshold is None else at_threshold(bundle.open_set, threshold)


@contextlib.contextmanager
def _written(
    bundle: FamilyBundle, output: Path, accepted_output: Path | None, probabilities_output: Path | None
) -> Iterator[_Write]:
    """Give a function that adds a block to all outputs, which appear when the last one is written."""
    import pandas as pd

    from srna_tools.io.output import lines_in_parts, table_in_parts

    with contextlib.ExitStack() as stack:
        writers: list[_Write] = []
        write_rows = stack.enter_context(table_in_parts(output))
        writers.append(lambda block: write_rows(block.table))
        if probabilities_output:
            write_probabilities = stack.enter_context(table_in_parts(probabilities_output))
            columns = [f"p:{name}" for name in bundle.families]

            def probabilities(block: PredictedBlock) -> None:
                table = pd.DataFrame(block.probabilities, columns=columns)
                table.insert(0, "sequence", block.table["sequence"])
                write_probabilities(table)

            writers.append(probabilities)
        if accepted_output:
            write_lines = stack.enter_context(lines_in_parts(accepted_output))
            writers.append(lambda block: write_lines(_accepted(block)))

        def write_all(block: PredictedBlock) -> None:
            for write in writers:
                write(block)

        yield write_all


def _accepted(block: PredictedBlock) -> Iterator[str]:
    """FASTA of the accepted sequences of a block, as the strand that was accepted."""
    from srna_tools.sequences.letters import reverse_complement

    rows = zip(
        block.records,
        block.kinds,
        block.table["family"],
        block.table["probability"],
        block.table["strand"],
        strict=True,
    )
    for record, kind, family, probability, strand in rows:
        if not kind:
            sequence = reverse_complement(record.sequence) if strand == "-" else record.sequence
            yield f">{record.name} family={family} probability={probability:.4g} strand={strand}\n{sequence}\n"


def _summary(
    bundle: FamilyBundle,
    open_set: OpenSet | None,
    threshold: float | None,
    kinds: Counter[str],
    families: Counter[str],
) -> Iterator[str]:
    from srna_tools.errors import counted, listed

    total, accepted = kinds.total(), kinds[""]
    rejected = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common() if kind)
    yield f"{counted(total, 'sequence')}: {accepted:,} accepted, {total - accepted:,} rejected" + (
        f" ({rejected})" if rejected else ""
    )
    if families:
        named = [f"{family} ({number:,})" for family, number in families.most_common()]
        yield f"families found: {listed(named, _MOST_NAMED)}"
    if open_set:
        yield (
            f"threshold: {open_set.score} {open_set.threshold:.4g}, which accepts {100 * open_set.kept:.1f} % of "
            f"members and {100 * open_set.accepted:.1f} % of other sequences, of those that it was chosen on"
        )
    elif threshold is None:
        yield "the model was trained without calibration: every sequence is accepted that can be scored"
    else:
        yield f"threshold: {bundle.score} {threshold:.4g}"
