from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import BundleError
from srna_tools.io.fasta import FastaRecord
from srna_tools.sequences.calibration import Judgement
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.letters import reverse_complement
from srna_tools.sequences.open_set import known_scores
from srna_tools.sequences.prediction import COLUMNS, Rules, predict
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.training import train_families


@pytest.fixture(scope="module")
def families(simulated_families):
    return simulated_families(families=10, each=20, mutated=0.05)


@pytest.fixture(scope="module")
def bundle(tiny, families):
    settings = FAMILY_MODELS[tiny].settings()
    return train_families(families, tiny, settings, judgement=Judgement(temperature=2.0), max_length=80)[0]


def records(sequences):
    return [FastaRecord(f"s{number}", "", sequence) for number, sequence in enumerate(sequences)]


def table(bundle, sequences, rules=None, threads=1):
    blocks = list(predict(bundle, records(sequences), rules or Rules(None), threads=threads))
    return pd.concat([block.table for block in blocks], ignore_index=True)


def test_a_row_says_family_probability_and_runner_up(bundle, families):
    found = table(bundle, families.sequences)

    logits = bundle.model.scores(families.sequences).logits
    probabilities = np.exp(logits / 2) / np.exp(logits / 2).sum(axis=1, keepdims=True)
    ranked = np.argsort(-probabilities, axis=1)
    assert tuple(found.columns) == COLUMNS
    assert found["sequence"].tolist() == [f"s{number}" for number in range(200)]
    assert found["family"].tolist() == [families.names[place] for place in ranked[:, 0]]
    assert found["runner_up"].tolist() == [families.names[place] for place in ranked[:, 1]]
    ordered = -np.sort(-probabilities, axis=1)
    np.testing.assert_allclose(found["probability"], ordered[:, 0])
    np.testing.assert_allclose(found["margin"], ordered[:, 0] - ordered[:, 1])
    assert (found["family"] == np.array(families.names)[families.members]).mean() > 0.9
    assert set(found["status"]) == {"accepted"}
    assert set(found["strand"]) == {"+"}
    assert set(found["length"]) == {70}


def test_what_scores_under_the_threshold_is_rejected_in_words(bundle, families, random_sequences):
    sequences = (*families.sequences[:50], *random_sequences(50))
    scores = known_scores(bundle.model.scores(sequences), 2.0)["probability"]
    threshold = float(np.median(scores))

    found = table(bundle, sequences, Rules(threshold))

    np.testing.assert_allclose(found["score"], scores)
    assert found["status"].tolist() == ["accepted" if score >= threshold else "rejected" for score in scores]
    reasons = found["reason"][found["status"] == "rejected"]
    assert reasons.str.fullmatch(r"looks like no family of the model \(probability [\d.e-]+ is below [\d.e-]+\)").all()
    assert set(found["reason"][found["status"] == "accepted"]) == {""}
    assert (found["family"] != "").all()


def test_a_score_just_under_the_threshold_shows_that_it_is(bundle, families):
    score = table(bundle, families.sequences[:1])["score"][0]

    reason = table(bundle, families.sequences[:1], Rules(score * (1 + 1e-9)))["reason"][0]

    low, high = map(float, reason.removesuffix(")").split("probability ")[1].split(" is below "))
    assert low < high


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [
        ("A" * 81, "over-long (81 nt, the model takes up to 80)"),
        ("A" * 14, "too short (14 nt, fewer than 15)"),
        ("A" * 14 + "N" * 6, "6 of 20 letters are unknown"),
        ("A" * 15, ""),
        ("A" * 15 + "N" * 5, ""),
        ("A" * 80, ""),
    ],
)
def test_what_is_refused_has_its_best_family_all_the_same(bundle, sequence, reason):
    row = table(bundle, [sequence]).iloc[0]

    assert row["reason"] == reason
    assert row["status"] == ("rejected" if reason else "accepted")
    scored = table(bundle, [sequence[:80]]).iloc[0]
    for column in ("family", "runner_up", "strand", "probability", "margin", "score"):
        assert row[column] == scored[column] not in ("", None)
    assert row["length"] == len(sequence)


def test_over_long_ones_are_judged_by_their_first_bases_where_that_is_asked(bundle, families):
    member = families.sequences[0]

    long, cut = table(bundle, [member + "A" * 50, (member + "A" * 50)[:80]], Rules(None, over_long="truncate")).iloc

    assert long["probability"] == cut["probability"]
    assert long["reason"] == "judged by 80 of 120 nt"
    assert (long["status"], long["length"]) == ("accepted", 120)


def test_the_other_strand_of_a_long_one_is_judged_by_its_own_first_bases(bundle, families):
    member = families.sequences[0]
    turned = reverse_complement(member + "A" * 60)

    row = table(bundle, [turned], Rules(None, both_strands=True, over_long="truncate")).iloc[0]

    assert (row["family"], row["strand"]) == (families.names[0], "-")
    assert row["probability"] == table(bundle, [member + "A" * 10])["probability"][0]


def test_members_on_the_other_strand_are_found_where_both_are_tried(bundle, families):
    turned = [reverse_complement(sequence) for sequence in families.sequences]

    found, forward = (
        table(bundle, sequences, Rules(None, both_strands=True)) for sequences in (turned, families.sequences)
    )

    # The score is that of the better strand, whichever of the two was given.
    pd.testing.assert_frame_equal(found.drop(columns="strand"), forward.drop(columns="strand"))
    assert (found["strand"] == "-").mean() > 0.9
    assert (found["strand"] != forward["strand"]).all()


@pytest.mark.parametrize("threads", [1, 4])
def test_blocks_and_threads_change_nothing(bundle, random_sequences, threads):
    sequences = random_sequences(1200, length=40)

    found = table(bundle, sequences, Rules(0.5, both_strands=True), threads)

    alone = pd.concat([table(bundle, [one], Rules(0.5, both_strands=True)) for one in sequences[500:530]])
    assert found["sequence"].tolist() == [f"s{number}" for number in range(1200)]
    pd.testing.assert_frame_equal(
        found.iloc[500:530, 1:].reset_index(drop=True), alone.iloc[:, 1:].reset_index(drop=True)
    )


@dataclass(frozen=True)
class Overflowing:
    """A model that has no finite number for some sequences."""

    outputs = 2

    def scores(self, sequences):
        logits = {"A": [2.0, 1.0], "C": [np.nan, 1.0], "G": [np.inf, np.inf], "U": [-np.inf, 1.0]}
        found = np.array([logits[sequence[0]] for sequence in sequences])
        return FamilyScores(found, {"own": np.where(found[:, 0] == 2, 1.0, np.nan)})


@pytest.mark.parametrize("rules", [Rules(None), Rules(0.5), Rules(-1e9), Rules(0.5, both_strands=True)], ids=str)
def test_what_the_model_has_no_number_for_is_rejected(rules):
    odd = FamilyBundle("profile", ("a", "b"), Overflowing())

    (block,) = predict(odd, records([letter * 14 + "G" for letter in "ACGU"]), rules)

    wrong = block.table.iloc[1:]
    assert set(wrong["reason"]) == {"the model gives no number for it"}
    assert set(wrong["status"]) == {"rejected"}
    assert set(wrong["family"]) == set(wrong["runner_up"]) == set(wrong["strand"]) == {""}
    assert wrong[["probability", "margin", "score"]].isna().all().all()
    assert block.kinds == ["", *3 * ["without a number"]]
    assert block.table["family"][0] == "a"


def test_no_score_reaches_a_threshold_that_is_no_number(bundle, families):
    assert set(table(bundle, families.sequences[:3], Rules(float("nan")))["status"]) == {"rejected"}


def test_probabilities_of_all_families_come_along(bundle, families):
    (block,) = predict(bundle, records([families.sequences[0], "A" * 5, ""]), Rules(None))

    assert block.probabilities.shape == (3, 10)
    assert block.probabilities[:2].sum(axis=1) == pytest.approx(1)
    assert block.probabilities[:2].max(axis=1).tolist() == block.table["probability"][:2].tolist()
    assert np.isnan(block.probabilities[2]).all()
    assert block.table["family"][2] == ""
    assert block.kinds == ["", "too short", "too short"]


def test_a_threshold_on_a_score_that_the_model_does_not_give_is_refused(tiny, families, random_sequences):
    settings = FAMILY_MODELS[tiny].settings()
    whole = train_families(families, tiny, settings, others={"random": random_sequences(30)})[0]
    wrong = replace(whole, open_set=replace(whole.open_set, score="distance"))

    with pytest.raises(BundleError, match="does not give the score 'distance' of its threshold; train it again"):
        table(wrong, families.sequences[:2])
