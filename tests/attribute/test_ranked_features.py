"""Rankings and backgrounds, read from what other steps write."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.attribute.ranked_features import RankedFeatures, read_background, read_ranked
from srna_tools.bundle import save_bundle
from srna_tools.errors import InputError
from srna_tools.io.h5ad import write_samples

TABLE = "class\trank\tfeature\tscore\nb\t1\tf2\t2\nb\t2\tf1\t-1\na\t1\tf1\t0.5\na\t2\tf2\t0.5\n"


def written(tmp_path, text, name="file.tsv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_ranking_is_read_in_its_order_whatever_its_columns(tmp_path):
    ranked = read_ranked(written(tmp_path, TABLE))
    assert (ranked.classes, ranked.features) == (("b", "a"), ("f2", "f1"))
    assert ranked.scores.tolist() == [[2, -1], [0.5, 0.5]]
    assert ranked.is_complete
    bare = pd.read_csv(tmp_path / "file.tsv", sep="\t")[["score", "feature", "class"]].to_csv(sep="\t", index=False)
    assert read_ranked(written(tmp_path, bare)).scores.tolist() == ranked.scores.tolist()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("score", "points", "lacks the column score"),
        ("0.5\na", "\na", "line 4 (a, f1): the score is missing or no finite number"),
        ("-1", "nan", "line 3 (b, f1): the score is missing"),
        ("-1", "inf", "line 3 (b, f1): the score is missing"),
        ("-1", "low", "line 3 (b, f1): the score is missing"),
        ("a\t2\tf2", "a\t2\tf1", "line 5 (a, f1): the feature stands twice for its class"),
        ("b\t1\tf2", "\t1\tf2", "line 2 (, f2): the class or the feature has no name"),
        ("b\t1\tf2", "b\t1\t", "line 2 (b, None): the class or the feature has no name"),
        (TABLE[TABLE.index("\n") + 1 :], "", "has a header but no rows"),
    ],
)
def test_what_cannot_be_ranked_is_refused_with_its_line(tmp_path, old, new, sentence):
    with pytest.raises(InputError) as error:
        read_ranked(written(tmp_path, TABLE.replace(old, new, 1)))
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("scores", "complete"),
    [
        ([[1, 0.0], [2, 1]], True),
        ([[1, -1], [2, np.nan]], False),  # features differ between classes
        ([[3, 2.0]], False),  # one class, and nothing speaks against it: the best alone
    ],
)
def test_a_ranking_is_complete_if_nothing_was_cut(scores, complete):
    assert RankedFeatures(("a", "b")[: len(scores)], ("f1", "f2"), np.array(scores)).is_complete == complete


def test_another_background_leaves_the_scores_where_they_were():
    ranked = RankedFeatures(("a",), ("f1", "f2"), np.array([[1.0, 2.0]]))
    wider = ranked.among(["f3", "f2", "f1"])
    np.testing.assert_array_equal(wider.scores, [[np.nan, 2, 1]])
    mixed = RankedFeatures(("a",), ("SNORD44", "hsa-miR-1-3p"), np.array([[1.0, 2.0]]))
    assert mixed.of_the_types_of({"hsa-miR-2-5p"}).features == ("hsa-miR-1-3p",)


def test_orders_fall_with_unlisted_last_and_equal_ones_by_the_seed():
    scores = np.array([[0.0] * 20 + [1.0, np.nan, 2.0]])
    ranked = RankedFeatures(("a",), tuple(f"f{number}" for number in range(23)), scores)
    (order,), (other,) = ranked.orders(0), ranked.orders(1)
    assert order[[0, 1, 22]].tolist() == other[[0, 1, 22]].tolist() == [22, 20, 21]
    assert sorted(order[2:22]) == list(range(20))
    assert order.tolist() != other.tolist()
    assert order.tolist() == ranked.orders(0)[0].tolist()


def test_a_background_is_a_bundle_samples_or_a_list(tmp_path, bundle_of_kind, make_samples):
    bundle = bundle_of_kind("mlp")
    save_bundle(bundle, tmp_path / "bundle.dat")
    read = read_background(tmp_path / "bundle.dat")
    assert (read.features, read.datasets) == (bundle.transform.features, None)
    measured = pd.DataFrame({"all": [True, False, True]}, index=["hsa-miR-1-5p", "hsa-miR-2-5p", "hsa-miR-3-5p"])
    samples = make_samples([[1, 0, 2]], resource="all", measured=measured)
    write_samples(samples, tmp_path / "samples.dat")
    assert read_background(tmp_path / "samples.dat").features == ("hsa-miR-1-5p", "hsa-miR-3-5p")
    samples.var["selected"] = [True, True, False]
    write_samples(samples, tmp_path / "samples.dat")
    assert read_background(tmp_path / "samples.dat").features == ("hsa-miR-1-5p",)
    assert read_background(written(tmp_path, "hsa-miR-1\n\nhsa-miR-2 \n")).features == ("hsa-miR-1", "hsa-miR-2")


def test_a_bundle_tells_its_datasets(tmp_path, bundle_of_kind):
    bundle = bundle_of_kind("logistic")
    bundle.training["samples_per_dataset"] = {"study 1": 3, "study 2": 4}
    save_bundle(bundle, tmp_path / "bundle.dat")
    assert read_background(tmp_path / "bundle.dat").datasets == {"study 1", "study 2"}


@pytest.mark.parametrize(
    ("text", "sentence"), [("a\tb\n", "is no list of features"), ("a\nb\na\n", "a stands twice"), ("", "is no list")]
)
def test_what_is_no_background_is_refused(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read_background(written(tmp_path, text))
