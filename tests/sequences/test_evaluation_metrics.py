"""The table of metrics against scikit-learn, and cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, precision_score, roc_auc_score, roc_curve

from srna_tools.sequences.evaluation_metrics import measure_families
from srna_tools.sequences.evaluation_open_set import chosen_open_set, fpr_at_kept

FAMILIES = ["a", "b", "c", "d"]


def answers(repeat=1, seed=0, asked="test", number=60, **columns):
    generator = np.random.default_rng(seed)
    true = generator.choice(FAMILIES[:3], number)
    predicted = np.where(generator.random(number) < 0.7, true, generator.choice(FAMILIES, number))
    return pd.DataFrame(
        {
            "model": "m", "scheme": "random", "repeat": repeat, "training": 0, "asked": asked,
            "sequence": [f"s{place}" for place in range(number)], "true": true, "group": "",
            "choosing": np.arange(number) % 2 == 0, "predicted": predicted, "probability": generator.random(number),
            "score:energy": generator.normal(size=number), "identity": generator.random(number),
        }
        | columns
    )  # fmt: skip


def others(repeat=1, seed=5, number=40, shift=1.0):
    table = answers(repeat, seed, "others", number)
    return table.assign(
        group=np.where(np.arange(number) < 10, "tRNA", "unseen families"),
        choosing=(np.arange(number) >= 10) & (np.arange(number) % 2 == 0),
        **{"score:energy": table["score:energy"] - shift},
    )


def values(metrics):
    return metrics.set_index(["model", "scheme", "scope", "name", "metric"])["value"]


def row(metrics, scope, name, metric):
    found = metrics[(metrics["scope"] == scope) & (metrics["name"] == name) & (metrics["metric"] == metric)]
    assert len(found) == 1
    return found.iloc[0]


def test_accuracies_are_those_of_scikit_learn_averaged_over_repeats():
    repeats = [answers(repeat, seed=repeat) for repeat in (1, 2, 3)]
    metrics = measure_families(pd.concat(repeats), bootstraps=0)
    expected = {
        "accuracy": [accuracy_score(one["true"], one["predicted"]) for one in repeats],
        "balanced_accuracy": [_recall(one) for one in repeats],
        "macro_f1": [f1_score(one["true"], one["predicted"], average="macro", labels=FAMILIES[:3]) for one in repeats],
    }
    for metric, of_repeats in expected.items():
        assert row(metrics, "overall", "", metric)["value"] == pytest.approx(np.mean(of_repeats))
        assert row(metrics, "overall", "", f"{metric}_sd")["value"] == pytest.approx(np.std(of_repeats, ddof=1))
    assert row(metrics, "overall", "", "sequences")["value"] == 60
    assert row(metrics, "overall", "", "families")["value"] == 3


def _recall(one):
    # The family d is only predicted: scikit-learn would warn of a class without members.
    known = one.assign(
        predicted=one["predicted"].where(one["predicted"] != "d", one["true"].map({"a": "b"}).fillna("a"))
    )
    return balanced_accuracy_score(known["true"], known["predicted"])


def test_every_family_has_its_precision_recall_and_f():
    table = answers()
    metrics = measure_families(table, bootstraps=0)
    precision = precision_score(table["true"], table["predicted"], average=None, labels=FAMILIES[:3])
    f1 = f1_score(table["true"], table["predicted"], average=None, labels=FAMILIES[:3])
    for place, name in enumerate(FAMILIES[:3]):
        of_family = table[table["true"] == name]
        assert row(metrics, "family", name, "precision")["value"] == pytest.approx(precision[place])
        assert row(metrics, "family", name, "f1")["value"] == pytest.approx(f1[place])
        assert row(metrics, "family", name, "recall")["value"] == pytest.approx((of_family["predicted"] == name).mean())
    assert not ((metrics["scope"] == "family") & (metrics["name"] == "d")).any()


def test_intervals_come_from_draws_of_families():
    half = pd.DataFrame({"true": ["a"] * 10 + ["b"] * 30, "predicted": ["a"] * 40})
    table = answers(number=40, true=half["true"], predicted=half["predicted"])
    accuracy = row(measure_families(table, bootstraps=200), "overall", "", "accuracy")
    assert accuracy["value"] == 0.25
    assert (accuracy["low"], accuracy["high"]) == (0.0, 1.0)
    alone = table.assign(true="a")
    assert np.isnan(row(measure_families(alone, bootstraps=200), "overall", "", "accuracy")["low"])


def test_flanks_identities_and_sizes_have_their_own_rows():
    right = answers(number=4, true=list("aabb"), predicted=list("aaba"), identity=[0.3, 0.5, 0.6, 0.95])
    flanked = right.assign(asked="flanks 10", predicted=list("abba"), identity=np.nan)
    small = right.assign(training=5, predicted=list("bbbb"))
    metrics = measure_families(pd.concat([right, flanked, small]), bootstraps=0)
    assert row(metrics, "overall", "", "accuracy")["value"] == 0.75
    assert row(metrics, "flanks", "10", "accuracy")["value"] == 0.5
    assert row(metrics, "training", "all", "accuracy")["value"] == 0.75
    assert row(metrics, "training", "5", "accuracy")["value"] == 0.5
    assert row(metrics, "identity", "below 0.5", "accuracy")["value"] == 1
    assert row(metrics, "identity", "0.5 and above", "accuracy")["value"] == pytest.approx(2 / 3)
    assert row(metrics, "identity", "0.5 and above", "sequences")["value"] == 3
    assert row(metrics, "identity", "0.9 and above", "accuracy")["value"] == 0
    empty = metrics[(metrics["scope"] == "identity") & (metrics["name"] == "0.7 to 0.9")]
    assert empty["metric"].tolist() == ["sequences"]


def test_rejection_of_each_group_by_each_score_is_that_of_scikit_learn():
    repeats = [pd.concat([answers(repeat, repeat), others(repeat, 9 + repeat)]) for repeat in (1, 2)]
    metrics = measure_families(pd.concat(repeats), bootstraps=0)
    for group in ("tRNA", "unseen families", "all"):
        for score, column in (("energy", "score:energy"), ("probability", "probability")):
            areas, rates = [], []
            for one in repeats:
                chosen = one[(one["asked"] == "test") | (one["group"] == group) | (group == "all")]
                is_member = chosen["asked"] == "test"
                areas.append(roc_auc_score(is_member, chosen[column]))
                accepted, kept, _ = roc_curve(is_member, chosen[column], drop_intermediate=False)
                rates.append(accepted[np.argmax(kept >= 0.95)])
            assert row(metrics, "others", group, f"auroc:{score}")["value"] == pytest.approx(np.mean(areas))
            assert row(metrics, "others", group, f"fpr95:{score}")["value"] == pytest.approx(np.mean(rates))
    assert row(metrics, "others", "tRNA", "sequences")["value"] == 10
    assert row(metrics, "overall", "", "chosen:energy")["value"] == 1


def test_threshold_and_score_are_chosen_on_one_half_and_judged_on_the_other():
    table = pd.concat([answers(), others(shift=4.0)], ignore_index=True)
    judging = ~table["choosing"]
    worse = table.copy()
    worse.loc[judging & (table["asked"] == "others"), "score:energy"] += 100
    assert chosen_open_set(worse).threshold == chosen_open_set(table).threshold
    assert row(measure_families(worse, bootstraps=0), "others", "all", "accepted")["value"] == 1
    chosen = chosen_open_set(table)
    members = table[judging & (table["asked"] == "test")]
    kept = members["score:energy"] >= chosen.threshold
    metrics = measure_families(table, bootstraps=0)
    assert row(metrics, "overall", "", "kept")["value"] == pytest.approx(kept.mean())
    right = (members["true"] == members["predicted"])[kept].mean()
    assert row(metrics, "overall", "", "accuracy_of_kept")["value"] == pytest.approx(right)


def test_the_false_positive_rate_is_that_of_the_strictest_threshold_that_keeps_enough():
    known = np.arange(1, 21)
    # 19 of 20 are kept from 2 on.
    assert fpr_at_kept(known, np.array([1.5, 2, 3, 30])) == 0.75
    assert fpr_at_kept(known, np.array([0.0, 1.0])) == 0


def test_models_with_different_scores_stand_in_one_table():
    plain = pd.concat([answers(), others()]).drop(columns="score:energy").assign(model="plain")
    rich = pd.concat([answers(), others()])
    both = values(measure_families(pd.concat([plain, rich]), bootstraps=0))
    assert ("plain", "random", "others", "all", "auroc:energy") not in both.index
    assert both[("m", "random", "others", "all", "auroc:energy")] == pytest.approx(
        values(measure_families(rich, bootstraps=0))[("m", "random", "others", "all", "auroc:energy")]
    )


def test_without_others_nothing_is_said_of_rejection():
    metrics = measure_families(answers(), bootstraps=0)
    assert "others" not in set(metrics["scope"])
    assert not metrics["metric"].isin(["kept", "accuracy_of_kept"]).any()
