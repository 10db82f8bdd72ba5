"""Ids, enums, conditions and frozen answers of segments."""

from enum import StrEnum
from typing import NewType

SegmentId = NewType("SegmentId", int)


class Subject(StrEnum):
    """What a segment selects."""

    ACCOUNT = "account"
    PERSON = "person"


class Cause(StrEnum):
    """What made somebody enter or leave.

    Use or a fact changed, time passed, the segment was changed, they became part of another, or a member said so.
    """

    HAPPENING = "happening"
    TIME = "time"
    DEFINITION = "definition"
    MERGED = "merged"
    LISTED = "listed"
