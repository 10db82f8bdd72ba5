"""Ids, enums and frozen values of channels."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Any, NewType

MessageId = NewType("MessageId", int)
TemplateId = NewType("TemplateId", int)


class MessageStatus(StrEnum):
    """Where a message is on its way.

    waiting ─▶ sending ─▶ sent            handed over to the carrier
       ▲          ├─────▶ refused         never to be tried again by itself
       │          ├─────▶ unsure          we stopped between hand-over and answer: a member decides
       └──────────┘                       the carrier was away: tried again later
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNSURE = "unsure"


class RefusalReason(StrEnum):
    """Why a message will not go out."""

    UNSUBSCRIBED = "unsubscribed"
    ADDRESS_REFUSED = "address_refused"
    NO_ADDRESS = "no_address"
    CARRIER_AWAY = "carrier_away"
    CANNOT_BE_MADE = "cannot_be_made"


class UnsubscribeFrom(StrEnum):
    """How much a person wants to hear no more of."""

    TOPIC = "topic"
    EVERYTHING = "everything"


class UnsubscribedVia(StrEnum):
    """How somebody unsubscribed."""

    ONE_CLICK = "one_click"
    PAGE = "page"
    MEMBER = "member"


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewMessage:
    """One message to queue.

    Give a template version with the values of its tags, or a subject with `text` and `html`. A `topic` of "" marks mail
    the person needs whatever they unsubscribed from (an invitation, a receipt).
    """

    idempotency_key: str
    channel: str = "email"
    address: str
    person_id: int | None = None
    account_id: int | None = None
    topic: str = ""
    template_version_id: int | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    subject: str = ""
    html: str = ""
    text: str = ""
    not_before: datetime | None = None
    origin: str = ""
    """What made it, as `kind:id` (`journey:7`), for the outbox page to link to."""
    origin_name: str = ""
    is_private: bool = False
    """Holds a sign-in link: shown to owners only, wiped once a carrier has it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Queued:
    """What came of queueing: ids by idempotency key, of new messages and of ones queued before."""

    ids: Mapping[str, int]
    new: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as it is handed to a channel: rendered, addressed, ready to go."""

    idempotency_key: str
    message_id: str
    address: str
    sender_name: str
    reply_to: str
    subject: str
    html: str
    text: str
    unsubscribe_url: str
    """Where one click unsubscribes (RFC 8058); "" for mail that cannot be unsubscribed from."""
    queued_at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a carrier said when it took a letter."""

    carrier: str
    reference: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy:
    """When and how often the workspace allows itself to reach a person."""

    cap_messages: int = 3
    cap_days: int = 7
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    sender_name: str = ""
    reply_to: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactState:
    """What keeps, or does not keep, a message from a person: for deciding on many people at once."""

    sent_at: tuple[datetime, ...] = ()
    """When messages that count towards the cap were queued, oldest first."""
    everything: bool = False
    topics: frozenset[str] = frozenset()
    """The topics unsubscribed from."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class UnsubscribeOffer:
    """What an unsubscribe link is about, for the page that asks."""

    workspace_id: int
    workspace_name: str
    locale: str
    address: str
    topic: str
    topic_name: str
    topic_stopped: bool
    everything_stopped: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessagePage:
    """One page of messages, newest first; `next_cursor` is "" on the last."""

    items: tuple["MessageRow", ...]
    next_cursor: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessageRow:
    """One message in a list."""

    id: int
    channel: str
    status: MessageStatus
    subject: str
    address: str
    person_id: int | None
    person_name: str
    account_id: int | None
    account_name: str
    topic: str
    origin: str
    origin_name: str
    is_local: bool
    queued_at: datetime
    not_before: datetime
    sent_at: datetime | None
    attempts: int
    reason: str
    error: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessageFull:
    """One message with what was, or will be, said."""

    row: MessageRow
    message_id: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    is_withheld: bool
    """The body is private (a sign-in link) and the reader is not its owner, or it was wiped after sending."""
    can_be_resent: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessageCounts:
    """How many messages are in each state."""

    waiting: int = 0
    sending: int = 0
    sent: int = 0
    refused: int = 0
    unsure: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a template, where, so that the page can say it in the reader's language."""

    code: str
    part: str
    """subject, preview or body."""
    detail: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Compiled:
    """A template ready for its tags to be filled."""

    html: str
    text: str
    tags: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reader:
    """Whom a message is for, as far as its tags ask."""

    person_name: str = ""
    person_email: str = ""
    person_traits: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    account_name: str = ""
    account_domain: str = ""
    account_traits: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    owner_name: str = ""
    workspace_name: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class MessagePreview:
    """What a template would say."""

    subject: str
    html: str
    text: str
    tags: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Content:
    """What a template says, as a member writes it.

    `body` is MJML (beginning with `<mjml`) or Markdown, which is put in our layout; a paragraph that is only a link
    titled "button" becomes one: `[Open](https://… "button")`. Tags: `{{ person.first_name | "there" }}`.
    """

    subject: str
    body: str
    preview: str = ""
