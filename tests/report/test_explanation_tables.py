"""Tables of explanations are read whole, and refused where they are not what they should be."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import InputError
from srna_tools.report.explanation_tables import read_changes, read_enrichment, read_top_features

CHANGES = "from\tto\tmean_steps\tmedian_steps\tsamples\tcensored\n"
ENRICHMENT = "class\tmethod\tset\tsource\tsize\tmeasured\toverlap\texpected\tscore\tp\tq\tfeatures\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        (tmp_path / "t.tsv").write_text(text)
        return tmp_path / "t.tsv"

    return write


def test_steps_that_never_came_are_empty(written):
    table = read_changes(written(f"{CHANGES}a\tb\t\t\t4\t4\na\tc\t2.5\t2\t4\t0\n"), "--stability-output")
    np.testing.assert_array_equal(table["mean_steps"], [np.nan, 2.5])
    assert table["censored"].tolist() == [4, 0]


def test_sets_without_features_are_read(written):
    table = read_enrichment(written(f"{ENRICHMENT}a\tgsea\ts\tf.gmt\t5\t3\t0\t\t\t1\t1\t\n"))
    assert (table["features"].item(), table["measured"].item()) == ("", 3)
    assert np.isnan(table["score"].item())


def test_top_features_keep_their_further_columns(written):
    text = "class\trank\tfeature\tscore\trank_low\tsupporting_datasets\tnote\na\t1\tx\t2\t1\t0\t\na\t2\ty\t1\t\t\thm\n"
    table = read_top_features(written(text))
    assert table["supporting_datasets"].tolist()[0] == 0
    assert table["note"].tolist() == ["", "hm"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("from\tto\n a\tb\n", "lacks the column mean_steps, median_steps, samples, censored; give the table of "
         "srna-attribute --similarity-output"),
        (f"{CHANGES}a\tb\tmany\t1\t4\t0\n", "column mean_steps, line 2: 'many' is not a number"),
        (f"{CHANGES}a\tb\t1\t1\t4\t0\na\tc\t1\t1\t\t0\n", "line 3: the column samples is empty"),
        (f"{CHANGES}a\tb\t1\t1\t4\t5\n", "line 2: more samples are censored than there are"),
        (f"{CHANGES}a\tb\t1\t1\t-4\t-5\n", "line 2: the column samples has a number below 0"),
        (f"{CHANGES}a\tb\t-1\t1\t4\t0\n", "line 2: the column mean_steps has a number below 0"),
        (f"{CHANGES}a\tb\t1\t1\t4\t0\na\tb\t1\t1\t4\t0\n", "line 3: is the second row of from 'a', to 'b'"),
    ],
)  # fmt: skip
def test_wrong_tables_of_steps(written, text, sentence):
    with pytest.raises(InputError) as caught:
        read_changes(written(text), "--similarity-output")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class\tset\na\tb\n", "lacks the column method, source"),
        (f"{ENRICHMENT}a\tgsea\ts\tf\t5\t3\t0\t\t\t1.5\t1\t\n", "line 2: the column p has a number that is not"),
        (f"{ENRICHMENT}a\tgsea\ts\tf\t5\t3\t0\t\t\t1\t\t\n", "line 2: the column q is empty"),
        (f"{ENRICHMENT}a\tgsea\ts\tf\t5\t3\t0\t\tx\t1\t1\t\n", "column score, line 2: 'x' is not a number"),
        (f"{ENRICHMENT}" + "a\tgsea\ts\tf\t5\t3\t0\t\t\t1\t1\t\n" * 2, "line 3: is the second row of class 'a', "
         "method 'gsea', source 'f', set 's'"),
    ],
)  # fmt: skip
def test_wrong_tables_of_enrichment(written, text, sentence):
    with pytest.raises(InputError) as caught:
        read_enrichment(written(text))
    assert sentence in str(caught.value)
