"""Bundles: what is stored is read back bit for bit, and what does not fit together is refused in words."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save_file

from srna_tools.bundle import Bundle, features_sha256, load_bundle, save_bundle
from srna_tools.errors import BundleError
from srna_tools.models.dense_network import DenseNetwork

KINDS = ("mlp", "random-forest", "logistic", "linear", "linear-numeric", "domain-adaptation")


@pytest.fixture
def refused(tmp_path):
    """Store tensors and a description, and give the sentence with which they are refused."""

    def store_and_load(tensors, description):
        path = tmp_path / "damaged.safetensors"
        text = description if isinstance(description, str) else json.dumps(description)
        save_file(tensors, path, metadata={"srna_tools": text})
        with pytest.raises(BundleError) as caught:
            load_bundle(path)
        assert str(caught.value).startswith(f"{path}: ")
        return str(caught.value).removeprefix(f"{path}: ")

    return store_and_load


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_is_read_back_bit_for_bit(bundle_of_kind, simulated_studies, tmp_path, kind):
    bundle = bundle_of_kind(kind)
    save_bundle(bundle, tmp_path / "b")
    again = load_bundle(tmp_path / "b")
    for name in ("kind", "label", "classes", "ontology_ids", "training", "calibration", "evaluation", "licence"):
        assert getattr(again, name) == getattr(bundle, name)
    assert again.transform.specification == bundle.transform.specification
    before, after = (one.model.probabilities(one.transform.apply(simulated_studies).values) for one in (bundle, again))
    if kind == "linear-numeric":
        before, after = (one.model.numbers(one.transform.apply(simulated_studies).values) for one in (bundle, again))
        assert len(set(before)) > 1
    np.testing.assert_array_equal(before, after)
    for part in ("model", "transform"):
        stored_arrays, stored_description = getattr(again, part).to_state()
        arrays, description = getattr(bundle, part).to_state()
        assert json.dumps(stored_description) == json.dumps(description)
        assert set(stored_arrays) == set(arrays)
        for name, array in arrays.items():
            assert (stored_arrays[name].dtype, stored_arrays[name].tobytes()) == (array.dtype, array.tobytes())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bundle_gives_the_same_bytes(bundle_of_kind, tmp_path, kind):
    save_bundle(bundle_of_kind(kind), tmp_path / "first")
    save_bundle(load_bundle(tmp_path / "first"), tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_files_that_are_no_bundle_are_refused(tmp_path):
    weights = {"weights": np.zeros(3, np.float32)}
    save_file(weights, tmp_path / "other")
    with pytest.raises(BundleError, match=r"other: is a safetensors file, but not a bundle of srna-tools"):
        load_bundle(tmp_path / "other")
    save_file(weights, tmp_path / "pytorch", metadata={"format": "pt"})
    with pytest.raises(BundleError, match=r"pytorch: is a safetensors file, but not a bundle"):
        load_bundle(tmp_path / "pytorch")
    with pytest.raises(BundleError, match="nothing: does not exist"):
        load_bundle(tmp_path / "nothing")
    with pytest.raises(BundleError, match="does not exist"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("dtype", ["BF16", "F8_E4M3", "C64", "F4", "XX"])
def test_number_types_that_numpy_lacks_are_refused(tmp_path, dtype):
    header = json.dumps({"model.x": {"dtype": dtype, "shape": [4], "data_offsets": [0, 8]}}).encode()
    (tmp_path / "odd").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(BundleError, match=r"odd: "):
        load_bundle(tmp_path / "odd")


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "3", '"text"', "[" * 100_000, "{}", "1" * 5000])
def test_a_description_that_is_not_one_is_refused(refused, text):
    assert "description" in refused({"x": np.zeros(1)}, text) or text == "{}"


def test_another_schema_version_is_named(stored_bundle, refused):
    _, tensors, description = stored_bundle
    sentence = refused(tensors, description | {"schema_version": 2, "package_version": "9.1.0"})
    assert sentence.startswith("has bundle schema version 2, but srna-tools")
    assert sentence.endswith("install the version that wrote it (9.1.0)")


def test_a_missing_entry_is_refused(stored_bundle, refused):
    _, tensors, description = stored_bundle
    for name in description:
        refused(tensors, {key: value for key, value in description.items() if key != name})
    for part in ("transform", "model"):
        for name in set(description[part]) - {"activation", "trees", "namespace"}:
            shortened = {key: value for key, value in description[part].items() if key != name}
            refused(tensors, description | {part: shortened})


def test_a_missing_tensor_is_refused(stored_bundle, refused):
    _, tensors, description = stored_bundle
    # Forests of older versions did not store what reached their nodes, and still load.
    for name in set(tensors) - {"model.reached"}:
        refused({key: array for key, array in tensors.items() if key != name}, description)


def test_other_features_than_those_of_the_training_are_refused(stored_bundle, refused):
    _, tensors, description = stored_bundle
    features = list(description["transform"]["features"])
    features[0], features[1] = features[1], features[0]
    swapped = description | {"transform": description["transform"] | {"features": features}}
    assert "checksum differs" in refused(tensors, swapped)
    repeated = [features[1], *features[1:]]
    again = {"transform": description["transform"] | {"features": repeated}}
    assert "repeated" in refused(tensors, description | again | {"features_sha256": features_sha256(tuple(repeated))})


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (["a", "b"], "names 2 classes, but its model has 3 outputs"),
        (["a", "b", "c", "d"], "names 4 classes"),
        (["a", "b", "a"], "names one twice"),
        ([], "names 0 classes"),
        (["a", "b", 3], "must hold text"),
    ],
)
def test_classes_that_do_not_fit_are_refused(stored_bundle, refused, classes, sentence):
    _, tensors, description = stored_bundle
    entries = [{"name": name, "ontology_id": ""} for name in classes]
    if description["kind"] == "linear-numeric":
        entries, sentence = [{"name": "a", "ontology_id": ""}], "names 1 classes, but its model has 0 outputs"
    assert sentence in refused(tensors, description | {"classes": entries})


def test_a_model_of_numbers_has_no_calibration_and_one_of_classes_is_none_of_numbers(bundle_of_kind):
    numbers = bundle_of_kind("linear-numeric")
    assert (numbers.is_numeric, bundle_of_kind("linear").is_numeric) == (True, False)
    with pytest.raises(BundleError, match="has a calibration of probabilities, but its model predicts numbers"):
        replace(numbers, calibration={"temperature": 2.0})


def test_a_model_of_other_inputs_than_its_transform_is_refused(bundle_of_kind):
    bundle = bundle_of_kind("mlp")
    network = DenseNetwork(((np.zeros((5, 3), np.float32), np.zeros(3, np.float32)),))
    with pytest.raises(BundleError, match=r"its transform gives \d+ features, its model takes 5"):
        Bundle("mlp", "tissue", bundle.classes, network, bundle.transform)


@pytest.mark.parametrize(
    ("entry", "value", "sentence"),
    [
        (("kind",), "boosting", "unknown kind 'boosting'"),
        (("kind",), ["mlp"], "must hold text"),
        (("label",), 3, "must hold text"),
        (("training",), [], "must hold named values"),
        (("training",), {"catch_all": {"name": "nose"}}, "has a catch-all class that is none of its classes"),
        (("training",), {"catch_all": "brain"}, "has a catch-all class that is none of its classes"),
        (("transform", "species"), 0, "not all text"),
        (("transform", "types"), ["miRNA"], "do not fit"),
        (("transform", "library_types"), ["snoRNA"], "feature types"),
        (("transform", "specification", "normalisation"), "exec", "normalisation is 'exec'"),
        (("transform", "specification", "max_zero_fraction"), "many", "limits must be numbers"),
        (("transform", "specification", "gini"), [0.5], "limits must be numbers"),
        (("transform", "specification", "lengths"), [], "lacks the length"),
        (("transform", "specification", "lengths"), [["hsa-let-7a-5p", 0]], "must be positive"),
        (("transform", "specification", "quantiles"), 3, "unknown settings: quantiles"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(stored_bundle, refused, entry, value, sentence):
    _, tensors, description = stored_bundle
    changed = json.loads(json.dumps(description))
    place = changed
    for name in entry[:-1]:
        place = place[name]
    place[entry[-1]] = value
    assert sentence in refused(tensors, changed)


@pytest.mark.parametrize("name", ["offset", "width", "low", "high", "median"])
@pytest.mark.parametrize(
    "change",
    [
        lambda array: np.full_like(array, np.nan),
        lambda array: array[:-1],
        lambda array: array[:, None],
        lambda array: array.astype(np.int64),
        lambda array: array.astype(np.float32),
        lambda array: np.array(1.0),
    ],
    ids=["nan", "short", "2-d", "int64", "float32", "0-d"],
)
def test_transform_arrays_that_do_not_fit_are_refused(stored_bundle, refused, name, change):
    _, tensors, description = stored_bundle
    assert f"'{name}'" in refused(tensors | {f"transform.{name}": change(tensors[f"transform.{name}"])}, description)


@pytest.mark.parametrize(("name", "value"), [("width", 0.0), ("width", -1.0), ("low", 1e9), ("high", -1e9)])
def test_an_impossible_scale_is_refused(stored_bundle, refused, name, value):
    _, tensors, description = stored_bundle
    changed = tensors[f"transform.{name}"].copy()
    changed[0] = value
    assert "scale" in refused(tensors | {f"transform.{name}": changed}, description)
