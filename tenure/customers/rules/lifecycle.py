"""Where an account is in its life, from what its product's events said and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from tenure.customers.rules.traits import moment_of
from tenure.customers.types import END_EVENTS, SIGN_UP_EVENTS, START_EVENTS, Stage

ChangeKind = Literal["signed_up", "started", "ended"]

ONBOARDING = timedelta(days=30)
WON_BACK = timedelta(days=90)
TRIAL_BEGAN = ("trial_started_at", "trialStartedAt")
TRIAL_ENDS = ("trial_ends_at", "trialEndsAt", "trial_end")
TRIAL_OVER = ("trial_ended_at", "trialEndedAt")
"""Traits by which products say when a trial began, when it will end, and that it has ended."""
BILLING = "billing"
"""The source of a change that billing told."""


class Change(NamedTuple):
    """Something an event said about an account's life."""

    kind: str
    at: datetime
    event: str = ""
    source: str = ""


class Life(NamedTuple):
    """An account's life as far as it is known; `last` is the change that made it so."""

    signed_up_at: datetime | None
    churned_at: datetime | None
    returned_at: datetime | None
    last: Change | None


def kind_of(event: str) -> ChangeKind | None:
    """Say what an event means for its account's life, or None."""
    name = event.lower()
    if name in SIGN_UP_EVENTS:
        return "signed_up"
    if name in START_EVENTS:
        return "started"
    return "ended" if name in END_EVENTS else None


def believed(changes: Iterable[Change]) -> list[Change]:
    """Leave out what a product's events say of beginnings and ends where billing speaks of them."""
    known = list(changes)
    if not any(c.source == BILLING for c in known):
        return known
    return [c for c in known if c.source == BILLING or c.kind not in ("started", "ended")]


def life(changes: Iterable[Change]) -> Life:
    """Put an account's life together from changes in any order.

    It churned when it ended first after it last began; it returned when it began first after it last ended.
    """
    known = believed(changes)
    signed_up = [c for c in known if c.kind == "signed_up"]
    started = [c for c in known if c.kind == "started"]
    ended = [c for c in known if c.kind == "ended"]
    last_start = max((c.at for c in started), default=None)
    last_end = max((c.at for c in ended), default=None)
    churn = min((c for c in ended if last_start is None or c.at > last_start), key=lambda c: c.at, default=None)
    back = min((c for c in started if last_end is not None and c.at >= last_end), key=lambda c: c.at, default=None)
    return Life(
        signed_up_at=min((c.at for c in signed_up), default=None),
        churned_at=churn.at if churn else None,
        returned_at=back.at if back else None,
        last=churn or back,
    )


def trial_end(traits: Mapping[str, Any], changes: Iterable[Change]) -> datetime | None:
    """Say when an account's latest trial ends or ended: on the day that was said, or before, when it began to pay."""
    began = _moment(traits, TRIAL_BEGAN)
    ended = [at for at in (_moment(traits, TRIAL_ENDS),) if at is not None]
    if (over := _moment(traits, TRIAL_OVER)) is not None and (began is None or over >= began):
        ended.append(over)
    if ended and began is not None:
        ended += [c.at for c in believed(changes) if c.kind == "started" and c.at > began]
    return min(ended, default=None)


def _moment(traits: Mapping[str, Any], names: Iterable[str]) -> datetime | None:
    return next((read for name in names if (read := moment_of(traits.get(name))) is not None), None)


def stage(
    *,
    plan: str,
    is_trialing: bool = False,
    trial_ends_at: datetime | None = None,
    signed_up_at: datetime | None,
    churned_at: datetime | None,
    returned_at: datetime | None,
    now: datetime,
) -> Stage:
    """Name the stage an account is in now.

    It is on trial while its subscription's status says so; else until the end of the trial, where that is known; else
    while its plan is called one.
    """
    if churned_at is not None:
        return Stage.CHURNED
    if returned_at is not None and now - returned_at < WON_BACK:
        return Stage.WON_BACK
    if is_trialing or (now < trial_ends_at if trial_ends_at is not None else "trial" in plan.lower()):
        return Stage.TRIAL
    if signed_up_at is not None and now - signed_up_at < ONBOARDING:
        return Stage.ONBOARDING
    return Stage.ACTIVE


def churned_spans(changes: Iterable[Change]) -> list[tuple[datetime, datetime | None]]:
    """Return when an account was no customer: from each end to the next beginning, or to None while it lasts.

    Who ended one and began another at the same moment changed over, and never left (as in `life`).
    """
    spans: list[tuple[datetime, datetime | None]] = []
    ended: datetime | None = None
    for change in sorted(believed(changes), key=lambda c: (c.at, c.kind == "started")):
        if change.kind == "ended":
            ended = ended or change.at
        elif change.kind == "started" and ended is not None:
            if change.at > ended:
                spans.append((ended, change.at))
            ended = None
    return spans if ended is None else [*spans, (ended, None)]
