"""Sections of a document: put in their place, everything else left alone."""

from __future__ import annotations

import pytest
from laboratory.document import InShort, in_short, mark_in_short, sections_of, with_section, with_summary

from srna_tools.errors import SrnaToolsError

DOCUMENT = """# Title

Words by hand.

<!-- summary -->
<!-- /summary -->

<!-- 20_second -->
## Second
old | text
<!-- /20_second -->

Words between.

<!-- 40_fourth -->
## Fourth
<!-- /40_fourth -->

Words at the end.
"""


def test_a_section_is_replaced_and_everything_else_stays():
    changed = with_section(DOCUMENT, "20_second", "## Second\nnew\n\n")
    assert changed == DOCUMENT.replace("old | text", "new")


def test_a_new_section_stands_in_the_order_of_names():
    changed = with_section(DOCUMENT, "30_third", "## Third")
    assert list(sections_of(changed)) == ["summary", "20_second", "30_third", "40_fourth"]
    assert changed == DOCUMENT.replace("<!-- 40", "<!-- 30_third -->\n## Third\n<!-- /30_third -->\n\n<!-- 40")


def test_the_last_section_goes_to_the_end_and_the_first_behind_the_summary():
    changed = with_section(with_section(DOCUMENT, "90_last", "## Last"), "10_first", "## First")
    assert list(sections_of(changed)) == ["summary", "10_first", "20_second", "40_fourth", "90_last"]
    assert changed.endswith("Words at the end.\n\n<!-- 90_last -->\n## Last\n<!-- /90_last -->\n")


def test_writing_twice_is_writing_once():
    once = with_section(DOCUMENT, "30_third", "## Third")
    assert with_section(once, "30_third", "## Third") == once


def test_backslashes_and_groups_in_a_section_are_text():
    text = r"a \1 \g<0> {b}"
    assert sections_of(with_section(DOCUMENT, "20_second", text))["20_second"] == text + "\n"


def test_half_a_pair_of_markers_and_impossible_names_are_refused():
    with pytest.raises(SrnaToolsError, match="only one of its markers"):
        with_section(DOCUMENT.replace("<!-- /20_second -->", ""), "20_second", "new")
    with pytest.raises(SrnaToolsError, match="cannot be named"):
        with_section(DOCUMENT, "a --> b", "new")


def test_what_a_section_says_in_short_is_read_again():
    assert in_short("## x\n" + mark_in_short('Ä "title"', "0.97 -> 0.8")) == InShort('Ä "title"', "0.97 -> 0.8")
    assert in_short("## nothing said\n") is None


def test_the_summary_has_a_row_for_each_section_that_says_something():
    document = with_section(DOCUMENT, "30_third", mark_in_short("sRNAs, or both (simulated)", "no | evidence"))
    assert sections_of(with_summary(document))["summary"] == (
        "| Experiment | What came out |\n|---|---|\n"
        "| [sRNAs, or both (simulated)](#srnas-or-both-simulated) | no \\| evidence |\n"
    )


def test_a_summary_needs_its_markers_and_something_to_say():
    with pytest.raises(SrnaToolsError, match="no section says anything yet"):
        with_summary(DOCUMENT)
    with pytest.raises(SrnaToolsError, match="has no markers <!-- summary -->"):
        with_summary("# Title\n")
