"""Namespaces: told by names, renamed member by member, merged names pooled under one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import BundleError
from srna_tools.namespace import Namespace, pooled, rename

ALIASES = {
    "Hsa-Let-7-P1a": "hsa-let-7a-2",
    "Hsa-Let-7-P2a1": "hsa-let-7a-1",
    "Hsa-Mir-3059": None,
    "hsa-mir-151": "hsa-mir-151a",
    "hsa-miR-103": "hsa-miR-103a-3p",
    "MIMAT0000076": "hsa-miR-21-5p",
    "hsa-miR-9": "what?",
}


def new_names(name, level, aliases=ALIASES, untold="mature"):
    return rename(name, level, aliases, untold).names


@pytest.mark.parametrize(
    ("names", "level", "species"),
    [
        (["hsa-miR-21-5p", "hsa-let-7a", "hsa-mir-9"], "mature", "hsa"),
        (["hsa-mir-21", "hsa-let-7a"], "stem-loop", "hsa"),
        (["hsa-let-7a"], "stem-loop", "hsa"),
        (["mir-21", "let-7a", "piR-1"], "locus", None),
        (["hsa-miR-21-5p", "mmu-miR-21-5p"], "mature", None),
        (["TP53", "Hsa-Mir-8-P1a_5p"], None, None),
    ],
)
def test_names_tell_their_level_and_species(names, level, species):
    assert Namespace.told_by(names) == Namespace(level=level, species=species)


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        ("hsa-let-7a-5p/7c-5p", "locus", ("let-7a", "let-7c")),
        ("hsa-miR-486-3p/486-5p", "locus", ("mir-486",)),
        ("Hsa-Let-7-P1a_5p", "mature", ("hsa-let-7a-5p",)),
        ("Hsa-Let-7-P1a_3p*", "stem-loop", ("hsa-let-7a-2",)),
        ("Hsa-Let-7-P1a_5p/P2a1_5p", "stem-loop", ("hsa-let-7a-2", "hsa-let-7a-1")),
        ("Hsa-Let-7-P1a_5p/P2a1_5p", "locus", ("let-7a",)),
        ("hsa-miR-151-5p", "mature", ("hsa-miR-151a-5p",)),
        ("hsa-miR-103/107", "mature", ("hsa-miR-103a-3p", "hsa-miR-107")),
        ("MIMAT0000076", "family", ("mir-21",)),
    ],
)
def test_every_member_is_named_by_the_table_first_and_else_by_its_parts(name, level, expected):
    assert new_names(name, level) == expected


@pytest.mark.parametrize(
    ("name", "level", "reason"),
    [
        ("hsa-mir-21", "mature", "a stem-loop name does not tell the mature one"),
        ("mir-21", "stem-loop", "a locus name does not tell the stem-loop one"),
        ("Hsa-Mir-3059_5p", "locus", "the alias table says that it has no such name"),
        ("Hsa-Mir-8-P1a_5p", "locus", "only an alias table can tell its miRBase name"),
        ("MIMAT0000099", "locus", "only an alias table can tell its miRBase name"),
        ("hsa-miR-9", "locus", "its alias 'what?' is not a miRNA name"),
        ("TP53", "locus", "it is not a miRNA name that can be taken apart"),
    ],
)
def test_a_name_without_a_new_one_says_why(name, level, reason):
    renamed = rename(name, level, ALIASES, "mature")
    assert (renamed.names, renamed.reason) == ((), reason)


def test_a_merged_name_goes_by_the_members_that_have_a_name():
    renamed = rename("Hsa-Mir-3059_5p/Hsa-Let-7-P1a_5p", "locus", ALIASES, "mature")
    assert renamed.names == ("let-7a",)
    assert renamed.reason == "the alias table says that it has no such name"


def test_pools_go_by_the_first_member_and_chain():
    assert pooled([("b", "a"), ("c",), ()]) == {"a": "b", "b": "b"}
    assert pooled([("d", "e"), ("e", "f"), ("b", "e")]) == dict.fromkeys("bdef", "b")


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True).map(tuple), max_size=8))
def test_pools_are_the_connected_groups_and_do_not_depend_on_order(groups):
    pools = pooled(groups)
    assert pools == pooled(groups[::-1])
    for group in groups:
        if len(group) > 1:
            assert len({pools[name] for name in group}) == 1
    assert set(pools.values()) <= {group[0] for group in groups if len(group) > 1}
    assert all(pools[name] == name for name in pools.values())


def test_a_namespace_is_stored_and_read_back(make_samples):
    samples = make_samples([[1, 2]])
    assert Namespace.recorded_in(samples) is None
    namespace = Namespace("locus", "hsa", {"mir-192": "mir-215"}, {"x": None, "y": "hsa-mir-1"})
    namespace.record(samples)
    assert Namespace.of(samples) == namespace


@pytest.mark.parametrize(
    "wrong", [{"level": "arm"}, {"species": 3}, {"pools": {"a": 1}}, {"aliases": {"a": 1}}, {"pools": {"a": None}}]
)
def test_a_damaged_namespace_is_refused(wrong):
    with pytest.raises(BundleError, match="the namespace's"):
        Namespace.from_dict(Namespace("locus").to_dict() | wrong)


def test_namespaces_of_two_tables_pool_what_either_pools():
    one = Namespace("locus", "hsa", {"a": "a", "b": "a"}, {"x": "hsa-mir-1"})
    other = Namespace("locus", "hsa", {"b": "b", "c": "b"}, {"y": None})
    joined = one.joined_with(other)
    assert joined == Namespace("locus", "hsa", {"a": "a", "b": "a", "c": "a"}, {"x": "hsa-mir-1", "y": None})
    assert joined.groups() == [("a", "b", "c")]
    assert joined.members_of("a") == ["a", "b", "c"]
    assert one.joined_with(Namespace("locus", "mmu")).species is None
    assert one.joined_with(Namespace("mature", "hsa")) is None
