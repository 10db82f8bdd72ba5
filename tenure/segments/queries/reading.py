"""Conditions as they come from outside: JSON and the text form, checked, the segments they name included."""

import dataclasses

from tenure.segments.errors import ConditionWrong
from tenure.segments.models import Segment
from tenure.segments.queries.referring import reference_problems
from tenure.segments.rules import checking
from tenure.segments.rules.references import named
from tenure.segments.rules.text_form import WrittenSegment, from_plain, from_text, line_of, to_plain, to_text
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, Listed

__all__ = ["WrittenSegment", "plain_of", "read_condition", "read_plain", "read_text", "written_text"]


def read_condition(raw: object, subject: Subject, *, of: int | None = None) -> Condition:
    """Read the JSON form of a condition; raises `ConditionWrong` with every problem found.

    `of` is the segment that is to have it, so that it cannot come to refer to itself.
    """
    condition = checking.read_condition(raw, subject)
    if problems := reference_problems(condition, subject, of):
        raise ConditionWrong(problems)
    return condition


def read_text(text: str, *, of: int | None = None) -> WrittenSegment:
    """Read the text form of a segment; raises `ConditionWrong` whose problems know their line."""
    written = from_text(text, segments_called() if "in_segment" in text else {})
    if isinstance(written.condition, Listed):
        return written
    if problems := reference_problems(written.condition, written.subject, of):
        raise ConditionWrong([dataclasses.replace(p, line=line_of(text, p.path)) for p in problems])
    return written


def written_text(written: WrittenSegment) -> str:
    """Return the text form of a segment that need not be saved yet."""
    return to_text(written, segments_called() if any(named(written.condition)) else {})


def read_plain(raw: object, subject: Subject) -> Condition:
    """Read a condition as the text form writes it, out of the text of something else; raises `ConditionWrong`."""
    condition = from_plain(raw, subject, segments_called() if "in_segment" in str(raw) else {})
    if problems := reference_problems(condition, subject):
        raise ConditionWrong(problems)
    return condition


def plain_of(condition: Condition) -> dict[str, object]:
    """Return a condition as the text form writes it, for the text of something else."""
    return to_plain(condition, segments_called() if any(named(condition)) else {})


def segments_called() -> dict[int, str]:
    """Return what segments in use are called, and archived ones whose name is free."""
    found = Segment.objects.order_by("archived_at", "pk").values_list("pk", "name", "archived_at")
    taken: set[str] = set()
    called: dict[int, str] = {}
    for pk, name, _ in sorted(found, key=lambda row: row[2] is not None):
        if name not in taken:
            taken.add(name)
            called[pk] = name
    return called
