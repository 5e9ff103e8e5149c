"""What a report is made from: the files that other steps wrote, read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from srna_tools.bundle import Bundle, load_bundle
from srna_tools.errors import InputError, listed
from srna_tools.io.h5ad import read_samples
from srna_tools.io.step_table import FIRST_LINE, numbers_in, read_table
from srna_tools.predict.annotate import COLUMNS
from srna_tools.predict.status import STATUS_ORDER
from srna_tools.report.explanation_tables import read_changes, read_enrichment, read_top_features
from srna_tools.report.schemes import SCHEMES
from srna_tools.validation.metrics import METRIC_COLUMNS, UNTESTED

if TYPE_CHECKING:
    import anndata

MODEL = "model"
_IMPORT_REPORT = ("item", "name", "number", "note")
_MAPPING = ("label", "samples", "group", "kept", "reason")
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_PICTURE = 10_000_000


@dataclass(frozen=True)
class Picture:
    """A PNG from another step, and what to call it."""

    name: str
    png: bytes


@dataclass(frozen=True)
class ReportInputs:
    """Everything that a report can show; what was not given is None or empty.

    Attributes
    ----------
    predictions
        By the name of the model, empty if the table has no ``model`` column.
    models
        Bundles by name.
    evaluation
        Metrics of all schemes that were tried.
    """

    samples: anndata.AnnData | None = None
    import_report: pd.DataFrame | None = None
    mapping: pd.DataFrame | None = None
    models: dict[str, Bundle] = field(default_factory=dict)
    predictions: dict[str, pd.DataFrame] = field(default_factory=dict)
    top_features: pd.DataFrame | None = None
    stability: pd.DataFrame | None = None
    similarity: pd.DataFrame | None = None
    enrichment: pd.DataFrame | None = None
    heatmaps: Sequence[Picture] = ()
    embedding: Picture | None = None
    evaluation: pd.DataFrame | None = None
    evaluation_plots: Sequence[Picture] = ()


def read_inputs(
    *,
    samples: Path | None = None,
    import_report: Path | None = None,
    mapping: Path | None = None,
    models: dict[str, Path] | None = None,
    predictions: Path | None = None,
    top_features: Path | None = None,
    stability: Path | None = None,
    similarity: Path | None = None,
    enrichment: Path | None = None,
    heatmaps: Sequence[tuple[str, Path]] = (),
    embedding: Path | None = None,
    evaluations: Sequence[Path] = (),
    evaluation_plots: Sequence[Path] = (),
) -> ReportInputs:
    """Read all files that were given.

    Raises
    ------
    InputError, BundleError
        One of them is not what it should be.
    """
    by_model = read_predictions(predictions) if predictions else {}
    read = read_samples(samples) if samples else None
    if read is not None and by_model:
        _require_common_samples(read, by_model, predictions)
    return ReportInputs(
        samples=read,
        import_report=read_table(import_report, _IMPORT_REPORT, "srna-import --report-output")
        if import_report
        else None,
        mapping=read_table(mapping, _MAPPING, "srna-group --mapping-output") if mapping else None,
        models={name: load_bundle(path) for name, path in (models or {}).items()},
        predictions=by_model,
        top_features=read_top_features(top_features) if top_features else None,
        stability=read_changes(stability, "--stability-output") if stability else None,
        similarity=read_changes(similarity, "--similarity-output") if similarity else None,
        enrichment=read_enrichment(enrichment) if enrichment else None,
        heatmaps=[read_picture(path, name) for name, path in heatmaps],
        embedding=read_picture(embedding, embedding.stem) if embedding else None,
        evaluation=read_evaluations(evaluations) if evaluations else None,
        evaluation_plots=[read_picture(path, path.stem) for path in evaluation_plots],
    )


def read_predictions(path: Path) -> dict[str, pd.DataFrame]:
    """Read the table of srna-predict, one part a model.

    Raises
    ------
    InputError
        A column is missing, a number or a status cannot be read, or a sample stands twice.
    """
    table = read_table(path, COLUMNS, "srna-predict")
    for column in ("probability", "margin", "coverage"):
        table[column] = numbers_in(table, column, path)
    unknown = sorted(set(table["status"].astype(str)) - set(STATUS_ORDER))
    if unknown:
        raise InputError(path, f"has the status {listed(unknown)}, but must have one of {listed(STATUS_ORDER)}")
    for column in ("label", "runner_up", "reason"):
        table[column] = table[column].fillna("")
    if MODEL not in table:
        table[MODEL] = ""
    twice = table.loc[table.duplicated([MODEL, "sample"]), "sample"].unique()
    if len(twice):
        raise InputError(
            path,
            f"has two rows of the sample {listed(twice)}; give one row a sample and model",
        )
    return {str(name): part.reset_index(drop=True) for name, part in table.groupby(MODEL, sort=False)}


def read_evaluations(paths: Sequence[Path]) -> pd.DataFrame:
    """Read the tables of srna-evaluate as one; rows that several of them have, such as the baseline's, count once.

    Raises
    ------
    InputError
        A column is missing, a number cannot be read, a scheme is unknown, a model has no name, or two tables differ in
        the same metric.
    """
    table = pd.concat([_read_evaluation(path) for path in paths], ignore_index=True).drop_duplicates(ignore_index=True)
    key = ["model", "scheme", "scope", "name", "metric"]
    twice = table.duplicated(key).to_numpy()
    if twice.any():
        row = table.iloc[int(twice.argmax())]
        raise InputError(
            listed(paths),
            f"there are two values of the {row['metric']} of {row['model'] or row['name']} under {row['scheme']}; give "
            "one table for each scheme, all of the same label and samples",
        )
    return table


def _read_evaluation(path: Path) -> pd.DataFrame:
    table = read_table(path, METRIC_COLUMNS, "srna-evaluate", all_named=False)
    for column in ("model", "scheme", "scope", "name", "metric"):
        table[column] = table[column].fillna("")
    unknown = sorted(set(table["scheme"]) - set(SCHEMES))
    if unknown:
        raise InputError(path, f"has the scheme '{listed(unknown)}', but must have one of {listed(SCHEMES)}")
    nameless = ((table["model"] == "") & (table["scope"] != UNTESTED)).to_numpy()
    if nameless.any():
        raise InputError(path, "the model has no name; name it", f"line {int(nameless.argmax()) + FIRST_LINE}")
    for column in ("value", "low", "high"):
        table[column] = numbers_in(table, column, path)
    return table[list(METRIC_COLUMNS)]


def read_picture(path: Path, name: str) -> Picture:
    """Read a PNG.

    Raises
    ------
    InputError
        It is not a PNG, or too large to be put into a page.
    """
    if not path.is_file():
        raise InputError(path, "does not exist")
    png = path.read_bytes()
    if not png.startswith(_PNG):
        raise InputError(path, "is not a PNG picture; the report takes PNG only")
    if len(png) > _LARGEST_PICTURE:
        raise InputError(path, f"has {len(png):,} bytes; the report takes pictures of up to {_LARGEST_PICTURE:,}")
    return Picture(name, png)


def _require_common_samples(samples: anndata.AnnData, by_model: dict[str, pd.DataFrame], path: Path | None) -> None:
    for table in by_model.values():
        if not table["sample"].isin(samples.obs_names).any():
            raise InputError(
                str(path),
                f"none of its samples ({listed(table['sample'], 3)}) is among those of --samples "
                f"({listed(samples.obs_names, 3)}); give the samples that were predicted",
            )
