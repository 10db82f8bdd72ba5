"""Whether one touch is made now, later or not at all, and why."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.journeys.rules.local_time import next_open
from tenure.journeys.types import Outcome, Why, Window

PATIENCE = timedelta(days=7)
"""How long a touch may wait for the frequency cap before it is skipped: later it would make no sense any more."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a decision about one touch rests on."""

    now: datetime
    due_at: datetime
    arrived_at: datetime
    touches_from: datetime | None
    held_out: bool
    churned: bool
    has_person: bool
    has_address: bool
    unsubscribed: bool
    has_content: bool
    sent_at: Sequence[datetime]
    """When the person had messages that count towards the cap, oldest first."""
    cap_messages: int
    cap_days: int
    quiet_from: time
    quiet_until: time
    tz: ZoneInfo
    channel_forbidden: bool = False
    """The account's touch model does not allow to reach it this way."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is decided, why, and for a postponed touch until when."""

    outcome: Outcome
    why: Why
    until: datetime | None = None


def decide(facts: Facts) -> Verdict:
    """Decide on one touch. The holdout comes first, so that nothing but the lot tells its groups apart."""
    never = _never(facts)
    if never is not None:
        return Verdict(outcome=Outcome.SKIPPED, why=never)
    free_at = cap_free_at(facts.sent_at, facts.now, cap=facts.cap_messages, days=facts.cap_days)
    if free_at > facts.now and free_at > facts.arrived_at + PATIENCE:
        return Verdict(outcome=Outcome.SKIPPED, why=Why.FREQUENCY_CAP)
    awake = Window(opens=facts.quiet_until, closes=facts.quiet_from)
    good_at = next_open(free_at, awake, facts.tz)
    if free_at > facts.now:
        return Verdict(outcome=Outcome.POSTPONED, why=Why.FREQUENCY_CAP, until=good_at)
    if good_at > facts.now:
        return Verdict(outcome=Outcome.POSTPONED, why=Why.QUIET_HOURS, until=good_at)
    return Verdict(outcome=Outcome.MADE, why=Why.DUE)


def _never(facts: Facts) -> Why | None:
    if facts.held_out:
        return Why.HOLDOUT
    if facts.churned:
        return Why.CHURNED
    if facts.channel_forbidden:
        return Why.CHANNEL_FORBIDDEN
    if not facts.has_person:
        return Why.NO_PERSON
    if not facts.has_address:
        return Why.NO_ADDRESS
    if facts.unsubscribed:
        return Why.UNSUBSCRIBED
    if not facts.has_content:
        return Why.TEMPLATE_GONE
    if facts.touches_from is not None and facts.due_at < facts.touches_from:
        return Why.JOURNEY_PAUSED
    return None


def cap_free_at(sent_at: Sequence[datetime], now: datetime, *, cap: int, days: int) -> datetime:
    """Return when one more message stays within `cap` in any `days` days: now, or when enough are old enough."""
    span = timedelta(days=days)
    recent = [at for at in sent_at if at > now - span]
    return now if len(recent) < cap else recent[-cap] + span
