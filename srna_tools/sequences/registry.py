"""All kinds of models of families in one table: their settings and their training function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srna_tools.errors import BundleError
from srna_tools.extras import NETWORK_LIBRARIES
from srna_tools.sequences.combined import CombinedModel, CombinedSettings, train_combined
from srna_tools.sequences.interface import FamilyModel, TrainFamilies
from srna_tools.sequences.kmer import KmerModel, KmerSettings, train_kmer
from srna_tools.sequences.nearest import NearestModel, NearestSettings, train_nearest
from srna_tools.sequences.one_hot_network import OneHotNetwork
from srna_tools.sequences.one_hot_training import CnnSettings, train_cnn
from srna_tools.sequences.profile_model import ProfileModel, ProfileSettings, train_profile
from srna_tools.sequences.structure_network import StructureNetwork
from srna_tools.sequences.structure_training import StructureSettings, train_structure

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class FamilyModelKind:
    """One kind of model.

    Attributes
    ----------
    model
        Class that holds and applies it.
    settings
        Class of its settings, a frozen dataclass whose defaults are the documented ones.
    train
        From families, settings, seed and threads to a trained model.
    needs
        Libraries of extras that its training needs, of `srna_tools.extras.LIBRARIES`.
    scores_with
        Those that its predictions need.
    """

    model: type[FamilyModel]
    settings: type[Any]
    train: TrainFamilies
    needs: tuple[str, ...] = ()
    scores_with: tuple[str, ...] = ()


_PROFILES = ("pyfamsa", "pyhmmer")
_FOLDING = ("RNA",)
FAMILY_MODELS: dict[str, FamilyModelKind] = {
    "cnn": FamilyModelKind(OneHotNetwork, CnnSettings, train_cnn),
    "combined": FamilyModelKind(CombinedModel, CombinedSettings, train_combined, _PROFILES),
    "kmer": FamilyModelKind(KmerModel, KmerSettings, train_kmer),
    "nearest": FamilyModelKind(NearestModel, NearestSettings, train_nearest),
    "profile": FamilyModelKind(ProfileModel, ProfileSettings, train_profile, _PROFILES),
    "structure": FamilyModelKind(
        StructureNetwork, StructureSettings, train_structure, (*_FOLDING, *NETWORK_LIBRARIES), _FOLDING
    ),
}


def family_model_from_state(kind: str, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> FamilyModel:
    """Make a stored model of any kind.

    Raises
    ------
    BundleError
        Unknown kind, or the arrays do not fit.
    """
    if kind not in FAMILY_MODELS:
        raise BundleError(f"holds a model of the unknown kind '{kind}'; a newer version of srna-tools wrote it")
    return FAMILY_MODELS[kind].model.from_state(arrays, description)
