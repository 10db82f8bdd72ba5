"""Conditions as they come from outside: JSON and the text form, checked."""

from tenure.segments.rules.checking import read_condition
from tenure.segments.rules.text_form import WrittenSegment, from_text, plain_of, read_plain, to_text

__all__ = ["WrittenSegment", "plain_of", "read_condition", "read_plain", "read_text", "written_text"]


def read_text(text: str) -> WrittenSegment:
    """Read the text form of a segment; raises `ConditionWrong` whose problems know their line."""
    return from_text(text)


def written_text(written: WrittenSegment) -> str:
    """Return the text form of a segment that need not be saved yet."""
    return to_text(written)
