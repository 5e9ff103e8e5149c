"""Labels matched to ontology terms and grouped into classes; ages grouped into intervals."""

from srna_tools.ontology.grouping import MAPPING_COLUMNS, Grouping, group_by_intervals, group_by_terms
from srna_tools.ontology.intervals import FIOSINA2019_INTERVALS, interval_names, parse_edges
from srna_tools.ontology.listed import ListedGroups, ListedTerm
from srna_tools.ontology.matching import Lexicon, Match
from srna_tools.ontology.obo import read_ontology
from srna_tools.ontology.placement import Placement
from srna_tools.ontology.storage import add_groups, check_key, group_ids
from srna_tools.ontology.summary import summarize
from srna_tools.ontology.tables import PRESETS, load_preset, read_corrections, read_terms, refuse_unknown_ids
from srna_tools.ontology.terms import Ontology, Term
from srna_tools.preprocess.class_size import Minimum, Use

__all__ = [
    "FIOSINA2019_INTERVALS",
    "MAPPING_COLUMNS",
    "PRESETS",
    "Grouping",
    "Lexicon",
    "ListedGroups",
    "ListedTerm",
    "Match",
    "Minimum",
    "Ontology",
    "Placement",
    "Term",
    "Use",
    "add_groups",
    "check_key",
    "group_by_intervals",
    "group_by_terms",
    "group_ids",
    "interval_names",
    "load_preset",
    "parse_edges",
    "read_corrections",
    "read_ontology",
    "read_terms",
    "refuse_unknown_ids",
    "summarize",
]
