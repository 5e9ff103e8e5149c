"""srna-attribute, classes: the features that speak for and against each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, Function, feature_types_option, seed_option, with_options

if TYPE_CHECKING:
    import pandas as pd

    from srna_tools.attribute.explain import Explainer
    from srna_tools.attribute.ranking import ClassDifferences

_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option(
        "--top", type=click.IntRange(1), default=300, show_default=True, help="Features listed for each class."
    ),
    feature_types_option(
        "Kinds of features to rank; may repeat. The scores are those of the whole model: to train one on these "
        "features alone, give srna-train the same option.  [default: all of the model]"
    ),
    click.option(
        "--bootstraps",
        type=click.IntRange(0),
        default=200,
        show_default=True,
        help="Draws of samples and of datasets for the 95 % intervals of ranks; 0 for none.",
    ),
    seed_option,
    click.option(
        "--heatmap-output",
        type=NEW_FILE,
        help="Picture (PNG or SVG) of the top features of all classes; with one --sample of that sample.",
    ),
    click.option(
        "--expression-plot-output",
        type=NEW_FILE,
        help="Picture of the expression of the top features of each class in all classes.",
    ),
    click.option("--ranking-output", type=NEW_FILE, help="Table of all ranked features of every class."),
    click.option("--overlap-output", type=NEW_FILE, help="Table of how many top features classes share."),
    click.option("--overlap-plot-output", type=NEW_FILE, help="Picture of how many top features classes share."),
    click.option(
        "--sets-output",
        type=NEW_FILE,
        help="GMT: the top features of each class as a set, marked as derived from the training datasets.",
    ),
)


def ranking_options(function: Function) -> Function:
    """Options of the ranking and of the pictures of the classes."""
    return with_options(_OPTIONS, function)


def ranking_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Rank the features of each class, say how far the ranks can be trusted, and draw the classes."""
    from srna_tools.attribute.rank_confidence import RankConfidence, suspicious, with_confidence
    from srna_tools.attribute.ranking import columns_of_types, default_top
    from srna_tools.io.output import write_table
    from srna_tools.report.explanation import draw_overlap

    bundle, wanted = explainer.bundle, options["feature_types"]
    features = bundle.transform.features
    columns = columns_of_types(bundle.transform.types, wanted)
    collected = RankConfidence(
        explainer.codes, explainer.datasets, len(bundle.classes), columns, len(features),
        draws=options["bootstraps"], seed=options["seed"],
    )  # fmt: skip

    def write() -> list[str]:
        ranked = explainer.top_features(collected, len(columns), columns)
        table = with_confidence(ranked[ranked["rank"] <= options["top"]], collected, features, bundle.classes)
        # Where few features were ranked, the first hundreds of each class are all of them: sets compare fewer.
        best = table[table["rank"] <= default_top(len(columns))]
        write_table(table, options["output"])
        _write_sets(explainer, ranked, best, options)
        _draw(explainer, table, collected, options)
        if options["overlap_plot_output"]:
            draw_overlap(explainer, best, len(columns), options["overlap_plot_output"])
        sentences = [explainer.summary()]
        if wanted:
            number = f"{len(columns):,} of {len(features):,} features ({', '.join(wanted)})"
            sentences.append(f"ranked: {number}, by their scores in the whole model")
        return sentences + suspicious(table)

    return Part((collected,), write)


def _write_sets(explainer: Explainer, ranked: pd.DataFrame, best: pd.DataFrame, options: dict[str, Any]) -> None:
    """Write what enrichment and other programs take."""
    from srna_tools.attribute.derived_sets import derived_sets
    from srna_tools.attribute.overlap import top_overlap
    from srna_tools.attribute.ranking import full_ranking
    from srna_tools.io.output import write_table, write_text

    bundle = explainer.bundle
    if options["ranking_output"]:
        types = dict(zip(bundle.transform.features, bundle.transform.types, strict=True))
        write_table(full_ranking(ranked, types), options["ranking_output"])
    if options["overlap_output"]:
        write_table(top_overlap(best, ranked["feature"].nunique()), options["overlap_output"])
    if options["sets_output"]:
        datasets = bundle.training.get("samples_per_dataset", {})
        write_text(derived_sets(best, bundle.label, datasets), options["sets_output"])


def _draw(explainer: Explainer, table: pd.DataFrame, collected: ClassDifferences, options: dict[str, Any]) -> None:
    """Draw the classes, unless the heatmap is of a single sample."""
    from srna_tools.report.explanation import draw_classes, draw_expression

    if options["heatmap_output"] and len(options["chosen"]) != 1:
        draw_classes(explainer, table, collected.differences()[0], options["heatmap_output"])
    if options["expression_plot_output"]:
        draw_expression(explainer, table, options["expression_plot_output"])
