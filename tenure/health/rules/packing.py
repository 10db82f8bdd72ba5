"""Readings as they are kept: 8 bytes each."""

from collections.abc import Sequence

import numpy as np

from tenure.health.rules.scoring import Floats


def packed(readings: Floats) -> list[bytes]:
    """Write each row of a matrix as bytes."""
    whole = np.ascontiguousarray(readings, "<f8")
    width = whole.shape[1] * 8
    written = whole.tobytes()
    return [written[n : n + width] for n in range(0, len(written), width)] if width else [b""] * len(whole)


def unpacked(kept: Sequence[bytes | memoryview], width: int) -> Floats:
    """Read rows of bytes back as a matrix; a row of another width was kept by another version and is not known."""
    found = np.full((len(kept), width), np.nan)
    for n, row in enumerate(kept):
        if len(row) == width * 8:
            found[n] = np.frombuffer(row, "<f8")
    return found
