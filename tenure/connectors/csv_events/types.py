"""What a file of events can say, and what can be wrong with a file."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from tenure.kernel.errors import Invalid


class Field(StrEnum):
    """What a column can mean; every other column becomes a property of the event, or is left out."""

    EVENT = "event"
    TIMESTAMP = "timestamp"
    USER_ID = "user_id"
    ANONYMOUS_ID = "anonymous_id"
    ACCOUNT_ID = "account_id"
    MESSAGE_ID = "message_id"
    PROPERTIES = "properties"
    """An object (in CSV: its JSON) whose fields are properties."""


class FileUnreadable(Invalid):
    """The file cannot be read; the message says where and why. `details["why"]` is the code of the reason."""

    code = "file_unreadable"


class Refused(Exception):
    """A row says something that cannot be used: the code of why, and what to put it into words with."""

    def __init__(self, code: str, column: str = "", **particulars: object) -> None:
        super().__init__(code)
        self.code, self.column, self.particulars = code, column, particulars


@dataclasses.dataclass(frozen=True, kw_only=True)
class Columns:
    """Which column means what. Properties, and traits of users and accounts, are by their names."""

    fields: Mapping[Field, str]
    properties: Mapping[str, str]
    user_traits: Mapping[str, str]
    account_traits: Mapping[str, str]
    event: str = ""
    """What rows that name no event are: of a file of purchases each row is one."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sheet:
    """A CSV file as it was found to be."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    size: int


Calls = list[dict[str, Any]]
"""The Segment calls of one row: the event last, after what is newly said of its user and account."""
