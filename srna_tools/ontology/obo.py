"""OBO files: read with pronto into the terms and the hierarchy that the grouping of labels needs."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

from srna_tools.errors import InputError, listed
from srna_tools.ontology.terms import Ontology, Term

PART_OF = ("part_of", "BFO:0000050")

_TERM_TAGS = ("id", "name", "synonym", "is_a", "relationship", "is_obsolete", "replaced_by", "alt_id")
_HEADER_TAGS = ("format-version", "data-version", "synonymtypedef", "ontology")
_TAG = re.compile(r"^([\w-]+):\s*(.*)$")
_LINK = re.compile(r"^(?:(?P<relation>[\w:]+)\s+)?(?P<target>[^\s!{]+)")
_STANZA = re.compile(r"^\[(\w+)\]\s*$")


def read_ontology(path: Path) -> Ontology:
    """Read the live terms of an OBO file and their ``is_a`` and ``part_of`` hierarchy.

    Nothing is fetched from the network: imports are not followed.

    Returns
    -------
    Ontology; obsolete terms are only kept as names of the term that replaces them.

    Raises
    ------
    InputError
        The file is not an OBO file, is truncated, or breaks the format.
    """
    text = _text(path)
    needed = _needed_lines(text, path)
    import pronto  # slow to import, and only the grouping of labels needs it

    # pronto guesses the encoding, and warns; it cannot guess wrongly where there is only ASCII.
    document = io.BytesIO(needed.encode("ascii", "xmlcharrefreplace"))
    try:
        loaded = pronto.Ontology(document, import_depth=0)
    except SyntaxError as error:
        raise InputError(path, f"is truncated or breaks the OBO format ({error.msg}: '{(error.text or '').strip()}'); "
                         "download it again", f"line {error.lineno}") from error  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(path, f"cannot be read as OBO ({error}); download it again") from error
    return _converted(loaded, path)


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(path, "does not exist")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(path, "is not an OBO file: it is not UTF-8 text") from error
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if not (_TAG.match(first) or _STANZA.match(first)) or "[Term]" not in text:
        found = f"it starts with '{first[:40]}'" if first else "it is empty"
        raise InputError(path, f"is not an OBO file: {found} and has no [Term]" if "[Term]" not in text
                         else f"is not an OBO file: {found}")  # fmt: skip
    return text


def _needed_lines(text: str, path: Path) -> str:
    """Blank all other lines, so that line numbers stay: BTO itself breaks the format in its definitions."""
    lines = text.splitlines()
    defined = {line.removeprefix("id:").strip() for line in lines if line.startswith("id:")}
    kept: list[str] = []
    undefined: list[str] = []
    stanza = ""
    for line in lines:
        opened = _STANZA.match(line)
        stanza = opened.group(1) if opened else stanza
        if stanza in ("", "Term"):
            kept.append(line if opened or _is_needed(line, stanza, defined) else "")
            undefined += _undefined_parent(line, defined)
        else:
            kept.append("")
    if undefined:
        missing = listed(sorted(set(undefined)))
        raise InputError(path, f"is truncated or only a part of an ontology: it does not define {missing}, "
                         "which other terms are kinds of; download it whole")  # fmt: skip
    return "\n".join([*kept, *(f"\n[Typedef]\nid: {relation}" for relation in PART_OF), ""])


def _is_needed(line: str, stanza: str, defined: set[str]) -> bool:
    found = _TAG.match(line)
    if found is None:
        # A line that is cut off before its colon is left for the parser to refuse.
        return bool(line.strip()) and not line.startswith("!")
    tag, value = found.groups()
    if not stanza:
        return tag in _HEADER_TAGS
    if tag not in ("relationship", "replaced_by"):
        return tag in _TERM_TAGS
    link = _LINK.match(value)
    if link is None or (tag == "relationship" and link["relation"] is None):
        return True
    return link["target"] in defined and (tag == "replaced_by" or link["relation"] in PART_OF)


def _undefined_parent(line: str, defined: set[str]) -> list[str]:
    parent = line.removeprefix("is_a:").split("!")[0].split("{")[0].strip()
    return [parent] if line.startswith("is_a:") and parent and parent not in defined else []


def _converted(loaded: Any, path: Path) -> Ontology:
    live = {str(term.id): term for term in loaded.terms() if not term.obsolete and term.name}
    replaced: dict[str, str] = {}
    former: dict[str, list[str]] = {}
    for term in loaded.terms():
        if term.obsolete and (replacement := _replacement(term)) in live:
            replaced[str(term.id)] = replacement
            former.setdefault(replacement, []).extend(spelling for group in _spellings(term) for spelling in group)
    for term_id, term in live.items():
        replaced.update({str(alternate): term_id for alternate in term.alternate_ids if str(alternate) not in live})
    terms = {}
    for term_id, term in live.items():
        (name,), exact, other = _spellings(term)
        terms[term_id] = Term(term_id, name, exact, (*other, *former.get(term_id, ())))
    if not terms:
        raise InputError(path, "has no term that is not obsolete")
    parents = {term_id: _parents(term, live) for term_id, term in live.items()}
    return Ontology(path.name, str(loaded.metadata.data_version or ""), terms, parents, replaced)


def _replacement(term: Any) -> str:
    """Id of the live term that replaces an obsolete one; empty where there is none, or more than one."""
    seen = {term.id}
    while term.obsolete:
        following = list(term.replaced_by)
        if len(following) != 1 or following[0].id in seen:
            return ""
        term = following[0]
        seen.add(term.id)
    return str(term.id)


def _spellings(term: Any) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Name, exact synonyms and other synonyms, in a fixed order."""
    synonyms = sorted((html.unescape(synonym.description), synonym.scope == "EXACT") for synonym in term.synonyms)
    exact = tuple(text for text, is_exact in synonyms if is_exact)
    other = tuple(text for text, is_exact in synonyms if not is_exact)
    return (html.unescape(term.name or ""),), exact, other


def _parents(term: Any, live: dict[str, Any]) -> tuple[str, ...]:
    above = {str(parent.id) for parent in term.superclasses(distance=1, with_self=False)}
    for relation, targets in term.relationships.items():
        if relation.id in PART_OF:
            above |= {str(target.id) for target in targets}
    return tuple(sorted(parent for parent in above if parent in live and parent != term.id))
