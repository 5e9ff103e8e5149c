from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from scipy.special import softmax

from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.errors import BundleError
from srna_tools.io.fasta import FastaRecord
from srna_tools.sequences.family_bundle import FamilyBundle, load_family_bundle, save_family_bundle
from srna_tools.sequences.open_set import choose_open_set
from srna_tools.sequences.prediction import Rules, predict
from srna_tools.sequences.registry import FAMILY_MODELS

ODD_VALUES = [None, True, -1, 0, 10**30, 0.5, float("nan"), float("inf"), "", "x", [], [[]], {}, {"x": 1}]
LIKELY_BYTES = list(b'0123456789"{}[],:-eaxN \x00\xff')


@pytest.fixture(scope="module")
def bundle(tiny, simulated_families):
    """A bundle with every field filled."""
    families = simulated_families(families=3)
    model = FAMILY_MODELS[tiny].train(families, FAMILY_MODELS[tiny].settings(), 0, 1).model
    generator = np.random.default_rng(0)
    known, others = {"energy": generator.normal(3, 1, 40)}, {"energy": generator.normal(0, 1, 40)}
    return FamilyBundle(
        kind=tiny, families=("let-7", "mir-10", "Hülle"), model=model, open_set=choose_open_set(known, others),
        temperature=1.5, max_length=180, training={"seed": 0}, evaluation={"random": {"accuracy": 0.9}},
        licence="CC0-1.0",
    )  # fmt: skip


@pytest.fixture(scope="module")
def stored(bundle, tmp_path_factory):
    """Return a stored bundle as its file, tensors and description."""
    path = tmp_path_factory.mktemp("bundle") / "b.safetensors"
    save_family_bundle(bundle, path)
    length = int.from_bytes(path.read_bytes()[:8], "little")
    description = json.loads(json.loads(path.read_bytes()[8 : 8 + length])["__metadata__"]["srna_tools"])
    return path, load_file(path), description


def test_what_is_stored_is_read(bundle, stored, random_sequences):
    found = load_family_bundle(stored[0])

    for name in ("kind", "families", "temperature", "max_length", "training", "evaluation", "licence"):
        assert getattr(found, name) == getattr(bundle, name)
    for name in ("score", "threshold", "kept", "accepted", "f", "auroc", "thresholds", "curve_kept", "curve_accepted"):
        np.testing.assert_array_equal(getattr(found.open_set, name), getattr(bundle.open_set, name))
    sequences = random_sequences(20)
    np.testing.assert_array_equal(found.model.scores(sequences).logits, bundle.model.scores(sequences).logits)
    assert found.score == "energy"


def test_the_same_bundle_gives_the_same_bytes(bundle, stored, tmp_path):
    save_family_bundle(bundle, tmp_path / "again")

    assert (tmp_path / "again").read_bytes() == stored[0].read_bytes()


def test_a_bundle_without_open_set_stays_without(bundle, tmp_path):
    save_family_bundle(replace(bundle, open_set=None), tmp_path / "b")

    assert load_family_bundle(tmp_path / "b").open_set is None
    assert load_family_bundle(tmp_path / "b").score == "probability"


def test_probabilities_are_the_softmax_of_logits_over_the_temperature(bundle):
    logits = np.array([[1000.0, 998, 1], [0, 0, -5000]])

    np.testing.assert_allclose(bundle.probabilities(logits), softmax(logits / 1.5, axis=1))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"families": ("a", "b")}, "names 2 families, but its model has 3 outputs"),
        ({"families": ("a", "b", "b")}, "fewer than 2 different families, or one without a name"),
        ({"families": ("a", "b", "")}, "one without a name"),
        ({"families": ("a", "b", "x\n>evil\nACGU")}, r"has the family name 'x\\n>evil\\nACGU', but names have no line"),
        ({"families": ("a", "b", "x\ty")}, "no line ends or control characters"),
        ({"families": ("a", "b", "\x1b[31m")}, "no line ends or control characters"),
        ({"families": ("a", "b", "x\u2028y")}, "no line ends or control characters"),
        ({"max_length": 10**400}, "but needs 1 to 100,000"),
        ({"temperature": 0.0}, "has the temperature 0.0, but needs 0.05 to 50"),
        ({"temperature": float("nan")}, "has the temperature nan"),
        ({"max_length": 0}, "takes sequences of up to 0 nt"),
        ({"max_length": True}, "takes sequences of up to True nt"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(bundle, changed, sentence):
    with pytest.raises(BundleError, match=sentence):
        replace(bundle, **changed)


def test_each_task_names_the_executable_of_the_other(stored, bundle_of_kind, tmp_path):
    save_bundle(bundle_of_kind("logistic"), tmp_path / "samples")

    with pytest.raises(
        BundleError, match=r"samples: holds a model of samples, not of miRNA families; use srna-predict"
    ):
        load_family_bundle(tmp_path / "samples")
    with pytest.raises(BundleError, match=r"holds a model of miRNA families, not of samples; use srna-family-predict"):
        load_bundle(stored[0])


def test_a_model_of_a_kind_of_tomorrow_is_refused(stored, tmp_path):
    _, tensors, description = stored
    write(tensors, description | {"kind": "family:oracle"}, tmp_path / "b")

    with pytest.raises(BundleError, match="unknown kind 'oracle'; a newer version"):
        loaded(tmp_path / "b")


def test_a_truncated_bundle_is_refused(stored, tmp_path):
    whole, cut = stored[0].read_bytes(), tmp_path / "cut"
    for length in [*range(0, 12), *np.linspace(12, len(whole) - 1, 40).astype(int)]:
        cut.write_bytes(whole[:length])
        with pytest.raises(BundleError, match=f"^{cut}: is not a model bundle, or is truncated"):
            load_family_bundle(cut)


def test_damaged_bytes_are_refused_or_leave_a_sound_bundle(stored, tmp_path):
    whole, chance = stored[0].read_bytes(), np.random.default_rng(1)
    header = int.from_bytes(whole[:8], "little") + 8
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.integers(1, 4)):
            damaged[chance.integers(header)] = chance.choice(LIKELY_BYTES)
        (tmp_path / "b").write_bytes(damaged)
        refused += not loads_and_predicts(tmp_path / "b")
    assert refused > 100


def test_any_odd_value_in_the_description_is_refused_or_harmless(stored, tmp_path):
    """What still loads must also predict: every entry is replaced by every odd value, one at a time."""
    _, tensors, description = stored
    places, refused = list(places_in(description)), 0
    for path in places:
        for odd in ODD_VALUES:
            changed = json.loads(json.dumps(description))
            place = changed
            for name in path[:-1]:
                place = place[name]
            if path:
                place[path[-1]] = odd
            else:
                changed = odd
            write(tensors, changed, tmp_path / "b")
            refused += not loads_and_predicts(tmp_path / "b")
    assert refused > len(places) * len(ODD_VALUES) / 2


@pytest.mark.parametrize("name", ["threshold", "kept"])
def test_a_number_of_the_open_set_that_no_float_holds_is_refused(stored, tmp_path, name):
    _, tensors, description = stored
    write(tensors, description | {"open_set": description["open_set"] | {name: 10**400}}, tmp_path / "b")
    with pytest.raises(BundleError, match="of what is of no known family is damaged"):
        loaded(tmp_path / "b")


def test_a_whole_number_for_the_threshold_is_a_float_when_loaded(stored, tmp_path):
    _, tensors, description = stored
    write(tensors, description | {"open_set": description["open_set"] | {"threshold": 10**30}}, tmp_path / "b")
    threshold = loaded(tmp_path / "b").open_set.threshold
    assert (type(threshold), threshold) == (float, 1e30)


def test_any_odd_tensor_of_the_open_set_is_refused(stored, tmp_path):
    _, tensors, description = stored
    for name in [name for name in tensors if name.startswith("open_set.")]:
        array = tensors[name]
        for odd in (array[None], array[:-1], array[:0], array.astype("f4"), array[::-1], array * np.nan):
            write(tensors | {name: np.ascontiguousarray(odd)}, description, tmp_path / "b")
            with pytest.raises(BundleError, match="of what is of no known family is damaged"):
                loaded(tmp_path / "b")
        write({key: value for key, value in tensors.items() if key != name}, description, tmp_path / "b")
        with pytest.raises(BundleError, match="incomplete or damaged"):
            loaded(tmp_path / "b")


def places_in(value, path=()):
    """All places of a JSON value, outermost first."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


def write(tensors, description, path):
    save_file(tensors, path, metadata={"srna_tools": json.dumps(description)})


def loads_and_predicts(path):
    try:
        bundle = loaded(path)
        (block,) = predict(bundle, [FastaRecord("a", "", "ACGU" * 10)], Rules(bundle.open_set and 0.0))
    except BundleError:
        return False
    assert block.table["probability"].between(0, 1).all()
    return True


def loaded(path):
    """Load a bundle; an error that does not name the file is none that may be raised."""
    try:
        return load_family_bundle(path)
    except BundleError as error:
        if str(error).startswith(f"{path}: "):
            raise
        raise AssertionError from error
