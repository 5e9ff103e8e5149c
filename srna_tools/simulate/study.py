"""One study after the other: who was sampled, how deep it was sequenced, what was counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.features import feature_type
from srna_tools.simulate.catalogue import BLOOD, features, taxa, tissue_effects
from srna_tools.simulate.settings import SimulationSettings

TRUTH_COLUMNS = ["tissue", "feature", "log2_fold_change"]
FEMALE, MALE = "female", "male"
_ONE_SEX = {"testis": MALE, "placenta": FEMALE}
_OLDEST = 90

# Depth: log-normal around the study's depth, within what public sRNA libraries usually have.
_MEDIAN_READS = 2.0e6
_DEPTH_SD_BETWEEN_STUDIES = 0.7  # natural log
_DEPTH_SD_WITHIN_STUDY = 0.4
_READS_LIMITS = (0.3e6, 10.0e6)

# Dispersion falls with abundance m (reads per million) as a * m**b, as it does within microRNAome's studies.
_DISPERSION_AT_ONE_RPM = 0.42
_DISPERSION_SLOPE = -0.14
_DISPERSION_SD = 0.5  # natural log, once between studies and once between features of a study

_SIZE_SELECTION_SD = 0.7  # log2: how much of each kind of RNA a study's gel cut keeps
_TISSUE_IN_STUDY = 0.6  # a tissue's profile deviates in a study by this share of the study effect
# Donors, dissection and culture differ: a study may show little of what drives a tissue, or all of it.
_IDENTITY = (2.0, 1.5)  # beta distribution of the share of the log2 fold changes that a study's samples show
_MEAN_BLOOD = 0.02  # share of a solid tissue's RNA that comes from the blood in it

_KIT_SD = 1.5  # log2: contaminants come mostly from a study's reagents
_CONTAMINANT_DISPERSION = 1.5

_STUDY_STREAM, _SAMPLE_STREAM, _CONTAMINANT_STREAM = range(3)


@dataclass(frozen=True)
class Simulation:
    """Simulated studies and the truth behind them.

    Parameters
    ----------
    counts
        Samples x sRNAs, int64.
    samples
        ``sample``, ``dataset``, ``tissue``, ``sex``, ``age`` (years), in the order of `counts`.
    contaminants
        Taxa x samples, int64.
    truth
        ``tissue``, ``feature``, ``log2_fold_change`` against the usual abundance: what drives each tissue.
    """

    counts: pd.DataFrame
    samples: pd.DataFrame
    contaminants: pd.DataFrame
    truth: pd.DataFrame


def simulate(settings: SimulationSettings) -> Simulation:
    """Simulate sRNA sequencing studies: negative-binomial counts with known tissue, sex and age effects.

    A feature's expected share of a library is its usual abundance, changed by tissue, sex and age, with
    some blood in every solid tissue, and biased by the study's protocol. The same settings give the same
    values anywhere; a study's values depend only on the seed, its number and its own samples.

    Parameters
    ----------
    settings
        Number of studies, tissues, confounding and seed.

    Returns
    -------
    Counts, sample annotation, contaminants and truth.
    """
    effects = tissue_effects(settings.seed)
    parts = [_simulate_study(settings, number, effects) for number in settings.study_numbers()]
    truth = effects.loc[list(settings.tissues)].rename_axis(index="tissue", columns="feature").T
    truth = truth.melt(value_name="log2_fold_change", ignore_index=False).reset_index()
    return Simulation(
        counts=pd.concat([part.counts for part in parts]),
        samples=pd.concat([part.samples for part in parts], ignore_index=True),
        contaminants=pd.concat([part.contaminants for part in parts], axis=1),
        truth=truth.loc[truth["log2_fold_change"] != 0, TRUTH_COLUMNS].reset_index(drop=True),
    )


def negative_binomial(mean: np.ndarray, dispersion: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    r"""Draw gamma-Poisson counts, int64.

    .. math:: \operatorname{Var}(c) = \mu + \phi \mu^2

    Parameters
    ----------
    mean
        Expected counts :math:`\mu`.
    dispersion
        :math:`\phi` > 0, broadcast to `mean`.
    generator
        Source of chance.
    """
    shape = np.broadcast_to(1.0 / np.asarray(dispersion), np.shape(mean))
    return generator.poisson(generator.gamma(shape, mean / shape)).astype(np.int64)


def study_samples(tissues: tuple[str, ...], number: int, size: int, generator: np.random.Generator) -> pd.DataFrame:
    """Sample annotation of one study: tissues in turn, sex and age drawn."""
    tissue = [tissues[place % len(tissues)] for place in range(size)]
    sex = generator.choice([FEMALE, MALE], size=size)
    age = generator.integers(0, _OLDEST, size=size, endpoint=True)
    return pd.DataFrame(
        {
            "sample": [f"study{number:02d}_sample{place + 1:03d}" for place in range(size)],
            "dataset": f"study{number:02d}",
            "tissue": tissue,
            "sex": [_ONE_SEX.get(where, drawn) for where, drawn in zip(tissue, sex, strict=True)],
            "age": age,
        }
    )


def _simulate_study(settings: SimulationSettings, number: int, effects: pd.DataFrame) -> Simulation:
    of_study, of_samples, of_contaminants = (
        np.random.default_rng([settings.seed, number, stream])
        for stream in (_STUDY_STREAM, _SAMPLE_STREAM, _CONTAMINANT_STREAM)
    )
    samples = study_samples(settings.tissues_of(number), number, settings.samples_per_study, of_samples)
    profiles, bias = _study_profiles(effects, settings.study_effect, of_study)
    dispersion_factor = np.exp(of_study.normal(0, _DISPERSION_SD) + of_study.normal(0, _DISPERSION_SD, len(features())))
    usual_depth = _MEDIAN_READS * np.exp(of_study.normal(0, _DEPTH_SD_BETWEEN_STUDIES))
    depth = usual_depth * np.exp(of_samples.normal(0, _DEPTH_SD_WITHIN_STUDY, len(samples)))
    depth = depth.clip(*_READS_LIMITS)[:, None]
    share = _expected_shares(samples, profiles, bias, of_samples)
    dispersion = dispersion_factor * _DISPERSION_AT_ONE_RPM * (1e6 * share) ** _DISPERSION_SLOPE
    counts = negative_binomial(depth * share, dispersion, of_samples)
    return Simulation(
        counts=pd.DataFrame(counts, index=pd.Index(samples["sample"]), columns=features().index.rename(None)),
        samples=samples,
        contaminants=_contaminants(samples, depth, of_contaminants),
        truth=pd.DataFrame(columns=TRUTH_COLUMNS),
    )


def _study_profiles(
    effects: pd.DataFrame, study_effect: float, generator: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Each tissue's abundances as this study's donors have them, and the protocol's bias (both log2)."""
    abundance = features()["log2_rpm"].to_numpy()
    deviation = generator.normal(0, _TISSUE_IN_STUDY * study_effect, effects.shape)
    kinds, kind = np.unique([feature_type(name) for name in features().index], return_inverse=True)
    bias = generator.normal(0, study_effect, len(abundance))
    bias += generator.normal(0, _SIZE_SELECTION_SD, len(kinds))[kind]
    identity = generator.beta(*_IDENTITY, size=(len(effects), 1))
    return effects * identity + abundance + deviation, bias


def _expected_shares(
    samples: pd.DataFrame, profiles: pd.DataFrame, bias: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Return the expected share of each feature in each library: rows sum to 1."""
    own = np.exp2(profiles.loc[samples["tissue"]].to_numpy())
    blood = np.exp2(profiles.loc[BLOOD].to_numpy())
    in_it = generator.exponential(_MEAN_BLOOD, len(samples)).clip(max=0.5)[:, None]
    mixed = (1 - in_it) * own / own.sum(axis=1, keepdims=True) + in_it * blood / blood.sum()
    sampled = mixed * np.exp2(bias + _sex_and_age(samples, features()))
    return np.asarray(sampled / sampled.sum(axis=1, keepdims=True))


def _sex_and_age(samples: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Log2 change of each name in each sample; the sexes differ around the middle, the ages around half-way."""
    female = (samples["sex"] == FEMALE).to_numpy() - 0.5
    decades = (samples["age"].to_numpy() - _OLDEST / 2) / 10
    by_sex = np.outer(female, table["log2_female_to_male"])
    return np.asarray(by_sex + np.outer(decades, table["log2_per_decade"]))


def _contaminants(samples: pd.DataFrame, depth: np.ndarray, generator: np.random.Generator) -> pd.DataFrame:
    kit = generator.normal(0, _KIT_SD, len(taxa()))
    log2_rpm = taxa()["log2_rpm"].to_numpy() + kit + _sex_and_age(samples, taxa())
    counts = negative_binomial(depth / 1e6 * np.exp2(log2_rpm), np.array(_CONTAMINANT_DISPERSION), generator)
    return pd.DataFrame(counts.T, index=taxa().index.rename("taxon"), columns=samples["sample"].to_list())
