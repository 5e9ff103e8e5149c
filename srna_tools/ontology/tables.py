"""Tables that say how labels are grouped: corrections, lists of terms, and the presets of the package."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from srna_tools.errors import InputError, listed
from srna_tools.ontology.listed import ListedGroups, ListedTerm
from srna_tools.ontology.matching import Lexicon
from srna_tools.ontology.terms import Ontology, Term

# Fiosina, Fiosins & Bonn 2019, Table 2: tissue and cell line grouping according to ontologies.
FIOSINA2019 = "fiosina2019"
PRESETS = (FIOSINA2019,)

_TWO_COLUMNS = 2
_TERM_HEADER = "term"


def load_preset(name: str) -> ListedGroups:
    """Read a preset that comes with the package.

    Parameters
    ----------
    name
        One of `PRESETS`. ``fiosina2019`` is Table 2 of Fiosina, Fiosins & Bonn 2019, with BTO ids; what is
        peculiar to a line (liver under blood) stands in its note.

    Returns
    -------
    ListedGroups with an excerpt of the ontology, so that labels are matched without an OBO file too.
    """
    text = resources.files("srna_tools.ontology").joinpath("presets", f"{name}.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    excerpt = Ontology(
        source=f"the preset {name}",
        version="",
        terms={row["term"]: Term(row["term"], row["name"], _several(row["synonyms"])) for row in rows},
        parents={row["term"]: _several(row["within"]) for row in rows},
    )
    terms = {row["term"]: ListedTerm(row["term"], row["group"], row["below"] == "yes", row["note"]) for row in rows}
    return ListedGroups(name, terms, {row["group"]: row["group_id"] for row in rows}, excerpt)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(value for value in cell.split("|") if value)


def read_terms(path: Path, lexicon: Lexicon) -> ListedGroups:
    """Read a list of terms: TSV, first column a term's id or name, optional second column its group.

    A first line whose first cell is ``term`` is a header; lines that start with ``#`` are comments. A term
    without a group is a group of its own name.

    Raises
    ------
    InputError
        A term is unknown or ambiguous (all are named), listed twice, or there is none.
    """
    rows = [(line, cells) for line, cells in _rows(path) if not cells[0].startswith("#")]
    if rows and rows[0][1][0].casefold() == _TERM_HEADER:
        rows = rows[1:]
    if not rows:
        raise InputError(path, "lists no term; give one id or name a line")
    matches = {cells[0]: lexicon.match(cells[0]) for _, cells in rows}
    _refuse_unknown(path, [text for text, match in matches.items() if not match.term_id], lexicon)
    terms: dict[str, ListedTerm] = {}
    for line, cells in rows:
        term_id = matches[cells[0]].term_id
        group = (cells[1] if len(cells) > 1 else "") or lexicon.ontology.name(term_id)
        if terms.get(term_id, ListedTerm(term_id, group)).group != group:
            raise InputError(path, f"puts {lexicon.ontology.describe(term_id)} into the groups "
                             f"'{terms[term_id].group}' and '{group}'; choose one", f"line {line}")  # fmt: skip
        terms[term_id] = ListedTerm(term_id, group)
    return ListedGroups(path.name, terms, _ids_of_groups(terms.values(), lexicon.ontology))


def _ids_of_groups(terms: Iterable[ListedTerm], ontology: Ontology) -> dict[str, str]:
    """Give a group the id of its only term, or of the term whose name it has; else none stands for it."""
    members: dict[str, list[str]] = {}
    for term in terms:
        members.setdefault(term.group, []).append(term.term_id)
    named = {
        group: [term_id for term_id in ids if len(ids) == 1 or ontology.name(term_id) == group]
        for group, ids in members.items()
    }
    return {group: ids[0] if ids else "" for group, ids in named.items()}


def _refuse_unknown(path: Path, unknown: list[str], lexicon: Lexicon) -> None:
    if not unknown:
        return
    described = []
    for text in unknown:
        candidates = [lexicon.ontology.describe(term_id) for term_id in lexicon.match(text).candidates]
        similar = candidates or lexicon.suggestions(text)
        described.append(f"'{text}' ({'several terms' if candidates else 'similar'}: {', '.join(similar) or 'none'})")
    raise InputError(path, f"names terms that {lexicon.ontology.source} does not have or that are not unique: "
                     f"{'; '.join(described)}")  # fmt: skip


def read_corrections(path: Path) -> dict[str, str]:
    """Read corrections: TSV, first column a label as it stands, second what to use instead.

    The second column holds a term's id or name, or a plain label; empty drops the label. A header line does no
    harm: it corrects a label that no sample has.

    Raises
    ------
    InputError
        A line has no second column, or a label is corrected twice.
    """
    corrections: dict[str, str] = {}
    for line, cells in _rows(path):
        if len(cells) < _TWO_COLUMNS:
            raise InputError(path, f"has one column only ('{cells[0]}'); expected a label, a tab, and what to use "
                             "instead (empty drops the label)", f"line {line}")  # fmt: skip
        if corrections.get(cells[0], cells[1]) != cells[1]:
            raise InputError(path, f"corrects the label '{cells[0]}' twice, to '{corrections[cells[0]]}' and to "
                             f"'{cells[1]}'", f"line {line}")  # fmt: skip
        corrections[cells[0]] = cells[1]
    if not corrections:
        raise InputError(path, "holds no correction; give a label, a tab, and what to use instead on each line")
    return corrections


def refuse_unknown_ids(corrections: dict[str, str], path: Path, ontology: Ontology) -> None:
    """Refuse corrections to an id that looks like one of the ontology's but is not in it.

    Raises
    ------
    InputError
        Names the ids.
    """
    prefixes = {term_id.split(":")[0] for term_id in ontology.terms if ":" in term_id}
    known = {*ontology.terms, *ontology.replaced}
    wrong = sorted({new for new in corrections.values() if new.split(":")[0] in prefixes and ":" in new} - known)
    if wrong:
        raise InputError(path, f"corrects labels to ids that {ontology.source} does not have: {listed(wrong, 20)}")


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Lines of a tab-separated table with their numbers, cells stripped; empty lines are left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(path, "is not UTF-8 text; expected a tab-separated table") from error
    lines = ((number, [cell.strip() for cell in line.split("\t")]) for number, line in enumerate(text.splitlines(), 1))
    return [(number, cells) for number, cells in lines if cells[0]]
