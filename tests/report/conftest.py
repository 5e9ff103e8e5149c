"""Samples, a model and its predictions, small enough to look at."""

from __future__ import annotations

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.bundle import Bundle, save_bundle
from srna_tools.io.h5ad import write_samples
from srna_tools.io.output import write_table
from srna_tools.models.registry import MODELS
from srna_tools.predict.annotate import annotate, write_into
from srna_tools.predict.status import Thresholds
from srna_tools.training import train_bundle

NASTY = "<script>alert('x')</script>"


@pytest.fixture
def samples() -> anndata.AnnData:
    """Thirteen samples of two tissues and two datasets; the last has no reads, the first a name like markup."""
    generator = np.random.default_rng(3)
    counts = generator.poisson(200, (13, 40)).astype(float)
    counts[:6, :8] *= 6
    counts[6:, 8:16] *= 6
    counts[12] = 0
    names = [NASTY, *(f"s{number}" for number in range(1, 13))]
    obs = pd.DataFrame(
        {"dataset": ["x", "y"] * 6 + ["y"], "tissue": ["liver"] * 6 + ["lung"] * 7, "age": np.arange(13.0)}, index=names
    )
    var = pd.DataFrame(index=[f"hsa-miR-{number}-5p" for number in range(1, 41)])
    return assembly.assemble(sparse.csr_matrix(counts), obs, var, absent=schema.ABSENT_ZERO)


@pytest.fixture
def bundle(samples: anndata.AnnData) -> Bundle:
    """Logistic regression that was trained on dataset x."""
    return train_bundle(samples[samples.obs["dataset"] == "x"], "tissue", "logistic", MODELS["logistic"].settings())[0]


@pytest.fixture
def folder(tmp_path: Path, samples: anndata.AnnData, bundle: Bundle) -> Path:
    """All files that a report can be made from."""
    annotation = annotate(samples, bundle, Thresholds(min_depth=7))
    write_into(samples, annotation, "tissue", Thresholds(min_depth=7))
    schema.record_step(samples, "srna-import", {"inputs": [f"{NASTY}.zip"]})
    write_samples(samples, tmp_path / "samples.h5ad")
    write_table(annotation.table, tmp_path / "predictions.tsv")
    save_bundle(bundle, tmp_path / "tissue.safetensors")
    (tmp_path / "import.tsv").write_text(
        "item\tname\tnumber\tnote\ninput\tx.zip\t99\t6 samples, 40 features\nnote\t\t2\ttwo rows were left out\n"
        "dataset\tx\t6\tsamples\nfeature type\tmiRNA\t40\t\nsample\ts1\t9000\t40 features seen\n"
    )
    (tmp_path / "mapping.tsv").write_text(
        "label\tsamples\tdatasets\tgroup\tkept\treason\nhepar\t6\t1\tliver\tyes\t\nodd\t1\t1\t\tno\tno such term\n"
    )
    (tmp_path / "top.tsv").write_text(
        "class\trank\tfeature\tscore\tmean_rpm_class\tmean_rpm_others\tsamples\n"
        + "".join(f"liver\t{rank}\thsa-miR-{rank}-5p\t{1 / rank}\t1200.4\t0.5\t6\n" for rank in range(1, 15))
    )
    steps = "from\tto\tmean_steps\tmedian_steps\tsamples\tcensored\n"
    (tmp_path / "stability.tsv").write_text(f"{steps}liver\tlung\t4.5\t4\t6\t0\nlung\tliver\t\t\t5\t5\n")
    (tmp_path / "similarity.tsv").write_text(f"{steps}liver\tlung\t12\t11\t6\t2\nlung\tliver\t33\t30\t5\t0\n")
    (tmp_path / "enrichment.tsv").write_text(
        "class\tmethod\tset\tsource\tsize\tmeasured\toverlap\texpected\tscore\tp\tq\tfeatures\n"
        f"liver\tgsea\t{NASTY}\tmine.gmt\t9\t5\t2\t0.5\t2\t0.0001234\t0.02\thsa-miR-1-5p,hsa-miR-2-5p\n"
        "lung\tgsea\tmir-9\tmine.gmt\t9\t5\t1\t0.5\t1\t0.3\t0.6\thsa-miR-9-5p\n"
    )
    return tmp_path


@pytest.fixture
def make_metrics():
    """Make a table of metrics from a dictionary ``(model, scope, name, metric): value or (value, low, high)``."""

    def make(values: dict, scheme: str = "dataset-out") -> pd.DataFrame:
        rows = []
        for (model, scope, name, metric), value in values.items():
            number, low, high = value if isinstance(value, tuple) else (value, np.nan, np.nan)
            rows.append((model, scheme, scope, name, metric, number, low, high))
        columns = ["model", "scheme", "scope", "name", "metric", "value", "low", "high"]
        return pd.DataFrame(rows, columns=columns)

    return make


@pytest.fixture
def two_models(make_metrics) -> pd.DataFrame:
    """Metrics of two models and the baseline; b10 has no recall, the intervals of class b2 do not hold the value."""
    values = {}
    for model, shift in (("mlp", 0.0), ("forest", 0.1), ("majority-class", -0.5)):
        values |= {
            (model, "overall", "", "msa"): (0.8 + shift, 0.6 + shift, 0.9 + shift),
            (model, "overall", "", "mca"): (0.7 + shift, 0.5 + shift, 0.75 + shift),
            (model, "overall", "", "mean_dataset_accuracy"): 0.6 + shift,
        }
        for name, samples in (("b10", 3), ("b2", 1200)):
            values |= {
                (model, "class", name, "samples"): samples,
                (model, "class", name, "datasets"): min(samples, 4),
                (model, "class", name, "precision"): (0.5 + shift, 0.4 + shift, 0.55 + shift),
                (model, "class", name, "recall"): np.nan if name == "b10" else (0.6 + shift, 0.65, 0.7),
            }
    return make_metrics(values)
