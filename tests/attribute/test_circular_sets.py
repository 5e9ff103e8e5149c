"""Sets from the data that ranked the features: refused, or warned of."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.attribute.circular_sets import circular, looking_derived
from srna_tools.attribute.derived_sets import DERIVED, describe_derived
from srna_tools.attribute.ranked_features import RankedFeatures
from srna_tools.attribute.set_members import MeasuredSet
from srna_tools.errors import SampleError
from srna_tools.io.gmt import FeatureSet

OWN = FeatureSet("liver", describe_derived("tissue", ["study 1", "study 2"]), ("f1",), "sets.gmt")
PLAIN = FeatureSet("let-7", "a family", ("f2",), "sets.gmt")


@pytest.mark.parametrize(
    ("one", "training", "sentence"),
    [
        (OWN, frozenset({"study 2", "study 3"}), "trained on study 2 too, .* use sets of other data"),
        (OWN, None, "nothing says which datasets .* give the ranking's model as --background"),
        (FeatureSet("x", f"{DERIVED} from [", ("f1",), "s"), frozenset({"study 9"}), "its own datasets cannot be read"),
    ],
)
def test_circular_sets_are_refused_or_warned_of(one, training, sentence):
    with pytest.raises(SampleError, match=sentence):
        circular([PLAIN, one], training, allow=False)
    (warning,) = circular([PLAIN, one], training, allow=True)
    assert warning.startswith(f"the sets hold 1 set ({one.name} ({one.source})) derived from a model")


def test_sets_of_other_data_are_none_of_these():
    assert circular([PLAIN, OWN], frozenset({"study 3"}), allow=False) == []
    assert circular([PLAIN], None, allow=False) == []


def test_unmarked_sets_that_are_the_best_of_a_class_are_warned_of():
    names = tuple(f"f{number}" for number in range(100))
    ranked = RankedFeatures(("a", "b"), names, np.array([np.arange(100.0) - 50, 50 - np.arange(100.0)]))

    def warned(numbers, description=""):
        features = frozenset(names[number] for number in numbers)
        return looking_derived(
            ranked, [MeasuredSet(FeatureSet("x", description, tuple(features), "s"), features, features)], 30, seed=0
        )

    best_of_a = range(88, 100)
    assert "nearly the list of the best features of a;" in warned([*best_of_a])[0]
    assert warned([*range(90, 100), 3]) != []  # 10 of 12: Jaccard index 0.83
    assert warned([*range(92, 100), 3, 4]) == []  # 8 of 12
    assert "features of b;" in warned(range(28))[0]  # 28 of the 30 best
    assert warned(range(97, 100)) == []  # too few to tell
    assert warned(best_of_a, OWN.description) == []  # marked: `circular` speaks of it
