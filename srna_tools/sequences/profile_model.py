"""Families as profile hidden Markov models: the model that most users will get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from tqdm import tqdm

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.letters import packed
from srna_tools.sequences.profile_building import LETTERS, PARAMETERS, node_parameters, raw_profile
from srna_tools.sequences.profile_subfamilies import subfamilies

_BLOCK = 256
# A base is at most 4 times as probable as in the background of equal bases; smoothing keeps all above 0.
_LEAST_ODDS, _MOST_ODDS = 1e-3, 4 + 1e-5
_ROUNDING = 1e-5


@dataclass(frozen=True)
class ProfileSettings:
    """How profiles are built and applied.

    Attributes
    ----------
    max_aligned
        Most sequences of a family that are aligned; of more, a random draw.
    flank_begins, flank_goes_on
        Probability that there is a base outside of the family's sequence at either end, and that another follows.
    anywhere
        Probability that a sequence begins at a random node of the profile instead of its first, likewise its end.
    subfamily_distance, smallest_subfamily
        Groups of this many sequences or more that are further apart get a profile each beside that of the family; see
        `srna_tools.sequences.profile_subfamilies.subfamilies`.
    """

    max_aligned: int = 400
    flank_begins: float = 0.1
    flank_goes_on: float = 0.95
    anywhere: float = 0.01
    subfamily_distance: float = 0.8
    smallest_subfamily: int = 3

    def __post_init__(self) -> None:
        """Refuse what no profile has."""
        if self.smallest_subfamily < 1:
            raise SampleError(f"a subfamily has at least 1 sequence, not {self.smallest_subfamily}")
        if self.max_aligned < 1:
            raise SampleError(f"at least 1 sequence must be aligned for a profile, not {self.max_aligned}")
        for name in ("flank_begins", "flank_goes_on", "anywhere", "subfamily_distance"):
            if not 0 < getattr(self, name) < 1:
                raise SampleError(f"{name} of profiles must lie between 0 and 1, not {getattr(self, name)}")


@dataclass(frozen=True)
class ProfileModel:
    """Profiles of all families.

    Attributes
    ----------
    nodes
        Parameters of the nodes of all profiles one after another, float32, shape (nodes, `PARAMETERS`).
    starts
        First node of each profile; the last number is the number of nodes, int64.
    members
        Family of each profile, int64, ascending.
    families
        Number of families.
    flank
        Probabilities that a base lies outside of the profile, and that another follows.
    """

    kinds: ClassVar[tuple[str, ...]] = ("profile",)
    nodes: np.ndarray
    starts: np.ndarray
    members: np.ndarray
    families: int
    flank: tuple[float, float]

    @property
    def outputs(self) -> int:
        """Number of families."""
        return self.families

    def scores(self, sequences: Sequence[str]) -> FamilyScores:
        """Score sequences: logits are log-odds in nats against a background of equal bases.

        ``log-odds``, the largest of them, says how much a sequence looks like a member of any family.
        """
        logits = np.concatenate(
            [self._of_block(sequences[start : start + _BLOCK]) for start in range(0, len(sequences), _BLOCK)]
            or [np.zeros((0, self.families))]
        )
        return FamilyScores(logits, {"log-odds": logits.max(axis=1)})

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Nodes, starts and members; the number of families and the flank."""
        arrays = {"nodes": self.nodes, "starts": self.starts, "members": self.members}
        return arrays, {"families": self.families, "flank": list(self.flank)}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            An array is missing or of another type, profiles do not fit their nodes, a family has no profile, or
            numbers are no probabilities.
        """
        for name, (kind, dimensions) in {
            "nodes": ("float32", 2),
            "starts": ("int64", 1),
            "members": ("int64", 1),
        }.items():
            array = arrays.get(name)
            if array is None or array.dtype != kind or array.ndim != dimensions:
                raise BundleError(f"the profiles lack their array '{name}', or it is of another type")
        families, flank = description.get("families"), description.get("flank")
        # A number of families that is compared with the profiles before anything is made of its size.
        if type(families) is not int or not 0 < families <= len(arrays["members"]):
            raise BundleError("the profiles lack the number of families, or have fewer profiles than families")
        if not isinstance(flank, list) or [type(share) for share in flank] != [float, float]:
            raise BundleError("the profiles lack the probabilities of flanks")
        model = cls(arrays["nodes"], arrays["starts"], arrays["members"], families, (flank[0], flank[1]))
        if model.nodes.shape[1] != PARAMETERS or not model._is_sound():
            raise BundleError("the profiles do not fit their nodes or families, or hold what is no probability")
        return model

    def _is_sound(self) -> bool:
        nodes, starts, members = self.nodes, self.starts, self.members
        odds, probabilities = np.split(nodes, [LETTERS], axis=1)
        return (
            all(0 < share < 1 for share in self.flank)
            and len(starts) == len(members) + 1
            and len(members) > 0
            and starts[0] == 0
            and starts[-1] == len(nodes)
            and bool((np.diff(starts) > 0).all())
            and bool((np.diff(members) >= 0).all())
            and np.array_equal(np.unique(members), np.arange(self.families))
            and bool(np.isfinite(nodes).all())
            and bool((probabilities >= 0).all() and (probabilities <= 1 + _ROUNDING).all())
            and bool((odds >= _LEAST_ODDS).all() and (odds <= _MOST_ODDS).all())
        )

    @cached_property
    def _lanes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Profiles side by side: parameters, first node of each group, and the profile of each lane (-1 for none)."""
        from srna_tools.sequences.lanes import LANES

        lengths = np.diff(self.starts)
        order = np.argsort(lengths, kind="stable")
        groups = [order[first : first + LANES] for first in range(0, len(order), LANES)]
        starts = np.concatenate([[0], np.cumsum([lengths[group[-1]] for group in groups])]).astype(np.int64)
        parameters = np.zeros((starts[-1], PARAMETERS, LANES), dtype=np.float32)
        for first, group in zip(starts, groups, strict=False):
            for lane, profile in enumerate(group):
                own = self.nodes[self.starts[profile] : self.starts[profile + 1]]
                parameters[first : first + len(own), :, lane] = own
        return parameters, starts, order

    def _of_block(self, sequences: Sequence[str]) -> np.ndarray:
        from srna_tools.sequences.profile_forward import log_odds

        parameters, starts, order = self._lanes
        of_profiles = np.empty((len(sequences), len(order)))
        of_profiles[:, order] = log_odds(parameters, starts, self.flank, *packed(sequences))[:, : len(order)]
        first = np.searchsorted(self.members, np.arange(self.families))
        return np.asarray(np.logaddexp.reduceat(of_profiles, first, axis=1))


def train_profile(families: Families, settings: ProfileSettings, seed: int, threads: int) -> TrainedFamilyModel:
    """Build the profiles of all families, several families at a time; the result is the same for any number.

    Raises
    ------
    MissingExtraError
        pyhmmer or pyfamsa is not installed.
    SampleError
        A family has no sequence.
    """
    from joblib import Parallel, delayed

    empty = np.flatnonzero(families.sizes == 0)
    if len(empty):
        raise SampleError(f"the family {families.names[empty[0]]} has no sequence to build a profile from")
    runner = Parallel(threads, prefer="threads", return_as="generator")
    built = runner(
        delayed(_family_profiles)(families.of(family), settings, seed + family) for family in range(len(families.names))
    )
    total = len(families.names)
    profiles = list(tqdm(built, total=total, desc="building profiles", unit=" families", leave=False, disable=None))
    members = np.repeat(np.arange(total), [len(own) for own in profiles])
    nodes = [profile for own in profiles for profile in own]
    starts = np.concatenate([[0], np.cumsum([len(profile) for profile in nodes])]).astype(np.int64)
    flank = (settings.flank_begins, settings.flank_goes_on)
    return TrainedFamilyModel(ProfileModel(np.concatenate(nodes), starts, members, total, flank))


def _family_profiles(sequences: Sequence[str], settings: ProfileSettings, seed: int) -> list[np.ndarray]:
    """Nodes of the profile of a family and of those of its subfamilies."""
    if len(sequences) > settings.max_aligned:
        places = np.sort(np.random.default_rng(seed).permutation(len(sequences))[: settings.max_aligned])
        sequences = [sequences[place] for place in places]
    groups = subfamilies(sequences, settings.subfamily_distance, settings.smallest_subfamily)
    chosen = [sequences, *([sequences[place] for place in places] for places in groups)]
    return [node_parameters(raw_profile(group), settings.anywhere) for group in chosen]
