"""Sections of docs/experiments.md between markers, in the order of their names; the rest of the file is left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laboratory.markdown import table_of
from srna_tools.errors import SrnaToolsError

SUMMARY = "summary"
_NAME = r"[A-Za-z0-9_-]+"
_SECTION = re.compile(rf"<!-- ({_NAME}) -->\n(.*?)<!-- /\1 -->\n?", re.DOTALL)
_IN_SHORT = re.compile(r"<!-- in short: (.*?) -->\n")


@dataclass(frozen=True)
class InShort:
    """What the summary says of an experiment."""

    title: str
    text: str


def sections_of(document: str) -> dict[str, str]:
    """Give the texts between markers, by name, in their order."""
    return {found.group(1): found.group(2) for found in _SECTION.finditer(document)}


def with_section(document: str, name: str, text: str) -> str:
    """Put a section in its place: of the old one, else by its name among the others, which stand sorted.

    Raises
    ------
    SrnaToolsError
        The name cannot stand in a marker, or only one of its two markers is in the document.
    """
    if not re.fullmatch(_NAME, name):
        raise SrnaToolsError(f"a section cannot be named '{name}'; use letters, digits, _ and -")
    section = f"<!-- {name} -->\n{text.strip()}\n<!-- /{name} -->\n"
    places = {found.group(1): found for found in _SECTION.finditer(document)}
    if name in places:
        return document[: places[name].start()] + section + document[places[name].end() :]
    if f"<!-- {name} -->" in document or f"<!-- /{name} -->" in document:
        raise SrnaToolsError(f"the section {name} has only one of its markers <!-- {name} --> and <!-- /{name} -->")
    later = [found.start() for other, found in places.items() if other != SUMMARY and other > name]
    place = min(later) if later else len(document)
    before, after = document[:place].rstrip("\n"), document[place:].lstrip("\n")
    return "\n\n".join(part for part in (before, section.rstrip("\n"), after.rstrip("\n")) if part) + "\n"


def mark_in_short(title: str, text: str) -> str:
    """Hide in a section what the summary will say of it."""
    return f"<!-- in short: {json.dumps({'title': title, 'text': text}, ensure_ascii=False)} -->\n"


def in_short(section: str) -> InShort | None:
    """Find what the summary says of a section."""
    found = _IN_SHORT.search(section)
    if found is None:
        return None
    stored: Mapping[str, Any] = json.loads(found.group(1))
    return InShort(stored["title"], stored["text"])


def with_summary(document: str) -> str:
    """Write the summary anew from what the sections say of themselves.

    Raises
    ------
    SrnaToolsError
        The document has no place for it, or no section says anything.
    """
    if SUMMARY not in sections_of(document):
        raise SrnaToolsError(f"the document has no markers <!-- {SUMMARY} --> and <!-- /{SUMMARY} -->")
    said = [found for name, text in sections_of(document).items() if name != SUMMARY and (found := in_short(text))]
    if not said:
        raise SrnaToolsError("no section says anything yet; run the experiments first")
    rows = [{"Experiment": f"[{one.title}](#{_anchor(one.title)})", "What came out": one.text} for one in said]
    return with_section(document, SUMMARY, table_of(rows))


def _anchor(title: str) -> str:
    """Give the name under which Markdown viewers link to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
