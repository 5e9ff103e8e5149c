"""Configurations of experiments: what is refused, and that those of the repository fit the data."""

from __future__ import annotations

import ast
import json
import shlex
from pathlib import Path

import anndata
import pandas as pd
import pytest
from laboratory.configuration import SampleSet, made, read_experiment
from laboratory.evaluation import MODELS
from laboratory.kinds import KINDS, parameters_of
from laboratory.steps import PART, STEPS

from srna_tools.errors import InputError
from srna_tools.evaluate.candidates import AUTO
from srna_tools.models.registry import MODELS as MODEL_KINDS
from srna_tools.preprocess.expression import parse
from srna_tools.sequences.registry import FAMILY_MODELS

FOLDER = Path(__file__).parents[2] / "benchmarks" / "experiments"
CONFIGURATIONS = sorted(FOLDER.glob("*.toml"))
SMALLEST = """
kind = "bridge"
title = "A title"
question = "A question."
short = "An answer."
label = "tissue"

[[sets]]
name = "a set"
prepare = ["srna-import x -o x.h5ad"]
samples = "x.h5ad"
"""
every_configuration = pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "one.toml"
        path.write_text(text)
        return path

    return write


def test_a_configuration_is_read(written):
    experiment = read_experiment(written(SMALLEST))
    assert experiment.name == "one"
    assert experiment.sets == (SampleSet("a set", ("srna-import x -o x.h5ad",), "x.h5ad"),)
    assert experiment.paper == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("label =", "lable ="), "has the unknown key lable; known are"),
        (('title = "A title"\n', ""), "lacks the key title"),
        (('title = "A title"', "title = 9"), "the key title must hold text, in quotation marks"),
        (('name = "a set"', 'name = "a set"\nnames = 1'), "sets 1: has the unknown key names"),
        (("[[sets]]", "[sets]"), r"write \[\[sets\]\]"),
        (("kind =", "kind"), "is not a TOML file that can be read"),
    ],
)
def test_a_wrong_configuration_is_refused_with_a_sentence(written, change, sentence):
    with pytest.raises(InputError, match=sentence):
        read_experiment(written(SMALLEST.replace(*change)))


def test_a_missing_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(InputError, match="is not a TOML file that can be read"):
        read_experiment(tmp_path / "none.toml")


def test_an_unknown_kind_and_an_unknown_parameter_are_refused(written):
    path = written(SMALLEST + "\n[parameters]\nfewer = 3\n")
    with pytest.raises(InputError, match="parameters: has the unknown key fewer; known are fewest"):
        parameters_of(read_experiment(path), path)
    path = written(SMALLEST.replace('"bridge"', '"tunnel"'))
    with pytest.raises(InputError, match="the kind is 'tunnel', but must be one of schemes"):
        parameters_of(read_experiment(path), path)


def test_lists_become_tuples_so_that_nothing_can_change_them():
    step = {"step": "at-most"}
    assert made(SampleSet, {"name": "a", "prepare": [step], "samples": "b"}, Path("x")).prepare == (step,)


@every_configuration
def test_every_configuration_of_the_repository_is_whole(path):
    experiment = read_experiment(path)
    parameters = parameters_of(experiment, path)
    if experiment.kind.startswith("family-"):
        known = set(FAMILY_MODELS) | set(getattr(parameters, "variants", ()))
    else:
        known = set(json.loads(MODELS.read_text())) | set(MODEL_KINDS) | {AUTO}
    assert set(experiment.models) <= known
    assert not any("," in name for name in experiment.models)
    assert experiment.kind in ("bridge", "trials", "structure-thresholds", "structure-matrices") or experiment.models
    assert all(step["step"] in STEPS for one in experiment.sets for step in one.prepare if isinstance(step, dict))


def test_all_kinds_have_an_experiment():
    assert {read_experiment(path).kind for path in CONFIGURATIONS} == set(KINDS)


@every_configuration
def test_every_configuration_names_columns_that_the_data_has(path, real_data):
    experiment = read_experiment(path)
    parameters = parameters_of(experiment, path)
    for one in experiment.sets:
        columns = Columns(real_data)
        for step in one.prepare:
            columns.follow(step)
        found = columns.of[one.samples]
        needed = [one.label or experiment.label, getattr(parameters, "column", None)]
        needed += [getattr(parameters, "part_column", None)]
        schemes = one.schemes or getattr(parameters, "schemes", ())
        needed += [parameters.group_column] if "group-kfold" in schemes else []
        needed += [parameters.split_column] if "split" in schemes else []
        assert {name for name in needed if name} <= found, experiment.name


class Columns:
    """Sample columns of the files of a preparation, from the headers of the public data alone."""

    def __init__(self, data: Path):
        self.data, self.of = data, {}

    def follow(self, step):
        if isinstance(step, str):
            words = shlex.split(step)
            getattr(self, words[0].replace("-", "_"))(words[1:])
        elif step["step"] == "frontal-cortex-sheet":
            self.of[step["output"]] = set(pd.read_csv(self.data / "contaminants/metadata.csv", sep=" ", nrows=1))
        elif step["step"] == "simulated-studies":
            self.of[f"{step['folder']}/samples.tsv"] = {"dataset", "tissue", "sex", "age"}
        else:
            found = self.of[step["samples"]]
            named = {step[key] for key in ("column", "label", "group") if key in step} | set(step.get("strata", ()))
            assert named <= found
            hidden = step["step"] == "hide-label"
            self.of[step["output"]] = found - {step["label"]} | {step["name"]} if hidden else found | {PART}

    def srna_import(self, words):
        found = {"dataset"}
        for word in words:
            if word.endswith(".h5ad") and word.startswith("{data}"):
                found |= set(anndata.read_h5ad(self.place(word), backed="r").obs)
        sheet = self.option(words, "--samples")
        if sheet is not None:
            found |= self.of[sheet] if sheet in self.of else set(pd.read_csv(self.place(sheet), sep="\t", nrows=1))
        dataset = self.option(words, "--dataset-column")
        assert dataset is None or dataset in found
        self.of[self.option(words, "-o")] = found

    def srna_filter(self, words):
        found = self.of[words[0]]
        where = self.option(words, "--where")
        names = {node.id for node in ast.walk(parse(where).tree) if isinstance(node, ast.Name)} if where else set()
        names |= {name for option in ("--label", "--replicate-column") if (name := self.option(words, option))}
        assert names <= found
        self.of[self.option(words, "-o")] = found

    def srna_group(self, words):
        assert self.option(words, "--label") in self.of[words[0]]
        self.of[self.option(words, "-o")] = self.of[words[0]] | {self.option(words, "--key")}

    def srna_normalize(self, words):
        self.of[self.option(words, "-o")] = self.of[words[0]]

    def place(self, word):
        return Path(word.replace("{data}", str(self.data)))

    @staticmethod
    def option(words, name):
        return words[words.index(name) + 1] if name in words else None
