"""HDF5 outputs that appear whole or not at all, on a disk that becomes full, too."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from srna_tools.io.output import written_whole


class _Enduring(io.FileIO):
    """A file that keeps the error of a write instead of raising it, and takes no more after it.

    HDF5 cannot close a file after a failed write: it tries again whenever an object of the file is released, prints
    what happens, and crashes when Python ends.
    """

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all of the data, or note why that cannot be done."""
        whole = memoryview(data).cast("B")
        left = whole
        while left and self.failure is None:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.failure = error
        return len(whole)

    def readinto(self, buffer: Any) -> int:
        """Read, with zeros in the place of what could not be written."""
        view = memoryview(buffer).cast("B")
        number = super().readinto(view) or 0
        if self.failure is not None:
            view[number:] = bytes(len(view) - number)
            return len(view)
        return number

    def truncate(self, size: int | None = None) -> int:
        """Change the size, or note why that cannot be done."""
        try:
            return super().truncate(size) if self.failure is None else size or 0
        except OSError as error:
            self.failure = error
            return size or 0


@dataclass(frozen=True)
class Hdf5Output:
    """An HDF5 file that is being written."""

    file: h5py.File
    _storage: _Enduring

    def require_room(self) -> None:
        """Stop here if something could not be written, instead of at the end.

        Raises
        ------
        OSError
            The one that a write ran into.
        """
        if self._storage.failure is not None:
            raise self._storage.failure


@contextlib.contextmanager
def hdf5_written_whole(target: Path) -> Iterator[Hdf5Output]:
    """Give an HDF5 file that is renamed to `target` when the block succeeds.

    Raises
    ------
    InputError
        The target's folder does not exist or cannot be written.
    FullDiskError
        The disk became full.
    """
    with written_whole(target) as partial, _Enduring(partial, "r+") as storage:
        try:
            with h5py.File(storage, "w") as file:
                yield Hdf5Output(file, storage)
        finally:
            # Whatever else HDF5 says: this is why.
            if storage.failure is not None:
                raise storage.failure
