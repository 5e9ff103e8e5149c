"""Experiments on miRNA families, on families small enough to run in seconds."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from laboratory.configuration import Experiment, read_experiment
from laboratory.family_accuracy import FamilyAccuracyParameters, compare_families
from laboratory.family_flanks import FamilyFlankParameters, compare_flanks
from laboratory.family_mature import FamilyMatureParameters, compare_mature, precursor_rounds
from laboratory.family_open_set import FamilyOpenSetParameters, compare_rejection
from laboratory.family_runs import Measured, Variants, keeping, mirbase, percent, rfam
from laboratory.kinds import KINDS, parameters_of
from laboratory.surroundings import Surroundings

from srna_tools.sequences.evaluation_design import FamilyDesign

_EXPERIMENTS = Path(__file__).resolve().parents[2] / "benchmarks" / "experiments"
FAMILIES = sorted(_EXPERIMENTS.glob("99_family_*.toml"))


def random_rna(generator, length):
    return "".join(generator.choice(list("ACGU"), length))


def mutated(generator, sequence, changes):
    letters = list(sequence)
    for place in generator.choice(len(letters), changes, replace=False):
        letters[place] = generator.choice(list("ACGU"))
    return "".join(letters)


@pytest.fixture(scope="module")
def around(tmp_path_factory):
    """Data in the places of the public data: three families and a small one, other RNAs, and miRBase."""
    folder = tmp_path_factory.mktemp("laboratory")
    for name in ("rfam_mirna", "ncrna_negatives", "mirbase_v18", "images", "work"):
        (folder / name).mkdir()
    generator = np.random.default_rng(0)
    hairpins, matures, table = [], [], []
    for family in range(4):
        name, loop = f"RF{family}", random_rna(generator, 60)
        size = 12 if family < 3 else 3
        copies = [mutated(generator, loop, 6) for _ in range(size)]
        text = "".join(f">{name}_{place}\n{copy}\n" for place, copy in enumerate(copies))
        (folder / "rfam_mirna" / f"{name}.fa").write_text(text)
        table.append(f"AC   MIPF{family}\nID   mir-{family}")
        for place, copy in enumerate(copies):
            hairpins.append(f">sp{chr(97 + place)}-mir-{family} MI{family}{place} x\n{copy}\n")
            arm, mature = ("5p", copy[5:40]) if place % 2 else ("3p", copy[25:60])
            matures.append(f">sp{chr(97 + place)}-miR-{family}-{arm} MIMAT{family}{place} x\n{mature}\n")
            table.append(f"MI   MI{family}{place}  sp{chr(97 + place)}-mir-{family}")
        table.append("//")
    others = [f">t{place} tRNA\n{random_rna(generator, 50)}\n" for place in range(12)]
    (folder / "ncrna_negatives" / "others.fasta").write_text("".join(others))
    for name, lines in (
        ("hairpin.fa", hairpins),
        ("mature.fa", matures),
        ("miFam.dat", [f"{line}\n" for line in table]),
    ):
        (folder / "mirbase_v18" / f"{name}.gz").write_bytes(gzip.compress("".join(lines).encode()))
    return Surroundings(folder, folder / "work", folder / "images", 1)


def experiment(*models):
    return Experiment("99_family", "family-accuracy", "t", "q", "s", "family", (), models=models)


def test_accuracy_by_group_with_intervals_and_a_picture(around):
    groups = (
        {"name": "large", "training": 8, "test": 4},
        {"name": "small", "training": 2, "test": 1, "schemes": ["random"], "repeats": 1, "models": ["few words"]},
    )
    parameters = FamilyAccuracyParameters(
        groups, 2, ("random",), {"few words": {"kind": "kmer", "k": [2], "gapped": []}}
    )
    outcome = compare_families(experiment("kmer"), parameters, around)
    assert outcome.figures["large/random/kmer/accuracy"] == "100.00"
    assert outcome.figures["large/random/families"] == "3"
    assert outcome.figures["small/random/families"] == "4"
    assert {"small/random/few words/accuracy", "large/random/kmer/0.5 and above"} <= set(outcome.figures)
    assert "| large, 2 repeats | kmer | 3 | 100.00 ± 0.00 | 100.00 ± 0.00 | - | - | - |" in outcome.markdown
    assert (around.images / "99_family.png").read_bytes().startswith(b"\x89PNG")


def test_flanks_have_their_columns(around):
    outcome = compare_flanks(experiment("kmer"), FamilyFlankParameters(8, 4, 1, (5, 40)), around)
    assert "| model | none | 5 bases | 40 bases |" in outcome.markdown
    assert outcome.figures["0/kmer/accuracy"] == "100.00"
    assert float(outcome.figures["40/kmer/accuracy"]) <= 100


def test_rejection_is_told_by_score_and_by_group(around):
    outcome = compare_rejection(experiment("kmer"), FamilyOpenSetParameters(8, 4, 2, 100), around)
    assert outcome.figures["kmer/tRNA/best/auroc"] == "1.0000"
    assert outcome.figures["kmer/unseen families/energy/fpr95"] == "0.00"
    assert {"kmer/all/accepted", "kmer/kept", "kmer/score"} <= set(outcome.figures)
    assert "| tRNA | 12 | 1.000 / 0.00 |" in outcome.markdown
    assert "| unseen families | 3 |" in outcome.markdown


def test_mature_mirnas_from_mature_ones_and_from_precursors(around):
    parameters = FamilyMatureParameters(8, 4, 1, ("kmer",))
    outcome = compare_mature(experiment("kmer"), parameters, around)
    assert float(outcome.figures["mature/random/kmer/accuracy"]) > 50
    assert float(outcome.figures["precursors/random/kmer/accuracy"]) > 50
    assert "| precursors | kmer |" in outcome.markdown


def test_precursors_train_and_the_same_mature_mirnas_are_tested(around):
    mature, precursors = mirbase(around.data, "mature"), mirbase(around.data, "hairpin")
    design = FamilyDesign(schemes=("random",), test=4, training=(8,), repeats=1, least=10, most_others=0)
    (one,) = precursor_rounds(mature, precursors, design)
    assert one.training.sizes.tolist() == [8, 8, 8]
    assert all(len(sequence) == 60 for sequence in one.training.sequences)
    assert all(len(sequence) == 35 for sequence in one.asked[0].sequences)
    assert set(one.asked[0].true) <= set(one.training.names)


def test_what_was_measured_is_kept_with_all_digits(tmp_path):
    keep, made = keeping(tmp_path), []

    def make():
        made.append(1)
        return pd.DataFrame({"name": ["", "b"], "score": [1 - 1e-12, 1.0], "choosing": [True, False]})

    first, again = keep("a", make), keep("a", make)
    assert len(made) == 1
    assert first["score"].tolist() == [1 - 1e-12, 1.0]
    assert first["choosing"].dtype == bool
    pd.testing.assert_frame_equal(first, again)


def test_shares_are_told_in_per_cent_with_their_spread():
    rows = [("m", "random", "overall", "", "accuracy", 0.98765), ("m", "random", "overall", "", "accuracy_sd", 0.001)]
    measured = Measured(pd.DataFrame(rows, columns=["model", "scheme", "scope", "name", "metric", "value"]))
    assert measured.percent("m", "random", "overall", "", "accuracy") == "98.77 ± 0.10"
    assert measured.percent("m", "random", "overall", "", "macro_f1") == "-"
    assert percent(0.5) == "50.00"


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_configurations_name_known_kinds_models_and_parameters(path):
    one = read_experiment(path)
    parameters = parameters_of(one, path)
    assert KINDS[one.kind].parameters is type(parameters)
    assert one.document == "families.md"
    if "cnn" not in one.models:
        assert [found.name for found in Variants(parameters.variants).contenders(one.models)] == list(one.models)


def test_families_of_the_public_data_are_as_many_as_the_document_says(real_data):
    sizes = rfam(real_data).families.sizes
    assert [int((sizes >= least).sum()) for least in (300, 120, 60, 30)] == [44, 99, 149, 240]
