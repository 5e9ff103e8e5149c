"""The error of a full disk is known under every name."""

import errno
import os
from pathlib import Path

import pytest

from srna_tools.errors import FullDiskError, InputError
from srna_tools.io.full_disk import named_if_full, reason_of


def chained():
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise ValueError("cannot be written") from error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "x"), "the disk is full (No space left on device)"),
        (OSError(errno.EDQUOT, "x"), "the quota of the disk is used up (Disk quota exceeded)"),
        (OSError(errno.EFBIG, "x"), "the file is larger than this system lets it be (File too large)"),
        (RuntimeError("errno = 28, error message = 'No space left on device'"), "the disk is full (No space left"),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (RuntimeError("x"), ""),
    ],
)
def test_reasons(error, reason):
    assert reason_of(error).startswith(reason)
    assert bool(reason_of(error)) == bool(reason)


def test_the_reason_may_lie_behind_another_error():
    sentence = r"^a\.tsv: the disk is full \(No space left on device\); free some space or choose another output$"
    with pytest.raises(FullDiskError, match=sentence), named_if_full(Path("a.tsv")):
        chained()


def test_the_output_that_ran_into_it_is_named_not_those_around():
    with pytest.raises(FullDiskError, match="inner"), named_if_full(Path("outer")), named_if_full(Path("inner")):
        chained()


def test_other_errors_stay():
    with pytest.raises(InputError, match=r"^a: b$"), named_if_full(Path("c")):
        raise InputError("a", "b")
