"""The demo's studies: six to train on, two new ones to annotate, some of whose libraries are poor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from srna_tools.simulate.settings import SimulationSettings
from srna_tools.simulate.study import Simulation, simulate

DEMO_TRAINING = SimulationSettings(studies=6)
# Training never sees placenta: an annotation that knows its limits must not call it anything else.
DEMO_ANNOTATION = replace(
    DEMO_TRAINING,
    studies=2,
    samples_per_study=18,
    tissues=(*DEMO_TRAINING.tissues, "placenta"),
    first_study=DEMO_TRAINING.first_study + DEMO_TRAINING.studies,
)
# Reads left of the last samples of the last study: one failed library, one nearly so.
_POOR_LIBRARIES = (0, 200)


def demo_studies(seed: int = 1) -> tuple[Simulation, Simulation]:
    """Simulate the demo: training studies, and new studies to annotate that share their truth.

    Among the samples to annotate are placentas, which the training studies do not have, one sample
    without reads and one with 200.

    Returns
    -------
    Training and annotation.
    """
    training = simulate(replace(DEMO_TRAINING, seed=seed))
    annotation = simulate(replace(DEMO_ANNOTATION, seed=seed))
    poor = annotation.samples["sample"].to_list()[-len(_POOR_LIBRARIES) :]
    for sample, reads in zip(poor, _POOR_LIBRARIES, strict=True):
        annotation = with_fewer_reads(annotation, sample, reads, seed)
    return training, annotation


def with_fewer_reads(simulation: Simulation, sample: str, reads: int, seed: int) -> Simulation:
    """Keep `reads` randomly drawn reads of one sample, as if its sequencing had failed."""
    generator = np.random.default_rng([seed, reads])
    counts, contaminants = simulation.counts.copy(), simulation.contaminants.copy()
    before = simulation.counts.loc[sample].to_numpy()
    counts.loc[sample] = generator.multivariate_hypergeometric(before, reads, method="marginals")
    contaminants[sample] = generator.binomial(contaminants[sample].to_numpy(), reads / before.sum())
    return replace(simulation, counts=counts, contaminants=contaminants)
