"""Which families, and how many of their sequences, a model is trained on."""

from __future__ import annotations

import numpy as np

from srna_tools.sequences.families import Families


def with_at_least(families: Families, least: int) -> tuple[Families, tuple[str, ...]]:
    """Keep the families with at least so many sequences, and name those that go, in their order."""
    enough = families.sizes >= least
    kept = families.at(np.flatnonzero(enough[families.members])).without_empty()
    return kept, tuple(name for name, stays in zip(families.names, enough, strict=True) if not stays)


def at_most(families: Families, most: int, seed: int) -> Families:
    """Draw `most` sequences at random from each family that has more.

    A family's draw depends on the seed, its name and its size only, so that it stays the same when other families
    come or go.
    """
    return families.at(places_of_at_most(families, most, seed))


def places_of_at_most(families: Families, most: int, seed: int) -> np.ndarray:
    """Places of the sequences that `at_most` draws."""
    places = []
    for family, (name, size) in enumerate(zip(families.names, families.sizes, strict=True)):
        of_family = np.flatnonzero(families.members == family)
        if size > most:
            generator = np.random.default_rng([seed, *name.encode("utf-8")])
            of_family = generator.choice(of_family, most, replace=False)
        places.append(of_family)
    return np.sort(np.concatenate(places)) if places else np.empty(0, dtype=np.int64)
