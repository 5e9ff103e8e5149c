"""The report: one HTML page that holds everything, pictures included, and reads well without its style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

from srna_tools import schema
from srna_tools.attribute.enrichment import SIGNIFICANT
from srna_tools.errors import listed
from srna_tools.predict.status import STATUS_ORDER, Thresholds
from srna_tools.report.enriched import BEST, what_is_enriched
from srna_tools.report.evaluation import how_models_do
from srna_tools.report.inputs import Picture, ReportInputs
from srna_tools.report.model_choice import how_it_was_chosen
from srna_tools.report.model_facts import facts_of
from srna_tools.report.predicted import Predicted, what_was_predicted
from srna_tools.report.probability_plot import STATUS_WORDS, probability_plot, status_bar
from srna_tools.report.reading import flagged, what_was_read
from srna_tools.report.robustness import how_stable
from srna_tools.report.save import data_uri, png_of
from srna_tools.report.why import TOP, why
from srna_tools.version import VERSION

if TYPE_CHECKING:
    import jinja2

TITLE = "Annotation of small-RNA samples"
_TEMPLATE = "report.html"
_MOST_HEATMAPS = 30


def render(inputs: ReportInputs, *, title: str = TITLE, notes: Sequence[str] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    inputs
        What to show; sections without input are left out.
    title
        Heading of the page.
    notes
        Sentences that stand at the top.

    Returns
    -------
    HTML without any link to something outside of it. Names from the data cannot inject markup.
    """
    read = what_was_read(inputs.samples, inputs.import_report, inputs.mapping)
    predicted = what_was_predicted(inputs.predictions, inputs.models, inputs.samples)
    context = {
        "title": title,
        "notes": notes,
        "version": VERSION,
        "read": read,
        "flagged": flagged(read) if read else "",
        "predicted": predicted,
        "status_picture": _status_picture(predicted),
        "statuses": [STATUS_WORDS[status] for status in STATUS_ORDER],
        "words": STATUS_WORDS,
        "default": Thresholds(),
        "probability_pictures": [data_uri(png_of(probability_plot(one.table))) for one in predicted if not one.numeric],
        "embedding": _embedded(inputs.embedding),
        "why": why(inputs.top_features),
        "shown_top": TOP,
        "heatmaps": [_embedded(picture) for picture in inputs.heatmaps[:_MOST_HEATMAPS]],
        "heatmaps_left_out": len(inputs.heatmaps) - _MOST_HEATMAPS,
        "changes": how_stable(inputs.stability, inputs.similarity),
        "enriched": what_is_enriched(inputs.enrichment),
        "shown_sets": BEST,
        "significant": SIGNIFICANT,
        "models": [(facts_of(name, bundle), how_it_was_chosen(bundle)) for name, bundle in inputs.models.items()],
        "evaluation": how_models_do(inputs.evaluation),
        "evaluation_plots": [data_uri(picture.png) for picture in inputs.evaluation_plots],
        "history": _history(inputs),
    }
    return _environment().get_template(_TEMPLATE).render(context)


def _status_picture(predicted: Sequence[Predicted]) -> str:
    if not predicted:
        return ""
    statuses = pd.DataFrame([one.statuses for one in predicted], index=[one.title for one in predicted]).fillna(0)
    return data_uri(png_of(status_bar(statuses)))


def _embedded(picture: Picture | None) -> dict[str, str] | None:
    return None if picture is None else {"name": picture.name, "uri": data_uri(picture.png)}


def _history(inputs: ReportInputs) -> list[tuple[str, str, str]]:
    if inputs.samples is None:
        return []
    return [
        (str(step["step"]), str(step["version"]), _parameters(step["parameters"]))
        for step in schema.history_of(inputs.samples)
    ]


def _parameters(parameters: dict[str, Any]) -> str:
    given = {name: value for name, value in parameters.items() if value not in (None, "", [], {})}
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in sorted(given.items()))


def _value(value: Any) -> str:
    return listed(value, 20) if isinstance(value, list | dict) else str(value)


def _environment() -> jinja2.Environment:
    import jinja2

    page = resources.files("srna_tools.report").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({_TEMPLATE: page}),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "whole": _whole,
        "decimals": _decimals,
        "thousandths": _thousandths,
        "percent": _percent,
        "rounded": _rounded,
        "probability": _probability,
    }
    return environment


def _whole(value: Any) -> str:
    """Number with separators between thousands; text stays, missing is empty."""
    if isinstance(value, str):
        return value
    return "" if value is None or pd.isna(value) else f"{value:,.0f}"


def _decimals(value: Any) -> str:
    return "" if value is None or pd.isna(value) else f"{value:.2f}"


def _thousandths(value: Any) -> str:
    return "" if value is None or pd.isna(value) else f"{value:.3f}"


def _percent(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return "<0.1 %" if 0 < value < 0.001 else f"{100 * value:.1f} %"  # noqa: PLR2004 - what one decimal can show


def _rounded(value: Any) -> str:
    """Three significant digits, never in scientific notation for readable sizes."""
    if value is None or pd.isna(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def _probability(value: Any) -> str:
    """Two significant digits, small ones as a power of ten."""
    return "" if value is None or pd.isna(value) else f"{value:.2g}"
