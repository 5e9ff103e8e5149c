"""Full disks: recognised whichever library ran into them, and said in one sentence that names the output."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from srna_tools.errors import FullDiskError

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EFBIG: "the file is larger than this system lets it be",
}


def reason_of(error: BaseException) -> str:
    """Say why nothing more can be written, if that is what an error comes from; else nothing.

    HDF5 and safetensors raise errors of their own without a number, of which only the text says it.
    """
    seen: BaseException | None = error
    while seen is not None:
        for code, reason in _REASONS.items():
            system = os.strerror(code)
            if (isinstance(seen, OSError) and seen.errno == code) or system in str(seen):
                return f"{reason} ({system})"
        seen = seen.__cause__ or seen.__context__
    return ""


@contextlib.contextmanager
def named_if_full(target: Path) -> Iterator[None]:
    """Turn the error of a full disk into one that names the output.

    Raises
    ------
    FullDiskError
        The disk became full in this block.
    """
    try:
        yield
    except FullDiskError:
        raise
    except Exception as error:
        if reason := reason_of(error):
            raise FullDiskError(target, f"{reason}; free some space or choose another output") from error
        raise
