"""GMT files: what is read, and what is refused with its line."""

from __future__ import annotations

import pytest

from srna_tools.errors import InputError
from srna_tools.io.gmt import FeatureSet, read_gmt


def written(tmp_path, text):
    path = tmp_path / "sets.gmt"
    path.write_text(text)
    return path


def test_a_line_is_a_set(tmp_path):
    path = written(tmp_path, "liver\tof the liver\tmiR-122\tmiR-192\tmiR-122\n\n  \nbrain\t\tmiR-9\t\t\n")
    assert read_gmt(path, path.name) == [
        FeatureSet("liver", "of the liver", ("miR-122", "miR-192"), "sets.gmt"),
        FeatureSet("brain", "", ("miR-9",), "sets.gmt"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\tb\tc\nliver\tof the liver\n", "sets.gmt, line 2: 'liver\tof the liver' is no set"),
        ("a\tb\tc\nname,description,member\n", "line 2: 'name,description,member' is no set"),
        ("\tdescription\tmember\n", "line 1: 'description\tmember' is no set"),
        ("a\tb\tc\n\na\tb\td\n", "line 3: the set a stands on line 1 too"),
        ("a\tb\tc\t\td\n", "line 1: member 2 of the set a has no name"),
        ("\n\n", "is empty"),
        ("a\tb\t\x00\n", "binary"),
    ],
)
def test_what_is_no_gmt_is_refused_with_its_line(tmp_path, text, sentence):
    with pytest.raises(InputError) as error:
        read_gmt(written(tmp_path, text), "sets")
    assert sentence in str(error.value)
