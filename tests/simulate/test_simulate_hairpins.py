"""Simulated hairpins: they fold back, families differ, and numbers draw the same whatever else is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.sequences.letters import clean, reverse_complement
from srna_tools.simulate.hairpins import HairpinSettings, simulate_hairpins


def identical(first, second):
    return np.mean([a == b for a, b in zip(first, second, strict=True)])


def test_numbers_names_and_letters():
    hairpins = simulate_hairpins(HairpinSettings(families=3, members=4, first_family=2))
    assert [one.name for one in hairpins[:5]] == [f"sim-mir-s2-{n}" for n in range(1, 5)] + ["sim-mir-s3-1"]
    assert [one.family for one in hairpins[::4]] == ["mir-s2", "mir-s3", "mir-s4"]
    for one in hairpins:
        assert one.sequence == clean(one.sequence)
        assert 55 <= len(one.sequence) <= 100
        assert one.mature in one.sequence
        assert 20 <= len(one.mature) < 24


def test_without_mutations_members_are_their_ancestor_and_its_arms_pair():
    settings = HairpinSettings(families=20, members=2, substitutions=0, indels=0)
    hairpins = simulate_hairpins(settings)
    assert len({one.sequence for one in hairpins}) == 20
    paired = [identical(one.sequence[: one.end], reverse_complement(one.sequence)[: one.end]) for one in hairpins[::2]]
    # an eighth of the partners are mismatched, of about 33 pairs in each of 20 families
    assert 0.8 < np.mean(paired) < 0.95


def test_substitutions_are_as_many_as_asked_for_and_rarer_in_the_mature_mirna():
    ancestors = simulate_hairpins(HairpinSettings(families=20, members=1, substitutions=0, indels=0))
    members = simulate_hairpins(HairpinSettings(families=20, members=1, substitutions=0.3, indels=0))
    outside = [
        1 - identical(a.sequence[: a.start] + a.sequence[a.end :], m.sequence[: m.start] + m.sequence[m.end :])
        for a, m in zip(ancestors, members, strict=True)
    ]
    inside = [1 - identical(a.mature, m.mature) for a, m in zip(ancestors, members, strict=True)]
    assert np.mean(outside) == pytest.approx(0.3, abs=0.05)
    assert np.mean(inside) == pytest.approx(0.06, abs=0.03)


def test_indels_change_lengths_but_not_the_mature_mirna():
    settings = {"families": 5, "members": 20, "substitutions": 0.0}
    ancestors = simulate_hairpins(HairpinSettings(**settings, indels=0))
    members = simulate_hairpins(HairpinSettings(**settings, indels=0.05))
    lengths = [len(m.sequence) - len(a.sequence) for a, m in zip(ancestors, members, strict=True)]
    assert min(lengths) < 0 < max(lengths)
    assert [m.mature for m in members] == [a.mature for a in ancestors]


def test_a_member_depends_on_seed_and_numbers_alone():
    every = {one.name: one for one in simulate_hairpins(HairpinSettings(families=4, members=6))}
    later = simulate_hairpins(HairpinSettings(families=2, members=2, first_family=3, first_member=5))
    assert all(every[one.name] == one for one in later)
    others = simulate_hairpins(HairpinSettings(families=4, members=6, seed=2))
    assert not {one.sequence for one in others} & {one.sequence for one in every.values()}


@pytest.mark.parametrize("wrong", [{"members": 0}, {"seed": -1}, {"substitutions": 1.5}, {"indels": 0.6}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(SampleError, match=r"at least|probability"):
        HairpinSettings(**wrong)
