"""Options that choose the classes, as words on the command line."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from srna_tools.cli.class_options import class_choice, class_options
from srna_tools.preprocess.catch_all import EVERY_LABEL, ClassChoice


def chosen(*words):
    """Choice that a command would get, or the message of its usage error."""
    found = []

    @click.command()
    @class_options
    def command(classes, catch_all):
        found.append(class_choice(classes, catch_all))

    result = CliRunner().invoke(command, list(words))
    return found[0] if found else result.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], EVERY_LABEL),
        (["--classes", "liver, lung,skeletal muscle"], ClassChoice(("liver", "lung", "skeletal muscle"))),
        (["--classes", '"brain, frontal", liver'], ClassChoice(("brain, frontal", "liver"))),
        (["--classes", "liver", "--catch-all", " other "], ClassChoice(("liver",), "other")),
        (["--catch-all", "other"], ClassChoice((), "other")),
    ],
)
def test_words_become_a_choice(words, expected):
    assert chosen(*words) == expected


@pytest.mark.parametrize("text", ["", "liver,,lung", " , "])
def test_what_is_no_list_of_names_is_a_usage_error(text):
    assert "is not a list of names such as liver,lung" in chosen("--classes", text)
