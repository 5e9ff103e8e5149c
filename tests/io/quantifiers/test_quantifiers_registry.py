"""The list of quantifiers: a module each, and no file that two of them claim by accident."""

from pathlib import Path

import pytest

from srna_tools.io import quantifiers
from srna_tools.io.lines import read_head
from srna_tools.io.quantifiers.registry import QUANTIFIERS

FOLDER = Path(quantifiers.__file__).parent


def test_every_quantifier_has_a_module_of_its_name():
    names = ",".join(quantifier.name for quantifier in QUANTIFIERS)
    assert names == "mirge3,mirdeep2,excerpt,srnabench,mirtop,seqbuster,smallrnaseq,featurecounts,nfcore"
    for quantifier in QUANTIFIERS:
        assert (FOLDER / f"{quantifier.name}.py").is_file()
        assert quantifier.read.__module__ == f"srna_tools.io.quantifiers.{quantifier.name}"


@pytest.mark.parametrize("content", ["", "\n", ",", "\t", "miRNA", "#miRNA", "##", "Status", "\t\t\t\n\t\t\t", "a b c"])
def test_no_quantifier_claims_or_fails_on_a_file_that_says_nothing(content):
    assert [quantifier.name for quantifier in QUANTIFIERS if quantifier.claims(content.split("\n"))] == []


def test_no_real_file_is_claimed_by_two(real_data):
    for path in sorted((real_data / "quantifiers").rglob("*.*")):
        claimed = [quantifier.name for quantifier in QUANTIFIERS if quantifier.claims(read_head(path))]
        assert len(claimed) <= 1, (path.name, claimed)
