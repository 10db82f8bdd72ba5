"""What an import is told and what it reports."""

import dataclasses
from enum import StrEnum
from pathlib import Path

from tenure.kernel.errors import Invalid


class Field(StrEnum):
    """What a column can mean; every other column becomes a property of the event."""

    EVENT = "event"
    TIMESTAMP = "timestamp"
    USER_ID = "user_id"
    ANONYMOUS_ID = "anonymous_id"
    ACCOUNT_ID = "account_id"
    MESSAGE_ID = "message_id"


class FileUnreadable(Invalid):
    """The file cannot be read as CSV; the message says where and why."""

    code = "file_unreadable"


class MappingWrong(Invalid):
    """The column mapping does not fit the file; the message names the columns there are."""

    code = "mapping_wrong"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Columns:
    """Which column means what. `user_traits` and `account_traits` are by trait name."""

    fields: dict[Field, str]
    user_traits: dict[str, str]
    account_traits: dict[str, str]

    def spoken_for(self) -> set[str]:
        """Return the columns that do not become properties."""
        return {*self.fields.values(), *self.user_traits.values(), *self.account_traits.values()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sheet:
    """A CSV file as it was found to be."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    size: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """A row that cannot be used; `number` counts lines as an editor does, the header being 1."""

    number: int
    code: str
    reason: str
    cells: tuple[str, ...]


@dataclasses.dataclass(kw_only=True)
class Report:
    """What an import did, or in a dry run would do."""

    rows: int = 0
    taken: int = 0
    stored: int = 0
    refused: dict[str, int] = dataclasses.field(default_factory=dict)
    examples: dict[str, RefusedRow] = dataclasses.field(default_factory=dict)
    first_at: str = ""
    last_at: str = ""
    people: int = 0

    @property
    def refused_rows(self) -> int:
        """How many rows were refused in all."""
        return sum(self.refused.values())
