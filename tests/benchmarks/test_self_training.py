"""Self-training told by its own figures and by labels that were hidden."""

from __future__ import annotations

import pandas as pd
import pytest
from laboratory.configuration import Experiment, SampleSet
from laboratory.self_training import SelfTrainingParameters, figures_of_one, train_on_own_predictions
from laboratory.surroundings import Surroundings

from srna_tools.errors import SrnaToolsError

STUDIES = (
    {"step": "simulated-studies", "folder": "archives", "studies": 4, "samples_per_study": 16, "seed": 1},
    "srna-import archives/*.zip --samples archives/samples.tsv --species hsa -o all.h5ad",
)


def a_set(name, condition, *steps, label=""):
    steps = (*STUDIES, f'srna-filter all.h5ad --where "{condition}" -o some.h5ad', *steps)
    return SampleSet(name, steps, "samples.h5ad", label)


def hidden(name, dataset):
    step = {"step": "hide-label", "samples": "some.h5ad", "label": "tissue", "name": "truth", "output": "samples.h5ad"}
    return a_set(name, f"dataset == '{dataset}'", step, label="truth")


def test_figures_by_hand():
    added = pd.DataFrame({"sample": ["u1", "u2", "u3"], "label": ["liver", "lung", "lung"], "used": ["yes", "yes", ""]})
    before = pd.DataFrame({"sample": ["h1", "h2", "h3"], "label": ["lung", "lung", "lung"]})
    after = before.assign(label=["liver", "lung", "lung"])
    truths = [pd.Series({"u1": "liver", "u2": "liver", "u3": "lung"}),
              pd.Series({"h1": "liver", "h2": "liver", "h3": "lung"})]  # fmt: skip
    facts = {"msa_before": 0.5, "msa_after": 0.75, "mca_before": 0.4}
    figures = figures_of_one(facts, {"added": added, "before": before, "after": after}, truths)
    assert figures == {
        "added": "2", "of these right": "0.500",
        "folds: accuracy before": "0.500", "folds: accuracy after": "0.750",
        "folds: mean of classes before": "0.400", "folds: mean of classes after": "-",
        "held out: accuracy before": "0.333", "held out: mean of classes before": "0.500",
        "held out: accuracy after": "0.667", "held out: mean of classes after": "0.750",
    }  # fmt: skip


def test_the_executables_are_run_and_the_hidden_labels_judge(tmp_path):
    names = ("study01", "study02", "study03", "study04")
    labelled = a_set("labelled", f"dataset in ['{names[0]}', '{names[1]}']",
                     {"step": "rename", "samples": "some.h5ad", "column": "tissue", "words": {},
                      "output": "samples.h5ad"})  # fmt: skip
    experiment = Experiment(
        "68_x", "self-training", "t", "q", "s", "tissue",
        (labelled, hidden("unlabelled", names[2]), hidden("held out", names[3])), models=("logistic",),
    )  # fmt: skip
    around = Surroundings(tmp_path, tmp_path / "work", tmp_path, 1)
    found = train_on_own_predictions(experiment, SelfTrainingParameters(), around)
    assert (found.figures["unlabelled"], found.figures["held out"]) == ("16", "16")
    assert float(found.figures["logistic/held out: accuracy before"]) > 0.5
    assert (tmp_path / "work" / "logistic" / "after.safetensors").is_file()


def test_three_sets_are_needed(tmp_path):
    experiment = Experiment("x", "self-training", "t", "q", "s", "tissue", (hidden("one", "a"),), models=("logistic",))
    with pytest.raises(SrnaToolsError, match="labelled, unlabelled and held out"):
        train_on_own_predictions(experiment, SelfTrainingParameters(), Surroundings(tmp_path, tmp_path, tmp_path, 1))
