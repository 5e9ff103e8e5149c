"""What can be chosen about a simulation."""

from __future__ import annotations

from dataclasses import dataclass

from srna_tools.errors import SampleError, listed
from srna_tools.simulate.catalogue import TISSUES

_DEFAULT_TISSUES = ("blood", "brain", "heart", "skeletal muscle", "liver", "kidney", "lung", "skin")


@dataclass(frozen=True)
class SimulationSettings:
    """Settings of `simulate`.

    Parameters
    ----------
    studies
        Number of studies.
    samples_per_study
        Samples of each study, spread evenly over its tissues.
    tissues
        Tissues to simulate, of `TISSUES`.
    confounded
        Each tissue comes from its own studies only, as in TCGA: a study's bias looks like its tissue.
    study_effect
        Standard deviation of a study's library-protocol bias per sRNA (log2); a tissue's profile in a
        study (donors, dissection) deviates somewhat less. In microRNAome, studies of one tissue differ by
        about 1.
    first_study
        Number of the first study. Simulations with the same seed and different study numbers share their
        truth: train on studies 1 to 6, annotate studies 7 and 8.
    seed
        Seed of everything that is drawn.

    Raises
    ------
    SampleError
        A tissue is not known or named twice, or a number is too small.
    """

    studies: int = 8
    samples_per_study: int = 24
    tissues: tuple[str, ...] = _DEFAULT_TISSUES
    confounded: bool = False
    study_effect: float = 1.0
    first_study: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        unknown = [tissue for tissue in self.tissues if tissue not in TISSUES]
        if unknown or not self.tissues or len(set(self.tissues)) < len(self.tissues):
            raise SampleError(
                f"cannot simulate the tissues {listed(self.tissues, 20) or 'none'}: "
                f"each must be named once and be one of {listed(TISSUES, 20)}"
            )
        if min(self.studies, self.samples_per_study, self.first_study) < 1 or min(self.study_effect, self.seed) < 0:
            raise SampleError(
                "studies, samples per study and the first study's number start at 1, the study effect and the seed at 0"
            )

    def study_numbers(self) -> range:
        """Numbers of the simulated studies."""
        return range(self.first_study, self.first_study + self.studies)

    def tissues_of(self, number: int) -> tuple[str, ...]:
        """Return the tissues that study `number` sampled."""
        if not self.confounded:
            return self.tissues
        groups = min(len(self.tissues), self.studies)
        return tuple(tissue for place, tissue in enumerate(self.tissues) if place % groups == (number - 1) % groups)
