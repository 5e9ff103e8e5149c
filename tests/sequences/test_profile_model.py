"""Families as profiles: what training gives, what is stored, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from Bio import SeqIO

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.families import Families
from srna_tools.sequences.letters import clean
from srna_tools.sequences.profile_model import ProfileModel, ProfileSettings, train_profile


def mutated(sequence, generator, rate=0.15):
    """Substitute, delete and insert bases."""
    bases = []
    for base in sequence:
        chance = generator.random()
        if chance < rate / 4:
            continue
        bases.append(str(generator.choice(list("ACGU"))) if chance < rate else base)
        if chance > 1 - rate / 4:
            bases.append(str(generator.choice(list("ACGU"))))
    return "".join(bases)


def simulated(families, each, seed=0, rate=0.15, length=60):
    generator = np.random.default_rng(seed)
    ancestors = ["".join(generator.choice(list("ACGU"), length)) for _ in range(families)]
    sequences = [mutated(ancestor, generator, rate) for ancestor in ancestors for _ in range(each)]
    return Families(
        tuple(f"family {number}" for number in range(families)),
        tuple(sequences),
        np.repeat(np.arange(families), each),
    )


@pytest.fixture(scope="module")
def trained():
    return train_profile(simulated(6, 12).at(np.arange(0, 72, 2)), ProfileSettings(), 0, 1).model


def test_held_out_members_of_simulated_families_are_recognised(trained):
    held_out = simulated(6, 12).at(np.arange(1, 72, 2))
    scores = trained.scores(held_out.sequences)
    assert scores.logits.shape == (36, 6)
    assert scores.logits.argmax(axis=1).tolist() == held_out.members.tolist()
    np.testing.assert_array_equal(scores.known["log-odds"], scores.logits.max(axis=1))


def test_a_stored_model_scores_the_same(trained):
    again = ProfileModel.from_state(*trained.to_state())
    sequences = simulated(6, 2).sequences
    np.testing.assert_array_equal(again.scores(sequences).logits, trained.scores(sequences).logits)


def test_the_number_of_threads_does_not_change_the_model():
    families = simulated(5, 8)
    one, two = (train_profile(families, ProfileSettings(max_aligned=5), 3, threads).model for threads in (1, 2))
    np.testing.assert_array_equal(one.nodes, two.nodes)


def test_the_seed_draws_what_is_aligned_of_a_large_family():
    families = simulated(2, 30)
    of_seeds = [train_profile(families, ProfileSettings(max_aligned=4), seed, 1).model.nodes for seed in (0, 0, 1)]
    np.testing.assert_array_equal(of_seeds[0], of_seeds[1])
    assert not np.array_equal(of_seeds[0], of_seeds[2])


def test_arms_of_a_family_get_profiles_of_their_own_and_count_for_one_family():
    """Families of two unrelated halves, as mature miRNAs of both arms."""
    halves = simulated(8, 10, seed=2, rate=0.05, length=22)
    families = Families(("a", "b", "c", "d"), halves.sequences, halves.members // 2)
    model = train_profile(families, ProfileSettings(), 0, 1).model
    assert model.members.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    scores = model.scores(halves.sequences)
    assert (scores.logits.argmax(axis=1) == families.members).all()
    one = train_profile(families, ProfileSettings(smallest_subfamily=99), 0, 1).model
    assert scores.known["log-odds"].mean() > one.scores(halves.sequences).known["log-odds"].mean() + 2


def test_logits_of_a_family_are_those_of_its_profiles_summed(trained):
    merged = ProfileModel(trained.nodes, trained.starts, np.array([0, 0, 0, 1, 1, 2]), 3, trained.flank)
    single, summed = (np.exp(model.scores(["ACGUACGGAC"]).logits) for model in (trained, merged))
    np.testing.assert_allclose(summed[0], [single[0, :3].sum(), single[0, 3:5].sum(), single[0, 5]])


def test_random_flanks_cost_little():
    held_out = simulated(6, 12)
    generator = np.random.default_rng(9)
    ends = ["".join(generator.choice(list("ACGU"), 20)) for _ in range(144)]
    flanked = [a + s + b for a, s, b in zip(ends[::2], held_out.sequences, ends[1::2], strict=True)]
    model = train_profile(held_out.at(np.arange(0, 72, 2)), ProfileSettings(), 0, 1).model
    assert (model.scores(flanked).logits.argmax(axis=1) == held_out.members).all()


def test_unrelated_sequences_have_lower_log_odds(trained):
    generator = np.random.default_rng(8)
    unrelated = ["".join(generator.choice(list("ACGU"), 60)) for _ in range(50)]
    members = trained.scores(simulated(6, 12).sequences).known["log-odds"]
    assert members.min() > trained.scores(unrelated).known["log-odds"].max()


def test_no_sequences_no_scores(trained):
    assert trained.scores([]).logits.shape == (0, 6)


@pytest.mark.parametrize(
    "settings",
    [
        {"max_aligned": 0},
        {"flank_begins": 0.0},
        {"flank_goes_on": 1.0},
        {"anywhere": -1},
        {"subfamily_distance": 2.0},
        {"smallest_subfamily": 0},
    ],
    ids=str,
)
def test_settings_that_no_profile_has_are_refused(settings):
    with pytest.raises(SampleError, match=r"profile|subfamily"):
        ProfileSettings(**settings)


def test_a_family_without_sequences_is_refused_by_name():
    families = Families(("full", "bare"), ("ACGU",), np.array([0]))
    with pytest.raises(SampleError, match="the family bare has no sequence"):
        train_profile(families, ProfileSettings(), 0, 1)


def _set(name, place, value):
    def damage(arrays, description):
        arrays[name] = arrays[name].copy()
        arrays[name][place] = value

    return damage


DAMAGE = {
    "an array is missing": lambda arrays, description: arrays.pop("starts"),
    "another type": lambda arrays, description: arrays.update(nodes=arrays["nodes"].astype(np.float64)),
    "another dimension": lambda arrays, description: arrays.update(members=arrays["members"][None]),
    "fewer columns": lambda arrays, description: arrays.update(nodes=arrays["nodes"][:, :-1]),
    "no profiles": lambda arrays, description: arrays.update(
        starts=arrays["starts"][:1], members=arrays["members"][:0]
    ),
    "nodes are cut": lambda arrays, description: arrays.update(nodes=arrays["nodes"][:-1]),
    "an end beyond the nodes": _set("starts", -1, 10**12),
    "a profile without nodes": _set("starts", 1, 0),
    "a family that does not exist": _set("members", -1, 6),
    "a family without a profile": _set("members", 1, 0),
    "odds of zero": _set("nodes", (3, 2), 0),
    "odds above all bounds": _set("nodes", (3, 2), 5),
    "a probability below 0": _set("nodes", (3, 6), -0.1),
    "a probability above 1": _set("nodes", (3, 6), 1.1),
    "not a number": _set("nodes", (3, 6), np.nan),
    "infinity": _set("nodes", (3, 1), np.inf),
    "no number of families": lambda arrays, description: description.pop("families"),
    "another number of families": lambda arrays, description: description.update(families=7),
    "three flanks": lambda arrays, description: description.update(flank=[0.1, 0.2, 0.3]),
    "a flank without end": lambda arrays, description: description.update(flank=[0.1, 1.0]),
    "a flank that is no number": lambda arrays, description: description.update(flank=[0.1, float("nan")]),
    "families that are no number": lambda arrays, description: description.update(families=float("inf")),
    "families that no memory holds": lambda arrays, description: description.update(families=10**12),
    "families as a text": lambda arrays, description: description.update(families="6"),
    "families with a fraction": lambda arrays, description: description.update(families=6.0),
    "true for a number": lambda arrays, description: description.update(families=True),
    "flanks as texts": lambda arrays, description: description.update(flank=["0.1", "0.95"]),
    "flanks by name": lambda arrays, description: description.update(flank={"0.1": 1, "0.95": 1}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_model_is_refused(trained, damage):
    arrays, description = trained.to_state()
    damage(arrays, description)
    with pytest.raises(BundleError, match="the profiles"):
        ProfileModel.from_state(arrays, description)


def test_real_families_are_told_apart(real_data):
    """Ten families of Rfam, 15 sequences to learn from and 5 to recognise."""
    names = sorted(path.stem for path in (real_data / "rfam_mirna").glob("RF0*.fa"))[5:15]
    sequences, members = [], []
    for number, name in enumerate(names):
        with (real_data / "rfam_mirna" / f"{name}.fa").open() as file:
            own = list(dict.fromkeys(clean(str(record.seq)) for record in SeqIO.parse(file, "fasta")))
        sequences += own[:20]
        members += [number] * len(own[:20])
    families = Families(tuple(names), tuple(sequences), np.array(members))
    held_out = np.arange(len(sequences)) % 4 == 0
    model = train_profile(families.at(np.flatnonzero(~held_out)), ProfileSettings(), 0, 2).model
    tested = families.at(np.flatnonzero(held_out))
    assert (model.scores(tested.sequences).logits.argmax(axis=1) == tested.members).mean() > 0.97
