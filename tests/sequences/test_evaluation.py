"""A whole evaluation with a model that can be computed by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp, softmax

from srna_tools.errors import InputError, SampleError, SrnaToolsError
from srna_tools.sequences.calibration import best_temperature_of_logits
from srna_tools.sequences.evaluation import contenders_of, evaluate_families
from srna_tools.sequences.evaluation_design import FamilyDesign, Others
from srna_tools.sequences.evaluation_fit import predictions_of
from srna_tools.sequences.evaluation_metrics import measure_families
from srna_tools.sequences.evaluation_others import read_others
from srna_tools.sequences.evaluation_plan import rounds
from srna_tools.sequences.evaluation_summary import headlines, sentences
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity_clusters, nearest_identity
from srna_tools.sequences.interface import FamilyScores, TrainedFamilyModel
from srna_tools.sequences.registry import FAMILY_MODELS, FamilyModelKind


@dataclass(frozen=True)
class CompositionSettings:
    sharpness: float = 100.0


class CompositionModel:
    """Nearest mean composition of bases."""

    kinds = ("composition",)

    def __init__(self, means, sharpness):
        self.means, self.sharpness = means, sharpness

    @property
    def outputs(self):
        return len(self.means)

    def scores(self, sequences):
        distances = ((_composition(sequences)[:, None] - self.means) ** 2).sum(axis=2)
        return FamilyScores(-self.sharpness * distances, {"closeness": -distances.min(axis=1)})


def _composition(sequences):
    return np.array([[Counter(one)[letter] / len(one) for letter in "ACGU"] for one in sequences])


def train_composition(families, settings, seed, threads):
    means = np.array([_composition(families.of(family)).mean(axis=0) for family in range(len(families.names))])
    return TrainedFamilyModel(CompositionModel(means, settings.sharpness))


@pytest.fixture
def contenders(monkeypatch):
    kind = FamilyModelKind(CompositionModel, CompositionSettings, train_composition)
    monkeypatch.setitem(FAMILY_MODELS, "composition", kind)
    return contenders_of(["composition"], lambda _: CompositionSettings())


@pytest.fixture(scope="module")
def families():
    """Families rich in one letter, the small one in two, which the model mistakes for each other now and then."""
    generator = np.random.default_rng(0)
    sequences, members = [], []
    for family, (letters, size) in enumerate((("A", 20), ("C", 20), ("G", 20), ("GU", 4))):
        for number in range(size):
            # Every fourth looks like another family.
            pool = list("ACGU") + list("CGAU"[family] if number % 4 == 3 else letters)
            sequences.append("".join(generator.choice(pool, 30)))
            members.append(family)
    return Families(("fa", "fc", "fg", "small"), tuple(sequences), np.array(members))


OTHERS = Others(("t1", "t2", "t3"), ("U" * 30, "UA" * 15, "UC" * 15), ("tRNA", "tRNA", "CD-box"))
DESIGN = FamilyDesign(test=5, repeats=2, flanks=(4,), training=(3, 0))


def evaluated(families, contenders, **keywords):
    ids = [f"id{number}" for number in range(len(families.sequences))]
    return evaluate_families(families, ids, OTHERS, contenders, DESIGN, **keywords)


def test_every_question_of_every_round_is_answered(families, contenders):
    table = evaluated(families, contenders)
    ids = [f"id{number}" for number in range(len(families.sequences))]
    planned = list(rounds(families, ids, OTHERS, DESIGN, identity_clusters(families, DESIGN.identity)))
    assert table["sequence"].tolist() == [name for one in planned for asked in one.asked for name in asked.ids]
    assert table["true"].tolist() == [name for one in planned for asked in one.asked for name in asked.true]
    assert set(table["predicted"]) <= {"fa", "fc", "fg"}
    assert table["probability"].between(0, 1).all()
    test = table[table["asked"] == "test"]
    first = planned[0]
    expected = nearest_identity(first.asked[0].sequences, first.training.sequences)
    np.testing.assert_allclose(test["identity"][: len(expected)], expected)
    assert table.loc[table["asked"] != "test", "identity"].isna().all()


def test_answers_are_those_of_the_model_trained_on_the_round(families, contenders):
    (one,) = rounds(families, ["x"] * 64, OTHERS, FamilyDesign(schemes=("random",), test=5, repeats=1))
    table = predictions_of(contenders[0], one, 1)
    model = train_composition(one.training, CompositionSettings(), 0, 1).model
    logits = np.concatenate([model.scores(asked.sequences).logits for asked in one.asked])
    assert table["predicted"].tolist() == [one.training.names[best] for best in logits.argmax(axis=1)]
    # The choosing half of the test sequences sets the temperature.
    use = (table["choosing"] & (table["asked"] == "test")).to_numpy()
    true = np.array([one.training.names.index(name) for name in table.loc[use, "true"]])
    scaled = logits / best_temperature_of_logits(true, logits[use])
    np.testing.assert_allclose(table["probability"], softmax(scaled, axis=1).max(axis=1))
    np.testing.assert_allclose(table["score:energy"], logsumexp(logits, axis=1))
    closeness = np.concatenate([model.scores(asked.sequences).known["closeness"] for asked in one.asked])
    np.testing.assert_allclose(table["score:closeness"], closeness)


def test_threads_change_nothing(families, contenders):
    pd.testing.assert_frame_equal(evaluated(families, contenders), evaluated(families, contenders, threads=3))


def test_what_was_kept_is_not_made_again(families, contenders):
    tables, made = {}, []

    def keep(depends_on, make):
        if depends_on not in tables:
            made.append(depends_on)
            tables[depends_on] = make()
        return tables[depends_on]

    first = evaluated(families, contenders, keep=keep)
    number, fits = len(made), sum(one.split()[0] not in {"identity", "clusters"} for one in made)
    assert fits == 2 * 2 * 2
    pd.testing.assert_frame_equal(first, evaluated(families, contenders, keep=keep))
    assert len(made) == number
    other = contenders_of(["composition"], lambda _: CompositionSettings(2.0))
    evaluated(families, other, keep=keep)
    assert len(made) == number + fits


def test_headlines_say_what_the_table_says(families, contenders):
    metrics = measure_families(evaluated(families, contenders), bootstraps=20)
    lines = headlines(metrics)
    assert len(lines) == 2
    values = metrics[metrics["scheme"] == "random"].set_index(["scope", "name", "metric"])["value"]
    assert lines[0].startswith(f"composition, scheme random: accuracy {values[('overall', '', 'accuracy')]:.4f} (")
    assert f"accepts {values[('others', 'all', 'accepted')]:.4f} of the others" in lines[0]
    assert values[("overall", "", "accuracy")] > 0.5


def test_what_will_be_done_is_said_first(families):
    assert sentences(families, OTHERS, DESIGN) == [
        "3 families with at least 5 sequences; of each 5 are tested and all others, at most 3 train; "
        "2 repeats of the schemes random, cluster",
        "members of 1 smaller family are asked as unseen",
        "3 sequences of other kinds: tRNA, CD-box",
    ]


def test_unknown_and_repeated_kinds_are_refused(contenders):
    with pytest.raises(SrnaToolsError, match="no kind of family model called 'blast'"):
        contenders_of(["composition", "blast"], lambda _: None)
    with pytest.raises(SrnaToolsError, match="'composition' is named twice"):
        contenders_of(["composition", "composition"], lambda _: None)


def test_others_have_the_word_after_the_id_as_class(tmp_path):
    path = tmp_path / "others.fa"
    path.write_text(
        f">a tRNA more\n{'ACGT' * 4}\n>b\n{'g' * 15}\n>c miRNA\nACGA\n>d CD-box\n{'A' * 30}\n>e tRNA\n{'A' * 14}\n"
        f">f tRNA\n{'ACN' * 6}\n"
    )
    others, notes = read_others([path], 20)
    assert others == Others(("a", "b"), ("ACGU" * 4, "G" * 15), ("tRNA", "others"))
    assert notes == (
        "left out 3 sequences of the others: prediction rejects them anyway "
        "(1 over-long, 1 too short, 1 unknown letters)",
        "left out 1 sequence of the others: of the class miRNA, which may belong to a family",
    )
    assert read_others([], 20) == (Others(), ())
    with pytest.raises(InputError, match="no sequence of 15 to 20 nt that is no miRNA"):
        read_others([tmp_path / "long.fa"] if (tmp_path / "long.fa").write_text(">a x\nACGU\n") else [], 20)


def test_a_scheme_that_can_test_nothing_is_left_out_unless_it_is_the_only_one(caplog):
    copies = ["ACGUACGGUUCAGGCAUUCGAUCCGUA" + "ACGU"[place % 4] * 2 + "GUACC" * (place // 4 + 1) for place in range(8)]
    families = Families(("a", "b"), (*copies, *(copy[::-1] for copy in copies)), np.repeat([0, 1], 8))
    ids = [str(place) for place in range(16)]
    contenders = contenders_of(("kmer",), lambda kind: FAMILY_MODELS[kind].settings())
    design = FamilyDesign(test=2, repeats=1, least=5, identity=0.5)

    found = evaluate_families(families, ids, Others(), contenders, design)

    assert set(found["scheme"]) == {"random"}
    assert "no sequence can be tested under the scheme cluster" in caplog.text
    with pytest.raises(SampleError, match="no sequence can be tested under the scheme cluster"):
        evaluate_families(families, ids, Others(), contenders, replace(design, schemes=("cluster",)))
