"""Frozen values of segment signals."""

import dataclasses
from enum import StrEnum
from typing import NewType

SegmentSignalId = NewType("SegmentSignalId", int)

KIND = "segment:"
"""How the kinds of these signals begin; the id of the wish follows."""


class Present(StrEnum):
    """What is done about the accounts that are in the segment already."""

    WAIT = "wait"
    """Only who enters from now on opens a signal."""
    OPEN = "open"
    """Each of them opens one now."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """When an account enters a segment, open a signal: called so, so severe or so sure."""

    name: str
    segment_id: int
    confidence: float = 0.8
    """How sure it is that there is something to it, 0 to 1: with the account's revenue that makes the severity."""
    severity: float | None = None
    """0 to 1, the same for every account; None: by money and confidence."""
    closes_on_leaving: bool = True
    """Whether the signal passes by itself when the account leaves the segment."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a text, and in which line."""

    line: int
    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Written:
    """What a text says; the segment is named."""

    name: str
    segment: str
    confidence: float = 0.8
    severity: float | None = None
    closes_on_leaving: bool = True
