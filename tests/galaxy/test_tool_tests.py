"""How the tests of the wrappers are shared out between processes."""

from __future__ import annotations

import pytest


@pytest.fixture
def shares(script):
    return script("tool_tests").shares


@pytest.fixture
def wrappers(tmp_path):
    """Write wrappers with so many tests each."""

    def write(*counts):
        paths = [tmp_path / f"srna_{number}.xml" for number in range(len(counts))]
        for path, count in zip(paths, counts, strict=True):
            path.write_text("<tool><tests>" + '<test expect_num_outputs="1"/>' * count + "</tests></tool>")
        return paths

    return write


def test_every_file_is_in_one_share_and_shares_are_about_as_large(shares, wrappers):
    paths = wrappers(27, 22, 17, 13, 13, 13, 9, 9, 8, 8, 7, 7, 7, 7, 6, 5, 5)
    sizes = {path: path.read_text().count("<test ") for path in paths}

    groups = shares(paths, 4)

    assert sorted(path for group in groups for path in group) == sorted(paths)
    loads = [sum(sizes[path] for path in group) for group in groups]
    assert max(loads) - min(loads) <= 3
    assert max(loads) < sum(loads) / 4 + 3


def test_no_share_is_empty(shares, wrappers):
    paths = wrappers(0, 0, 1)
    assert sorted(map(len, shares(paths, 4))) == [1, 1, 1]
