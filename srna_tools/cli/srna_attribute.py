"""srna-attribute: samples and a bundle -> which sRNAs decided, for classes and for single samples."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from srna_tools.attribute.deeplift import RULES
from srna_tools.attribute.engine import AUTO, BUILT_IN, ENGINES, REFERENCES
from srna_tools.cli.attribute_classes import ranking_options
from srna_tools.cli.attribute_deletion import deletion_options
from srna_tools.cli.attribute_samples import sample_options
from srna_tools.cli.attribute_scores import score_options
from srna_tools.cli.attribute_stability import stability_options
from srna_tools.cli.executable import EXISTING_FILE, executable, output_option, threads_option


@executable("srna-attribute")
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--model",
    required=True,
    type=EXISTING_FILE,
    help="Model bundle of classes: mlp, logistic, discriminant, domain-adaptation, random-forest or linear.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=BUILT_IN,
    show_default=True,
    help="built-in: DeepLIFT of networks, exact shares of linear, TreeSHAP of random-forest; deeplift: the package of "
    "DeepLIFT's authors, networks only.",
)
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default="rescale",
    show_default=True,
    help="DeepLIFT rule of networks; genomics-default, which the published version of the library used, is "
    "reveal-cancel here.",
)
@click.option(
    "--reference",
    type=click.Choice(REFERENCES),
    default=AUTO,
    show_default=True,
    help="What samples are compared with: inputs of zero, as published, or the training mean. auto: zero for models "
    "with inputs scaled to 0 to 1, as the published ones, else the mean.",
)
@ranking_options
@sample_options
@score_options
@stability_options
@deletion_options
@threads_option
@output_option(
    "Table: class, rank, feature, score, mean_rpm_class, mean_rpm_others, samples, and how far the rank can be trusted."
)
def main(*, samples: Path, model: Path, engine: str, rule: str, reference: str, threads: int, **options: Any) -> None:
    """Explain predictions: which sRNAs voted for and against each class.

    A sample counts for its annotated class where it has one that the model knows, else for the predicted one,
    unless srna-predict would refuse that prediction.

    Example: srna-attribute samples.h5ad --model tissue.safetensors -o top_features.tsv --heatmap-dir heatmaps
    """
    from srna_tools.attribute.engines import require_libraries
    from srna_tools.attribute.explain import prepare
    from srna_tools.bundle import load_bundle
    from srna_tools.cli.attribute_classes import ranking_part
    from srna_tools.cli.attribute_deletion import deletion_part
    from srna_tools.cli.attribute_samples import sample_part
    from srna_tools.cli.attribute_scores import score_part
    from srna_tools.cli.attribute_stability import stability_part
    from srna_tools.io.h5ad import read_samples

    bundle = load_bundle(model)
    require_libraries(bundle, engine)
    read = read_samples(samples)
    explainer = prepare(read, bundle, rule=rule, reference=reference, engine=engine, threads=threads)
    options["threads"] = threads
    makers = (ranking_part, sample_part, score_part, stability_part, deletion_part)
    parts = [make(explainer, options) for make in makers]
    with ExitStack() as during:
        for part in parts:
            during.enter_context(part.during)
        explainer.collect(*(collector for part in parts for collector in part.collectors))
        # Written first: whoever reads the sentences may go away after the first.
        sentences = [sentence for part in parts for sentence in part.write()]
    for sentence in (explainer.describe(), *sentences):
        click.echo(sentence)
