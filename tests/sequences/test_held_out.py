from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from srna_tools.sequences.held_out import SHUFFLED, hold_out


def own_clusters(families):
    return np.arange(len(families.sequences))


def test_members_families_and_others_are_left_out(simulated_families):
    families = simulated_families(families=20, each=70, mutated=0.3)

    held_out = hold_out(families, own_clusters(families), {"tRNA": ("A" * 70,) * 5, "none": ()}, seed=0)

    (draw,) = held_out.at_random
    assert len(draw.training.names) == len(draw.known.names) == 17
    assert len(draw.unseen.sequences) == 3 * 70
    parts = [set(part.sequences) for part in (draw.training, draw.known, draw.unseen)]
    assert sum(map(len, parts)) == len(set().union(*parts)) == len(families.sequences)
    assert len(draw.known.sequences) == pytest.approx(0.15 * 17 * 70, abs=17)
    assert held_out.others == {"tRNA": ("A" * 70,) * 5}
    assert held_out.single_cluster == 0


def test_small_sets_are_drawn_from_several_times(simulated_families):
    families = simulated_families(families=6, each=5)

    held_out = hold_out(families, own_clusters(families), {}, seed=0)

    assert len(held_out.at_random) == len(held_out.by_cluster) == 5
    assert len({draw.unseen.sequences for draw in held_out.at_random}) > 1
    assert len({draw.known.sequences for draw in held_out.by_cluster}) == 5


def test_clusters_are_left_out_whole(simulated_families):
    families = simulated_families(families=3, each=400, mutated=0.3)
    clusters = np.concatenate([np.repeat(np.arange(200), 2), np.repeat(np.arange(200, 300), 4), np.full(400, 300)])
    cluster_of = dict(zip(families.sequences, clusters, strict=True))

    held_out = hold_out(families, clusters, {}, seed=0)

    assert held_out.single_cluster == 1
    for draw in held_out.by_cluster:
        assert not {cluster_of[one] for one in draw.known.sequences} & {cluster_of[s] for s in draw.training.sequences}
        assert draw.known.sizes.tolist() == [60, 60, 0]
        assert not draw.unseen.sequences


def test_with_two_families_shuffled_members_stand_for_what_is_no_family(simulated_families):
    families = simulated_families(families=2, each=10)

    held_out = hold_out(families, own_clusters(families), {}, seed=0)

    assert list(held_out.others) == [SHUFFLED]
    for original, changed in zip(families.sequences, held_out.others[SHUFFLED], strict=True):
        assert changed != original
        assert Counter(changed) == Counter(original)


def test_of_very_many_others_some_are_drawn(simulated_families):
    families = simulated_families(families=4, each=5)
    others = tuple(f"A{number}" for number in range(5000))

    found = hold_out(families, own_clusters(families), {"others": others}, seed=0).others["others"]

    assert len(set(found)) == 2000
    assert set(found) <= set(others)
