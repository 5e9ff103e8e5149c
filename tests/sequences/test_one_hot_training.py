"""Training of the one-hot network against plain Keras, and the same weights from the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.models.keras_training import start_keras
from srna_tools.sequences.families import Families
from srna_tools.sequences.one_hot import one_hot
from srna_tools.sequences.one_hot_keras import as_keras
from srna_tools.sequences.one_hot_training import CnnSettings, train_cnn

PLAIN = CnnSettings(
    widths=(2, 5, 8), filters=6, dense=10, dropout=0.0, learning_rate=0.01, batch_size=7, epochs=1, max_length=30,
    flank_augmentation=0, mutation_rate=0.0,
)  # fmt: skip


def _families(motifs=("ACGUACG", "GGGCCAU", "UUUACUU"), each=8, length=24, unknown=0.02):
    """Random sequences that have the motif of their family somewhere; a few bases are unknown."""
    generator = np.random.default_rng(3)
    sequences = []
    for motif in motifs:
        for _ in range(each):
            bases = generator.choice(list("ACGUN"), p=[(1 - unknown) / 4] * 4 + [unknown], size=length)
            place = generator.integers(0, length - len(motif))
            sequences.append("".join(bases[:place]) + motif + "".join(bases[place + len(motif) :]))
    return Families(tuple(motifs), tuple(sequences), np.repeat(np.arange(len(motifs)), each))


def _with(settings, **changed):
    return CnnSettings(**(vars(settings) | changed))


def test_the_defaults_are_the_papers_and_135_families_make_exactly_its_number_of_parameters():
    settings = CnnSettings()
    assert (settings.widths, settings.filters) == ((2, 4, 6, 8, 10, 12, 14, 16), 512)
    assert (settings.dense, settings.dropout, settings.learning_rate, settings.batch_size) == (1024, 0.7, 1e-3, 64)
    assert settings.max_length == 200
    two = Families(tuple(map(str, range(135))), ("ACGU" * 20,) * 135, np.arange(135))
    network = train_cnn(two, _with(settings, epochs=1), 0, 1).model
    assert as_keras(network).count_params() == 4_485_255


def test_training_is_that_of_plain_keras():
    """From the same start, in the same order, without dropout; 24 sequences leave a partial batch."""
    families = _families()
    before = train_cnn(families, _with(PLAIN, learning_rate=1e-12), 4, 1).model
    ours = train_cnn(families, PLAIN, 4, 1)
    order = np.random.default_rng(np.random.SeedSequence(4).spawn(2)[1]).permutation(24)
    keras = start_keras(0)
    model = as_keras(before, dropout=0.0)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    matrices = one_hot(families.sequences, 30)[order]
    fitted = model.fit(matrices, families.members[order], batch_size=7, shuffle=False, epochs=1, verbose=0).history
    trained = [layer.get_weights() for layer in model.layers if layer.get_weights()]
    for (kernel, bias), (keras_kernel, keras_bias) in zip(
        ours.model.convolutions + ours.model.dense, trained, strict=True
    ):
        np.testing.assert_allclose(kernel, keras_kernel, atol=2e-5)
        np.testing.assert_allclose(bias, keras_bias, atol=2e-5)
    assert ours.curve["loss"][0] == pytest.approx(fitted["loss"][0], rel=1e-5)
    assert np.abs(ours.model.filters[0] - before.filters[0]).max() > 0.01


@pytest.fixture(scope="module")
def learned():
    settings = _with(PLAIN, dropout=0.3, epochs=25, flank_augmentation=3, mutation_rate=0.02, max_length=40)
    return train_cnn(_families(each=20), settings, 1, 1)


def test_families_of_planted_motifs_are_told_apart_and_other_sequences_lie_further_away(learned):
    new = _families(each=21).at([20, 41, 62, *range(5)])
    scores = learned.model.scores(new.sequences)
    assert (scores.logits.argmax(axis=1) == new.members).mean() >= 0.8
    curve = learned.curve
    assert curve.columns.tolist() == ["epoch", "loss", "accuracy"]
    assert curve["epoch"].tolist() == list(range(1, 26))
    assert curve["loss"].iloc[-1] < curve["loss"].iloc[0] / 2
    other = learned.model.scores(_families(("GAGAGAG",) * 3, each=20).sequences)
    known = learned.model.scores(_families(each=20).sequences)
    assert other.known["distance"].mean() < known.known["distance"].mean()


def test_centroids_are_the_mean_directions_of_the_families(learned):
    families = _families(each=20)
    hidden = learned.model.embedding(families.sequences).astype(np.float64)
    hidden /= np.linalg.norm(hidden, axis=1, keepdims=True)
    mean = np.stack([hidden[families.members == family].mean(axis=0) for family in range(3)])
    np.testing.assert_allclose(learned.model.centroids, mean / np.linalg.norm(mean, axis=1)[:, None], atol=1e-5)


def _arrays(seed, threads, **changed):
    settings = _with(PLAIN, dropout=0.4, epochs=2, flank_augmentation=2, mutation_rate=0.05, **changed)
    return train_cnn(_families(), settings, seed, threads).model.to_state()[0]


def test_a_seed_gives_the_same_weights_on_any_number_of_threads():
    one, two, other = _arrays(7, 1), _arrays(7, 2), _arrays(8, 1)
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name])
    assert not np.array_equal(one["dense0.kernel"], other["dense0.kernel"])


@pytest.mark.parametrize("batch_size", [1, 24, 100])
def test_any_batch_size_can_be_trained(batch_size):
    assert all(np.isfinite(array).all() for array in _arrays(0, 1, batch_size=batch_size).values())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"widths": (2, 31)}, "at most 30 bases"),
        ({"widths": ()}, "at most 30 bases"),
        ({"filters": 0}, "whole numbers from 1 on"),
        ({"epochs": 0}, "whole numbers from 1 on"),
        ({"dropout": 1.0}, "from 0 to below 1"),
        ({"mutation_rate": -0.1}, "from 0 to below 1"),
        ({"flank_augmentation": -1}, "must not be negative"),
        ({"learning_rate": 0.0}, "must not be negative or zero"),
    ],
)
def test_settings_of_no_network_are_refused(changed, message):
    with pytest.raises(SampleError, match=message):
        _with(PLAIN, **changed)
