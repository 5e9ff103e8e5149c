"""Stability and similarity of all classes: seconds for an atlas of the paper's size, in one run.

    python benchmarks/stability_speed.py            2,215 samples, 2,500 features, 15 classes
    python benchmarks/stability_speed.py --small    a quick look: not a measurement

The samples are drawn, and the paper's network is trained on them for a few epochs, so that it knows the classes: with
random weights the paths would end elsewhere. Each class has its own sRNAs, each study its own bias and a share of what
marks its classes; counts are negative binomial. What is timed is one pass: scores, orders, steps and tables.
"""

from __future__ import annotations

import argparse
import os
import time

import anndata
import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools.assembly import assemble
from srna_tools.attribute.explain import prepare
from srna_tools.attribute.stability import STEP_COLUMNS, RemovalSteps
from srna_tools.models.mlp import MlpSettings
from srna_tools.training import train_bundle

# Samples, features, classes and studies: those of the paper's tissue groups (sections 2.1 and 3.1.1).
FULL = (2215, 2500, 15, 105)
SMALL = (200, 400, 5, 10)
EPOCHS = 12
_CLASSES_OF_A_STUDY, _MARKERS, _SPARE, _LARGEST_ZERO_SHARE = 3, 0.06, 1.2, 0.3


def draw_atlas(samples: int, features: int, classes: int, studies: int) -> anndata.AnnData:
    """Counts of studies of three classes each; features that are zero in more than 30 % of the samples are left out."""
    rng = np.random.default_rng(2019)
    drawn = int(features * _SPARE)
    share_of_class = np.maximum(rng.dirichlet(np.ones(classes)), 0.01)
    share_of_class /= share_of_class.sum()
    own = np.array([rng.choice(classes, _CLASSES_OF_A_STUDY, replace=False, p=share_of_class) for _ in range(studies)])
    study = np.sort(rng.integers(0, studies, samples))
    code = own[study, rng.integers(0, _CLASSES_OF_A_STUDY, samples)]
    code[: 9 * classes] = np.repeat(np.arange(classes), 9)  # the paper's smallest class has 9 samples
    effect = np.where(rng.random((classes, drawn)) < _MARKERS, rng.normal(1, 2.5, (classes, drawn)), 0)
    shown = rng.beta(2, 1.5, (studies, classes))[study, code]
    log_share = rng.normal(4, 3, drawn) + effect[code] * shown[:, None] + rng.normal(0, 1, (studies, drawn))[study]
    share = np.exp2(log_share)
    share /= share.sum(axis=1, keepdims=True)
    depth = 2e6 * np.exp(rng.normal(0, 0.7, (samples, 1)))
    dispersion = 0.42 * (1e6 * share + 1e-9) ** -0.14
    counts = rng.poisson(rng.gamma(1 / dispersion, depth * share * dispersion))
    counts = counts[:, np.flatnonzero((counts == 0).mean(axis=0) <= _LARGEST_ZERO_SHARE)[:features]]
    obs = pd.DataFrame(
        {"dataset": [f"study {number}" for number in study], "tissue": [f"class {number}" for number in code]},
        index=[f"sample {number}" for number in range(samples)],
    )
    var = pd.DataFrame(index=[f"hsa-miR-{number}-5p" for number in range(1, counts.shape[1] + 1)])
    return assemble(sparse.csr_matrix(counts.astype(float)), obs, var)


def censored_share(matrix: pd.DataFrame) -> float:
    """Share of the paths on which it never happened."""
    return float(matrix["censored"].sum() / matrix["samples"].sum())


def main() -> None:
    """Draw, train, time and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a few seconds, to see that it runs")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default: all cores")
    options = parser.parse_args()
    atlas = draw_atlas(*(SMALL if options.small else FULL))
    bundle, _ = train_bundle(atlas, "tissue", "mlp", MlpSettings(epochs=EPOCHS))
    explainer = prepare(atlas, bundle, rule="rescale", reference="zero", threads=options.threads)
    layers = [len(bundle.transform.features), *(len(bias) for _, bias in bundle.model.weights)]

    started = time.perf_counter()
    for rows in explainer.blocks():
        explainer.scores(rows)
    scores = time.perf_counter() - started
    started, worked = time.perf_counter(), time.process_time()
    steps = RemovalSteps(explainer, options.threads)
    explainer.collect(steps)
    stability, similarity = steps.stability(), steps.similarity()
    seconds, worked = time.perf_counter() - started, time.process_time() - worked

    sizes = "-".join(map(str, layers))
    print(f"{int(steps.correct.sum()):,} correctly predicted of {atlas.n_obs:,} drawn samples, layers {sizes}")
    print(
        f"{seconds:.1f} s with {options.threads} threads, {worked:.1f} s of processor time; scores alone {scores:.1f} s"
    )
    for name, matrix, column in zip(
        ("stability", "similarity"), (stability, similarity), STEP_COLUMNS[3::2], strict=True
    ):
        found = steps.steps()[column].dropna().astype(int)
        usual = f"median {found.median():.0f}, 5 % over {found.quantile(0.95):.0f}, most {found.max()}"
        print(f"{name}: {int(matrix['samples'].sum()):,} paths, {censored_share(matrix):.1%} censored; steps: {usual}")


if __name__ == "__main__":
    main()
