"""Best sets of each class in a report."""

from __future__ import annotations

import pandas as pd

from srna_tools.report.enriched import what_is_enriched


def row(name, method, one, p, q, features="x", overlap=1):
    return {"class": name, "method": method, "set": one, "source": "s", "overlap": overlap, "p": p, "q": q,
            "features": features}  # fmt: skip


def test_the_best_sets_of_each_class_and_method():
    rows = [row("b10", "gsea", f"set {number}", (7 - number) / 10, 0.04 * (7 - number)) for number in range(7)]
    rows += [row("b2", "over-representation", "other", 0.5, 0.5), row("b2", "gsea", "set 1", 0.6, 0.6)]
    shown = what_is_enriched(pd.DataFrame(rows))
    assert [(one.name, one.method) for one in shown.classes] == [
        ("b2", "over-representation"), ("b2", "gsea"), ("b10", "gsea"),
    ]  # fmt: skip
    assert [one["set"] for one in shown.classes[2].rows] == ["set 6", "set 5", "set 4", "set 3", "set 2"]
    assert [one["significant"] for one in shown.classes[2].rows] == [True, False, False, False, False]
    assert shown.summary == "8 sets tested in 2 classes; 1 class with at least one set at q of 0.05 or less."


def test_many_features_are_counted_and_sets_without_any_left_out():
    many = ",".join(f"f{number}" for number in range(11))
    rows = [row("a", "gsea", "big", 0.1, 0.1, many, 11), row("a", "gsea", "none", 1.0, 1.0, "", 0)]
    shown = what_is_enriched(pd.DataFrame(rows))
    assert [one["set"] for one in shown.classes[0].rows] == ["big"]
    assert shown.classes[0].rows[0]["members"] == "f0, f1, f2, f3, f4, f5, f6, f7 and 3 more"
    assert shown.summary.startswith("2 sets tested in 1 class; 0 classes")


def test_nothing_of_nothing():
    assert what_is_enriched(None) is None
    assert what_is_enriched(pd.DataFrame([row("a", "gsea", "none", 1.0, 1.0, "", 0)])).classes == []
