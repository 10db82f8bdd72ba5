"""Counts of more accounts than memory should hold at once: accounts × days in a file, read some rows at a time."""

import mmap
import os
import tempfile
import weakref
from typing import cast

import numpy as np

from tenure.stats.rhythm import Counts, Ints

_TYPE = np.dtype(np.float32)


class FiledCounts:
    """Stands in for a matrix of counts wherever rows are asked for; nothing of it stays in memory.

    The file has no name, and is gone with this.
    """

    def __init__(self, accounts: int, days: int) -> None:
        self.shape = (accounts, days)
        self._file, name = tempfile.mkstemp(prefix="tenure-use-")
        os.unlink(name)
        weakref.finalize(self, os.close, self._file)
        os.truncate(self._file, accounts * days * _TYPE.itemsize)

    def put(self, first: int, rows: Counts) -> None:
        """Write rows from one on."""
        left = memoryview(np.ascontiguousarray(rows, dtype=_TYPE).tobytes())
        place = first * self.shape[1] * _TYPE.itemsize
        while left.nbytes:
            written = os.pwrite(self._file, left, place)
            left, place = left[written:], place + written

    def __getitem__(self, rows: "int | slice | Ints") -> Counts:
        """Read a row, a run of rows or some of them, in their order."""
        if not self.shape[0]:
            return np.zeros(self.shape, dtype=_TYPE)[rows]
        with mmap.mmap(self._file, 0, access=mmap.ACCESS_READ) as seen:
            return self._copied(seen, rows)

    def _copied(self, seen: mmap.mmap, rows: "int | slice | Ints") -> Counts:
        # In a function of its own, so that nothing looks into the file any more when it is let go.
        return np.array(np.frombuffer(seen, dtype=_TYPE).reshape(self.shape)[rows])

    def as_counts(self) -> Counts:
        """Return itself as what it stands in for."""
        return cast(Counts, self)
