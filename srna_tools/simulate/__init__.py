"""Simulated sRNA sequencing studies with known truth, for the demo, the tests and the benchmarks."""

from srna_tools.simulate.catalogue import TISSUES
from srna_tools.simulate.demo import DEMO_ANNOTATION, DEMO_TRAINING, demo_studies
from srna_tools.simulate.demo_models import DEMO_MODELS, write_demo_models
from srna_tools.simulate.hairpins import Hairpin, HairpinSettings, simulate_hairpins
from srna_tools.simulate.settings import SimulationSettings
from srna_tools.simulate.study import Simulation, simulate
from srna_tools.simulate.write import to_anndata, write_contaminants, write_oasis_archives, write_sample_sheet

__all__ = [
    "DEMO_ANNOTATION",
    "DEMO_MODELS",
    "DEMO_TRAINING",
    "TISSUES",
    "Hairpin",
    "HairpinSettings",
    "Simulation",
    "SimulationSettings",
    "demo_studies",
    "simulate",
    "simulate_hairpins",
    "to_anndata",
    "write_contaminants",
    "write_demo_models",
    "write_oasis_archives",
    "write_sample_sheet",
]
