"""srna-report: the outputs of the other steps -> one self-contained HTML report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from srna_tools.cli.executable import EXISTING_FILE, executable, output_option


@executable("srna-report")
@click.option("--samples", type=EXISTING_FILE, help="Samples (.h5ad), best with the predictions in them.")
@click.option("--import-report", type=EXISTING_FILE, help="Table of srna-import --report-output.")
@click.option("--mapping", type=EXISTING_FILE, help="Table of srna-group --mapping-output.")
@click.option("--model", "models", multiple=True, type=EXISTING_FILE, help="Model bundle (.safetensors); may repeat.")
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Name of a model, as in the column 'model' of the predictions, instead of its file name; once per model.",
)
@click.option("--predictions", type=EXISTING_FILE, help="Table of srna-predict.")
@click.option("--top-features", type=EXISTING_FILE, help="Table of srna-attribute.")
@click.option("--stability", type=EXISTING_FILE, help="Table of srna-attribute --stability-output.")
@click.option("--similarity", type=EXISTING_FILE, help="Table of srna-attribute --similarity-output.")
@click.option("--enrichment", type=EXISTING_FILE, help="Table of srna-enrich.")
@click.option(
    "--heatmap", "heatmaps", multiple=True, type=EXISTING_FILE, help="PNG of srna-attribute; may repeat, 30 are shown."
)
@click.option(
    "--heatmap-name", "heatmap_names", multiple=True, help="What to call it instead of its file name; once per heatmap."
)
@click.option("--embedding", type=EXISTING_FILE, help="PNG of srna-embed.")
@click.option(
    "--evaluation",
    "evaluations",
    multiple=True,
    type=EXISTING_FILE,
    help="Metrics of srna-evaluate; may repeat, one for each scheme, all of the same label.",
)
@click.option(
    "--evaluation-plot",
    "evaluation_plots",
    multiple=True,
    type=EXISTING_FILE,
    help="PNG of srna-evaluate --plot-output; may repeat.",
)
@click.option("--note", "notes", multiple=True, help="Sentence at the top of the report; may repeat.")
@click.option("--title", default="Annotation of small-RNA samples", show_default=True, help="Heading of the report.")
@output_option("Report (.html), one file with everything in it.")
def main(
    *,
    samples: Path | None,
    import_report: Path | None,
    mapping: Path | None,
    models: tuple[Path, ...],
    names: tuple[str, ...],
    predictions: Path | None,
    top_features: Path | None,
    stability: Path | None,
    similarity: Path | None,
    enrichment: Path | None,
    heatmaps: tuple[Path, ...],
    heatmap_names: tuple[str, ...],
    embedding: Path | None,
    evaluations: tuple[Path, ...],
    evaluation_plots: tuple[Path, ...],
    notes: tuple[str, ...],
    title: str,
    output: Path,
) -> None:
    """Put what was read, predicted and explained into one page.

    Give any of the inputs, at least one. Sections without input are left out.

    Example: srna-report --samples annotated.h5ad --model tissue.safetensors --predictions predictions.tsv
    --top-features top_features.tsv -o report.html
    """
    from srna_tools.io.output import write_text
    from srna_tools.report.inputs import read_inputs
    from srna_tools.report.page import render

    given = (samples, import_report, mapping, models, predictions, top_features, stability, similarity, enrichment)
    if not any((*given, heatmaps, embedding, evaluations, evaluation_plots)):
        raise click.UsageError("nothing to report; give at least one of --samples, --predictions and the other inputs")
    named_models = _named(models, names, "--name")
    if len(dict(named_models)) < len(models):
        same = ", ".join(name for name, number in Counter(name for name, _ in named_models).items() if number > 1)
        raise click.UsageError(f"two models have the same name ({same}); rename one, or tell them apart with --name")
    inputs = read_inputs(
        samples=samples,
        import_report=import_report,
        mapping=mapping,
        models=dict(named_models),
        predictions=predictions,
        top_features=top_features,
        stability=stability,
        similarity=similarity,
        enrichment=enrichment,
        heatmaps=_named(heatmaps, heatmap_names, "--heatmap-name"),
        embedding=embedding,
        evaluations=evaluations,
        evaluation_plots=evaluation_plots,
    )
    write_text(render(inputs, title=title, notes=notes), output)


def _named(paths: Sequence[Path], names: Sequence[str], option: str) -> list[tuple[str, Path]]:
    """Pair files with the names given, or their own."""
    if names and len(names) != len(paths):
        raise click.UsageError(f"{option} was given {len(names)} times for {len(paths)} files; give it once per file")
    return list(zip(names or [path.stem for path in paths], paths, strict=True))
