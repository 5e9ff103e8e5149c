"""A first line of two cells is a header only if it starts with no RNA while all others do."""

import pytest

from srna_tools.io.two_columns import any_zero, starts_without_header


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        (["hsa-miR-21-5p", "5"], ["hsa-let-7a"], True),
        (["hsa-miR-21-5p", "-5"], ["hsa-let-7a"], True),
        (["hsa-miR-21-5p", "1.5"], [], True),
        (["id", "101"], ["hsa-let-7a"], False),
        (["ID", "101"], ["hsa-let-7a", ""], False),
        (["BRCA1", "101"], ["TP53", "hsa-let-7a"], True),
        (["Y_RNA", "101"], ["Vault", "hsa-let-7a"], True),
        (["id", "101"], [], True),
        (["miRNA", "s1"], ["hsa-let-7a"], False),
        (["miRNA", ""], ["hsa-let-7a"], False),
        (["miRNA", "."], ["hsa-let-7a"], False),
        (["hsa-miR-21-5p", "5", "6"], ["hsa-let-7a"], False),
        (["hsa-miR-21-5p"], ["hsa-let-7a"], False),
    ],
)
def test_a_header_is_told_from_a_count(first, others, expected):
    assert starts_without_header(first, others) is expected


@pytest.mark.parametrize(
    ("counts", "expected"), [(["1", " 0 "], True), (["0.0"], True), (["10", "0.5", "100", ""], False), ([], False)]
)
def test_a_zero_is_a_zero_however_it_is_written(counts, expected):
    assert any_zero(counts) is expected
