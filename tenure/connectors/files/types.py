"""What files hold, what their columns can mean, and what an import comes to."""

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, NamedTuple

LARGEST = 5 * 1024**3
"""The most bytes an upload may have; the command takes any size."""

KEPT_DAYS = 7
"""How long an uploaded file is kept after its import."""

Cell = Any
"""What stands in a column of a row: text in CSV, any JSON value in JSON lines."""


class Kind(StrEnum):
    """What the rows of a file are."""

    ACCOUNTS = "accounts"
    PEOPLE = "people"
    EVENTS = "events"
    SUBSCRIPTIONS = "subscriptions"
    TICKETS = "tickets"
    SPEND = "spend"
    COMPANIES = "companies"


class Layout(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class Target(StrEnum):
    """What a column can mean. The four at the end have a name of their own beside it: `trait.plan`."""

    EXTERNAL_ID = "external_id"
    DOMAIN = "domain"
    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ACCOUNT_ID = "account_id"
    ROLE = "role"
    PARENT_ID = "parent_id"
    TIMEZONE = "timezone"
    LOCALE = "locale"
    SIGNED_UP_AT = "signed_up_at"

    EVENT = "event"
    TIMESTAMP = "timestamp"
    USER_ID = "user_id"
    ANONYMOUS_ID = "anonymous_id"
    MESSAGE_ID = "message_id"
    PROPERTIES = "properties"

    ACCOUNT = "account"
    SUBSCRIPTION = "subscription"
    PLAN = "plan"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    UNIT_AMOUNT = "unit_amount"
    CURRENCY = "currency"
    INTERVAL = "interval"
    STARTED = "started"
    TRIAL_END = "trial_end"
    ENDED = "ended"
    CANCELLED = "cancelled"
    PERIOD_END = "period_end"
    STATUS = "status"
    DISCOUNT = "discount"
    DISCOUNT_UNTIL = "discount_until"
    CHANGED = "changed"

    SUBJECT = "subject"
    PRIORITY = "priority"
    CHANNEL = "channel"
    OPENED_AT = "opened_at"
    FIRST_ANSWERED_AT = "first_answered_at"
    SOLVED_AT = "solved_at"
    SATISFACTION = "satisfaction"

    MONTH = "month"
    FIRST = "first"
    LAST = "last"

    COMPANY_NAME = "company_name"
    FUNDING = "funding_total_usd"
    LAST_ROUND = "funding_last_round"
    LAST_ROUND_ON = "funding_last_round_on"
    FOLLOWERS = "social_followers"
    BRAND_LIST = "brand_list"

    TRAIT = "trait"
    PROPERTY = "property"
    USER_TRAIT = "user_trait"
    ACCOUNT_TRAIT = "account_trait"


NAMED = (Target.TRAIT, Target.PROPERTY, Target.USER_TRAIT, Target.ACCOUNT_TRAIT)
"""What has a name of its own."""


class ValueType(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    AS_IS = "as_is"


class Status(StrEnum):
    """How far an import is."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


Outcome = Literal["new", "changed", "same", "refused"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Column:
    """What one column of a file means: a field, or a trait or property of that name and type."""

    name: str
    target: Target
    trait: str = ""
    type: ValueType = ValueType.TEXT


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileFound:
    """A file as it was found to be."""

    path: Path
    layout: Layout
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    size: int


class Row(NamedTuple):
    """One row: its number (as an editor counts lines), its cells by column, and what is wrong with all of it."""

    number: int
    cells: dict[str, Cell]
    wrong: str = ""
    """The code of why nothing of it can be used."""
    particulars: dict[str, Any] = {}


class RowRefused(NamedTuple):
    """A row that cannot be used, because of which column and value; `particulars` put the reason into words."""

    number: int
    code: str
    particulars: dict[str, Any]
    column: str
    value: str
    cells: dict[str, Cell]


class Told(NamedTuple):
    """What one row tells of an account or a person."""

    number: int
    external_id: str
    other_key: str
    account_id: str
    traits: dict[str, Any]
    cells: dict[str, Cell]

    @property
    def key(self) -> str:
        """What it is told of, so that a later row of the same file is known to be of the same."""
        return self.external_id or f"\x00{self.other_key}"


class Read(NamedTuple):
    """What one row tells of something else: an event's calls, a state of a subscription, a telling of a ticket …"""

    number: int
    what: Any
    cells: dict[str, Cell]


class Done(NamedTuple):
    """What became of one row, or would."""

    told: Told | Read
    outcome: Outcome
    changes: dict[str, Any]
