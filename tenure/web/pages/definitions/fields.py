"""What the form of a definition consists of: fields, and lists of parts that have fields of their own."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

Values = Mapping[str, Any]
Offers = Callable[[Values], Sequence[tuple[str, str]]]
"""What can be chosen, given all that the form says now."""


class Kind(StrEnum):
    """How a field is filled in, and what it becomes."""

    TEXT = "text"
    LONG = "long"
    """Words on several lines."""
    KEY = "key"
    """A short name that never changes once it is in force; made from the name while it is empty."""
    NUMBER = "number"
    YES = "yes"
    CHOICE = "choice"
    CHOICES = "choices"
    WORDS = "words"
    """A list, between commas."""
    LINES = "lines"
    """A list, one a line."""
    CONDITION = "condition"
    PARTS = "parts"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """One field; `parts` are the fields of each part of a list."""

    name: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    help: str | Promise = ""
    optional: bool = False
    begins: str = ""
    """What it says in a part that was just added."""
    width: int = 4
    """Of the twelve columns of a line."""
    offers: Offers | None = None
    """What can be chosen, or is suggested while typing."""
    parts: "tuple[Field, ...]" = ()
    one: str | Promise = ""
    """What one part is called."""
    titled_by: tuple[str, ...] = ("name",)
    """The fields of a part that say what this one is called."""
    add: str | Promise = ""
    is_ordered: bool = False

    @property
    def rebuilds(self) -> bool:
        """Whether the form is built again as soon as this changes, because other fields offer it."""
        return self.name in ("name", "key")


def walk(fields: Sequence[Field]) -> Sequence[Field]:
    """Return these fields and those of their parts."""
    return [each for field in fields for each in (field, *walk(field.parts))]
