"""srna-group: labels into groups of ontology terms, ages into intervals."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools import schema
from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option
from srna_tools.errors import SrnaToolsError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.io.output import write_table
from srna_tools.ontology import (
    FIOSINA2019_INTERVALS,
    PRESETS,
    Lexicon,
    ListedGroups,
    Minimum,
    add_groups,
    check_key,
    group_by_intervals,
    group_by_terms,
    load_preset,
    parse_edges,
    read_corrections,
    read_ontology,
    read_terms,
    refuse_unknown_ids,
    summarize,
)

NAME = "srna-group"
AUTO = "auto"


def _lexicon(ontology: Path | None) -> Lexicon | None:
    return Lexicon(read_ontology(ontology)) if ontology else None


def _listed_groups(groups: str, lexicon: Lexicon | None) -> ListedGroups | None:
    """Read a preset or a table of terms; None where the groups are to be chosen from the ontology."""
    if groups in PRESETS:
        return load_preset(groups)
    if lexicon is None:
        raise SrnaToolsError(f"--groups {groups} needs the terms of an ontology; add --ontology with an OBO file")
    if groups == AUTO:
        return None
    if not Path(groups).is_file():
        raise SrnaToolsError(f"--groups is '{groups}', which is neither a file nor one of {', '.join(PRESETS)}, {AUTO}")
    return read_terms(Path(groups), lexicon)


@executable(NAME)
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to group, such as tissue or age.")
@click.option("--ontology", type=EXISTING_FILE, help="OBO file whose terms the labels are matched to.")
@click.option(
    "--groups",
    metavar=f"[{'|'.join(PRESETS)}|TERMS.TSV|{AUTO}]",
    help="A preset, a table of terms (term, optional group), or the most specific terms large enough.",
)
@click.option(
    "--bins",
    metavar="0,65,110",
    help="Bounds of right-closed intervals of a numeric column, "
    f"or a set of the paper's Table 3: {', '.join(FIOSINA2019_INTERVALS)}.",
)
@click.option(
    "--corrections",
    type=EXISTING_FILE,
    help="Table: label, and the term id, term name or label to use instead (empty drops it).",
)
@click.option("--min-samples", type=click.IntRange(1), default=1, show_default=True, help="Samples that a group needs.")
@click.option(
    "--min-datasets", type=click.IntRange(1), default=1, show_default=True, help="Datasets that a group needs."
)
@click.option("--key", help="Name of the new sample column.  [default: <label>_group]")
@output_option("Samples with the new column (.h5ad).")
@click.option("--mapping-output", type=NEW_FILE, help="Table: what every label became, and why (.tsv).")
def main(
    *, samples: Path, label: str, ontology: Path | None, groups: str | None, bins: str | None, corrections: Path | None,
    min_samples: int, min_datasets: int, key: str | None, output: Path, mapping_output: Path | None,
) -> None:  # fmt: skip
    """Group labels by an ontology, or ages by intervals, into classes that can be learned.

    Example: srna-group samples.h5ad --label tissue --ontology bto.obo --groups fiosina2019 -o grouped.h5ad
    """
    if (groups is None) == (bins is None):
        raise click.UsageError("give either --groups (labels) or --bins (numbers)")
    if bins is not None and (ontology or corrections):
        raise click.UsageError("--ontology and --corrections belong to --groups, not to --bins")
    table = read_samples(samples)
    key = key or f"{label}_group"
    labels, datasets = schema.labels_of(table, label), table.obs[schema.DATASET]
    check_key(table, key)
    minimum = Minimum(min_samples, min_datasets)
    corrected = read_corrections(corrections) if corrections else {}
    if bins is not None:
        grouping = group_by_intervals(labels, datasets, parse_edges(bins), minimum)
    else:
        lexicon = _lexicon(ontology)
        chosen = _listed_groups(str(groups), lexicon)
        if lexicon and corrections:
            refuse_unknown_ids(corrected, corrections, lexicon.ontology)
        grouping = group_by_terms(
            labels, datasets, groups=chosen, lexicon=lexicon, corrections=corrected, minimum=minimum
        )
    add_groups(table, key, grouping)
    schema.record_step(table, NAME, {
        "label": label, "key": key, "groups": groups and Path(groups).name, "bins": bins,
        "ontology": ontology and ontology.name, "corrections": corrected,
        "min_samples": min_samples, "min_datasets": min_datasets,
    })  # fmt: skip
    write_samples(table, output)
    if mapping_output:
        write_table(grouping.mapping, mapping_output)
    click.echo("\n".join(summarize(grouping, list(corrected))))
